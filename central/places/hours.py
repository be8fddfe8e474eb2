"""When is a ward open, and for how much of a silence was it shut?

A day unit whose tablet is switched off at night is not missed in the morning. A ward
without hours is always open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
             "Sunday")  # fmt: skip
LOOK_BACK = timedelta(days=60)  # a longer silence is one, whatever the hours


@dataclass(frozen=True, slots=True)
class Hours:
    """`days`: 0 is Monday. `opens` and `closes` are both there, or neither: then the
    ward is open all day on these days."""

    days: tuple[int, ...] = tuple(range(7))
    opens: time | None = None
    closes: time | None = None

    @property
    def is_always(self) -> bool:
        return len(self.days) == len(DAYS) and self.opens is None


def hours_of(days: str, opens: time | None, closes: time | None) -> Hours:
    """From the words of a ward's row; no day named means every day."""
    named = tuple(at for at, day in enumerate(DAYS) if day in days.split())
    return Hours(named or Hours().days, opens, closes)


def hours_words(hours: Hours) -> str:
    """Monday to Friday, 08:00 to 18:00"""
    if hours.is_always:
        return "always open"
    times = "all day"
    if hours.opens and hours.closes:
        times = f"{hours.opens:%H:%M} to {hours.closes:%H:%M}"
    return f"{_days_words(hours.days)}, {times}"


def _days_words(days: Sequence[int]) -> str:
    if len(days) == len(DAYS):
        return "every day"
    first, last = days[0], days[-1]
    if len(days) > 2 and tuple(days) == tuple(range(first, last + 1)):
        return f"{DAY_NAMES[first]} to {DAY_NAMES[last]}"
    return ", ".join(DAY_NAMES[day] for day in days)


def shut_between(
    several: Sequence[Hours], first: datetime, last: datetime, zone: ZoneInfo
) -> timedelta:
    """For how long, between two moments, none of these wards was open."""
    if not several or any(hours.is_always for hours in several) or last <= first:
        return timedelta(0)
    first = max(first, last - LOOK_BACK)
    spans = sorted(
        (max(opened, first), min(shut, last))
        for hours in several
        for opened, shut in _open_spans(hours, first, last, zone)
        if opened < last and shut > first
    )
    return last - first - _union(spans)


def _open_spans(
    hours: Hours, first: datetime, last: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    spans = []
    day = first.astimezone(zone).date()
    while day <= last.astimezone(zone).date():
        if day.weekday() in hours.days:
            midnight = datetime.combine(day, time(0), zone)
            opened = datetime.combine(day, hours.opens or time(0), zone)
            shut = midnight + timedelta(days=1)  # the next local midnight
            if hours.closes:
                shut = datetime.combine(day, hours.closes, zone)
            spans.append(
                (opened.astimezone(first.tzinfo), shut.astimezone(first.tzinfo))
            )
        day += timedelta(days=1)
    return spans


def _union(spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """How long they last together; what overlaps counts once. In order."""
    total, until = timedelta(0), None
    for opened, shut in spans:
        begins = opened if until is None else max(opened, until)
        if shut > begins:
            total += shut - begins
        until = shut if until is None else max(until, shut)
    return total
