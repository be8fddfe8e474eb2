"""What is asked for, before anything is decided?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who went home, and is to be asked how it was. `number` is E.164.

    `episode` is the hospital's own name for the stay, or empty: then the person, the
    ward and the local day of `discharged` stand for it. `language` and `survey` may be
    empty: the service's own. `row` as in `Problem`; 0 where it came by POST.
    """

    number: str = field(repr=False)
    ward: str
    discharged: datetime
    language: str = ""
    survey: str = ""
    episode: str = field(default="", repr=False)
    under_16: bool = False
    row: int = field(default=0, compare=False)


def day_of_discharge(request: Request) -> str:
    """The local day, as the answer to `_discharged` has it."""
    return request.discharged.astimezone(LONDON).date().isoformat()
