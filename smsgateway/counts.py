"""How many texts, on which ward and day?

Figures for central and for whoever keeps the service running: never a word, a number
or an id. A day on which the gateway was not there has no figures, which is not the
same as none: its row of a day is made while it runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from feedback.answer import utc_moment
from feedback.log import Log
from smsgateway.people import migrations
from smsgateway.talk import Row

LONDON = ZoneInfo("Europe/London")
TEXTS, BEGUN, FINISHED, OPTED_OUT = "texts", "begun", "finished", "opted_out"
DELIVERED, UNDELIVERED = "delivered", "undelivered"  # of our replies
COUNTED = (TEXTS, BEGUN, FINISHED, OPTED_OUT, DELIVERED, UNDELIVERED)
LOST = "lost"
# Of those whom we ask.
ASKED, ASKED_DELIVERED, ASKED_ANSWERED = "asked", "asked_delivered", "asked_answered"
ASKED_OPTED_OUT = "asked_opted_out"
# What travels, in the order in which it does; central shows none of the last ones.
UNSHOWN = (DELIVERED, ASKED_DELIVERED, ASKED_OPTED_OUT)
TRAVELLING = (
    *(TEXTS, BEGUN, ASKED, FINISHED, ASKED_ANSWERED, OPTED_OUT, UNDELIVERED, LOST),
    *UNSHOWN,
)
# What begins so says why people were not asked. It is shown here, and does not travel.
HERE_ONLY = "refused "
DAYS = 3  # that are told
# The agent takes 15,000, and central keeps 20,000 of all that a device says of itself.
STATUS_CHARS = 14_500

Wards = dict[str, dict[str, int]]  # ward, what
Days = dict[str, Wards]


@migrations()
def days_of_texts(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_days (
            day   TEXT NOT NULL,
            ward  TEXT NOT NULL,
            what  TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (day, ward, what)
        ) WITHOUT ROWID
        """
    )


def day_of(moment: datetime) -> str:
    """The local day, as central's pages have it."""
    return moment.astimezone(LONDON).date().isoformat()


class Counts:
    """The gateway's table of figures, written in the transactions of the texts."""

    def __init__(self, log: Log) -> None:
        self._log = log
        with log.transaction():
            migrations.apply(log.db)

    def add(self, ward: str, what: str, at: datetime) -> None:
        self._log.db.conn.execute(
            "INSERT INTO sms_days (day, ward, what, count) VALUES (?, ?, ?, 1) "
            "ON CONFLICT (day, ward, what) DO UPDATE SET count = count + 1",
            (day_of(at), ward, what),
        )

    def rows(self, ward: str, rows: Sequence[Row], begins: bool, at: datetime) -> None:
        """What one turn's rows mean. `begins`: they are the first of their response."""
        if begins and rows:
            self.add(ward, BEGUN, at)
        if any(row.question == "_end" and row.value == "finished" for row in rows):
            self.add(ward, FINISHED, at)

    def open_day(
        self, wards: Iterable[str], now: datetime, also: Iterable[str] = ()
    ) -> None:
        """The gateway is there today: from now on nothing counted means none. `also`:
        what it counts beside the texts that come in."""
        counted = (*COUNTED, *also)
        self._log.db.conn.executemany(
            "INSERT INTO sms_days (day, ward, what, count) VALUES (?, ?, ?, 0) "
            "ON CONFLICT (day, ward, what) DO NOTHING",
            [(day_of(now), ward, what) for ward in set(wards) for what in counted],
        )

    def days(self, many: int = DAYS) -> Days:
        """The last days that have figures, the oldest first."""
        rows = self._log.db.conn.execute(
            "SELECT day, ward, what, count FROM sms_days WHERE day IN "
            "(SELECT DISTINCT day FROM sms_days ORDER BY day DESC LIMIT ?) "
            "ORDER BY day, ward",
            (many,),
        )
        found: Days = {}
        for day, ward, what, count in rows:
            found.setdefault(day, {}).setdefault(ward, {})[what] = count
        return found


def with_lost(days: Days, lost: Iterable[tuple[str, str, str]], known_to: str) -> Days:
    """The same figures with the lost texts, as far as they are known: up to the day
    of the last comparison with the carrier that succeeded (a UTC text, or "")."""
    known_day = day_of(utc_moment(known_to)) if known_to else ""
    lost_on: dict[tuple[str, str], int] = {}
    for at, _why, ward in lost:
        key = (day_of(utc_moment(at)), ward)
        lost_on[key] = lost_on.get(key, 0) + 1
    return {
        day: {ward: {**what, **_lost(day, ward, lost_on, known_day)}
              for ward, what in wards.items()}
        for day, wards in days.items()
    }  # fmt: skip


def _lost(
    day: str, ward: str, lost_on: Mapping[tuple[str, str], int], known_day: str
) -> dict[str, int]:
    count = lost_on.get((day, ward), 0)
    return {LOST: count} if count or day <= known_day else {}


def told(days: Days, rest: Mapping[str, object]) -> str:
    """The note for the agent, with as much of the days as fits, the newest first. Of
    each day `of` names what is counted, and `wards` says how many, in that order;
    zeros at the end are left out, and null is what is not known of that ward."""
    for kept in _less_and_less(days):
        said = {day: _in_columns(wards) for day, wards in kept.items()}
        note = json.dumps({**rest, "days": said}, separators=(",", ":"))
        if len(note) <= STATUS_CHARS:
            break
    return note


def _less_and_less(days: Days) -> Iterator[Days]:
    """Central shows today, and of a large trust there is room for little more."""
    newest_first = sorted(days, reverse=True)
    for many in range(len(days), 0, -1):
        yield {day: days[day] for day in sorted(newest_first[:many])}
    today = {day: _without_unshown(days[day]) for day in newest_first[:1]}
    yield today
    yield {day: _with_any(wards) for day, wards in today.items()}
    yield {}


def _without_unshown(wards: Wards) -> Wards:
    return {
        ward: {what: count for what, count in said.items() if what not in UNSHOWN}
        for ward, said in wards.items()
    }


def _with_any(wards: Wards) -> Wards:
    return {ward: said for ward, said in wards.items() if any(said.values())}


def _in_columns(wards: Wards) -> dict[str, object]:
    found = {what for said in wards.values() for what in said}
    names = [name for name in TRAVELLING if name in found]
    counted = {
        ward: _column(names, said)
        for ward, said in wards.items()
        if not said.keys().isdisjoint(names)
    }
    return {"of": names, "wards": counted}


def _column(names: Sequence[str], said: Mapping[str, int]) -> list[int | None]:
    counts = [said.get(name) for name in names]
    while counts and counts[-1] == 0:
        counts.pop()
    return counts
