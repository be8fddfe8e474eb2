"""Whose text is it, and how far is their conversation?

A phone number is kept only as a keyed hash (HMAC-SHA256). The key, the pepper, is a
setting and never lies in the file: all British mobile numbers are a thousand million
or so, and with the pepper anyone could try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlite_utils import Database, Migrations

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.talk import State

# A carrier that repeats a webhook does so at once. Later than this the person has
# had the reply, or a person is replaying it.
SAME_REPLY_FOR = timedelta(seconds=60)
# An open question may be answered for a week; who has finished may add for a day.
OPEN_FOR = timedelta(days=7)
ADD_FOR = timedelta(hours=24)

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


@migrations()
def reviews_and_askers(db: Database) -> None:
    # Texts that may be opt-outs, and the numbers of who asked to hear from us, are
    # locked with the gateway's own key. An id is never used twice: a person types it.
    db.execute(
        """
        CREATE TABLE sms_reviews (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            person     TEXT NOT NULL,
            at         TEXT NOT NULL,
            words      BLOB NOT NULL,
            decided_at TEXT NOT NULL DEFAULT '',
            decision   TEXT NOT NULL DEFAULT ''
        )
        """
    )
    db.execute("CREATE INDEX sms_reviews_person ON sms_reviews (person)")
    # Who was stopped by the carrier starts there with a YES too.
    db.execute(
        "ALTER TABLE sms_opt_outs ADD COLUMN by_carrier INTEGER NOT NULL DEFAULT 0"
    )
    db.execute("CREATE INDEX sms_texts_replies ON sms_texts (at) WHERE reply != ''")
    db.execute(
        """
        CREATE TABLE sms_askers (
            id       TEXT NOT NULL PRIMARY KEY,
            person   TEXT NOT NULL,
            ward     TEXT NOT NULL,
            language TEXT NOT NULL,
            box      BLOB NOT NULL,
            until    TEXT NOT NULL,
            UNIQUE (person, ward)
        )
        """
    )


@migrations()
def who_decided(db: Database) -> None:
    db.execute("ALTER TABLE sms_reviews ADD COLUMN decided_by TEXT NOT NULL DEFAULT ''")


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


def name_of(pepper: bytes, number: str) -> str:
    """What stands for a phone number under this pepper: 64 hex digits."""
    message = b"wardvoice person 1\n" + number.encode()
    return hmac.new(pepper, message, hashlib.sha256).hexdigest()


class People:
    """The gateway's own tables in the log's file, written in its transactions."""

    def __init__(self, log: Log, pepper: str) -> None:
        self._log = log
        self._pepper = pepper.encode()
        with log.transaction():
            migrations.apply(log.db)

    def person(self, number: str) -> str:
        """The name that stands for a phone number: 64 hex digits."""
        return name_of(self._pepper, number)

    def digest(self, words: str) -> str:
        """What stands for these words, to know them if they come again."""
        message = b"wardvoice words 1\n" + words.encode()
        return hmac.new(self._pepper, message, hashlib.sha256).hexdigest()[:16]

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

    def purge(self, now: datetime) -> None:
        """Delete what is needed no longer: conversations that are over, and replies
        that no repeated webhook gets any more. The texts' ids stay for ever: a webhook
        that somebody kept and sends again must find its own."""
        self._write(
            "DELETE FROM sms_conversations WHERE since < ? "
            "OR (since < ? AND json_extract(state, '$.ended'))",
            utc_text(now - OPEN_FOR),
            utc_text(now - ADD_FOR),
        )
        self._write(
            "UPDATE sms_texts SET reply = '' WHERE reply != '' AND at < ?",
            utc_text(now - SAME_REPLY_FOR),
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
