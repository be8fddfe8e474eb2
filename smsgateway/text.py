"""What arrived, whoever carried it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

STOP, START, HELP = "stop", "start", "help"


@dataclass(frozen=True, slots=True)
class Text:
    """One inbound text. `id` is the carrier's name for it, the same if it is repeated.

    `sender` is empty when nobody could be answered: a withheld number, a short code.
    `order` is what the carrier itself says the text is; `answered`: it has already
    replied by itself, so a reply of ours would be a second one. `late_at`: when the
    carrier had it, if we found it there afterwards; None if it was handed to us.
    """

    id: str
    sender: str
    line: str
    words: str
    order: str = ""
    answered: bool = False
    pictures: bool = False
    late_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """The carrier says of a text of ours, from our number `line`, how it ended: whether
    it `arrived` at the phone. `id` is the carrier's name for it."""

    id: str
    line: str
    arrived: bool
