"""Where does central keep what it has, and how is a backup of it taken and put back?

One file of SQLite, or a database of PostgreSQL with its own tools (pg_dump while
programs write, pg_restore into a new database).
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.postgresql import Cluster, _programs

Rows = list[tuple[Any, ...]]


class Store(Protocol):
    @property
    def url(self) -> str: ...
    def rows(self, sql: str, *values: object) -> Rows: ...
    def do(self, *sql: str) -> None: ...
    def copy(self) -> None: ...
    def put_back(self) -> None: ...
    def close(self) -> None: ...


class Sqlite:
    def __init__(self, file: Path) -> None:
        self.file, self._copy = file, file.with_suffix(".copy")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def rows(self, sql: str, *values: object) -> Rows:
        central = sqlite3.connect(self.file, timeout=20)
        try:
            return central.execute(sql.replace("%s", "?"), values).fetchall()
        finally:
            central.close()

    def do(self, *sql: str) -> None:
        central = sqlite3.connect(self.file)
        central.executescript(";".join(sql))
        central.close()

    def copy(self) -> None:
        copy_database(self.file, self._copy)

    def put_back(self) -> None:
        """Only while central does not run."""
        put_back(self._copy, self.file)

    def close(self) -> None:
        pass


class Postgresql:
    """A database of its own in the cluster, made as a copy of the one of `template`."""

    def __init__(
        self, cluster: Cluster, name: str, backup: Path, template: str
    ) -> None:
        self._cluster, self.name, self._backup = cluster, name, backup
        self._connection: psycopg.Connection[Any] | None = None
        self._admin(f"CREATE DATABASE {name} TEMPLATE {template}")

    @property
    def url(self) -> str:
        return url_of(self._cluster, self.name)

    def rows(self, sql: str, *values: object) -> Rows:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url, autocommit=True)
        return self._connection.execute(sql, values).fetchall()

    def do(self, *sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for one in sql:
                connection.execute(one)

    def copy(self) -> None:
        self._run("pg_dump", "--format=custom", f"--file={self._backup}", self.url)

    def put_back(self) -> None:
        """Only while central does not run."""
        self.close()
        self._admin(
            f"DROP DATABASE {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name}",
        )
        into = f"--dbname={self.url}"
        self._run("pg_restore", "--exit-on-error", into, str(self._backup))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, tool: str, *words: str) -> None:
        command = (str(_programs() / tool), *words)
        subprocess.run(command, check=True, capture_output=True)

    def _admin(self, *sql: str) -> None:
        with psycopg.connect(self._cluster.url, autocommit=True) as connection:
            for one in sql:
                connection.execute(one)  # a name of ours, and no one else's word


def url_of(cluster: Cluster, name: str) -> str:
    parts = urlsplit(cluster.url)
    return urlunsplit((*parts[:2], f"/{name}", "", ""))


def copy_database(source: Path, copy: Path) -> None:
    """A consistent copy while programs write, as a backup would make."""
    with sqlite3.connect(source, timeout=20) as one, sqlite3.connect(copy) as other:
        one.backup(other)
    one.close()
    other.close()


def put_back(copy: Path, place: Path) -> None:
    for ending in ("-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    shutil.copyfile(copy, place)


def first(rows: Sequence[tuple[Any, ...]], default: Any) -> Any:
    return rows[0][0] if rows else default
