"""What may this program write into the machine's log?

One line an event, key=value, and of the fields only those named here: never a
patient's words, and never an exception's own text, which could hold them.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

ALLOWED = frozenset("event level timestamp error version language clip".split())


def only_allowed(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: writes only what is on the list."""
    return {key: value for key, value in event.items() if key in ALLOWED}


class Logger:
    """What the kiosk has to say.

    structlog is loaded behind the first screen, by `load`, or with the first line: it
    takes a tenth of the time until a patient can tap.
    """

    def __init__(self) -> None:
        self.configured = True

    def load(self) -> Any:
        import structlog

        if not self.configured:
            _configure()
            self.configured = True
        return structlog.get_logger()

    def warning(self, event: str, **fields: object) -> None:
        self.load().warning(event, **fields)

    def error(self, event: str, **fields: object) -> None:
        self.load().error(event, **fields)


logger = Logger()


def configure() -> None:
    """Before Kivy is imported: what it warns of goes to standard error as well."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logger.configured = False


def _configure() -> None:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"]
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        # Printing would raise when standard error is a file on the full disk that the
        # line is about. The standard library's handler never does.
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
