"""What does central write down of what it did? One line a turn, key=value.

Only the fields named here: never a patient's words, number, token or key.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any, cast

import structlog

FIELDS = frozenset(
    "event level timestamp device outcome status have at first count stored held "
    "trouble ms lines wards kind dropped".split()
)


def _only_fields(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in FIELDS}


def central_logger() -> structlog.typing.FilteringBoundLogger:
    """The log of this program, on standard error."""
    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_fields,
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    return cast(structlog.typing.FilteringBoundLogger, logger)
