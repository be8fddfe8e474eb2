"""Would this file bring a day or a month near what may be sent, or past it?

By what is planned for each day already, and what the file adds to it. Reminders are not
counted: who will need one is not known. Nor is what a full day leaves for the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from feedback.answer import utc_moment
from feedback.log import Log
from smsgateway.asking.desk import Asking
from smsgateway.asking.invitation import Planned
from smsgateway.asking.request import Request
from smsgateway.asking.wording import Due
from smsgateway.counts import day_of
from smsgateway.segments import segments

DAYS_NAMED = 10
_DAY_OVER = "; what does not fit waits for the next days, and is dropped when too old"
_MONTH_OVER = "; what there is no money for is not sent"


@dataclass(frozen=True, slots=True)
class Load:
    """Segments by local day: of the file alone, and with all that goes out anyway."""

    added: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)


def forecast(
    log: Log, asking: Asking, requests: Iterable[Request], now: datetime
) -> list[str]:
    """In a clerk's words, or nothing where there is room for all."""
    load = _load(log, asking, requests, now)
    said = [*_of_days(asking, load), *_of_months(asking, load, now)]
    return ["With this file, and without reminders:", *said] if said else []


def _load(log: Log, asking: Asking, requests: Iterable[Request], now: datetime) -> Load:
    load, costs = Load(), _Costs(asking)
    today = day_of(now)
    sent, _ = asking.asker.used(today)
    load.all[today] += sent
    for hour, due, many in _waiting_by_hour(log):
        load.all[max(day_of(utc_moment(hour)), today)] += costs.of(due) * many
    for request in requests:
        for one in asking.asker.texts_of(request):
            if one.valid_to >= now and not _is_known(log, one):
                due = Due(one.kind, one.ward, one.language, one.survey)
                load.added[day_of(max(one.due, now))] += costs.of(due)
    load.all.update(load.added)
    return load


_READY = "batch NOT IN (SELECT id FROM sms_batches)"


def _waiting_by_hour(log: Log) -> Iterator[tuple[str, Due, int]]:
    """The beginning of an hour, what is to go out from then on, and how many of it."""
    rows = log.db.conn.execute(
        "SELECT substr(after, 1, 13) || ':00:00.000Z', kind, ward, language, survey, "
        f"count(*) FROM sms_invitations WHERE state = 'waiting' AND {_READY} "
        "GROUP BY 1, 2, 3, 4, 5"
    )
    for hour, *due, many in rows:
        yield hour, Due(*due), many


def _is_known(log: Log, one: Planned) -> bool:
    found = log.db.conn.execute(
        "SELECT 1 FROM sms_invitations WHERE person = ? AND episode = ? AND kind = ? "
        f"AND {_READY}",
        (one.person, one.episode, one.kind),
    )
    return found.fetchone() is not None


class _Costs:
    """What a text costs, in segments: there are few kinds, and many of each."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._known: dict[Due, int] = {}

    def of(self, due: Due) -> int:
        if due not in self._known:
            self._known[due] = segments(self._asking.words_of(due))
        return self._known[due]


def _of_days(asking: Asking, load: Load) -> Iterator[str]:
    policy = asking.asker.policy
    most = policy.daily_segments
    found = [
        f"  {date.fromisoformat(day):%A %d %B %Y}: {load.all[day]:,} of "
        f"{most:,} segments a day{_part(load.all[day], most, _DAY_OVER)}"
        for day in sorted(load.added)
        if load.all[day] >= most * policy.warn_at
    ]
    yield from found[:DAYS_NAMED]
    rest = len(found) - DAYS_NAMED
    if rest > 0:
        yield f"  and {rest} more {'day' if rest == 1 else 'days'}"


def _of_months(asking: Asking, load: Load, now: datetime) -> Iterator[str]:
    policy, today = asking.asker.policy, day_of(now)
    sent_today, spent = asking.asker.used(today)
    pence: dict[str, Decimal] = {today[:7]: spent - sent_today * policy.segment_pence}
    for day, many in load.all.items():
        before = pence.get(day[:7], Decimal(0))
        pence[day[:7]] = before + many * policy.segment_pence
    most = Decimal(policy.month_pence)
    for month in sorted({day[:7] for day in load.added}):
        if pence[month] >= most * Decimal(str(policy.warn_at)):
            yield (
                f"  {date.fromisoformat(f'{month}-01'):%B %Y}: "
                f"£{pence[month] / 100:,.2f} of £{most / 100:,.2f} a month"
                f"{_part(pence[month], most, _MONTH_OVER)}"
            )


def _part(used: Decimal | int, most: Decimal | int, over: str) -> str:
    in_100 = f" ({int(used * 100 / most)} in 100)" if most else ""
    return f"{in_100}{over if used > most else ''}"
