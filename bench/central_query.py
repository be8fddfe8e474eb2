"""What does one SQL query over the raw answers say, and how soon?

The same counts without central: every answer of a ward in a time, by day, question and
value, over an index that holds all that it needs. It knows nothing of what was changed,
taken back or withdrawn, asks for no words and lays out no page: a page can come near
it, and no nearer. For the search, each database's own full-text index, and how many of
the ward's comments it finds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from bench.sync_central import POSTGRESQL, Central
from deploy.demo.programs import KIOSK_WARD

QUERY = "one SQL query"
FULL_TEXT = {"SQLite": "FTS5", "PostgreSQL": "tsvector"}

# Sealed words are too long for an index, and are no count.
_COUNTED = "length(value) < 100"
_COVERING = (
    "CREATE INDEX bench_raw ON intake_answer (ward, answered_at, question, value) "
    f"WHERE {_COUNTED}"
)
_COUNTS = f"""
SELECT substr(answered_at, 1, 10) AS day, question, value, COUNT(*)
  FROM intake_answer
 WHERE ward = ? AND answered_at >= ? AND answered_at < ? AND {_COUNTED}
 GROUP BY 1, 2, 3"""
_INDEXES = {
    "SQLite": (
        "CREATE VIRTUAL TABLE bench_words USING fts5"
        "(folded, content='comments_comment', content_rowid='id')",
        "INSERT INTO bench_words (bench_words) VALUES ('rebuild')",
    ),
    "PostgreSQL": (
        "CREATE UNLOGGED TABLE bench_words AS SELECT device, seq, "
        "to_tsvector('simple', folded) AS words FROM comments_comment",
        "CREATE INDEX bench_words_place ON bench_words (device, seq)",
        "CREATE INDEX bench_words_words ON bench_words USING gin (words)",
        "VACUUM (ANALYZE) bench_words",
        "VACUUM (ANALYZE) intake_answer",
    ),
}
_OF_THE_WARD = "s.ward = ? AND s.day BETWEEN ? AND ?"
_FOUND = {
    "SQLite": f"""
SELECT COUNT(*)
  FROM bench_words w
 CROSS JOIN comments_comment c
 CROSS JOIN summaries_standing s
 WHERE c.id = w.rowid AND s.response = c.response AND s.question = c.question
   AND s.device = c.device AND s.seq = c.seq
   AND {_OF_THE_WARD} AND w.folded MATCH ?""",
    "PostgreSQL": f"""
SELECT COUNT(*)
  FROM summaries_standing s
  JOIN bench_words w ON w.device = s.device AND w.seq = s.seq
 WHERE {_OF_THE_WARD} AND s.value LIKE 'seal1.%%'
   AND w.words @@ plainto_tsquery('simple', ?)""",
}

Ask = Callable[[str, Sequence[object]], list[Any]]


@dataclass(frozen=True)
class Queries:
    """Over one connection that stays open."""

    name: str
    ask: Ask

    def count(self, first: date, last: date) -> list[Any]:
        """What each answer of the timed ward was, and how many gave it, by day."""
        until = date.fromordinal(last.toordinal() + 1)
        return self.ask(_COUNTS, (KIOSK_WARD, first.isoformat(), until.isoformat()))

    def find(self, word: str, first: date, last: date) -> int:
        """How many of its comments have this word."""
        words = (KIOSK_WARD, first.isoformat(), last.isoformat(), word)
        return int(self.ask(_FOUND[self.name], words)[0][0])


@contextmanager
def queries(central: Central) -> Iterator[Queries]:
    """With the indexes that these need, which the pages did not have."""
    url = central.house.database
    if central.name == POSTGRESQL:
        with psycopg.connect(url, autocommit=True) as connection:
            yield _ready(
                central.name, lambda sql, words: _asked(connection, sql, words)
            )
    else:
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("PRAGMA cache_size = -65536")  # as central has it
            yield _ready(
                central.name, lambda sql, words: file.execute(sql, words).fetchall()
            )


def _asked(
    connection: psycopg.Connection[Any], sql: str, words: Sequence[object]
) -> list[Any]:
    cursor = connection.execute(sql.replace("?", "%s").encode(), words or None)
    return cursor.fetchall() if cursor.description else []


def _ready(name: str, ask: Ask) -> Queries:
    for sql in (_COVERING, *_INDEXES[name]):
        ask(sql, ())
    return Queries(name, ask)
