"""Which days are a week, a month, or the time before this one?

Calendar only: no clock and no database. A period is its first and its last day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST = date(2020, 3, 30)  # the week in which the national question began
DAYS_MOST = 1_100  # three years: a chart of more is no picture any more
HALF_YEAR_WEEKS = 26

WEEK, MONTH, CHOSEN = "week", "month", "chosen"


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def kind(self) -> str:
        if self == week_of(self.first):
            return WEEK
        return MONTH if self == month_of(self.first) else CHOSEN

    @property
    def name(self) -> str:
        """November 2026; 16 to 22 November 2026; 30 December 2026 to 5 January 2027"""
        if self.kind == MONTH:
            return f"{self.first:%B %Y}"
        end = f"{self.last.day} {self.last:%B %Y}"
        if self.days == 1:
            return end
        begin = f"{self.first.day}"
        if (self.first.year, self.first.month) != (self.last.year, self.last.month):
            begin += f" {self.first:%B}"
        if self.first.year != self.last.year:
            begin += f" {self.first.year}"
        return f"{begin} to {end}"

    @property
    def previous(self) -> Period:
        """The month before a month; before all else as many days."""
        before = self.first - timedelta(1)
        if self.kind == MONTH:
            return month_of(before)
        return Period(self.first - timedelta(self.days), before)

    @property
    def next(self) -> Period:
        after = self.last + timedelta(1)
        if self.kind == MONTH:
            return month_of(after)
        return Period(after, self.last + timedelta(self.days))

    def is_shown(self, today: date) -> bool:
        """Whether there is a page of it: it has begun, is not too long, and does not
        reach further than this week and this month do."""
        latest = max(week_of(today).last, month_of(today).last)
        begun = EARLIEST <= self.first <= min(self.last, today)
        return begun and self.last <= latest and self.days <= DAYS_MOST


def week_of(day: date) -> Period:
    """Monday to Sunday."""
    monday = day - timedelta(day.weekday())
    return Period(monday, monday + timedelta(6))


def month_of(day: date) -> Period:
    last = monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def half_year_to(day: date) -> Period:
    """The weeks that make a chart, and end with this day's."""
    end = week_of(day).last
    return Period(max(EARLIEST, end - timedelta(7 * HALF_YEAR_WEEKS - 1)), end)
