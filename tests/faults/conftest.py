"""Hospitals for storms, on SQLite and on a PostgreSQL of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgresql
from tests.faults import hospital
from tests.faults.stores import Postgresql, Sqlite, Store, url_of
from tests.faults.storm import Storm

MakeStorm = Callable[..., Storm]


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital")
    return hospital.build(folder, f"sqlite:///{folder}/central.db")


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgresql.Cluster]:
    running = postgresql.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def on_postgresql(
    cluster: postgresql.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE hospital")
    folder = tmp_path_factory.mktemp("hospital")
    return hospital.build(folder, url_of(cluster, "hospital"))


@pytest.fixture
def new_storm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStorm]:
    """Makes storms, each in a folder of its own: `new_storm("sqlite", seed)`."""
    made: list[Storm] = []

    def make(database: str, seed: int, **how: object) -> Storm:
        folder = tmp_path / f"storm{len(made)}"
        home = request.getfixturevalue(f"on_{database}")

        def store(place: Path) -> Store:
            if database == "sqlite":
                return Sqlite(place / "central.db")
            cluster = request.getfixturevalue("cluster")
            name = f"storm{seed}_{len(made)}"
            return Postgresql(cluster, name, place / "central.dump", "hospital")

        made.append(Storm(home, folder, seed, store, **how))
        return made[-1]

    yield make
    for one in made:
        one.close()
