"""When is it morning?

By the hour that is set, on London's clock, each mail is there. So sending begins half
an hour before, and a mail that could not be sent is not worth sending five hours after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from central.summaries.times import ZONE

LEAD = timedelta(minutes=30)
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
    """The morning of this local day. An hour that the clocks skip is the moment at
    which they do; of an hour that comes twice the first counts."""
    by = datetime.combine(today, time(hour), ZONE).astimezone(UTC)
    tomorrow = datetime.combine(today + timedelta(1), time(0), ZONE)
    until = min(by + WORTH, tomorrow.astimezone(UTC))
    return Morning(today - timedelta(1), by - LEAD, by, until)


def morning_at(now: datetime, hour: int) -> Morning | None:
    """The morning that it is; None before and after it."""
    morning = morning_of(now.astimezone(ZONE).date(), hour)
    return morning if morning.begins <= now < morning.until else None


def closing_of(day: date, hour: int) -> datetime:
    """When the mails of this day begin to go: what comes later corrects them."""
    return morning_of(day + timedelta(1), hour).begins
