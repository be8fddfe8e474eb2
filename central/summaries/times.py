"""When did this response begin, as far as anyone can know?

Tablet clocks lie. Central knows that a row was written between the last contact at
which the device's log did not have it yet, and its arrival. A device time outside that
is moved to the nearer end, and marked, unless it is out by no more than a batch can be
under way (docs/adr/0005).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.answer import utc_moment

ZONE = ZoneInfo("Europe/London")

# No answer is older than this project; a clock that says so has lost its battery.
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)

# A contact is noted when its batch arrives, and says how long the log was when it was
# packed. In slow Wi-Fi a minute lies between them (sync/connection.py waits 10 s to
# connect, then 30 s for a part to be sent, and 30 s for a reply): a tap of that minute
# is sound.
TOLERANCE = timedelta(minutes=2)

# A morning's mails begin to go so long before the hour by which each is there.
LEAD = timedelta(minutes=30)

_PARTS = ((6, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"))


@dataclass(frozen=True, slots=True)
class Began:
    at: datetime
    moved: bool

    @property
    def day(self) -> date:
        """The local day."""
        return self.at.astimezone(ZONE).date()

    @property
    def part(self) -> str:
        """morning, afternoon, evening or night: never the minute."""
        return part_of(self.at)


def begin_of(day: date) -> datetime:
    """The midnight with which it begins, in London."""
    return datetime.combine(day, time(0), ZONE)


def end_of(day: date) -> datetime:
    return begin_of(day + timedelta(1))


def closing_of(day: date, hour: int) -> datetime:
    """When a ward's day closes: its mails, which are there by this hour of the next
    morning, begin to go, and what comes later corrects them. An hour that the clocks
    skip is the moment at which they do; of one that comes twice the first counts."""
    by = datetime.combine(day + timedelta(1), time(hour), ZONE)
    return by.astimezone(UTC) - LEAD


def part_of(moment: datetime) -> str:
    hour = moment.astimezone(ZONE).hour
    return next((part for until, part in _PARTS if hour < until), "night")


def began(said: str, not_before: datetime | None, arrived: datetime) -> Began:
    """The device's time, within what central knows.

    Without an earlier contact nothing bounds it from below, except that an impossible
    time says nothing: then the arrival is all there is.
    """
    moment = utc_moment(said)
    if not_before is None and moment < EARLIEST:
        return Began(arrived, moved=True)
    if moment > arrived + TOLERANCE:
        return Began(arrived, moved=True)
    if not_before is not None and moment < not_before - TOLERANCE:
        return Began(not_before, moved=True)
    return Began(moment, moved=False)
