"""When may this ward send?

By the clock on the ward's wall, which is London's. On the night when an hour is
skipped, a ward that would open within it opens at its end; on the night when an hour
comes twice, the ward is open whenever the wall's clock says so, both times.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EVERY_DAY = frozenset(range(7))
# One day a week, and policy.py takes 40 holidays a year: two years of them in a row.
SEARCH_DAYS = 800

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `opens` until just before `closes`, on `days` (0 is Monday)."""

    opens: time = time(9)
    closes: time = time(20)
    days: frozenset[int] = EVERY_DAY
    on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """A stretch in which nothing is sent, in UTC."""

    since: datetime
    until: datetime


def is_open(moment: datetime, hours: Hours, holidays: Collection[date]) -> bool:
    local = _local(moment)
    is_day = _opens_on(local.date(), hours, holidays)
    return is_day and hours.opens <= local.time() < hours.closes


def next_open(moment: datetime, hours: Hours, holidays: Collection[date]) -> datetime:
    """The first moment from this one on at which the ward is open, in UTC."""
    moment = _local(moment).astimezone(UTC)
    if is_open(moment, hours, holidays):
        return moment
    day = _local(moment).date()
    for _ in range(SEARCH_DAYS):
        if _opens_on(day, hours, holidays):
            for start in _starts(day, hours):
                if start > moment and is_open(start, hours, holidays):
                    return start
        day += _DAY
    raise AssertionError("policy.py refuses hours that never open")


def next_day(moment: datetime) -> datetime:
    """London's next midnight, in UTC: a day's and a month's counts begin there."""
    day = _local(moment).date() + _DAY
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def spread(moment: datetime, span: tuple[timedelta, timedelta], key: str) -> datetime:
    """Somewhere in the span after this moment, in UTC; for one key always the same.
    Keys that differ are spread evenly."""
    low, high = span
    place = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    ticks = (high - low) // _TICK
    return _local(moment).astimezone(UTC) + low + (place * ticks >> 64) * _TICK


def longest_closed(
    hours: Hours, holidays: Collection[date], first: date, days: int
) -> Closed | None:
    """The longest time without an open moment that begins on one of these days."""
    all_closed = [
        Closed(closing, next_open(closing, hours, holidays))
        for day in (first + _DAY * n for n in range(days))
        if _opens_on(day, hours, holidays)
        for closing in [_utc(day, hours.closes, fold=1)]
    ]
    return max(all_closed, key=lambda one: one.until - one.since, default=None)


def _opens_on(day: date, hours: Hours, holidays: Collection[date]) -> bool:
    is_kept = hours.on_holidays or day not in holidays
    return day.weekday() in hours.days and is_kept


def _starts(day: date, hours: Hours) -> list[datetime]:
    """The moments at which this day may open, the earliest first: each time the wall's
    clock shows the opening time, and when it is changed (always at 01:00 UTC)."""
    opening = [_utc(day, hours.opens, fold) for fold in (0, 1)]
    change = datetime.combine(day, time(1), UTC)
    return sorted([*opening, change])


def _utc(day: date, clock: time, fold: int) -> datetime:
    # In UTC, or two moments of one zone would be compared by what the wall shows.
    local = datetime.combine(day, clock.replace(fold=fold), LONDON)
    return local.astimezone(UTC)


def _local(moment: datetime) -> datetime:
    assert moment.tzinfo is not None, "a moment without a zone is not one"
    return moment.astimezone(LONDON)
