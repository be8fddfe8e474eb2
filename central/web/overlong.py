"""How long may one query of a page take?

A plan that was made on wrong numbers (PostgreSQL has not counted a table that was just
filled) can read all rows for each row: a month's page took 24 minutes so. Whoever asked
is told to try again in a minute, and by then it has counted. Of pages alone: a long
batch of a device must go in however long it takes.
"""

from __future__ import annotations

from threading import current_thread
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from central.front import PAGES


def limit_queries_of_pages() -> None:
    """From here on, in this process: SQLite's go on as long as they like."""
    connection_created.connect(_limit)


def _limit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor != "postgresql":
        return
    if current_thread().name.startswith(PAGES):
        with connection.cursor() as cursor:
            limit_ms = int(settings.PAGE_QUERY_S * 1000)
            cursor.execute(f"SET statement_timeout = {limit_ms}")
