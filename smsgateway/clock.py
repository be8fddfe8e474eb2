"""What time is it, in training perhaps a moved one?

In training hours and days must pass while people watch. So the simulated phones write
how many seconds ahead of the real time it is into a small file, and a gateway that
only practises reads it there. A gateway that patients use has the real time only.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

FURTHEST = timedelta(days=400)
FILE_CHARS = 16
LOOK_S = 1.0  # how soon a moved clock is seen by what waits for an hour to pass

Now = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def read_ahead(file: Path) -> timedelta:
    """How far ahead it is; not at all while there is no file. OSError if it is not
    whole seconds from 0 to FURTHEST."""
    try:
        words = file.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return timedelta()
    furthest = int(FURTHEST.total_seconds())
    if not (words.isdecimal() and len(words) < FILE_CHARS and int(words) <= furthest):
        raise OSError(f"{file} must hold whole seconds from 0 to {furthest}")
    return timedelta(seconds=int(words))


class TrainingClock:
    """The time, moved ahead by what the file says; without a file, in memory only."""

    def __init__(self, file: Path | None, real: Now = utc_now) -> None:
        self._file = file
        self._real = real
        self._ahead = timedelta()

    @property
    def ahead(self) -> timedelta:
        return self._ahead if self._file is None else read_ahead(self._file)

    @property
    def is_shared(self) -> bool:
        return self._file is not None

    def __call__(self) -> datetime:
        return self._real() + self.ahead

    async def sleep(self, seconds: float) -> None:
        """As long as that, less what the clock is moved ahead meanwhile."""
        began, ahead = time.monotonic(), self._known_ahead()
        while True:
            # It may also be set back to the real time: then no longer than asked.
            moved_s = max((self._known_ahead() - ahead).total_seconds(), 0.0)
            left = seconds - moved_s - (time.monotonic() - began)
            if left <= 0:
                return
            await asyncio.sleep(min(left, LOOK_S))

    def _known_ahead(self) -> timedelta:
        with suppress(OSError):  # a file that says no time moves nothing
            return self.ahead
        return timedelta()

    def move(self, further: timedelta) -> None:
        """Further ahead, at most FURTHEST in all."""
        self._set(min(self.ahead + further, FURTHEST))

    def to_real_time(self) -> None:
        self._set(timedelta())

    def _set(self, ahead: timedelta) -> None:
        self._ahead = ahead
        if self._file is None:
            return
        # In one step: a gateway may read it at any moment.
        new = self._file.with_name(f"{self._file.name}.new")
        new.write_text(f"{int(ahead.total_seconds())}\n", encoding="ascii")
        os.replace(new, self._file)
