"""When is what follows derived? Soon after the reply, and not in its way.

A device that was without a network sends batch after batch, and deriving takes twice as
long as storing: so a server does it in a thread of its own, at once when the device has
said all, else when it rests, and not later than MOST_S. Nothing hangs on that thread:
what it leaves when the server ends is caught up at the device's next contact, and when
central starts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Condition, Thread

from django.db import close_old_connections, connection

from central import following
from central.lines import central_lines

REST_S = 1.0  # without a batch from a device that has more to say
MOST_S = 10.0  # and for this long at most, however much it has

_lines = central_lines()


@dataclass(slots=True)
class _Due:
    since: float
    at: float


@dataclass
class Follower:
    """Without `start` it derives where it is told, before that returns."""

    _due: dict[str, _Due] = field(default_factory=dict)
    _told: Condition = field(default_factory=Condition)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def heard(self, device: str, more: bool) -> None:
        """This device's answers are committed; `more`: it has said that others wait."""
        if self._thread is None:
            _follow(device)
            return
        with self._told:
            now = time.monotonic()
            due = self._due.setdefault(device, _Due(now, now))
            due.at = min(now + REST_S, due.since + MOST_S) if more else now
            self._told.notify()

    def _work(self) -> None:
        while True:
            device = self._next()
            close_old_connections()  # as before a request: one may have ended
            _follow(device)

    def _next(self) -> str:
        with self._told:
            while True:
                device = min(self._due, key=lambda one: self._due[one].at, default="")
                wait_s = self._due[device].at - time.monotonic() if device else None
                if wait_s is not None and wait_s <= 0:
                    del self._due[device]
                    return device
                self._told.wait(wait_s)


def _follow(device: str) -> None:
    """The device's answers are committed: whatever goes wrong here is not its business,
    and is caught up at its next contact."""
    try:
        following.follow(device, _give_way)
    except Exception as error:  # noqa: BLE001, and it is written down
        _lines.error("not followed", device=device, trouble=type(error).__name__)


def _give_way(took_s: float) -> None:
    """SQLite has one writer, and no queue: who does not rest is always the next one."""
    if connection.vendor == "sqlite":
        time.sleep(took_s)


follower = Follower()
