"""Does a patient feel it when the tablet's backlog goes to central?

The real kiosk on a real screen, tapped by a finger, on the log that a real agent sends
from. First nothing waits. Then 100,000 answers drain, again and again: central has them
after a few seconds, so the log is told to begin anew. The time is from the finger to
the next screen's pixels, with its durable commit in it. Central works on the same
processors here, which it does not on a ward: the figure is the worse for it.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from threading import Event, Thread

from bench.figures import Figure, compared
from bench.kiosk_finger import Finger
from bench.kiosk_ours import Program, program_on
from bench.kiosk_screen import open_screen
from bench.sync_answers import VISIT, visits
from bench.sync_central import Central
from bench.sync_drain import turn_s
from feedback.answer import utc_text
from feedback.log import Log

BACKLOG = 100_000
VISITS = 15  # each with four taps that answer
SEED = 7


def measure(at: str, folder: Path, central: Central) -> list[Figure]:
    folder.mkdir()
    path = folder / "kiosk.log.db"
    with Log.open(path):
        pass  # it is the file that is enrolled
    central.enrol(path)
    turn_s(path)  # what is asked comes with its first turn
    program = program_on(path)
    alone, beside = _taps(program, path, central, folder / "output")
    unit, peer = "ms", "nothing waits"
    return [
        compared(f"sync.tap_while_draining_ms.{name}", unit, of(beside), peer,
                 of(alone), at)
        for name, of in (("p50", statistics.median), ("p99", _p99))
    ]  # fmt: skip


def _taps(
    program: Program, path: Path, central: Central, output: Path
) -> tuple[list[float], list[float]]:
    with open_screen() as screen:
        finger = Finger(screen, random.Random(SEED))
        with finger.running(program, output):
            known = finger.learn(program)

            def taps_ms() -> list[float]:
                made = (finger.visit(program, known) for _ in range(VISITS))
                return [took_ms for _, took_ms in chain.from_iterable(made)]

            alone = taps_ms()
            _fill(path, central)
            with _draining(path) as turns:
                beside = taps_ms()
            assert len(turns) > 1, "it was not draining all the time"
    return alone, beside


def _fill(path: Path, central: Central) -> None:
    said = visits(BACKLOG // len(VISIT), central.keys)
    with Log.open(path) as log:
        log.add_all(list(chain.from_iterable(said)))


@contextmanager
def _draining(path: Path) -> Iterator[list[float]]:
    """The seconds of each turn, one after the other, as long as this lasts."""
    enough, turns = Event(), list[float]()

    def drain() -> None:
        while not enough.is_set():
            turns.append(turn_s(path))
            with Log.open(path) as log:
                log.move(0, *[utc_text(datetime.now(UTC))] * 2)

    thread = Thread(target=drain)
    thread.start()
    try:
        yield turns
    finally:
        enough.set()
        thread.join()


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]
