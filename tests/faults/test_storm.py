"""Each answer reaches central exactly once, whatever crashes, is cut or comes back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.demo.processes import Processes
from deploy.demo.programs import House, Ports
from deploy.demo.trust import build_hospital
from tests.faults.history import Verdict
from tests.faults.storm import NotDrained, Storm

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
        assert storm.was_one, dict(storm.events)
        assert verdict.holds, storm.explain()
    return verdict


def test_every_acknowledged_answer_is_at_central_once(
    hospital: Path, tmp_path: Path
) -> None:
    verdict = weather(hospital, tmp_path, seconds=30)
    assert verdict.acknowledged > 500


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_a_long_storm_holds_too(hospital: Path, tmp_path: Path, seed: int) -> None:
    verdict = weather(hospital, tmp_path, seconds=180, seed=seed)
    assert verdict.acknowledged > 10_000


def test_as_many_rows_are_not_the_same_rows(hospital: Path, tmp_path: Path) -> None:
    """An old copy of the disk may have grown to just as many answers as central has:
    a storm that ended there would have lost what it holds."""
    storm = Storm(hospital, tmp_path, SEED)
    try:
        storm.build()
        storm.old_copy_grows_as_long()
        assert not storm.all_sent()
        storm.start_agent()
        assert storm.verdict().holds
    finally:
        storm.running.stop_all()


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
