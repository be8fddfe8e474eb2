"""Which texts did we hand to the carrier, and what do we know of each?

    posting ──▶ taken (the carrier has it) ──▶ its statuses, never back
        │  └──▶ refused, or not done at all
        └────▶ unknown: no answer, or we died. It is asked after, never just repeated

A row is on the disk before the carrier is called. Its id goes with the text, and the
carrier says it back with each status.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.counts import day_of
from smsgateway.own_key import OwnKey
from smsgateway.people import migrations
from smsgateway.text import Status

POSTING, TAKEN, REFUSED, NOT_DONE, LOST = "posting taken refused not_done lost".split()
IN_DOUBT = "unknown"
INVITATION, ALERT = "invitation", "alert"

KEPT_FOR = timedelta(days=60)
_FREE = "('refused', 'not_done', 'lost')"  # what never went costs nothing
# As the index has it, or the whole table is read.
_IN_DOUBT = "state IN ('posting', 'unknown')"


@migrations()
def sends(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_sends (
            id       TEXT NOT NULL PRIMARY KEY,
            what     TEXT NOT NULL,
            of       TEXT NOT NULL,
            ward     TEXT NOT NULL,
            line     TEXT NOT NULL,
            box      BLOB NOT NULL,
            segments INTEGER NOT NULL,
            at       TEXT NOT NULL,
            day      TEXT NOT NULL,
            state    TEXT NOT NULL,
            sid      TEXT NOT NULL DEFAULT '',
            stage    INTEGER NOT NULL DEFAULT 0,
            said     TEXT NOT NULL DEFAULT '',
            error    INTEGER NOT NULL DEFAULT 0
        )
        """
    )
    db.execute(
        "CREATE INDEX sms_sends_doubt ON sms_sends (at) "
        "WHERE state IN ('posting', 'unknown')"
    )
    db.execute("CREATE INDEX sms_sends_day ON sms_sends (day, what, state)")
    db.execute("CREATE INDEX sms_sends_of ON sms_sends (of)")
    db.execute("CREATE INDEX sms_sends_sid ON sms_sends (sid) WHERE sid != ''")


@migrations()
def spent(db: Database) -> None:
    # All that the caps are counted by. They are asked before each text, and a trust's
    # month is 60,000 rows: so the sums are kept, by the rows themselves.
    db.execute(
        """
        CREATE TABLE sms_spent (
            day      TEXT NOT NULL,
            what     TEXT NOT NULL,
            ward     TEXT NOT NULL,
            segments INTEGER NOT NULL,
            PRIMARY KEY (day, what, ward)
        ) WITHOUT ROWID
        """
    )
    db.execute(
        "INSERT INTO sms_spent SELECT day, what, ward, sum(segments) FROM sms_sends "
        f"WHERE state NOT IN {_FREE} GROUP BY day, what, ward"
    )
    db.execute(
        "CREATE TRIGGER sms_spent_more AFTER INSERT ON sms_sends BEGIN "
        "INSERT INTO sms_spent VALUES (new.day, new.what, new.ward, new.segments) "
        "ON CONFLICT DO UPDATE SET segments = segments + new.segments; END"
    )
    db.execute(
        "CREATE TRIGGER sms_spent_changed AFTER UPDATE OF state ON sms_sends "
        f"WHEN (old.state IN {_FREE}) != (new.state IN {_FREE}) BEGIN "
        "UPDATE sms_spent SET segments = segments + iif("
        f"new.state IN {_FREE}, -new.segments, new.segments) "
        "WHERE day = new.day AND what = new.what AND ward = new.ward; END"
    )


@dataclass(frozen=True, slots=True)
class Send:
    """One try to send one text. The number is in `box` until its fate is known."""

    id: str
    what: str
    of: str
    ward: str
    line: str
    box: bytes = field(repr=False)
    segments: int
    at: datetime
    state: str
    sid: str
    stage: int
    error: int


_COLUMNS = "id, what, of, ward, line, box, segments, at, state, sid, stage, error"


class Outbox:
    """Written in the log's transactions."""

    def __init__(self, log: Log, key: OwnKey) -> None:
        self._log, self._key = log, key
        with log.transaction():
            migrations.apply(log.db)

    def post(
        self, what: str, of: str, ward: str, line: str, number: str, segments: int,
        now: datetime, day: str,
    ) -> str:  # fmt: skip
        """The id of a new row: the text is about to be handed over."""
        name = secrets.token_hex(16)
        self._write(
            "INSERT INTO sms_sends (id, what, of, ward, line, box, segments, at, day, "
            "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'posting')",
            *(name, what, of, ward, line, self._key.lock(number, _place(name))),
            *(segments, utc_text(now), day),
        )
        return name

    def get(self, send: str) -> Send | None:
        rows = self._rows(f"SELECT {_COLUMNS} FROM sms_sends WHERE id = ?", send)
        return _send(rows[0]) if rows else None

    def number(self, send: Send) -> str:
        """WrongKey when our key does not open it."""
        return self._key.unlock(send.box, _place(send.id))

    def taken(self, send: str, sid: str) -> bool:
        """The carrier has it, under this name; False when that was known."""
        return self._write(
            "UPDATE sms_sends SET state = 'taken', sid = ?, box = x'' "
            "WHERE id = ? AND state IN ('posting', 'unknown', 'lost')",
            *(sid, send),
        )

    def over(self, send: str, state: str, error: int = 0) -> bool:
        """It did not go: REFUSED, NOT_DONE, or LOST (asked after, and not there)."""
        return self._write(
            "UPDATE sms_sends SET state = ?, error = ?, box = x'' "
            "WHERE id = ? AND state IN ('posting', 'unknown')",
            *(state, error, send),
        )

    def doubt(self, send: str) -> None:
        self._write(
            "UPDATE sms_sends SET state = 'unknown' WHERE id = ? AND state = 'posting'",
            send,
        )

    def status(self, status: Status) -> bool:
        """Whether this says more than was known. It never goes back: of two ends the
        first one stands."""
        return self._write(
            "UPDATE sms_sends SET stage = ?, said = ?, error = ? "
            "WHERE id = ? AND stage < ? AND stage < 3",
            *(status.stage, status.said, status.error, status.own, status.stage),
        )

    def is_newest(self, send: Send) -> bool:
        """Whether no later try of the same text was made."""
        later = self._rows(
            "SELECT 1 FROM sms_sends WHERE of = ? AND what = ? AND rowid > "
            "(SELECT rowid FROM sms_sends WHERE id = ?)",
            *(send.of, send.what, send.id),
        )
        return not later

    def knows(self, sid: str) -> bool:
        return bool(self._rows("SELECT 1 FROM sms_sends WHERE sid = ?", sid))

    def in_doubt(self, before: datetime, what: str) -> list[Send]:
        """Those of which nothing is known since then, the oldest first."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM sms_sends "
            f"WHERE {_IN_DOUBT} AND state = 'unknown' AND at <= ? AND what = ? "
            "ORDER BY at LIMIT 50",
            *(utc_text(before), what),
        )
        return [_send(row) for row in rows]

    def many_lost(self, of: str) -> int:
        """How often this alert was tried, and the carrier has it not."""
        rows = self._rows(
            "SELECT count(*) FROM sms_sends WHERE of = ? AND what = ? AND state = ?",
            *(of, ALERT, LOST),
        )
        return int(rows[0][0])

    def left_posting(self) -> list[Send]:
        """What we were about to hand over when we died."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM sms_sends WHERE {_IN_DOUBT} AND state = 'posting'"
        )
        return [_send(row) for row in rows]

    # ── what it has cost ─────────────────────────────────────────────────────

    def segments_on(self, day: str, what: str) -> dict[str, int]:
        """By ward, what was sent or may have been on this local day."""
        rows = self._rows(
            "SELECT ward, segments FROM sms_spent "
            "WHERE day = ? AND what = ? AND segments > 0",
            *(day, what),
        )
        return dict(rows)

    def many_on(self, day: str, what: str) -> int:
        """How many were sent or may have been on this local day."""
        rows = self._rows(
            "SELECT count(*) FROM sms_sends WHERE day = ? AND what = ? "
            "AND state NOT IN ('refused', 'not_done')",
            *(day, what),
        )
        return int(rows[0][0])

    def segments_in(self, month: str, what: str) -> int:
        """All that was sent or may have been in this month, as 2026-11."""
        rows = self._rows(
            "SELECT coalesce(sum(segments), 0) FROM sms_spent "
            "WHERE day >= ? AND day < ? AND what = ?",
            *(f"{month}-01", f"{month}-32", what),
        )
        return int(rows[0][0])

    def many_in_doubt(self) -> int:
        sql = f"SELECT count(*) FROM sms_sends WHERE {_IN_DOUBT}"
        return int(self._rows(sql)[0][0])

    def purge(self, now: datetime) -> None:
        day = day_of(now - KEPT_FOR)
        self._write(
            f"DELETE FROM sms_sends WHERE day < ? AND NOT {_IN_DOUBT}",
            day,
        )
        self._write("DELETE FROM sms_spent WHERE day < ?", day)

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._log.db.conn.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0


def _send(row: Sequence[Any]) -> Send:
    values = list(row)
    values[7] = utc_moment(values[7])
    return Send(*values)


def _place(send: str) -> str:
    return f"send {send}"
