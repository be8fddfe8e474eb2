"""What comes next, if central takes this batch?

To pack a batch costs a quarter of the time that central needs to take it: so the next
one is packed while central is at work on this one. It is a guess, and is thrown away
unless it is just what would be packed now.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from sync.batch import Rows, Sent, next_batch
from sync.ration import Ration
from sync.speed import Speed

T = TypeVar("T")


class Ahead:
    """Asks in a thread of its own, so that this one can read the log meanwhile."""

    def __init__(self, source: Rows) -> None:
        self._source = source
        self._guess: Sent | None = None
        self._asking = ThreadPoolExecutor(1, "ask")

    def close(self) -> None:
        self._asking.shutdown()

    def forget(self) -> None:
        """Words may be erased in the log before the next question is asked."""
        self._guess = None

    def pack_while(self, ask: Callable[[], T], sent: Sent, speed: Speed) -> T:
        """What `ask` returns or raises. Never returns before it has ended: a connection
        carries one question at a time."""
        asked = self._asking.submit(ask)
        try:
            self._guess = _after(self._source, sent, speed)
        finally:
            wait([asked])
        return asked.result()

    def take(self, start: int, speed: Speed) -> Sent | None:
        """The batch that was packed, if it goes on from `start`; it is forgotten."""
        guess, self._guess = self._guess, None
        if guess is None or guess.first != start + 1:
            return None
        if guess.device != self._source.device or len(guess.body) > speed.batch_bytes:
            return None
        return guess


def _after(source: Rows, sent: Sent, speed: Speed) -> Sent | None:
    """The last batch is packed in its turn: its status says how all of it went."""
    if sent.shown_to >= sent.last:
        return None
    guess = next_batch(
        source,
        sent.shown_to,
        Ration(),
        status={},
        may_declare=False,
        most_bytes=speed.batch_bytes,
    )
    return guess if guess.count and guess.shown_to < guess.last else None
