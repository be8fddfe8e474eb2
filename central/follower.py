"""When is it derived? Soon after the reply, and not in its way.

A device that was without a network sends batch after batch, and deriving takes twice as
long as storing: so a server does it in a thread of its own, at once when the device has
said all, else when it rests, and not later than MOST_S. Nothing hangs on that thread:
what it leaves when the server ends is caught up at the device's next contact, and when
central starts. What fails is tried again, each time after twice as long, and is written
down the first time alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Condition, Thread

from django.db import close_old_connections, connection

from central import deriving
from central.logs import central_logger

REST_S = 1.0  # without a batch from a device that has more to say
MOST_S = 10.0  # and for this long at most, however much it has
RETRY_S = 10.0  # after a first failure; then twice as long each time
RETRY_MOST_S = 600.0

logger = central_logger()


@dataclass(slots=True)
class _Due:
    since: float
    at: float


@dataclass
class Follower:
    """Without `start` it derives where it is told, before that returns."""

    _due: dict[str, _Due] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)  # in a row, of each
    _told: Condition = field(default_factory=Condition)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def heard(self, device: str, more: bool) -> None:
        """This device's answers are committed; `more`: it has said that others wait."""
        if self._thread is None:
            _follow_all_of(device)
            return
        with self._told:
            now = time.monotonic()
            due = self._due.setdefault(device, _Due(now, now))
            due.at = min(now + REST_S, due.since + MOST_S) if more else now
            self._told.notify()

    def _work(self) -> None:
        """A part of one log, then of the next: a long one, or one that grows as fast as
        it is followed, holds up nobody."""
        while True:
            device, since = self._next()
            try:
                more = _follow_some_of(device)
            except Exception as error:  # noqa: BLE001, and it is written down
                self._failed(device, error)
                continue
            if self._failures.pop(device, 0):
                logger.info("followed again", device=device)
            if more:
                with self._told:  # behind who waits already
                    self._due[device] = _Due(since, time.monotonic())

    def _failed(self, device: str, error: Exception) -> None:
        """Again after a while, or when it is heard before that."""
        with self._told:
            times = self._failures.get(device, 0)
            self._failures[device] = times + 1
            now = time.monotonic()
            wait_s = min(RETRY_S * 2 ** min(times, 10), RETRY_MOST_S)
            self._due.setdefault(device, _Due(now, now + wait_s))
        if not times:
            _say(device, error)

    def _next(self) -> tuple[str, float]:
        """Who is due, and since when it waits."""
        with self._told:
            while True:
                device = min(self._due, key=lambda one: self._due[one].at, default="")
                wait_s = self._due[device].at - time.monotonic() if device else None
                if wait_s is not None and wait_s <= 0:
                    return device, self._due.pop(device).since
                self._told.wait(wait_s)


def _follow_all_of(device: str) -> None:
    """The device's answers are committed: whatever goes wrong here is not its business,
    and is caught up at its next contact."""
    try:
        deriving.follow(device)
    except Exception as error:  # noqa: BLE001, and it is written down
        _say(device, error)


def _say(device: str, error: Exception) -> None:
    logger.error("not followed", device=device, trouble=type(error).__name__)


def _follow_some_of(device: str) -> bool:
    close_old_connections()  # as before a request: one may have ended
    began = time.perf_counter()
    more = deriving.follow_some(device)
    if more and connection.vendor == "sqlite":
        # One writer, and no queue: who does not rest is always the next one.
        time.sleep(time.perf_counter() - began)
    return more


follower = Follower()
