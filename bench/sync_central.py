"""Where do the answers go? A central of its own on SQLite, and one on PostgreSQL.

Both as `wardvoice-central serve` starts them, both told to keep what they commit: WAL
and synchronous=FULL, and PostgreSQL with fsync as it comes from Debian.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.kiosk_ours import adults_survey
from deploy.demo.processes import Processes
from deploy.demo.programs import KIOSK_WARD, House, Ports
from deploy.demo.trust import enrol, new_code, start_central
from feedback.assets import assets_folder
from feedback.bundle import Keys, read_keys
from tests import postgresql

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
# Not /tmp, which is memory on many machines: there a commit costs nothing.
DISK = "/var/tmp"
DERIVED_TIMEOUT_S = 120.0

_LANGUAGES = " ".join(adults_survey().languages[1:])
_WARD = f"""
from central.places.models import Site, Trust, Ward
site = Site.objects.create(name="North", trust=Trust.objects.create(name="Riverbank"))
Ward.objects.create(
    code={KIOSK_WARD!r}, site=site, name="Bluebell", languages={_LANGUAGES!r}
)
"""


@dataclass(frozen=True)
class Central:
    """One that serves. `keys`: for whom its devices seal."""

    name: str
    house: House
    running: Processes
    keys: Keys

    def wait_for(self, ready: Callable[[], bool]) -> None:
        self.running.wait_for("central", ready, DERIVED_TIMEOUT_S)

    def enrol(self, log: Path) -> None:
        code = new_code(self.house, self.running, KIOSK_WARD)
        enrol(self.house, self.running, log, code)


@contextmanager
def central_on(name: str, folder: Path) -> Iterator[Central]:
    """A central on this database, for as long as this lasts."""
    folder.mkdir(parents=True)
    with _database(name, folder) as database:
        house = House(folder, Ports(), database)
        running = Processes(folder / "output")
        try:
            _build(house, running)
            start_central(house, running)
            yield Central(name, house, running, _keys(house))
        finally:
            running.stop_all()


def asked(central: Central, sql: str, values: Sequence[object] = ()) -> list[Any]:
    """What central's database says. Marks are `?` here."""
    url = central.house.database
    if central.name == POSTGRESQL:
        with psycopg.connect(url) as one:
            return list(one.execute(sql.replace("?", "%s").encode(), values))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        return other.execute(sql, values).fetchall()


def followed(central: Central, device: str) -> int:
    """Up to which row of its log everything is derived."""
    found = asked(
        central, "SELECT seq FROM intake_followed WHERE device = ?", (device,)
    )
    return int(found[0][0]) if found else 0


def _build(house: House, running: Processes) -> None:
    """An organisation with one ward, of which nothing was heard yet."""
    survey = assets_folder() / "surveys" / "inpatient-2.toml"
    for words in (
        ("keys",),
        ("migrate",),
        ("shell", "--command", _WARD),
        ("publish", str(survey), "--ask"),
    ):
        running.run(house.central(*words))


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == SQLITE:
        yield f"sqlite:///{folder}/central.db"
        return
    cluster = postgresql.start(durable=True, parent=DISK)
    try:
        yield cluster.url
    finally:
        cluster.stop()


def _keys(house: House) -> Keys:
    root = bytes.fromhex((house.keys / "root.pub").read_text())
    return read_keys((house.keys / "keys.json").read_text(), root)
