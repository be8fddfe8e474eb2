"""Does this disk keep what it is given?

One SQLite file, opened in the one way that survives a pulled plug: WAL with
synchronous=FULL, read back. A file that is damaged, that belongs to another program
or on which the settings do not hold is refused, and not a byte of it is changed.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from sqlite_utils import Database

from feedback.folder import open_for_owner
from feedback.schema import migrations

# The kiosk's screen waits as long. Others hold the file for milliseconds.
BUSY_TIMEOUT_S = 3.0
# Several programs may meet a new file at once, and each makes its tables in turn.
OPEN_TIMEOUT_S = 20.0


class Damaged(sqlite3.DatabaseError):
    """It is a log of ours, and its own check finds it broken."""


def connect(path: Path, create: bool = True) -> Database:
    """The log's database in this file, made or migrated; sqlite3.Error or OSError.

    Without `create` a file that is absent or empty is refused: someone has moved it, or
    is copying another one here, and what we wrote would lie under that copy.
    """
    if create:
        _make_private(path)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=OPEN_TIMEOUT_S,
        isolation_level=None,  # transactions are begun in sight, in log.py
        check_same_thread=False,
    )
    try:
        _refuse_another_programs(connection, create)
        db = Database(connection)
        _refuse_a_newer_one(db)
        _obey(connection)
        # Two programs may meet a new file at once: one of them migrates it.
        connection.execute("BEGIN IMMEDIATE")
        migrations.apply(db)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    except BaseException:
        connection.close()
        raise
    return db


def _make_private(path: Path) -> None:
    # The file holds the device's key: it is nobody else's to read. Its folder is not
    # made: a mistyped one would begin another log, and the answers would lie there.
    if not path.exists():
        os.close(open_for_owner(path))


def _refuse_another_programs(connection: sqlite3.Connection, may_be_new: bool) -> None:
    # Before anything is set: WAL mode alone would change the file's first page.
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables and not may_be_new:
        raise sqlite3.DatabaseError("the file is empty")
    if tables and not {"answers", "_sqlite_migrations"} <= tables:
        raise sqlite3.DatabaseError("the file is another program's database")


def _refuse_a_newer_one(db: Database) -> None:
    # What a newer version keeps there we do not know, and could break.
    ours = {one.name for one in migrations.pending(Database(memory=True))}
    if not ours.issuperset(one.name for one in migrations.applied(db)):
        raise sqlite3.DatabaseError("a newer version of this program wrote the file")


def is_damage(error: BaseException) -> bool:
    """Whether SQLite finds the file broken, or no database at all. Waiting does not
    mend that; whose file it is, only the caller can know."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    broken = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, Damaged) or code in broken


def words_of(error: BaseException) -> str:
    """What SQLite or the disk says, and where to look when it does not name that."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return str(error)
    return (
        f"{error}. It must be written to even to be read, and so must its folder: look "
        "whether the disk is mounted read-only or full, and whose the folder is, and "
        "the file"
    )


def _obey(connection: sqlite3.Connection) -> None:
    """Set what makes a commit survive a pulled plug, and read it back.

    WAL + FULL lost nothing in 96 power cuts; WAL + NORMAL lost rows in one of two.
    """
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    check = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if mode != "wal" or synchronous != 2:
        raise sqlite3.DatabaseError(f"journal {mode}, synchronous {synchronous}")
    if check != "ok":
        raise Damaged(f"the file is damaged: {check}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # SQLite does not wait here: while another connection turns the same new file to
    # WAL it says BUSY at once, whatever the timeout (1 opening in 800, four at a time).
    deadline = time.monotonic() + OPEN_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(0.01)
