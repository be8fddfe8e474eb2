"""Whose text is it, how far is their conversation, and who wants no more texts?

A phone number is kept only as a keyed hash (HMAC-SHA256). The key, the pepper, is a
setting and never lies in the file: all British mobile numbers are a thousand million
or so, and with the pepper anyone could try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, fields
from datetime import datetime

from sqlite_utils import Database, Migrations

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.conversation import State

migrations = Migrations("wardvoice.sms")

_STATE = tuple(field.name for field in fields(State))


@migrations()
def texts_conversations_and_opt_outs(db: Database) -> None:
    # The id is unique: a text that the carrier hands over twice is one text. The
    # reply is ours and holds none of the person's words.
    db.execute(
        """
        CREATE TABLE sms_texts (
            id    TEXT NOT NULL PRIMARY KEY,
            at    TEXT NOT NULL,
            reply TEXT NOT NULL
        )
        """
    )
    # `since`: the last text of an open conversation, the end of a finished one.
    db.execute(
        """
        CREATE TABLE sms_conversations (
            person TEXT NOT NULL,
            line   TEXT NOT NULL,
            state  TEXT NOT NULL,
            since  TEXT NOT NULL,
            PRIMARY KEY (person, line)
        )
        """
    )
    db.execute(
        """
        CREATE TABLE sms_opt_outs (
            person     TEXT NOT NULL PRIMARY KEY,
            stopped_at TEXT NOT NULL,
            started_at TEXT NOT NULL DEFAULT ''
        )
        """
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as it was left."""

    line: str
    state: State
    since: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """The reply that a text was given."""

    reply: str
    at: datetime


class People:
    """The gateway's own tables in the log's file, written in its transactions."""

    def __init__(self, log: Log, pepper: str) -> None:
        self._log = log
        self._pepper = pepper.encode()
        with log.transaction():
            migrations.apply(log.db)

    def person(self, number: str) -> str:
        """The name that stands for a phone number: 64 hex digits."""
        message = b"wardvoice person 1\n" + number.encode()
        return hmac.new(self._pepper, message, hashlib.sha256).hexdigest()

    # ── texts ────────────────────────────────────────────────────────────────

    def given(self, text_id: str) -> Given | None:
        row = self._row("SELECT reply, at FROM sms_texts WHERE id = ?", text_id)
        return Given(row[0], utc_moment(row[1])) if row else None

    def give(self, text_id: str, reply: str, now: datetime) -> None:
        self._write(
            "INSERT INTO sms_texts (id, at, reply) VALUES (?, ?, ?)",
            text_id,
            utc_text(now),
            reply,
        )

    # ── conversations ────────────────────────────────────────────────────────

    def conversation(self, person: str, line: str) -> Held | None:
        row = self._row(
            "SELECT line, state, since FROM sms_conversations "
            "WHERE person = ? AND line = ?",
            person,
            line,
        )
        return _held(row) if row else None

    def conversations(self, person: str) -> list[Held]:
        rows = self._log.db.conn.execute(
            "SELECT line, state, since FROM sms_conversations WHERE person = ?",
            (person,),
        )
        return [_held(row) for row in rows]

    def keep(self, person: str, held: Held) -> None:
        self._write(
            "INSERT INTO sms_conversations (person, line, state, since) "
            "VALUES (?, ?, ?, ?) ON CONFLICT (person, line) "
            "DO UPDATE SET state = excluded.state, since = excluded.since",
            person,
            held.line,
            _text_of(held.state),
            utc_text(held.since),
        )

    # ── opt-outs ─────────────────────────────────────────────────────────────

    def has_stopped(self, person: str) -> bool:
        return (
            self._row(
                "SELECT 1 FROM sms_opt_outs WHERE person = ? AND started_at = ''",
                person,
            )
            is not None
        )

    def stop(self, person: str, now: datetime) -> bool:
        """Record that this person wants no texts; False when that stood already."""
        return self._write(
            "INSERT INTO sms_opt_outs (person, stopped_at) VALUES (?, ?) "
            "ON CONFLICT (person) DO UPDATE "
            "SET stopped_at = excluded.stopped_at, started_at = '' "
            "WHERE started_at != ''",
            person,
            utc_text(now),
        )

    def start(self, person: str, now: datetime) -> bool:
        """Record that invitations may be sent again; False when none were stopped."""
        return self._write(
            "UPDATE sms_opt_outs SET started_at = ? "
            "WHERE person = ? AND started_at = '' AND stopped_at <= ?",
            utc_text(now),
            person,
            utc_text(now),  # one that is found late undoes no newer STOP
        )

    def _row(self, sql: str, *values: str) -> tuple[str, ...] | None:
        row: tuple[str, ...] | None = self._log.db.conn.execute(sql, values).fetchone()
        return row

    def _write(self, sql: str, *values: str) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0


def _text_of(state: State) -> str:
    named = {name: getattr(state, name) for name in _STATE}
    return json.dumps(named, separators=(",", ":"))


def _held(row: tuple[str, ...]) -> Held:
    line, state, since = row
    return Held(line, State(**json.loads(state)), utc_moment(since))
