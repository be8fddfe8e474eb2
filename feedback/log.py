"""Is it safe on this disk, and what has central not got?

The answer log: one SQLite file on a tablet or a gateway. The table of answers is
itself the outbox, read from a watermark; nothing is copied into a queue.

    LogError
    ├── LogBroken   the file cannot be opened, or does not keep what it is given
    │   └── Damaged  SQLite finds it broken, or no database at all
    └── NotSaved    nothing was stored: keep the answers, try the same ones again
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from feedback.answer import ERASED, WIRE_WORDS, WORDS, Answer, Draft
from feedback.disk import connect, is_damage, words_of
from feedback.identity import Elder, Identity, elders_among, identity_now, mint
from feedback.marks import acknowledge, purge, set_have

# Keys of the notes: how the programs that share a file speak to one another.
CENTRAL = "central"
ROOT = "root"
KEYS = "keys"
BUNDLE = "bundle"
SYNC_STATUS = "sync_status"
SMS_STATUS = "sms_status"

Row = tuple[Any, ...]

# Not astuple: that copies deeply, at ten times the cost.
_words_of = attrgetter(*WIRE_WORDS)

# The inner SELECTs are answered by their indexes alone. max(seq) picks the value's row.
_UNENDED = (
    "SELECT response, survey, ward FROM answers "
    "WHERE seq IN (SELECT min(seq) FROM answers GROUP BY response) "
    "AND device = ? AND mode = ? AND response NOT IN (SELECT response FROM "
    "(SELECT response, value, max(seq) FROM answers WHERE question = '_end' "
    "GROUP BY response) WHERE value <> '') ORDER BY seq"
)
_COLUMNS = ", ".join(WORDS)
_INSERT = (
    f"INSERT INTO answers (device, {', '.join(WIRE_WORDS)}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class LogError(Exception):
    """The log cannot do what was asked."""


class LogBroken(LogError):
    """The file cannot be opened or trusted. It is never deleted."""


class Damaged(LogBroken):
    """SQLite finds the file broken, or no database at all."""


class NotSaved(LogError):
    """Nothing was stored. The same drafts can be handed in again."""


class Log:
    """The log of one file. One writer thread; other processes may share the file."""

    def __init__(self, path: Path, create: bool = True) -> None:
        self.path = path
        self._in_doubt = False  # the connection failed: open the file anew
        self._begun: list[Draft] = []  # of the open transaction
        self._unsure: set[Draft] = set()  # of commits whose outcome is unknown
        self._identity: Identity | None = None
        self.db = connect(path, create)
        try:
            with self.transaction():
                if self._number("SELECT count(*) FROM device") == 0:
                    if not create:
                        raise LogBroken("the file has no device yet")
                    mint(self.db.conn, begins=1)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, path: Path | str, create: bool = True) -> Log:
        """The log of this file, made with a new device key if there is none yet.

        LogBroken when the file is no log of ours or the disk does not obey; without
        `create` also when it is absent or empty.
        """
        try:
            return cls(Path(path), create)
        except (sqlite3.Error, OSError, LogError) as error:
            broken = Damaged if is_damage(error) else LogBroken
            raise broken(f"{path} cannot be opened: {words_of(error)}") from error

    def close(self) -> None:
        self.db.conn.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── the disk ─────────────────────────────────────────────────────────────

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is on disk when it ends, or none of it is.

        NotSaved when the disk refuses. After a commit whose outcome is unknown the
        file is opened again before anything else is written to it.
        """
        if self._in_doubt:
            self._reopen()
        if self.db.conn.in_transaction:
            yield self.db.conn  # joins the one that is open
            return
        connection = self.db.conn
        self._begun.clear()
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise NotSaved(str(error)) from error
        try:
            yield connection
            self._commit(connection)
        except BaseException as error:
            self._roll_back(connection)
            if isinstance(error, (sqlite3.Error, LogError)):
                self._in_doubt = True
                raise NotSaved(str(error)) from error
            raise

    def _commit(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except BaseException:
            self._unsure.update(self._begun)  # on the disk or not: nobody knows
            raise
        self._unsure.difference_update(self._begun)

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._in_doubt = True  # opened anew before the next write

    def _reopen(self) -> None:
        try:
            self.db.conn.close()
            # A file that is absent now was moved: a new one would be another device.
            self.db = connect(self.path, create=False)
        except (sqlite3.Error, OSError) as error:
            raise NotSaved(str(error)) from error
        self._in_doubt = False

    def data_version(self) -> int:
        """A number that changes when another connection has written to the file."""
        return self._number("PRAGMA data_version")

    # ── answers ──────────────────────────────────────────────────────────────

    def add_all(self, drafts: Iterable[Draft]) -> list[Answer]:
        """Number and store these answers in one transaction, and return them.

        Inside `transaction()` they join it. NotSaved when nothing was stored: hand the
        same drafts in again, and one that was on the disk after all is not doubled.
        """
        wanted = list(drafts)
        try:
            with self.transaction():
                device = self.device  # of all: nobody can fork the file meanwhile
                return [self._store(device, draft) for draft in wanted]
        except NotSaved:
            there = self._there_after_all(wanted)
            if there is None:
                raise
            return there

    def _store(self, device: str, draft: Draft) -> Answer:
        self._begun.append(draft)
        return self._found(draft) or self._insert(device, draft)

    def _insert(self, device: str, draft: Draft) -> Answer:
        words = _words_of(draft)
        seq = self.db.conn.execute(_INSERT, (device, *words)).lastrowid
        assert seq is not None
        return Answer(device, seq, *words)

    def _there_after_all(self, drafts: list[Draft]) -> list[Answer] | None:
        """These answers, if the failed commit put them on the disk all the same."""
        if not self._in_doubt or not self._unsure.issuperset(drafts):
            return None
        self._reopen()
        there = [answer for draft in drafts if (answer := self._found(draft))]
        if len(there) < len(drafts):
            return None
        self._unsure.difference_update(drafts)
        return there

    def _found(self, draft: Draft) -> Answer | None:
        """The row of a draft whose commit had an unknown outcome, if it is there."""
        if draft not in self._unsure:
            return None
        rows = self._select(
            "WHERE response = ? AND question = ? AND answered_at = ? AND value = ?",
            (draft.response, draft.question, draft.answered_at, draft.value),
        )
        return rows[0] if rows else None

    def after(self, have: int, limit: int) -> list[Answer]:
        """At most `limit` answers above `have`, in order."""
        return self._select("WHERE seq > ? ORDER BY seq LIMIT ?", (have, limit))

    def answers_of(self, response: str) -> list[Answer]:
        return self._select("WHERE response = ? ORDER BY seq", (response,))

    def standing(self, response: str) -> dict[str, str]:
        """What stands of a response: the highest seq of each question decides."""
        last = {answer.question: answer.value for answer in self.answers_of(response)}
        return {question: value for question, value in last.items() if value}

    def unended(self, mode: str) -> list[tuple[str, str, str]]:
        """(response, survey, ward) of each response of this device and mode that has
        no standing `_end`, oldest first: what a crash left open."""
        return [(r, s, w) for r, s, w in self._rows(_UNENDED, (self.device, mode))]

    def erase(self, response: str) -> None:
        """The one edit: the response's sealed words become `erased`, for ever."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE answers SET value = ? WHERE response = ? "
                "AND value LIKE 'seal%.%.%'",
                (ERASED, response),
            )

    def _select(self, where: str, values: tuple[object, ...]) -> list[Answer]:
        sql = f"SELECT {_COLUMNS} FROM answers {where}"
        return [Answer(*row) for row in self._rows(sql, values)]

    def _number(self, sql: str, values: tuple[object, ...] = ()) -> int:
        rows = self._rows(sql, values)
        return int(rows[0][0] or 0) if rows else 0

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        if self._in_doubt:
            self._reopen()
        try:
            return self.db.conn.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise LogError(f"{self.path} cannot be read: {error}") from error

    # ── the watermark ────────────────────────────────────────────────────────

    @property
    def last(self) -> int:
        """The highest seq ever given, even if its row has been purged since."""
        return self._number("SELECT seq FROM sqlite_sequence WHERE name = 'answers'")

    @property
    def have(self) -> int:
        """What central is known to have."""
        return self._number("SELECT have FROM watermark")

    @property
    def unsent(self) -> int:
        return self.last - self.have

    @property
    def purged_to(self) -> int:
        return self._number("SELECT purged_to FROM watermark")

    def move(self, have: int, now: str, here: str) -> None:
        """Central has everything up to `have`, at `now` of its own clock and `here` of
        this machine's: what they decide is in feedback/marks.py.

        It may fall: a restored central is refilled. ValueError above `last`: this is
        then not the log that central speaks of (a fork), and moving there would
        strand every answer still to come.
        """
        if not 0 <= have <= self.last:
            raise ValueError(f"have {have} is not within 0 to {self.last}")
        with self.transaction() as connection:
            acknowledge(connection, have, now, here)

    def purge(self, now: str, here: str) -> int:
        """Delete what central has had for 30 days by both clocks, unless `have` fell in
        those; how many rows."""
        with self.transaction() as connection:
            return purge(connection, now, here)

    # ── the device ───────────────────────────────────────────────────────────

    def _now(self) -> Identity:
        if self._in_doubt:
            self._reopen()
        try:
            self._identity = identity_now(self.db.conn, self._identity)
        except sqlite3.Error as error:
            raise LogError(f"{self.path} cannot be read: {error}") from error
        return self._identity

    @property
    def device(self) -> str:
        return self._now().device

    @property
    def succeeds(self) -> tuple[str, int] | None:
        """After a fork: the device before this one, and the row where this begins."""
        return self._now().succeeds

    @property
    def key_before(self) -> SigningKey | None:
        """The key of the device that this one succeeds."""
        return self._now().key_before

    @property
    def public_key(self) -> bytes:
        return bytes(self._now().key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self._now().key.sign(message).signature

    def elders(self) -> list[Elder]:
        """The devices that this file was before, the oldest first: only their own
        keys speak for the rows below the fork."""
        devices = self._rows("SELECT id, seed, begins FROM device ORDER BY ordinal")
        return elders_among(devices, self.purged_to)

    def fork(self, at: int) -> str:
        """Become a new device from row `at` on: central knows another row there.

        The rows keep their seq; the ones below stay the old device's. Returns the new
        device, which `succeeds` the old one.
        """
        if not 1 <= at <= self.last + 1:
            raise ValueError(f"a fork at {at} is not within this log")
        with self.transaction() as connection:
            name = mint(connection, begins=at)
            connection.execute(
                "UPDATE answers SET device = ? WHERE seq >= ?", (name, at)
            )
            set_have(connection, at - 1)
        return name

    # ── notes ────────────────────────────────────────────────────────────────

    def note(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM notes WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_note(self, key: str, value: str) -> None:
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO notes (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )
