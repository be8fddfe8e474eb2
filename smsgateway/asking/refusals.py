"""Whom did we not ask, and why?

Each one by itself: when, which ward, which text, for what reason, and the row of the
clerk's file that asked for it. Nothing here stands for a person: no number, and no name
for one. What a file leads to counts only once the whole file is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.asking.book import READY, REMEMBERED_FOR
from smsgateway.asking.invitation import Invitation
from smsgateway.counts import HERE_ONLY, Counts, day_of
from smsgateway.people import migrations

COUNTED_TO = 10_000  # beyond that nobody turns the pages


@migrations()
def refusals(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_refusals (
            id         INTEGER PRIMARY KEY,
            batch      TEXT NOT NULL,
            at         TEXT NOT NULL,
            day        TEXT NOT NULL,
            ward       TEXT NOT NULL,
            kind       TEXT NOT NULL,
            survey     TEXT NOT NULL,
            why        TEXT NOT NULL,
            waited_for TEXT NOT NULL,
            row        INTEGER NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX sms_refusals_day ON sms_refusals (day)")
    db.execute("CREATE INDEX sms_refusals_batch ON sms_refusals (batch)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """`kind` and `survey` as of an invitation; `kind` is empty where a row of a file
    was left out before any text was planned. `waited_for`: of what came too late, what
    it had waited for. `row`: of the clerk's file, or 0 where it came by POST."""

    at: datetime
    ward: str
    why: str
    kind: str = ""
    survey: str = ""
    waited_for: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of them; what is empty leaves the choice open. `day`: the local one."""

    day: str = ""
    ward: str = ""
    why: str = ""


def refusal_of(one: Invitation, why: str, now: datetime) -> Refusal:
    waited_for = one.waits_for if one.state == "waiting" else ""
    return Refusal(now, one.ward, why, one.kind, one.survey, waited_for, one.row)


class Refusals:
    """Written in the log's transactions."""

    def __init__(self, log: Log, counts: Counts) -> None:
        self._log, self._counts = log, counts
        with log.transaction():
            migrations.apply(log.db)

    def add(self, refusal: Refusal) -> None:
        self._counts.add(refusal.ward, f"{HERE_ONLY}{refusal.why}", refusal.at)
        self.stage("", [refusal])

    def stage(self, batch: str, refusals: Iterable[Refusal]) -> None:
        """Of a file that is not whole yet."""
        self._log.db.conn.executemany(
            "INSERT INTO sms_refusals (batch, at, day, ward, kind, survey, why, "
            "waited_for, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(batch, utc_text(one.at), day_of(one.at), one.ward, one.kind),
                    *(one.survey, one.why, one.waited_for, one.row),
                )
                for one in refusals
            ),
        )

    def release(self, batch: str) -> None:
        """The file is whole: they count."""
        self._write(
            "INSERT INTO sms_days (day, ward, what, count) "
            "SELECT day, ward, ? || why, count(*) FROM sms_refusals WHERE batch = ? "
            "GROUP BY day, ward, why ON CONFLICT (day, ward, what) "
            "DO UPDATE SET count = count + excluded.count",
            *(HERE_ONLY, batch),
        )

    def drop(self, batch: str) -> None:
        self._write("DELETE FROM sms_refusals WHERE batch = ?", batch)

    # ── read ─────────────────────────────────────────────────────────────────

    def listed(
        self, choice: Choice, first: int = 0, most: int = -1
    ) -> Iterator[Refusal]:
        """The newest first; `first` of them are left out, and no more than `most`
        given."""
        where, values = _where(choice)
        rows = self._rows(
            "SELECT at, ward, why, kind, survey, waited_for, row FROM sms_refusals "
            f"{where} ORDER BY day DESC, id DESC LIMIT ? OFFSET ?",
            *(*values, most, first),
        )
        return (Refusal(utc_moment(at), *rest) for at, *rest in rows)

    def many(self, choice: Choice) -> int:
        """How many there are, or COUNTED_TO where there are more."""
        where, values = _where(choice)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM sms_refusals {where} LIMIT ?)"
        return int(self._rows(sql, *values, COUNTED_TO)[0][0])

    def purge(self, now: datetime) -> None:
        """Delete what has had its time, as the invitations have theirs."""
        # By the day, which the index has: so one a day longer than an invitation.
        old = day_of(now - REMEMBERED_FOR - timedelta(days=1))
        self._write("DELETE FROM sms_refusals WHERE day < ?", old)

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._log.db.conn.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0


def _where(choice: Choice) -> tuple[str, list[str]]:
    given = {"day": choice.day, "ward": choice.ward, "why": choice.why}
    asked = {name: value for name, value in given.items() if value}
    terms = [READY, *(f"{name} = ?" for name in asked)]
    return f"WHERE {' AND '.join(terms)}", [*asked.values()]
