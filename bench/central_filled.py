"""A central with a year of a whole hospital, as it is served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.central_hospital import YEAR_DAYS, Size
from bench.sync_central import Central, central_on
from deploy.demo.processes import Processes
from deploy.demo.programs import KIOSK_WARD, House

FILLED_IN_S = 3_600.0
MONTH_DAYS = 30


@dataclass(frozen=True)
class Filled:
    """`sessions`: of each ward's manager, the timed ward's first. `last`: the last day
    of which there are answers; `answers`: how many."""

    central: Central
    size: Size
    sessions: list[str]
    answers: int
    last: date

    @property
    def port(self) -> int:
        return self.central.house.ports.central

    @property
    def name(self) -> str:
        """As the figures have it: which database, and how many responses."""
        return f"{self.central.name}.{self.size.name}"

    def day_path(self, day: date | str, ward: str = KIOSK_WARD) -> str:
        return f"/wards/{ward}/{day}/"

    @property
    def month(self) -> tuple[date, date]:
        return self.last - timedelta(MONTH_DAYS - 1), self.last

    @property
    def year(self) -> tuple[date, date]:
        return self.last - timedelta(YEAR_DAYS - 1), self.last

    def period_path(self, first: date, last: date) -> str:
        return f"/wards/{KIOSK_WARD}/{first}/{last}/"


@contextmanager
def filled(name: str, size: Size, folder: Path) -> Iterator[Filled]:
    """As long as this lasts; then all of it is deleted with the folder."""
    told: dict[str, Any] = {}
    with central_on(name, folder, partial(_fill, size, told)) as central:
        last = date.fromisoformat(told["last"])
        yield Filled(central, size, told["sessions"], told["answers"], last)


def _fill(size: Size, told: dict[str, Any], house: House, running: Processes) -> None:
    code = f"from bench.central_fill import main; main({size.responses})"
    said = running.run(house.central("shell", "--command", code), FILLED_IN_S)
    told.update(json.loads(said.splitlines()[-1]))
