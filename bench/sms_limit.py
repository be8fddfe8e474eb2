"""How many texts a second could SQLite take, if nothing had to be understood?

The rows that the gateway itself writes for a text are noted down once, from a real
conversation's course, with the statements that write them. They are then written
again into an empty copy of its log, WAL + FULL, as many texts to a commit as there
are connections, by a loop that does nothing else: no webhook, no signature, no read.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from bench.sms_client import TEXTS
from deploy.demo.programs import NUMBER, House
from feedback.disk import connect
from smsgateway.clock import utc_now
from smsgateway.opening import open_desk
from smsgateway.settings import read_settings
from smsgateway.text import Text
from smsgateway.turns import take
from smsgateway.writer import TEXTS_A_COMMIT

PHONES = 2_000
Statement = tuple[str, Sequence[Any]]


class Limit:
    """What a gateway's log takes. `house` has a gateway that knows what to ask."""

    def __init__(self, house: House) -> None:
        self._empty = house.folder / "limit-empty.db"
        noted = house.folder / "limit-noted.db"
        copy(house.gateway_log, noted)
        self._texts = _noted(house, noted, self._empty)

    def texts_per_s(self, connections: int) -> float:
        path = self._empty.with_name(f"limit-{secrets.token_hex(4)}.db")
        copy(self._empty, path)
        many = min(connections, TEXTS_A_COMMIT)
        # A commit of one text takes as long as one of many.
        texts = self._texts[: max(500, len(self._texts) * many // TEXTS_A_COMMIT)]
        with closing(connect(path).conn) as connection:
            began = time.perf_counter()
            for start in range(0, len(texts), many):
                _commit(connection, texts[start : start + many])
            return len(texts) / (time.perf_counter() - began)


def _commit(
    connection: sqlite3.Connection, texts: Sequence[Sequence[Statement]]
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statements in texts:
        for statement in statements:
            connection.execute(*statement)
    connection.execute("COMMIT")


class _Noting:
    """A connection that notes down what is written through it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.written: list[Statement] = []

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        done = self._connection.execute(sql, values)
        if sql.startswith(("INSERT", "UPDATE")) and done.rowcount > 0:
            self.written.append((sql, values))
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _noted(house: House, path: Path, empty: Path) -> list[list[Statement]]:
    """Each text's statements, as the gateway's own desk writes them."""
    environ = {**house.sms("serve").environ, "WARDVOICE_LOG": str(path)}
    desk = open_desk(read_settings(environ), utc_now)
    copy(path, empty)
    texts = []
    with desk.log, desk.log.transaction() as connection:
        noting = _Noting(connection)
        desk.log.db.conn = cast(sqlite3.Connection, noting)
        for phone in range(PHONES):
            for words in TEXTS:
                sid, sender = "SM" + secrets.token_hex(16), f"+4471000000{phone:04d}"
                noting.written = []
                take(desk, Text(sid, sender, NUMBER, words))
                texts.append(noting.written)
        desk.log.db.conn = connection
    return texts


def copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
