"""How many inbound texts a second does the gateway answer, each on the disk first?

The real gateway, RapidSMS and a minimal Django webhook take the same signed webhooks
over 1, 8 and 64 connections, in turns, three times over; all check the signature and
commit to a disk that is told to keep it (WAL + synchronous=FULL) before they answer.
The limit is SQLite writing the gateway's own rows with nothing else to do. Medians;
p99 is of the answers of one run. After each turn every text that was answered must be
in the server's database.

The client is one process; a text costs it some 20 µs, which is a fiftieth of a core
at 1,000 texts a second.
"""

from __future__ import annotations

import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.figures import Figure
from bench.kiosk_tree import pss_mib
from bench.sms_client import Load, Seen, seen
from bench.sms_limit import Limit
from bench.sms_peers import (
    DJANGO,
    OURS,
    RAPIDSMS,
    Server,
    django,
    gateway,
    rapidsms,
    serving,
)
from deploy.demo.processes import Processes
from deploy.demo.programs import NUMBER, House, Ports
from deploy.demo.trust import build_hospital, start_central, start_collectors

RUNS = 3
CONNECTIONS = (1, 8, 64)
LIMIT = "SQLite group commit"
# More than each can answer in the time of a run: a text that is not ready is not sent.
MOST = {OURS: 30_000, RAPIDSMS: 4_000, DJANGO: 8_000}
# Not /tmp, which is memory on many machines: there a commit costs nothing.
DISK = "/var/tmp"

Found = dict[tuple[str, int], list[Seen]]


def measure(at: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-", dir=DISK) as folder:
        house = House(Path(folder), Ports())
        enrol(house)
        limit = Limit(house)
        servers = [gateway(house), rapidsms(house), django(house)]
        found: Found = defaultdict(list)
        limits: dict[int, list[float]] = defaultdict(list)
        mib: dict[str, float] = {}
        for run in range(RUNS):
            for server in servers:
                mib[server.name] = _turn(server, run, found, house.folder / "output")
            for connections in CONNECTIONS:
                limits[connections].append(limit.texts_per_s(connections))
    return _figures(at, found, limits, mib)


def enrol(house: House) -> None:
    """A gateway's log, with what to ask and for whom to seal."""
    running = Processes(house.folder / "output")
    try:
        hospital = build_hospital(house, running)
        start_central(house, running)
        start_collectors(house, running, hospital)
    finally:
        running.stop_all()


def _turn(server: Server, run: int, found: Found, output: Path) -> float:
    """One run at each number of connections; what the server takes of the memory."""
    with serving(server, output / f"{server.name}.log") as pid:
        before = server.kept()
        answered = 0
        for place, connections in enumerate(CONNECTIONS):
            load = Load(
                server.account,
                NUMBER,
                run * len(CONNECTIONS) + place,
                connections,
                MOST[server.name] // connections,
            )
            one = seen(load)
            found[server.name, connections].append(one)
            answered += one.answered
        mib = pss_mib(pid)
        kept = server.kept() - before
        assert kept == answered, f"{server.name}: {answered} answered, {kept} kept"
    return mib


# ── figures ──────────────────────────────────────────────────────────────────


def _figures(
    at: str,
    found: Found,
    limits: dict[int, list[float]],
    mib: dict[str, float],
) -> list[Figure]:
    figures = []
    for connections in CONNECTIONS:
        name = f"sms.inbound_per_s.{connections}"
        mine = _per_s(found[OURS, connections])
        theirs = {
            RAPIDSMS: _per_s(found[RAPIDSMS, connections]),
            DJANGO: _per_s(found[DJANGO, connections]),
            LIMIT: statistics.median(limits[connections]),
        }
        for beside, its in theirs.items():
            figures.append(_beside(name, "texts/s", mine, beside, its, at))
    for connections in CONNECTIONS:
        name = f"sms.inbound_p99_ms.{connections}"
        mine = _p99(found[OURS, connections])
        for beside in (RAPIDSMS, DJANGO):
            its = _p99(found[beside, connections])
            figures.append(_beside(name, "ms", mine, beside, its, at))
    for beside in (RAPIDSMS, DJANGO):
        memory = ("sms.rss_mb", "MiB of PSS", mib[OURS])
        figures.append(_beside(*memory, beside, mib[beside], at))
    return figures


def _beside(
    name: str, unit: str, mine: float, beside: str, its: float, at: str
) -> Figure:
    ratio = round(mine / its, 3)
    return Figure(name, _short(mine), unit, at, beside, _short(its), ratio)


def _per_s(runs: list[Seen]) -> float:
    return statistics.median(one.per_s for one in runs)


def _p99(runs: list[Seen]) -> float:
    return statistics.median(one.p99_ms for one in runs)


def _short(value: float) -> float:
    return float(f"{value:.3g}")
