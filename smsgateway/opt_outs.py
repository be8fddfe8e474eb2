"""Who wants no more texts, and of whom do we not know?

An opt-out holds for ever and for all numbers of the service. It is kept under a
keyed hash whose key, the opt-out pepper, is its own: the conversations' pepper may be
changed, this one never. A text that may be an opt-out waits for a person to look at
it; until then nothing is sent to who wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.own_key import OwnKey, WrongKey
from smsgateway.people import name_of

CHECK = "sms_opt_out_check"  # knows the pepper again, and does not tell it
STOPPED, NOT_MEANT = "stopped", "not_meant"


@dataclass(frozen=True, slots=True)
class Review:
    """A text that may be an opt-out. `words` is None where our key does not open it."""

    id: int
    at: datetime
    words: str | None


class NoReview(Exception):
    """There is no such text waiting."""


class OptOuts:
    """Written in the log's transactions. `earlier`: the names under which opt-outs
    were kept before they had a pepper of their own; they stand."""

    def __init__(self, log: Log, pepper: str, key: OwnKey, earlier: str = "") -> None:
        self._log, self._key = log, key
        self._peppers = tuple(one.encode() for one in (pepper, earlier) if one)

    def names(self, number: str) -> tuple[str, str]:
        """What stands for a phone number here: under today's pepper, and earlier."""
        found = [name_of(pepper, number) for pepper in self._peppers]
        return found[0], found[-1]

    def has_same_pepper(self) -> bool:
        """Whether the opt-outs here were kept under this pepper; the first one is."""
        check = name_of(self._peppers[0], "check")[:16]
        kept = self._log.note(CHECK)
        if kept is None:
            self._log.set_note(CHECK, check)
        return kept in (None, check)

    # ── opt-outs ─────────────────────────────────────────────────────────────

    def has_stopped(self, number: str) -> bool:
        sql = "SELECT 1 FROM sms_opt_outs WHERE person IN (?, ?) AND started_at = ''"
        return self._one(sql, *self.names(number)) is not None

    def stop(self, number: str, now: datetime, by_carrier: bool = False) -> bool:
        """Record that this person wants no texts; False when that stood already.
        `by_carrier`: the carrier sends them none either."""
        stood = self.has_stopped(number)
        self._stop(self.names(number)[0], now, by_carrier)
        return not stood

    def was_by_carrier(self, number: str) -> bool:
        """Whether an opt-out stands that the carrier keeps too."""
        sql = (
            "SELECT 1 FROM sms_opt_outs WHERE person IN (?, ?) "
            "AND started_at = '' AND by_carrier"
        )
        return self._one(sql, *self.names(number)) is not None

    def start(self, number: str, now: datetime) -> bool:
        """Record that invitations may be sent again; False when none were stopped."""
        return self._write(
            "UPDATE sms_opt_outs SET started_at = ? "
            "WHERE person IN (?, ?) AND started_at = '' AND stopped_at <= ?",
            # One that is found late undoes no newer STOP.
            *(utc_text(now), *self.names(number), utc_text(now)),
        )

    def many(self) -> int:
        """How many people have stopped."""
        return self._count("SELECT count(*) FROM sms_opt_outs WHERE started_at = ''")

    # ── texts that may be one ────────────────────────────────────────────────

    def hold(self, number: str, words: str, now: datetime) -> None:
        """Send nothing to this person until somebody has looked at these words."""
        connection = self._log.db.conn
        found = connection.execute(
            "INSERT INTO sms_reviews (person, at, words) VALUES (?, ?, x'')",
            (self.names(number)[0], utc_text(now)),
        )
        review = found.lastrowid
        self._write(
            "UPDATE sms_reviews SET words = ? WHERE id = ?",
            *(self._key.lock(words, _place(review)), review),
        )

    def is_held(self, number: str) -> bool:
        sql = "SELECT 1 FROM sms_reviews WHERE person IN (?, ?) AND decided_at = ''"
        return self._one(sql, *self.names(number)) is not None

    def release(self, number: str, now: datetime) -> bool:
        """They say themselves that they did not mean to stop."""
        return self._write(
            "UPDATE sms_reviews SET decided_at = ?, decision = ?, words = x'' "
            "WHERE person IN (?, ?) AND decided_at = '' AND at <= ?",
            *(utc_text(now), NOT_MEANT, *self.names(number), utc_text(now)),
        )

    def waiting(self) -> list[Review]:
        """The oldest first."""
        rows = self._log.db.conn.execute(
            "SELECT id, at, words FROM sms_reviews WHERE decided_at = '' ORDER BY id"
        )
        return [
            Review(review, utc_moment(at), self._words(review, box))
            for review, at, box in rows
        ]

    def many_waiting(self) -> int:
        return self._count("SELECT count(*) FROM sms_reviews WHERE decided_at = ''")

    def decide(self, review: int, decision: str, now: datetime) -> None:
        """STOPPED: it was an opt-out, and is recorded as one. NOT_MEANT: texts may be
        sent again. The words are gone either way. NoReview when none waits; WrongKey
        when NOT_MEANT is said of words that nobody can have read."""
        sql = "SELECT person, words FROM sms_reviews WHERE id = ? AND decided_at = ''"
        found = self._one(sql, review)
        if found is None:
            raise NoReview(review)
        person, box = found
        if decision == STOPPED:
            self._stop(str(person), now)
        else:
            self._key.unlock(box, _place(review))
        self._write(
            "UPDATE sms_reviews SET decided_at = ?, decision = ?, words = x'' "
            "WHERE id = ?",
            *(utc_text(now), decision, review),
        )

    def _words(self, review: int, box: bytes) -> str | None:
        try:
            return self._key.unlock(box, _place(review))
        except WrongKey:
            return None

    def _stop(self, name: str, now: datetime, by_carrier: bool = False) -> None:
        self._write(
            "INSERT INTO sms_opt_outs (person, stopped_at, by_carrier) "
            "VALUES (?, ?, ?) ON CONFLICT (person) DO UPDATE SET stopped_at = "
            "CASE started_at WHEN '' THEN stopped_at ELSE excluded.stopped_at END, "
            "started_at = '', by_carrier = by_carrier OR excluded.by_carrier",
            *(name, utc_text(now), by_carrier),
        )

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._log.db.conn.execute(
            sql, values
        ).fetchone()
        return found

    def _count(self, sql: str) -> int:
        return int(self._log.db.conn.execute(sql).fetchone()[0])

    def _write(self, sql: str, *values: object) -> bool:
        return self._log.db.conn.execute(sql, values).rowcount > 0


def _place(review: int | None) -> str:
    return f"review {review}"
