"""What must staff be told by text, now?

Central asks for it, by an id of its own, so that asking twice tells once. It goes out
before any invitation, at any hour, within its own cap, and is worth nothing an hour
later. Number and words are locked, and gone when it has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from feedback.answer import utc_text
from feedback.log import Log
from smsgateway.own_key import OwnKey
from smsgateway.people import migrations

VALID_FOR = timedelta(hours=1)
KEPT_FOR = timedelta(days=30)
WORDS_CHARS = 320


@migrations()
def alerts(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_alerts (
            id       TEXT NOT NULL PRIMARY KEY,
            at       TEXT NOT NULL,
            ward     TEXT NOT NULL,
            number   BLOB NOT NULL,
            words    BLOB NOT NULL,
            after    TEXT NOT NULL,
            valid_to TEXT NOT NULL,
            state    TEXT NOT NULL DEFAULT 'waiting',
            why      TEXT NOT NULL DEFAULT ''
        )
        """
    )
    db.execute(
        "CREATE INDEX sms_alerts_next ON sms_alerts (after) WHERE state = 'waiting'"
    )


@dataclass(frozen=True, slots=True)
class Alert:
    id: str
    ward: str
    to: str = field(repr=False)
    words: str = field(repr=False)


class Alerts:
    """Written in the log's transactions."""

    def __init__(self, log: Log, key: OwnKey) -> None:
        self._log, self._key = log, key
        with log.transaction():
            migrations.apply(log.db)

    def add(self, alert: Alert, now: datetime) -> bool:
        """False when one of this id was asked for before: it stands as it was."""
        return self._write(
            "INSERT INTO sms_alerts (id, at, ward, number, words, after, valid_to) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            *(alert.id, utc_text(now), alert.ward),
            self._key.lock(alert.to, f"alert {alert.id} number"),
            self._key.lock(alert.words, f"alert {alert.id} words"),
            *(utc_text(now), utc_text(now + VALID_FOR)),
        )

    def next(self, now: datetime) -> Alert | None:
        """The one that has waited longest; WrongKey when our key does not open one."""
        rows = self._rows(
            "SELECT id, ward, number, words FROM sms_alerts "
            "WHERE state = 'waiting' AND after <= ? ORDER BY at LIMIT 1",
            utc_text(now),
        )
        if not rows:
            return None
        name, ward, number, words = rows[0]
        return Alert(
            name,
            ward,
            self._key.unlock(number, f"alert {name} number"),
            self._key.unlock(words, f"alert {name} words"),
        )

    def sending(self, alert: str) -> None:
        self._write("UPDATE sms_alerts SET state = 'sending' WHERE id = ?", alert)

    def wait(self, alert: str, until: datetime) -> None:
        self._write(
            "UPDATE sms_alerts SET state = 'waiting', after = ? "
            "WHERE id = ? AND state = 'sending'",
            *(utc_text(until), alert),
        )

    def end(self, alert: str, why: str) -> bool:
        return self._write(
            "UPDATE sms_alerts SET state = 'ended', why = ?, number = x'', "
            "words = x'' WHERE id = ? AND state != 'ended'",
            *(why, alert),
        )

    def not_arrived(self, alert: str, why: str) -> None:
        """It had gone, and the carrier says now that it did not arrive."""
        self._write("UPDATE sms_alerts SET why = ? WHERE id = ?", why, alert)

    def waiting(self) -> list[tuple[str, str]]:
        """The id and the ward of each."""
        return self._rows("SELECT id, ward FROM sms_alerts WHERE state = 'waiting'")

    def too_old(self, now: datetime) -> list[tuple[str, str]]:
        """Those of them that are worth nothing any more."""
        return self._rows(
            "SELECT id, ward FROM sms_alerts WHERE state = 'waiting' AND valid_to < ?",
            utc_text(now),
        )

    def knows(self, alert: str) -> bool:
        return bool(self._rows("SELECT 1 FROM sms_alerts WHERE id = ?", alert))

    def purge(self, now: datetime) -> None:
        self._write(
            "DELETE FROM sms_alerts WHERE state = 'ended' AND at < ?",
            utc_text(now - KEPT_FOR),
        )

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._log.db.conn.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0
