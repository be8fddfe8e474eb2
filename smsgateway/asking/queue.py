"""What waits to be sent, and what for?

Of what may not go yet, it was written down when it was last looked at. Where its time
has come the ward as a whole waits: for its hours, for its share of the day, for the
carrier, or for its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.asking.asker import Asker
from smsgateway.asking.book import READY
from smsgateway.asking.hours import next_day, next_open
from smsgateway.asking.outbox import INVITATION
from smsgateway.asking.reasons import BUSY, NEXT, SPREAD
from smsgateway.asking.rules import (
    BANK_HOLIDAY,
    CLOSED_DAY,
    DAILY_CAP,
    MONTH_CAP,
    NOT_DUE,
    QUIET_HOURS,
    why_closed,
)
from smsgateway.counts import day_of

_CLOSED = (QUIET_HOURS, CLOSED_DAY, BANK_HOLIDAY)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Invitations of one ward that wait for one reason. `until`: not before that may
    the first of them go."""

    ward: str
    why: str
    count: int
    until: datetime


def waiting(log: Log, asker: Asker, now: datetime) -> list[Waiting]:
    """By ward and reason."""
    found: dict[tuple[str, str], Waiting] = {}
    for one in _each(log, asker, now):
        had = found.get((one.ward, one.why))
        if had is not None:
            many, until = had.count + one.count, min(had.until, one.until)
            one = Waiting(one.ward, one.why, many, until)
        found[one.ward, one.why] = one
    return sorted(found.values(), key=lambda one: (one.ward, one.until))


def _each(log: Log, asker: Asker, now: datetime) -> Iterator[Waiting]:
    rows = _rows(log, now)
    busy = [row[4] for row in rows if row[1] == BUSY and not row[2]]
    busy_until = utc_moment(min(busy)) if busy else now
    wards = _Wards(asker, busy_until, now)
    for ward, why, is_due, count, after, opening in rows:
        until = utc_moment(after)
        if is_due:
            why, until = wards.hindrance(ward)
        elif why in _CLOSED:
            why = wards.closed_until(ward, opening, why)
        yield Waiting(ward, why, count, until)


def _rows(log: Log, now: datetime) -> list[tuple[str, str, bool, int, str, str]]:
    """Ward, reason, whether its time has come, how many, when the first one's comes;
    and of those that wait for the ward to open, when it does."""
    return log.db.conn.execute(
        "SELECT ward, iif(spread_from BETWEEN '!' AND ?1, ?2, waits_for) AS what_for, "
        "after <= ?1 AS is_due, count(*), min(after), "
        "iif(waits_for IN (?3, ?4, ?5), spread_from, '') AS opening "
        f"FROM sms_invitations WHERE state = 'waiting' AND {READY} "
        "GROUP BY ward, what_for, is_due, opening",
        (utc_text(now), SPREAD, *_CLOSED),
    ).fetchall()


class _Wards:
    """What holds up a whole ward at this moment."""

    def __init__(self, asker: Asker, busy_until: datetime, now: datetime) -> None:
        day = day_of(now)
        self._policy, self._now, self._busy_until = asker.policy, now, busy_until
        self._sent = asker.outbox.segments_on(day, INVITATION)
        self._shares, self._budget = asker.shares(self._sent, now), asker.budget(day)

    def closed(self, ward: str) -> str:
        """Why the ward sends nothing now; nothing while it may."""
        return why_closed(self._now, ward, self._policy) if self._shut(ward) else ""

    def closed_until(self, ward: str, opening: str, why: str) -> str:
        """Of one that waits for this opening (a UTC text, or empty: the next one): it
        is the closed ward that it waits for only when no other opening comes before."""
        if opening and utc_moment(opening) != self._opening(ward, self._now):
            return NOT_DUE
        return self.closed(ward) or why

    def hindrance(self, ward: str) -> tuple[str, datetime]:
        """What what has had its time still waits for, and until when at least."""
        tomorrow = self._opening(ward, next_day(self._now))
        sent, share = self._sent.get(ward, 0), self._shares.get(ward, 0)
        if why := self.closed(ward):
            return why, self._opening(ward, self._now)
        if self._budget.month_left_pence <= 0:
            return MONTH_CAP, tomorrow
        if self._budget.day_left <= 0 or sent >= share:
            return DAILY_CAP, tomorrow
        if self._busy_until > self._now:
            return BUSY, self._busy_until
        return NEXT, self._now

    def _shut(self, ward: str) -> bool:
        return self._opening(ward, self._now) > self._now

    def _opening(self, ward: str, moment: datetime) -> datetime:
        return next_open(moment, self._policy.hours_of(ward), self._policy.holidays)
