"""How many answers a second does an agent carry from a full log to central?

A tablet that was without Wi-Fi for weeks: 9,000 answers of 1,000 visits, one in
nine a sealed comment, in a log of its own for each run. The real agent, signed and
gzip, against a real central on SQLite and on PostgreSQL, all of it on a disk that is
told to keep it. Counted is its turn, without the start of its program, as that of
PouchDB beside it. The limit is PostgreSQL that takes the same rows with nothing to
understand.

`standing` is until everything is derived of what arrived too: comments opened and
listened to, what stands written. `replay`: central has it all and compares. Medians of
three runs, in turns. Bytes: a backlog's, and those of taps that go one by one.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from bench import sync_limit, sync_pouchdb
from bench.figures import Figure, compared, short
from bench.relay import Relay, relay
from bench.sync_answers import visits
from bench.sync_central import POSTGRESQL, SQLITE, Central, followed
from bench.sync_pouchdb import Pouch
from bench.sync_turn import quiet
from feedback.answer import Draft, utc_text
from feedback.log import CENTRAL, Log
from sync.agent import Agent
from sync.world import World

VISITS = 1_000
RUNS = 3
TAPPED_VISITS = 20
TIMEOUT_S = 300.0

Found = dict[str, list[float]]


def measure(
    at: str, folder: Path, centrals: list[Central], peer: Pouch
) -> list[Figure]:
    found: Found = defaultdict(list)
    for run in range(RUNS):
        _run(folder / f"run-{run}", centrals, peer, found)
    rates = _rates(at, {name: statistics.median(of) for name, of in found.items()})
    return [*rates, *_bytes(at, folder / "bytes", centrals[-1], peer)]


def _run(folder: Path, centrals: list[Central], peer: Pouch, found: Found) -> None:
    """Each of them once, with answers of its own."""
    folder.mkdir()
    for central in centrals:
        for name, rate in _drain(folder, central).items():
            found[f"{name}.{central.name}"].append(rate)
    answers = _answers(centrals[-1], VISITS)
    found[sync_pouchdb.NAME].append(len(answers) / peer.replicate(answers))
    url = centrals[-1].house.database
    found[sync_limit.NAME].append(sync_limit.rows_per_s(url, answers))


def _drain(folder: Path, central: Central) -> dict[str, float]:
    """Answers per second: taken, standing, and taken once more."""
    path = _filled(folder, central)
    began = time.perf_counter()
    drained_s = turn_s(path)
    begins = time.perf_counter() - drained_s  # without the start of the program
    with Log.open(path) as log:
        answers = log.last
        assert log.unsent == 0, f"{log.unsent} answers were not sent"
        central.wait_for(lambda: followed(central, log.device) == answers)
    standing_s = time.perf_counter() - max(began, begins)
    with Log.open(path) as log:
        log.move(0, *[utc_text(datetime.now(UTC))] * 2)
    return {
        "drain": answers / drained_s,
        "standing": answers / standing_s,
        "replay": answers / turn_s(path),
    }


def _answers(central: Central, many: int) -> list[Draft]:
    return list(chain.from_iterable(visits(many, central.keys)))


def _filled(folder: Path, central: Central) -> Path:
    """The log of a device that has enrolled and has sent nothing yet."""
    path = folder / f"{central.name}.log.db"
    with Log.open(path) as log:
        log.add_all(_answers(central, VISITS))
    central.enrol(path)
    return path


def turn_s(path: Path) -> float:
    said = subprocess.run(
        (sys.executable, "-m", "bench.sync_turn", str(path)),
        stdout=subprocess.PIPE,
        timeout=TIMEOUT_S,
        check=True,
    )
    return float(said.stdout)


# ── bytes ────────────────────────────────────────────────────────────────────


def _bytes(at: str, folder: Path, central: Central, peer: Pouch) -> list[Figure]:
    """Of one visit of nine answers, requests and replies together."""
    quiet()
    folder.mkdir()
    name, unit = "sync.bytes_per_response", "bytes"
    answers = _answers(central, VISITS)
    with relay(peer.port) as between:
        peer.replicate(answers, between.port)
        theirs = between.bytes / VISITS
    path = _filled(folder, central)
    with relay(central.house.ports.central) as between, Log.open(path) as log:
        _go_by(log, between)
        backlog = _sent(log, between) / VISITS
        tapped = _tapped(log, central, between) / TAPPED_VISITS
    return [
        compared(f"{name}.backlog", unit, backlog, sync_pouchdb.NAME, theirs, at),
        Figure(f"{name}.tapped", short(tapped), unit, at),
    ]


def _go_by(log: Log, between: Relay) -> None:
    log.set_note(CENTRAL, f"http://127.0.0.1:{between.port}")


def _sent(log: Log, between: Relay) -> int:
    """The bytes of a turn, the bundle not among them."""
    agent = _agent(log)
    before = between.bytes
    agent.turn()
    agent.close()
    assert log.unsent == 0
    return between.bytes - before


def _tapped(log: Log, central: Central, between: Relay) -> int:
    """An agent that is awake sends each tap at once."""
    agent = _agent(log)
    agent.turn()
    before = between.bytes
    for draft in _answers(central, TAPPED_VISITS):
        log.add_all([draft])
        agent.turn()
        assert log.unsent == 0
    agent.close()
    return between.bytes - before


def _agent(log: Log) -> Agent:
    return Agent(log, World(time.monotonic, _now, random.random, allow_http=True))


def _now() -> datetime:
    return datetime.now().astimezone()


# ── figures ──────────────────────────────────────────────────────────────────


def _rates(at: str, found: dict[str, float]) -> list[Figure]:
    unit, peer, limit = "answers/s", sync_pouchdb.NAME, sync_limit.NAME
    figures = []
    for central in (SQLITE, POSTGRESQL):
        name, mine = f"sync.drain_answers_per_s.{central}", found[f"drain.{central}"]
        for its in (peer, limit):
            figures.append(compared(name, unit, mine, its, found[its], at))
    for what in ("standing", "replay"):
        for central in (SQLITE, POSTGRESQL):
            mine = found[f"{what}.{central}"]
            name = f"sync.{what}_answers_per_s.{central}"
            figures.append(Figure(name, short(mine), unit, at))
    return figures
