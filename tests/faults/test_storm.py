"""Each answer reaches central exactly once, whatever crashes, is cut or comes back.

A storm prints its seed; STORM_SEED=N brings it again: the same visits, texts and
events in the same order, as far as the machine's own timing lets them. Disks fail only
for root, who alone can have a file system to fail: without, the storm is one of the
others, and says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from feedback.answer import WIRE_WORDS, Draft, new_response
from tests.faults.history import faults_in
from tests.faults.storm import Storm
from tests.faults.verdict import Verdict
from tests.faults.visitor import RecordedLog
from tests.faults.weather import RARE, Weather

SEED = int(os.environ.get("STORM_SEED", "20261122"))

# What concerns central's database: the rest is the same on either.
OF_CENTRAL = (
    "erase response",
    "kill central",
    "copy central",
    "restore kiosk",
    "restore central",
)

NewStorm = Callable[..., Storm]


def weather(
    storm: Storm,
    events: int,
    acknowledged: int = 0,
    kills: int = 0,
    rare: Sequence[str] = RARE,
) -> Verdict:
    storm.build()
    sky = Weather(storm, rare=rare)
    sky.blow(events, acknowledged, kills)
    killed = sky.kills
    verdict = storm.verdict()
    disks = "" if storm.kiosk.disk.is_real else " (not root: no disk has failed)"
    print(f"\nseed {storm.seed}{disks}: {verdict}")
    print(f"{killed} killed: {dict(storm.running.kills)}")
    print(f"{storm.history_file}: {dict(faults_in(storm.history_file))}")
    assert sky.was_one(acknowledged, kills), dict(sky.met)
    assert verdict.holds, f"{verdict.wrong}\n{storm.explain()}"
    return verdict


def test_every_acknowledged_answer_is_at_central_once(new_storm: NewStorm) -> None:
    verdict = weather(new_storm("sqlite", SEED), events=24)
    assert verdict.acknowledged > 300


def test_so_it_is_in_postgresql(new_storm: NewStorm) -> None:
    storm = new_storm("postgresql", SEED)
    verdict = weather(storm, events=9, rare=OF_CENTRAL)
    assert verdict.acknowledged > 100


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_a_long_storm_holds_too(new_storm: NewStorm, database: str, seed: int) -> None:
    storm = new_storm(database, seed)
    verdict = weather(storm, events=60, acknowledged=11_000, kills=100)
    assert verdict.acknowledged >= 10_000


def test_as_many_rows_are_not_the_same_rows(new_storm: NewStorm) -> None:
    """An old copy of the disk may have grown to just as many answers as central has:
    a storm that ended there would have lost what it holds."""
    storm = new_storm("sqlite", SEED, whole=False)
    storm.build()
    old_copy_grows_as_long(storm)
    assert not storm.all_sent(storm.kiosk)
    storm.start("kiosk-agent")
    assert storm.verdict().holds


def old_copy_grows_as_long(storm: Storm) -> None:
    """The disk of the beginning comes back, and gets as many answers as it had."""
    kiosk = storm.kiosk
    storm.wait_for("visitor", lambda: len(kiosk.rows()) >= 20)
    storm.kill_people(kiosk)
    storm.drain(kiosk)
    storm.running.kill(kiosk.agent)
    had = kiosk.rows()
    kiosk.put_back()
    storm.store.copy()
    with RecordedLog.open(kiosk.log) as log:
        assert isinstance(log, RecordedLog)
        log.history = storm.history
        for row in had:
            words = [getattr(row, word) for word in WIRE_WORDS]
            log.add_all([replace(Draft(*words), response=new_response())])
