"""Each answer reaches central exactly once, whatever crashes, is cut or comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.demo.processes import Processes
from deploy.demo.programs import House, Ports
from deploy.demo.trust import build_hospital
from tests.journey.history import Verdict
from tests.journey.storm import NotDrained, Storm

SEED = int(os.environ.get("STORM_SEED", "20261122"))


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital")
    build_hospital(House(folder, Ports()), Processes(folder / "output"))
    return folder


def weather(
    hospital: Path, folder: Path, seconds: float, planted: str = "", seed: int = SEED
) -> Verdict:
    storm = Storm(hospital, folder, seed, planted)
    try:
        storm.build()
        storm.blow(seconds)
        verdict = storm.verdict()
    except NotDrained:
        if not planted:
            raise
        verdict = storm.judge()
    finally:
        storm.running.stop_all()
    print(f"\nseed {seed}: {verdict}\n{dict(storm.events)}")
    if not planted:
        storm_was_one(storm.events, json.loads((folder / "faults.json").read_text()))
    return verdict


def storm_was_one(events: Mapping[str, int], faults: Mapping[str, int]) -> None:
    """A day without weather proves nothing."""
    assert {"restore device", "restore central", "enrol again"} <= events.keys()
    assert sum(faults.values()) - faults["pass"] >= 8
    assert len(faults) >= 4


def test_every_acknowledged_answer_is_at_central_once(
    hospital: Path, tmp_path: Path
) -> None:
    verdict = weather(hospital, tmp_path, seconds=30)
    assert verdict.acknowledged > 1_000
    assert verdict.holds, verdict


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_a_long_storm_holds_too(hospital: Path, tmp_path: Path, seed: int) -> None:
    verdict = weather(hospital, tmp_path, seconds=180, seed=seed)
    assert verdict.acknowledged > 10_000
    assert verdict.holds, verdict


# Each fault, and what it does that the verdict must name.
PLANTED = {
    "early_watermark": "overclaimed",
    "no_key_check": "duplicated",
    "above_last": "lost",
}


# A restored central may take the proof away with it, so a fault gets some storms.
STORMS = 4


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_turns_the_storm_red(
    hospital: Path, tmp_path: Path, planted: str
) -> None:
    seen = []
    for seed in range(SEED, SEED + STORMS):
        folder = tmp_path / str(seed)
        seen.append(weather(hospital, folder, 16, planted=planted, seed=seed))
        if getattr(seen[-1], PLANTED[planted]) > 0:
            return
    raise AssertionError(f"{planted} has not shown itself: {seen}")
