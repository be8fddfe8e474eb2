"""A long backlog drains beside a kiosk that writes: neither waits for the other."""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from feedback.log import Log
from sync.status import read_report
from sync.telling import PROGRESS_S
from tests.sync.conftest import draft
from tests.sync.programs import wait_for

# A kiosk's writes, in a process of its own: each is one durable commit.
WRITER = """
import json, sys, time
from pathlib import Path
from feedback.log import Log
from tests.sync.conftest import draft
path, how_many, pause_s = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
enough = Path(path + ".enough")
took = []
with Log.open(path, create=False) as log:
    while len(took) < how_many if how_many else not enough.exists():
        began = time.perf_counter()
        log.add_all([draft("from the kiosk")])
        took.append(time.perf_counter() - began)
        time.sleep(pause_s)
json.dump(took, sys.stdout)
"""
MOST_WAL_BYTES = 8_000_000  # SQLite begins it anew at 4 MB, when nobody holds it


class Wal:
    """How large the write-ahead log was at most."""

    def __init__(self, log: Log) -> None:
        self._file = log.path.with_name(log.path.name + "-wal")
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.most = 0

    def _watch(self) -> None:
        while not self._enough.wait(0.05):
            self.most = max(self.most, self._file.stat().st_size)

    def __enter__(self) -> Wal:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()


def fill(log: Log, how_many: int) -> None:
    for start in range(0, how_many, 10_000):
        log.add_all(draft() for _ in range(min(10_000, how_many - start)))
    log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def writer(log: Log, how_many: int, pause_s: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(log.path), str(how_many), str(pause_s)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def times(program: subprocess.Popen[str]) -> list[float]:
    out, _ = program.communicate(timeout=300)
    assert program.returncode == 0, "a write of the kiosk's failed"
    return json.loads(out)


READ_S = 2.0  # of a batch, on any machine


def held_while_central_thinks(site) -> tuple[int, ...]:
    """What SQLite says to another program that wants all of the file meanwhile: the
    next batch is read in some milliseconds, and then nothing is held."""
    found = []

    def look(heard):
        with closing(sqlite3.connect(site.log.path, timeout=READ_S)) as kiosk:
            found.extend(kiosk.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        return site.central.truth(heard)

    site.central.script.extend([look] * 3)
    site.tap(2_500)
    site.turn()
    return tuple(found)


def test_while_central_thinks_the_agent_holds_nothing_of_the_file(site):
    """So the kiosk writes without a wait, and the write-ahead log begins anew."""
    assert held_while_central_thinks(site) == (0, 0, 0) * 3


def test_a_transaction_kept_open_over_the_network_would_be_seen(site, monkeypatch):
    real = Log.after

    def reads_on(log, have, limit):
        if not log.db.conn.in_transaction:
            log.db.conn.execute("BEGIN")
        return real(log, have, limit)

    monkeypatch.setattr(Log, "after", reads_on)
    assert held_while_central_thinks(site) != (0, 0, 0) * 3
    site.log.db.conn.rollback()


def arrived_once_in_order(log, central) -> bool:
    batches = central.ranges()
    return (
        list(central.rows) == list(range(1, log.last + 1))
        and sum(how_many for _, how_many in batches) == log.last
    )


def test_five_thousand_drain_while_a_kiosk_writes(programs, log, central):
    fill(log, 5_000)
    with Wal(log) as wal:
        kiosk = writer(log, 100, 0.01)
        programs.start("run")
        assert len(times(kiosk)) == 100
        wait_for(lambda: log.unsent == 0, 60)
    assert arrived_once_in_order(log, central)
    assert log.last == 5_100
    assert wal.most < MOST_WAL_BYTES


def peak_bytes(program: subprocess.Popen[str]) -> int:
    for line in Path(f"/proc/{program.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1_024
    raise AssertionError("no VmHWM")


@pytest.mark.soak
def test_a_hundred_thousand_drain_and_a_kiosks_commits_stay_quick(
    programs, log, central
):
    fill(log, 100_000)
    alone = times(writer(log, 300, 0.02))
    said = []
    with Wal(log) as wal:
        kiosk = writer(log, 0, 0.02)
        wait_for(lambda: log.last > 100_310)
        began = time.monotonic()
        agent = programs.start("run")
        while log.have < 100_000:
            assert time.monotonic() < began + 900
            said.append(read_report(log))
            time.sleep(0.2)
        took_s = time.monotonic() - began
        log.path.with_name(log.path.name + ".enough").touch()
        beside = times(kiosk)
        wait_for(lambda: log.unsent == 0, 60)
        memory = peak_bytes(agent)
    p99 = [statistics.quantiles(one, n=100)[98] for one in (alone, beside)]
    medians = [statistics.median(one) for one in (alone, beside)]
    print(
        f"drained in {took_s:.0f} s; commits alone and beside: median "
        f"{medians[0] * 1e3:.1f} and {medians[1] * 1e3:.1f} ms, p99 {p99[0] * 1e3:.1f} "
        f"and {p99[1] * 1e3:.1f} ms, most {max(alone) * 1e3:.0f} and "
        f"{max(beside) * 1e3:.0f} ms of {len(beside)}; WAL at most {wal.most:,} bytes; "
        f"agent at most {memory / 1e6:.0f} MB; {len(central.ranges())} batches"
    )
    assert arrived_once_in_order(log, central)
    told = any(report.state == "sending" and report.sent for report in said)
    assert told or took_s < 2 * PROGRESS_S, "a long drain says how far it is"
    assert wal.most < MOST_WAL_BYTES
    assert memory < 200e6, "the backlog is never all in memory"
    # One write is some milliseconds of disk. What the other program does between is a
    # few of them; a kiosk gives up its wait after three seconds.
    assert medians[1] < 6 * max(medians[0], 0.002)
    assert max(beside) < 3.0
