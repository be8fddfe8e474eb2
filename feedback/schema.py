"""What does the log's file look like, and how did it come to look so?

Migrations are sqlite-utils' own: each runs once, in a transaction, and its name is
kept in the file. A landed one is never edited; a change is a new one at the end.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("wardvoice.log")


@migrations()
def answers_and_identity(db: Database) -> None:
    # AUTOINCREMENT: a number is never given twice, even after a purge. The insert is
    # plain, without OR IGNORE: a skipped one would burn a number, and leave a gap.
    db.execute(
        """
        CREATE TABLE answers (
            seq         INTEGER PRIMARY KEY AUTOINCREMENT,
            device      TEXT NOT NULL,
            response    TEXT NOT NULL,
            survey      TEXT NOT NULL,
            question    TEXT NOT NULL,
            value       TEXT NOT NULL,
            ward        TEXT NOT NULL,
            mode        TEXT NOT NULL,
            answered_at TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX answers_of_response ON answers (response)")
    # One row for each key that this file has had; the last one is in use. A row with
    # `begins` > 1 succeeds the one before it from that seq on (a fork).
    db.execute(
        """
        CREATE TABLE device (
            ordinal INTEGER PRIMARY KEY,
            id      TEXT NOT NULL UNIQUE,
            seed    BLOB NOT NULL CHECK (length(seed) = 32),
            begins  INTEGER NOT NULL
        )
        """
    )
    # What central has: one row. `fell_at`: when a restored central last had less.
    # What the days and this time mean is in feedback/marks.py.
    db.execute(
        """
        CREATE TABLE watermark (
            one       INTEGER PRIMARY KEY CHECK (one = 1),
            have      INTEGER NOT NULL DEFAULT 0,
            purged_to INTEGER NOT NULL DEFAULT 0,
            fell_at   TEXT NOT NULL DEFAULT ''
        )
        """
    )
    db.execute("INSERT INTO watermark (one) VALUES (1)")
    # How far central had come on each of its days, for the purge after 30 days.
    db.execute(
        """
        CREATE TABLE acknowledged (
            day  TEXT PRIMARY KEY,
            have INTEGER NOT NULL
        )
        """
    )
    # How the programs that share this file speak to one another.
    db.execute("CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL)")


@migrations()
def ends(db: Database) -> None:
    # Which responses have no end? Asked at every start, of thirty days of answers.
    db.execute("CREATE INDEX ends ON answers (response) WHERE question = '_end'")
