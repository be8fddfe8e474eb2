"""How long does a page take, for a manager who has logged in?

From the request until its last byte is here, over one connection that stays open, from
central as it is served: its front, its threads and all of Django are in it; a browser
and a network are not.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from bench.figures import Figure, compared

COOKIE = "wardvoice"
TIMEOUT_S = 120.0
IDLE_S = 5.0  # central hangs up on whoever asks for nothing in 10
WARM = 10


@dataclass(frozen=True)
class Times:
    """Milliseconds of several, as they were asked for."""

    took_ms: Sequence[float]

    @property
    def p50(self) -> float:
        return statistics.median(self.took_ms)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.took_ms, n=100, method="inclusive")[98]


class Reader:
    """A manager with a browser of their own."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._headers = {"Cookie": f"{COOKIE}={session}"}
        self._asked_at = time.monotonic()

    def get(self, path: str) -> str:
        if time.monotonic() - self._asked_at > IDLE_S:
            self._connection.close()  # the next request opens it again
        self._asked_at = time.monotonic()
        self._connection.request("GET", path, headers=self._headers)
        reply = self._connection.getresponse()
        body = reply.read().decode()
        assert reply.status == 200, f"{path}: {reply.status}"
        return body

    def close(self) -> None:
        self._connection.close()


@contextmanager
def reader(port: int, session: str) -> Iterator[Reader]:
    one = Reader(port, session)
    try:
        yield one
    finally:
        one.close()


def timed(ask: Callable[[str], object], several: Sequence[str], times: int) -> Times:
    """Each of them in turn until there are so many, after a few that nobody counts."""
    took_ms = []
    for number in range(-WARM, times):
        began = time.perf_counter()
        ask(several[number % len(several)])
        if number >= 0:
            took_ms.append((time.perf_counter() - began) * 1000)
    return Times(took_ms)


def beside(name: str, mine: Times, peer: str, its: Times, at: str) -> list[Figure]:
    """`name` has a place for which of the times it is."""
    return [
        compared(name.format("p50"), "ms", mine.p50, peer, its.p50, at),
        compared(name.format("p99"), "ms", mine.p99, peer, its.p99, at),
    ]
