"""How many answers a second does an agent carry from a full log to central?

The real agent (`wardvoice-sync once`, its start included) against the real central on
SQLite, both as processes of their own, on a log of 20,000 answers: a tablet that was
without Wi-Fi for a season. Each run has its own log; the median of three is kept.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure
from deploy.demo.processes import Processes
from deploy.demo.programs import KIOSK_WARD, House, Ports
from deploy.demo.trust import build_hospital, enrol, new_code, start_central
from feedback.answer import Draft, new_response, utc_text
from feedback.log import Log

ANSWERS = 20_000
RUNS = 3
VISIT = {"_language": "en", "_who": "patient", "fft": "good", "arrival": "1"}
BEGAN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def measure(at: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-") as folder:
        house = House(Path(folder), Ports())
        running = Processes(Path(folder) / "output")
        try:
            build_hospital(house, running)
            start_central(house, running)
            rates = [_drain(house, running, run) for run in range(RUNS)]
        finally:
            running.stop_all()
    value = round(statistics.median(rates))
    return [Figure("sync.drain_answers_per_s", value, "answers/s", at)]


def _drain(house: House, running: Processes, run: int) -> float:
    path = house.folder / f"bench-{run}.log.db"
    with Log.open(path) as log:
        log.add_all(_drafts())
    enrol(house, running, path, new_code(house, running, KIOSK_WARD))
    began = time.perf_counter()
    running.run(house.sync(path, "once", name="sync-once"))
    took = time.perf_counter() - began
    with Log.open(path) as log:
        assert log.unsent == 0, f"{log.unsent} answers were not sent"
    return ANSWERS / took


def _drafts() -> list[Draft]:
    drafts: list[Draft] = []
    while len(drafts) < ANSWERS:
        response = new_response()
        moment = utc_text(BEGAN + timedelta(seconds=len(drafts) * 10))
        drafts += [
            Draft(response, "inpatient@2", question, value, KIOSK_WARD, "kiosk", moment)
            for question, value in VISIT.items()
        ]
    return drafts
