"""When is it morning?

By the hour that is set, on London's clock, each mail is there. So sending begins half
an hour before, and a mail that could not be sent is not worth sending five hours after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from central.summaries.times import LEAD, ZONE, closing_of

WORTH = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Morning:
    """One morning: the day that its mails show, between when they are sent, and by when
    they should be there."""

    day: date
    begins: datetime
    by: datetime
    until: datetime


def morning_of(today: date, hour: int) -> Morning:
    """The morning of this local day: it begins when yesterday closes."""
    yesterday = today - timedelta(1)
    begins = closing_of(yesterday, hour)
    by = begins + LEAD
    tomorrow = datetime.combine(today + timedelta(1), time(0), ZONE)
    until = min(by + WORTH, tomorrow.astimezone(UTC))
    return Morning(yesterday, begins, by, until)


def morning_at(now: datetime, hour: int) -> Morning | None:
    """The morning that it is; None before and after it."""
    morning = morning_of(now.astimezone(ZONE).date(), hour)
    return morning if morning.begins <= now < morning.until else None
