"""What arrived, whoever carried it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

STOP, START, HELP = "stop", "start", "help"


@dataclass(frozen=True, slots=True)
class Text:
    """One inbound text. `id` is the carrier's name for it, the same if it is repeated.

    `sender` is empty when nobody could be answered: a withheld number, a short code.
    `line` is the text line that it came to: a number of ours, here and in the tables.
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


# How far a text of ours is. A later one is never followed by an earlier one; the two
# ends are final.
UNDER_WAY, LEFT_CARRIER, NOT_ARRIVED, ARRIVED = 1, 2, 3, 4
ENDS = (NOT_ARRIVED, ARRIVED)


@dataclass(frozen=True, slots=True)
class Status:
    """The carrier says of a text of ours, sent from `line`, how far it is.

    `id` is the carrier's name for it, `own` is ours, empty for a reply; `to`: whose it
    is. `said`: the carrier's word; `error`: its number for what went wrong, or 0.
    """

    id: str
    line: str
    stage: int
    to: str = field(default="", repr=False)
    said: str = ""
    error: int = 0
    own: str = ""
