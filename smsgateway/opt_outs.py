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

Names = tuple[str, str]  # of one person: under today's pepper, and earlier

CHECK = "sms_opt_out_check"  # knows the pepper again, and does not tell it
STOPPED, NOT_MEANT = "stopped", "not_meant"


@dataclass(frozen=True, slots=True)
class Review:
    """A text that may be an opt-out. `words` is None where our key does not open it."""

    id: int
    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """`who`: the name by which somebody was logged in; empty: who wrote it said
    themselves that they did not mean to stop."""

    at: datetime
    decision: str
    who: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`by_carrier`: an opt-out stands, and the carrier keeps it too. `is_held`: a text
    of theirs waits for somebody to look at it."""

    has_stopped: bool
    by_carrier: bool
    is_held: bool


class NoReview(Exception):
    """There is no such text waiting."""


class OptOuts:
    """Written in the log's transactions. `earlier`: the names under which opt-outs
    were kept before they had a pepper of their own; they stand."""

    def __init__(self, log: Log, pepper: str, key: OwnKey, earlier: str = "") -> None:
        self._log, self._key = log, key
        self._peppers = tuple(one.encode() for one in (pepper, earlier) if one)

    def names(self, number: str) -> Names:
        """What stands for a phone number here."""
        found = [name_of(pepper, number) for pepper in self._peppers]
        return found[0], found[-1]

    def has_same_pepper(self) -> bool:
        """Whether the opt-outs here were kept under this pepper; the first one is."""
        check = name_of(self._peppers[0], "check")[:16]
        kept = self._log.note(CHECK)
        if kept is None:
            self._log.set_note(CHECK, check)
        return kept in (None, check)

    def standing(self, names: Names) -> Standing:
        found = self._one(
            "SELECT max(by_carrier), EXISTS (SELECT 1 FROM sms_reviews "
            "WHERE person IN (?1, ?2) AND decided_at = '') FROM sms_opt_outs "
            "WHERE person IN (?1, ?2) AND started_at = ''",
            *names,
        )
        assert found is not None, "an aggregate has a row"
        by_carrier, is_held = found
        return Standing(by_carrier is not None, bool(by_carrier), bool(is_held))

    # ── opt-outs ─────────────────────────────────────────────────────────────

    def stop(self, names: Names, now: datetime, by_carrier: bool = False) -> bool:
        """Record that this person wants no texts; False when that stood already.
        `by_carrier`: the carrier sends them none either."""
        stood = self.standing(names).has_stopped
        self._stop(names[0], now, by_carrier)
        return not stood

    def start(self, names: Names, now: datetime) -> bool:
        """Record that invitations may be sent again; False when none were stopped."""
        return self._write(
            "UPDATE sms_opt_outs SET started_at = ? "
            "WHERE person IN (?, ?) AND started_at = '' AND stopped_at <= ?",
            # One that is found late undoes no newer STOP.
            *(utc_text(now), *names, utc_text(now)),
        )

    def many(self) -> int:
        """How many people have stopped."""
        return self._count("SELECT count(*) FROM sms_opt_outs WHERE started_at = ''")

    # ── texts that may be one ────────────────────────────────────────────────

    def hold(self, names: Names, words: str, now: datetime) -> None:
        """Send nothing to this person until somebody has looked at these words."""
        connection = self._log.db.conn
        found = connection.execute(
            "INSERT INTO sms_reviews (person, at, words) VALUES (?, ?, x'')",
            (names[0], utc_text(now)),
        )
        review = found.lastrowid
        self._write(
            "UPDATE sms_reviews SET words = ? WHERE id = ?",
            *(self._key.lock(words, _place(review)), review),
        )

    def release(self, names: Names, now: datetime) -> bool:
        """They say themselves that they did not mean to stop."""
        return self._write(
            "UPDATE sms_reviews SET decided_at = ?, decision = ?, words = x'' "
            "WHERE person IN (?, ?) AND decided_at = '' AND at <= ?",
            *(utc_text(now), NOT_MEANT, *names, utc_text(now)),
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

    def decided(self, most: int) -> list[Decided]:
        """The latest decisions, the newest first."""
        rows = self._log.db.conn.execute(
            "SELECT decided_at, decision, decided_by FROM sms_reviews "
            "WHERE decided_at != '' ORDER BY decided_at DESC, id DESC LIMIT ?",
            (most,),
        )
        return [Decided(utc_moment(at), decision, who) for at, decision, who in rows]

    def decide(self, review: int, decision: str, who: str, now: datetime) -> str:
        """STOPPED: it was an opt-out, and is recorded as one. NOT_MEANT: texts may be
        sent again. The words are gone either way. NoReview when none waits; WrongKey
        when NOT_MEANT is said of words that nobody can have read.
        Returns whose it was."""
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
            "UPDATE sms_reviews SET decided_at = ?, decision = ?, decided_by = ?, "
            "words = x'' WHERE id = ?",
            *(utc_text(now), decision, who, review),
        )
        return str(person)

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
