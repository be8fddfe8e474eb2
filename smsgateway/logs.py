"""What may be written about a text?

Only the fields named here, one JSON line an event, to standard error. Never a
person's words, number, token or key: a field that is not on the list is left out, and
the line says which, so that a slip in the code shows without showing what it held.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    "event level at status why ms kind where version survey port url lines "
    "setting ward found taken lost deleted cap percent who".split()
)


def set_up() -> None:
    lines = Lines(sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )


class Lines:
    """Writes the lines of one turn of the event loop at once, those of a thread alone.

    A write each lets another thread in each time, and the standard library's logger
    looks for its caller: together a quarter of what a text cost. A kill can take the
    lines of the turn with it; what a person was answered is on the disk.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._lock = threading.Lock()

    def info(self, line: str) -> None:
        with self._lock:
            self._lines.append(f"{line}\n")
            is_first = len(self._lines) == 1
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._write()
            return
        if is_first:
            loop.call_soon(self._write)

    debug = warning = error = critical = info

    def _write(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
            # It would raise when standard error is a file on a full disk, and a text
            # that was kept would get a 500.
            with suppress(OSError):
                self._stream.write("".join(lines))
                self._stream.flush()


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
