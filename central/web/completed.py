"""What do a ward's pages, its mail and its sheet say of days that are not complete?

The same words everywhere. A day closes on the morning after it, when its mails begin to
go out: what changes it later is told as a correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from central.summaries.complete import OPEN, TODAY, Complete
from central.summaries.complete_reading import days_of
from central.summaries.correct import Corrected, corrections, in_short, sentence
from central.summaries.reading import responses_by_day
from central.summaries.times import closing_of
from central.summaries.when import when
from central.web.words import short_date

IN_ONE_LINE = 2  # of what is missing; the page has all of it
NAMED = 7  # days at most, in a period's list
LOOK_BACK = timedelta(35)  # of a mail, for days that were corrected


def closes(day: date) -> datetime:
    return closing_of(day, settings.CENTRAL.mail.hour)


@dataclass(frozen=True, slots=True)
class Completed:
    """Of one day: whether it is complete, the sentence that tells what was corrected
    since it closed, or "", and when that is."""

    complete: Complete
    corrected: str
    closes: str

    @property
    def state(self) -> str:
        return self.complete.state

    @property
    def line(self) -> str:
        """What is missing or lost, in one line; "" when nothing is known to be."""
        lacks = self.complete.lacks
        told = " ".join(lacks[:IN_ONE_LINE])
        more = len(lacks) - IN_ONE_LINE
        return f"{told} {more} more: see the page." if more > 0 else told

    @property
    def nobody(self) -> str:
        """What to say where nobody answered. Where something is missing or lost, no one
        can say that there was no answer."""
        if self.complete.missing:
            return "No answers of this day have come yet."
        came = "of this day came" if self.complete.lost else "on this day"
        return f"No answers {came}."


def completed(ward: str, day: date, answered: int, now: datetime) -> Completed:
    """Of the ward's day, on which so many have answered."""
    complete = complete_on(ward, day, now)
    corrected = corrections(ward, day, day, closes).get(day)
    told = sentence(day, corrected, answered, now) if corrected else ""
    return Completed(complete, told, when(closes(day), now))


def complete_on(ward: str, day: date, now: datetime) -> Complete:
    return days_of(ward, [day], now, closes)[day]


@dataclass(frozen=True, slots=True)
class Since:
    """Which days were corrected, and on which people only went on, in short."""

    corrected: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def corrected_since(ward: str, day: date, now: datetime) -> Since:
    """Of the days before this one, since the mails before this one's."""
    before = closes(day - timedelta(1))

    def since(one: date) -> datetime:
        return max(before, closes(one))

    first, last = day - LOOK_BACK, day - timedelta(1)
    return _since(ward, corrections(ward, first, last, since), now)


def _since(ward: str, found: Mapping[date, Corrected], now: datetime) -> Since:
    answered = _answered(ward, found)
    added = {day: one for day, one in found.items() if one.is_added}
    others = {day: one for day, one in found.items() if day not in added}
    return Since(
        corrected=tuple(in_short(others, answered, now)),
        added=tuple(in_short(added, answered, now)),
    )


def _answered(ward: str, found: Mapping[date, Corrected]) -> dict[date, int]:
    return responses_by_day(ward, min(found), max(found)) if found else {}


@dataclass(frozen=True, slots=True)
class PeriodCompleted:
    """Of a period: its days that are over and not complete, and what was corrected.
    `more`: so many days are not named. `expected`: those that a device is not heard
    after yet, as expected. `lost`: those of which something will not come, and nothing
    else is waited for; `why_lost`: what of them all is."""

    days: tuple[str, ...]
    more: int
    expected: tuple[str, ...]
    closing: str
    closes: str
    missing: tuple[str, ...]
    lost: tuple[str, ...]
    more_lost: int
    why_lost: tuple[str, ...]
    corrected: tuple[str, ...]
    more_corrected: int
    added: tuple[str, ...]
    goes_on: bool


def period_completed(
    ward: str, first: date, last: date, now: datetime
) -> PeriodCompleted:
    several = [first + timedelta(n) for n in range((last - first).days + 1)]
    days = days_of(ward, several, now, closes)
    open_ = [day for day, one in days.items() if one.missing and one.is_over]
    quiet = [day for day, one in days.items() if one.expected and not one.missing]
    lost = [
        day for day, one in days.items() if one.lost and one.is_over and not one.waits
    ]
    closing = [day for day, one in days.items() if one.state == OPEN and not one.waits]
    since = _since(ward, corrections(ward, first, last, closes), now)
    corrected = since.corrected
    missing = [one for day in open_ for one in days[day].lacks]
    why_lost = [one for day in lost for one in days[day].lost]
    return PeriodCompleted(
        days=tuple(short_date(day) for day in open_[-NAMED:]),
        more=max(0, len(open_) - NAMED),
        expected=tuple(short_date(day) for day in quiet[-NAMED:]),
        closing="".join(short_date(day) for day in closing[-1:]),
        closes="".join(when(closes(day), now) for day in closing[-1:]),
        missing=tuple(dict.fromkeys(missing)),
        lost=tuple(short_date(day) for day in lost[-NAMED:]),
        more_lost=max(0, len(lost) - NAMED),
        why_lost=tuple(dict.fromkeys(why_lost)),
        corrected=corrected[-NAMED:],
        more_corrected=max(0, len(corrected) - NAMED),
        added=since.added[-NAMED:],
        goes_on=any(one.state == TODAY for one in days.values()),
    )
