"""What may be written about a text?

Only the fields named here, one JSON line an event, to standard error. Never a
person's words, number, token or key: a field that is not on the list is left out, and
the line says which, so that a slip in the code shows without showing what it held.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    "event level at status why ms kind where version survey port url lines "
    "setting ward found taken lost deleted".split()
)


def set_up() -> None:
    # Printing would raise when standard error is a file on a full disk, and a text that
    # was kept would get a 500. The standard library's handler never does.
    ours = logging.getLogger("smsgateway")
    ours.addHandler(logging.StreamHandler(sys.stderr))
    ours.setLevel(logging.INFO)
    ours.propagate = False
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def only_allowed(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    refused = sorted(line.keys() - FIELDS)
    kept = {name: value for name, value in line.items() if name in FIELDS}
    return {**kept, "refused_fields": refused} if refused else kept


def place_of(error: BaseException) -> str:
    """Where an error arose. Not what it says: that may hold a person's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    name = trace.tb_frame.f_code.co_filename.rsplit("/", 1)[-1]
    return f"{name}:{trace.tb_lineno}"
