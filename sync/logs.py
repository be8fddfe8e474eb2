"""What may this program write into the machine's log?

One line a turn, key=value, and of the fields only those named here: never a patient's
words, a number, a token or a key.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    (
        *("event", "level", "timestamp", "device", "state", "seconds", "wait_s"),
        *("trouble", "http_status", "error", "where", "failures"),
        *("unsent", "have", "last", "at", "bundle", "purged"),
    )
)


def only_allowed(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: writes what is on the list and says something."""
    return {
        key: value
        for key, value in event.items()
        if key in ALLOWED and value is not None
    }


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"]
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # The scheduler's own lines repeat ours, and would quote an exception's text.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
