"""Whom do we never ask?

Who has died, and whoever else somebody put on the list; and numbers that cannot be
reached. Kept for good, as the opt-outs' names for numbers: no number is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from feedback.answer import utc_text
from feedback.log import Log
from smsgateway.opt_outs import Names
from smsgateway.people import migrations


@migrations()
def exclusions(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_exclusions (
            person TEXT NOT NULL PRIMARY KEY,
            reason TEXT NOT NULL,
            at     TEXT NOT NULL,
            who    TEXT NOT NULL
        )
        """
    )
    # Numbers that cannot be reached: the carrier's own word, for good.
    db.execute(
        """
        CREATE TABLE sms_unreachable (
            person TEXT NOT NULL PRIMARY KEY,
            error  INTEGER NOT NULL,
            at     TEXT NOT NULL
        )
        """
    )


class Exclusions:
    """Written in the log's transactions."""

    def __init__(self, log: Log) -> None:
        self._log = log
        with log.transaction():
            migrations.apply(log.db)

    def exclude(self, person: str, reason: str, who: str, now: datetime) -> None:
        """`who` put them there; empty: a file did."""
        self._write(
            "INSERT INTO sms_exclusions (person, reason, at, who) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (person) DO NOTHING",
            *(person, reason, utc_text(now), who),
        )

    def include(self, names: Names) -> bool:
        return self._write("DELETE FROM sms_exclusions WHERE person IN (?, ?)", *names)

    def excluded(self, names: Names) -> str:
        """The reason, or nothing."""
        found = self._rows(
            "SELECT reason FROM sms_exclusions WHERE person IN (?, ?)", *names
        )
        return str(found[0][0]) if found else ""

    def all(self) -> Sequence[tuple[str, str, str]]:
        """The moment and the reason of each, and who put it there; the newest first."""
        return self._rows("SELECT at, reason, who FROM sms_exclusions ORDER BY at DESC")

    def unreachable(self, person: str, error: int, now: datetime) -> None:
        self._write(
            "INSERT INTO sms_unreachable (person, error, at) VALUES (?, ?, ?) "
            "ON CONFLICT (person) DO NOTHING",
            *(person, error, utc_text(now)),
        )

    def is_unreachable(self, names: Names) -> bool:
        sql = "SELECT 1 FROM sms_unreachable WHERE person IN (?, ?)"
        return bool(self._rows(sql, *names))

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._log.db.conn.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0
