"""How do millions of rows go into PostgreSQL's tables at once? Without their indexes.

Each is built when all rows are there, by all cores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint
 WHERE contype IN ('p', 'u') AND conrelid = ANY (%s::regclass[])"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
  FROM pg_index WHERE indrelid = ANY (%s::regclass[])"""


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """They are back, all of them, when this ends. SQLite keeps its own: it can drop no
    index of a constraint."""
    if connection.vendor != "postgresql":
        yield
        return
    constraints = _rows(_CONSTRAINTS, [list(tables)])
    for table, name, _ in constraints:
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = _rows(_INDEXES, [list(tables)])
    for name, _ in indexes:
        _run(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        _run(definition)
    for table, name, definition in constraints:
        _run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _rows(sql: str, words: Sequence[Any]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, words)
        return list(cursor.fetchall())


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
