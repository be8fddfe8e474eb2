"""What does the kiosk ask of the machine that it runs on?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class World:
    """The wall clock; seconds that only grow; a name for a new response; so many random
    bytes; the bytes that are free on the log's disk, or OSError.

    `begin_again` starts the program anew, soon, and hands over when the visit ended;
    `ended_before` is what the one before this one handed over."""

    now: Callable[[], datetime]
    clock: Callable[[], float]
    mint: Callable[[], str]
    random_bytes: Callable[[int], bytes]
    free_bytes: Callable[[], int]
    begin_again: Callable[[float], None] = lambda ended_at: None
    ended_before: float = float("-inf")
