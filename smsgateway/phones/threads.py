"""What does each phone show?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

BUBBLES = 200

# Out of Ofcom's numbers for drama: they are nobody's.
NUMBERS = tuple(f"+4477009001{number:02}" for number in range(1, 7))
SHOWN_AT_FIRST = 3

MINE, THEIRS, NOTE = "mine", "theirs", "note"


class Tick(StrEnum):
    """How far a text that this phone sent has come."""

    SENT = "sent"
    WAITING = "waiting"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    LISTED = "listed"
    KEPT = "kept"
    LOST = "lost"


@dataclass(slots=True)
class Bubble:
    """Words on the screen, or a note that no real phone would show.

    `message`: the carrier's name for the text, and `tick` how far it came, if this
    phone sent it.
    """

    serial: int
    kind: str
    words: str
    at: datetime
    message: str = ""
    tick: Tick | None = None


@dataclass(slots=True)
class Thread:
    """What one phone and one of our numbers have said to one another."""

    number: str
    line: str
    bubbles: list[Bubble] = field(default_factory=list)
    stopped: bool = False
    unread: int = 0
    _serial: int = 0

    def add(self, kind: str, words: str, at: datetime) -> Bubble:
        self._serial += 1
        bubble = Bubble(self._serial, kind, words, at)
        self.bubbles.append(bubble)
        del self.bubbles[:-BUBBLES]
        return bubble


class Phone:
    """One phone: the thread that is open on it, and the others."""

    def __init__(self, number: str, lines: Sequence[str]) -> None:
        self.number = number
        self.threads = {line: Thread(number, line) for line in lines}
        self.open = self.threads[lines[0]]

    def turn_to(self, line: str) -> None:
        self.open = self.threads[line]
        self.open.unread = 0
