"""Who is to be asked, who was, and who never?

    waiting ──▶ sending ──▶ sent ──▶ ended (answered, or its time is over)
       ▲           │  └──▶ unknown      ▲
       └───────────┴──────────┘         └── any of them, with the reason why never

Kept in the log's file. A person is the opt-outs' name for a number. The number itself
is locked with the gateway's own key for as long as it may be needed to send, and gone
the moment that an invitation ends. A file's rows are staged a few at a time, so that no
text has to wait for a clerk's file, and count only once the whole file is there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.asking.invitation import REMINDER, Invitation, Planned
from smsgateway.opt_outs import Names
from smsgateway.own_key import OwnKey
from smsgateway.people import migrations

ANSWERED, UNANSWERED = "answered", "unanswered"

# A reply to what we asked, later than this, begins a conversation of its own.
ANSWER_FOR = timedelta(days=14)
# A text that went out before our clock was set back has a moment yet to come.
CLOCK_SET_BACK = timedelta(days=1)
# How long it is remembered who was asked about what: nobody is asked of a stay twice.
REMEMBERED_FOR = timedelta(days=400)


@migrations()
def invitations(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_batches (
            id TEXT NOT NULL PRIMARY KEY,
            at TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE sms_invitations (
            id         TEXT NOT NULL PRIMARY KEY,
            batch      TEXT NOT NULL,
            person     TEXT NOT NULL,
            episode    TEXT NOT NULL,
            kind       TEXT NOT NULL,
            ward       TEXT NOT NULL,
            language   TEXT NOT NULL,
            survey     TEXT NOT NULL,
            discharged TEXT NOT NULL,
            under_16   INTEGER NOT NULL,
            box        BLOB NOT NULL,
            due        TEXT NOT NULL,
            valid_to   TEXT NOT NULL,
            after      TEXT NOT NULL,
            state      TEXT NOT NULL DEFAULT 'waiting',
            why        TEXT NOT NULL DEFAULT '',
            tries      INTEGER NOT NULL DEFAULT 0,
            line       TEXT NOT NULL DEFAULT '',
            sent_at    TEXT NOT NULL DEFAULT '',
            ended_at   TEXT NOT NULL DEFAULT '',
            row        INTEGER NOT NULL,
            waits_for  TEXT NOT NULL,
            spread_from TEXT NOT NULL
        )
        """
    )
    # Of a file that is not whole yet nothing is in the way of the same file again.
    db.execute(
        "CREATE UNIQUE INDEX sms_invitations_once "
        "ON sms_invitations (person, episode, kind, batch)"
    )
    db.execute(
        "CREATE INDEX sms_invitations_next ON sms_invitations (ward, after) "
        "WHERE state = 'waiting'"
    )
    db.execute(
        "CREATE INDEX sms_invitations_open ON sms_invitations (state, sent_at) "
        "WHERE state NOT IN ('waiting', 'ended')"
    )
    db.execute(
        "CREATE INDEX sms_invitations_valid ON sms_invitations (valid_to) "
        "WHERE state = 'waiting'"
    )
    db.execute("CREATE INDEX sms_invitations_ended ON sms_invitations (ended_at)")
    db.execute("CREATE INDEX sms_invitations_batch ON sms_invitations (batch)")


_COLUMNS = (
    "id, person, episode, kind, ward, language, survey, discharged, under_16, box, "
    "due, valid_to, state, tries, line, sent_at, row, waits_for"
)
# What is of no file, or of one that is whole.
READY = "batch NOT IN (SELECT id FROM sms_batches)"


class Book:
    """Written in the log's transactions. `pepper`: names a stay as opt-outs name a
    person, so that the same stay is known again for as long as the pepper stands."""

    def __init__(self, log: Log, key: OwnKey, pepper: str) -> None:
        self._log, self._key, self._pepper = log, key, pepper.encode()
        with log.transaction():
            migrations.apply(log.db)

    def episode(self, number: str, ward: str, day: str, said: str) -> str:
        """What stands for a stay: the hospital's own name for it, or ward and day."""
        stay = f"said {said}" if said else f"{ward} {day}"
        message = f"wardvoice episode 1\n{number}\n{stay}".encode()
        return hmac.new(self._pepper, message, hashlib.sha256).hexdigest()[:32]

    # ── a file ───────────────────────────────────────────────────────────────

    def begin(self, now: datetime) -> str:
        """The name of a new batch; nothing in it counts until `release`."""
        batch, at = secrets.token_hex(16), utc_text(now)
        self._write("INSERT INTO sms_batches (id, at) VALUES (?, ?)", batch, at)
        return batch

    def stage(self, batch: str, planned: Iterable[Planned]) -> int:
        """How many are new: who was asked, or is to be asked, of that stay and in that
        way is left out."""
        before = self._log.db.conn.total_changes
        self._log.db.conn.executemany(
            "INSERT INTO sms_invitations (id, batch, person, episode, kind, ward, "
            "language, survey, discharged, under_16, box, due, valid_to, after, row, "
            "waits_for, spread_from) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
            "?11, ?12, ?13, ?12, ?14, ?15, ?16 "
            "WHERE NOT EXISTS (SELECT 1 FROM sms_invitations WHERE person = ?3 AND "
            f"episode = ?4 AND kind = ?5 AND (batch = ?2 OR {READY}))",
            (self._row(batch, one) for one in planned),
        )
        return self._log.db.conn.total_changes - before

    def _row(self, batch: str, one: Planned) -> tuple[object, ...]:
        name = secrets.token_hex(16)
        return (
            *(name, batch, one.person, one.episode, one.kind, one.ward, one.language),
            *(one.survey, one.discharged, one.under_16),
            self._key.lock(one.number, _place(name)),
            *(utc_text(one.due), utc_text(one.valid_to)),
            *(one.row, one.waits_for, utc_text(one.spread_from)),
        )

    def release(self, batch: str) -> None:
        """From now on all of the batch counts. Two files at once that hold the same
        stay: the later one's is dropped."""
        self._write(
            "DELETE FROM sms_invitations WHERE batch = ? AND EXISTS ("
            "SELECT 1 FROM sms_invitations AS other WHERE other.person = "
            "sms_invitations.person AND other.episode = sms_invitations.episode "
            "AND other.kind = sms_invitations.kind AND other.batch != "
            f"sms_invitations.batch AND other.{READY})",
            batch,
        )
        self._write("DELETE FROM sms_batches WHERE id = ?", batch)

    def drop(self, batch: str) -> None:
        """None of it ever counted."""
        self._write("DELETE FROM sms_invitations WHERE batch = ?", batch)
        self._write("DELETE FROM sms_batches WHERE id = ?", batch)

    # ── one invitation ───────────────────────────────────────────────────────

    def next_of(self, ward: str, now: datetime) -> Invitation | None:
        """The one of this ward that has waited longest of those whose time has come."""
        return self._one(
            f"WHERE state = 'waiting' AND ward = ? AND after <= ? AND {READY} "
            "ORDER BY after LIMIT 1",
            *(ward, utc_text(now)),
        )

    def get(self, invitation: str) -> Invitation | None:
        return self._one("WHERE id = ?", invitation)

    def number(self, invitation: Invitation) -> str:
        """WrongKey when our key does not open it."""
        return self._key.unlock(invitation.box, _place(invitation.id))

    def wait(
        self, invitation: str, until: datetime, why: str, tried: bool = False
    ) -> None:
        self._write(
            "UPDATE sms_invitations SET state = 'waiting', after = ?, sent_at = '', "
            "waits_for = ?, spread_from = '', tries = tries + ? "
            "WHERE id = ? AND state != 'ended'",
            *(utc_text(until), why, tried, invitation),
        )

    def sending(self, invitation: str, line: str, now: datetime) -> None:
        """From now on it may have gone, and counts as asked until the contrary is
        known."""
        self._write(
            "UPDATE sms_invitations SET state = 'sending', line = ?, sent_at = ? "
            "WHERE id = ?",
            *(line, utc_text(now), invitation),
        )

    def unknown(self, invitation: str) -> None:
        self._write(
            "UPDATE sms_invitations SET state = 'unknown' "
            "WHERE id = ? AND state = 'sending'",
            invitation,
        )

    def sent(self, invitation: str, at: datetime) -> bool:
        """Whether it was not known before that it went."""
        return self._write(
            "UPDATE sms_invitations SET state = 'sent', sent_at = ? "
            "WHERE id = ? AND state IN ('sending', 'unknown', 'waiting')",
            *(utc_text(at), invitation),
        )

    def end(self, invitation: str, why: str, now: datetime) -> bool:
        """It is over, for this reason, and its number is gone."""
        return self._write(
            "UPDATE sms_invitations SET state = 'ended', why = ?, ended_at = ?, "
            "box = x'' WHERE id = ? AND state != 'ended'",
            *(why, utc_text(now), invitation),
        )

    def end_others(self, of: Invitation, why: str, now: datetime) -> None:
        """Nobody is reminded of what they have answered, and one answer answers all
        that was sent about the stay."""
        self._write(
            "UPDATE sms_invitations SET state = 'ended', why = ?, ended_at = ?, "
            "box = x'' WHERE person = ? AND episode = ? AND id != ? "
            "AND (state = 'sent' OR (state = 'waiting' AND kind = 'reminder'))",
            *(why, utc_text(now), of.person, of.episode, of.id),
        )

    def drop_reminder(self, of: Invitation) -> None:
        """It follows the text that arrives, and this one did not."""
        sql = "DELETE FROM sms_invitations WHERE state = 'waiting' AND person = ? AND "
        self._write(f"{sql}episode = ? AND kind = ?", of.person, of.episode, REMINDER)

    def forget_number(self, invitation: str) -> None:
        """It has arrived: the number is needed no more."""
        self._write("UPDATE sms_invitations SET box = x'' WHERE id = ?", invitation)

    def end_all(self, names: Names, why: str, now: datetime) -> list[Invitation]:
        """All that this person has; those that were not sent yet."""
        unsent = self._rows(
            f"SELECT {_COLUMNS} FROM sms_invitations WHERE person IN (?, ?) "
            "AND state NOT IN ('sent', 'ended')",
            *names,
        )
        self._write(
            "UPDATE sms_invitations SET state = 'ended', why = ?, ended_at = ?, "
            "box = x'' WHERE person IN (?, ?) AND state != 'ended'",
            *(why, utc_text(now), *names),
        )
        return [_invitation(row) for row in unsent]

    # ── what is known of a person ────────────────────────────────────────────

    def open_of(self, names: Names, now: datetime) -> Invitation | None:
        """The latest that this person was sent, or may have been, and has not answered:
        a reply to it proves that it went."""
        return self._one(
            "WHERE person IN (?, ?) AND state IN ('sending', 'unknown', 'sent') "
            "AND sent_at BETWEEN ? AND ? ORDER BY sent_at DESC LIMIT 1",
            *(*names, utc_text(now - ANSWER_FOR), utc_text(now + CLOCK_SET_BACK)),
        )

    def last_asked(self, names: Names, but: str) -> datetime | None:
        """When they were last asked about another stay than this one."""
        found = self._rows(
            "SELECT max(sent_at) FROM sms_invitations WHERE person IN (?, ?) "
            "AND episode != ? AND sent_at != ''",
            *(*names, but),
        )
        return utc_moment(found[0][0]) if found[0][0] else None

    # ── all together ─────────────────────────────────────────────────────────

    def wards(self) -> list[str]:
        """Those for which any waits."""
        # From one ward's first entry in the index to the next ward's: DISTINCT would
        # read them all.
        least = "SELECT min(ward) FROM sms_invitations WHERE state = 'waiting'"
        rows = self._rows(
            f"WITH RECURSIVE each (ward) AS ({least} UNION ALL "
            f"SELECT ({least} AND ward > each.ward) FROM each "
            "WHERE each.ward IS NOT NULL) SELECT ward FROM each WHERE ward IS NOT NULL"
        )
        return [ward for (ward,) in rows]

    def overdue(self, now: datetime) -> list[Invitation]:
        """Sent, or in doubt, and not answered in all the time that there was."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM sms_invitations "
            # The first condition is the index's own: without it all are read.
            "WHERE state NOT IN ('waiting', 'ended') AND "
            "state IN ('sent', 'unknown') AND sent_at < ? LIMIT 500",
            utc_text(now - ANSWER_FOR),
        )
        return [_invitation(row) for row in rows]

    def too_old(self, now: datetime) -> list[Invitation]:
        """Those that can never be sent any more."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM sms_invitations "
            f"WHERE state = 'waiting' AND valid_to < ? AND {READY} LIMIT 500",
            utc_text(now),
        )
        return [_invitation(row) for row in rows]

    def due_of(self, ward: str, moment: datetime) -> int:
        """How many of this ward may be sent until then, about."""
        sql = (
            "SELECT count(*) FROM sms_invitations "
            "WHERE state = 'waiting' AND ward = ? AND after < ?"
        )
        return int(self._rows(sql, ward, utc_text(moment))[0][0])

    def purge(self, now: datetime) -> None:
        """Delete what has had its time."""
        old = utc_text(now - REMEMBERED_FOR)
        self._write(
            "DELETE FROM sms_invitations WHERE ended_at > '' AND ended_at < ?", old
        )

    def stale(self, now: datetime) -> list[str]:
        """The batches of files of which no more will come."""
        yesterday = utc_text(now - timedelta(days=1))
        rows = self._rows("SELECT id FROM sms_batches WHERE at < ?", yesterday)
        return [batch for (batch,) in rows]

    # ── SQL ──────────────────────────────────────────────────────────────────

    def _one(self, where: str, *values: object) -> Invitation | None:
        rows = self._rows(f"SELECT {_COLUMNS} FROM sms_invitations {where}", *values)
        return _invitation(rows[0]) if rows else None

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._log.db.conn.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0


def _invitation(row: Sequence[Any]) -> Invitation:
    values = list(row)
    values[8] = bool(values[8])
    values[10], values[11] = utc_moment(values[10]), utc_moment(values[11])
    return Invitation(*values)


def _place(invitation: str) -> str:
    return f"invitation {invitation}"
