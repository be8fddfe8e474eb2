"""What does a technician read when the disk or the database does not do its part?"""

from __future__ import annotations

import sqlite3

from django.db import DatabaseError, OperationalError

from central.settings import CENTRAL

_TABLES = "its tables are not up to date: wardvoice-central migrate"
_READ_ONLY = (
    "it can be read and not written to. Is its disk read-only, is the file or its "
    "folder another user's, is it a standby?"
)
_CLOSED = (
    "it cannot be opened. Is its folder there, is its disk read-only, is the folder "
    "another user's?"
)
_BUSY = "another program keeps it locked: do it again in a minute"
_FULL = "its disk is full"
_BROKEN = "the file is damaged, or no database"
_REFUSED = "its user may not do this"
_DISK = "its disk does not obey: the machine's log says more"

_SQLITE = {
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CORRUPT: _BROKEN,
    sqlite3.SQLITE_NOTADB: _BROKEN,
    sqlite3.SQLITE_IOERR: _DISK,
}
_POSTGRESQL = {
    "42P01": _TABLES,  # no such table, and no such column
    "42703": _TABLES,
    "25006": _READ_ONLY,
    "42501": _REFUSED,
    "53100": _FULL,
    "55P03": _BUSY,
}


def words_of(error: OSError | DatabaseError) -> str:
    """What is wrong, and where to look; "" for what only our own mistake can cause."""
    if isinstance(error, OSError):
        return _of_disk(error)
    cause = error.__cause__
    what = _of_sqlite(cause) if isinstance(cause, sqlite3.Error) else ""
    what = what or _POSTGRESQL.get(getattr(cause, "sqlstate", None) or "", "")
    if not what and isinstance(error, OperationalError):
        what = str(error).strip()
    return f"the database (WARDVOICE_DATABASE): {what}" if what else ""


def _of_sqlite(error: sqlite3.Error) -> str:
    if str(error).startswith(("no such table", "no such column")):
        return _TABLES  # SQLite has no code of its own for these
    return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")


def _of_disk(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.filename == str(CENTRAL.erasures):
        return (
            f"{error.filename} (WARDVOICE_ERASURES): {why}. Nothing was done: what is "
            "not remembered there would come back with a restored database"
        )
    return f"{error.filename}: {why}" if error.filename else why
