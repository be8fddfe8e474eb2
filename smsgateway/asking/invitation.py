"""What is one text that asks somebody how their care was?

A stay may have three: soon after it, at the right time to look back, and one reminder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

SOON, RIGHT_TIME, REMINDER = "soon", "right_time", "reminder"


@dataclass(frozen=True, slots=True)
class Planned:
    """One text to be sent, as it is made from a request. `number` is E.164. Until
    `spread_from` it `waits_for` that; then until `due`, so that not all go at once."""

    kind: str
    number: str = field(repr=False)
    person: str
    episode: str
    ward: str
    language: str
    survey: str
    discharged: str  # the local day
    under_16: bool
    due: datetime
    valid_to: datetime
    row: int
    waits_for: str
    spread_from: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that waits or was sent. The number is in `box`."""

    id: str
    person: str
    episode: str
    kind: str
    ward: str
    language: str
    survey: str
    discharged: str
    under_16: bool
    box: bytes = field(repr=False)
    due: datetime
    valid_to: datetime
    state: str
    tries: int
    line: str
    sent_at: str
    row: int
    waits_for: str
