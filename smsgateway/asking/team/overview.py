"""What does the team see of the texts that go out, and what does the page ask for?

Figures only: never a number, a word of a patient's, or anything that stands for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol

from smsgateway.asking.caps import Cap
from smsgateway.asking.queue import Waiting
from smsgateway.asking.refusals import Choice, Refusal

DAYS = 14

# Why somebody is never to be asked, in the order in which the form has them.
EXCLUSIONS: Mapping[str, str] = {
    "died": "The person has died",
    "pregnancy_loss": "Pregnancy loss",
    "safeguarding": "Safeguarding",
    "staff_asked": "Staff asked for it",
    "under_16": "Under 16",
}


@dataclass(frozen=True, slots=True)
class WardDay:
    """What became of one ward's invitations on one local day. None is not known,
    which is not the same as none. `refused`: how many, by the code of the reason."""

    day: date
    ward: str
    sent: int | None
    delivered: int | None
    answered: int | None
    opted_out: int | None
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """`wards`: code to name, all of them. `reasons`: the closed list of why an
    invitation is refused or waits, code to words. `days`: those of the last DAYS that
    have figures. `unknown`: sends of which nobody knows whether they happened.
    `warnings`: what else has to be said, in words (the policy's own)."""

    at: datetime
    wards: Mapping[str, str]
    reasons: Mapping[str, str]
    days: tuple[WardDay, ...]
    waiting: tuple[Waiting, ...]
    caps: tuple[Cap, ...]
    holidays_known_to: date
    unknown: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """How many were put on the list on a local day for a reason. `who` did it; empty:
    a file did."""

    day: date
    reason: str
    who: str
    count: int


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """One page of those who were not asked. `many`: how many there are in all, or
    COUNTED_TO (`refusals.py`) where there are more."""

    ROWS: ClassVar[int] = 50

    choice: Choice
    wards: Mapping[str, str]
    reasons: Mapping[str, str]
    page: int
    listed: tuple[Refusal, ...]
    many: int


class Asked(Protocol):
    """What the page needs of the book. Called in the writer's thread, inside its
    transaction. `number` is E.164."""

    def overview(self, now: datetime) -> Overview: ...

    def refusals(self, choice: Choice, page: int) -> RefusedPage:
        """`page`: from 1."""

    def exclude(self, number: str, reason: str, who: str, now: datetime) -> bool:
        """Never ask this person; `who` says so. False when they are on the list
        already, and then the first day, reason and name stay."""

    def include(self, number: str) -> bool:
        """Take the person off the list; False when they are not on it."""

    def exclusions(self) -> list[Excluded]: ...
