"""What is not the agent's to decide: time, chance, the network, and when to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sync.network import ways_out
from sync.way import Way


@dataclass(frozen=True, slots=True)
class World:
    clock: Callable[[], float]  # monotonic seconds
    now: Callable[[], datetime]  # with a zone; for people's eyes and the purge
    chance: Callable[[], float]  # 0 up to 1
    stopping: Callable[[], bool] = lambda: False
    allow_http: bool = False
    turn_every_s: float = 5.0
    way: Way = field(default_factory=Way)
    ways_out: Callable[[], str] = ways_out
