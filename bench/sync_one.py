"""How long is a tap on its way, from its commit on the tablet to the ward's figures?

The real agent is awake (`wardvoice-sync run`), nothing else waits. A tap is written to
its log as the kiosk does it, at any moment between two looks of the agent (it looks
four times a second); the time is from the commit until the answer stands in central's
table, which is looked at each millisecond.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg

from bench.figures import Figure, short
from bench.sync_answers import visit
from bench.sync_central import POSTGRESQL, Central
from deploy.demo.trust import has_bundle
from feedback.log import Log

VISITS = 12  # of nine taps
TIMEOUT_S = 30.0
LOOK_S = 0.001
PAUSE_S = 0.3
SEED = 6

Stands = Callable[[str, str], bool]


def measure(at: str, central: Central) -> list[Figure]:
    took_ms = _taps(central)
    p99 = statistics.quantiles(took_ms, n=100, method="inclusive")[98]
    return [
        Figure(f"sync.one_answer_ms.{what}.{central.name}", short(value), "ms", at)
        for what, value in (("p50", statistics.median(took_ms)), ("p99", p99))
    ]


def _taps(central: Central) -> list[float]:
    path = central.house.kiosk_log
    central.enrol(path)
    central.running.start(central.house.sync(path, "run", name="agent"))
    central.running.wait_for("agent", lambda: has_bundle(path))
    chance = random.Random(SEED)
    took_ms = []
    with Log.open(path) as log, _standing(central) as stands:
        for number in range(VISITS):
            for draft in visit(number, central.keys):
                time.sleep(PAUSE_S * chance.random())
                log.add_all([draft])
                began = time.perf_counter()
                _wait_for(stands, draft.response, draft.question)
                took_ms.append((time.perf_counter() - began) * 1000)
    central.running.stop("agent")
    return took_ms


def _wait_for(stands: Stands, response: str, question: str) -> None:
    end = time.perf_counter() + TIMEOUT_S
    while not stands(response, question):
        assert time.perf_counter() < end, "an answer does not stand"
        time.sleep(LOOK_S)


@contextmanager
def _standing(central: Central) -> Iterator[Stands]:
    sql = "SELECT 1 FROM summaries_standing WHERE response = {0} AND question = {0}"
    url = central.house.database
    if central.name == POSTGRESQL:
        with psycopg.connect(url, autocommit=True) as one:
            asked = sql.format("%s").encode()
            yield lambda *answer: bool(one.execute(asked, answer).fetchone())
    else:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
            asked_too = sql.format("?")
            yield lambda *answer: bool(other.execute(asked_too, answer).fetchone())
