"""Each answer reaches central exactly once, whatever crashes, is cut or comes back."""

from __future__ import annotations

import os
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
    finally:
        storm.running.stop_all()
    print(f"\nseed {seed}: {verdict}\n{dict(storm.events)}")
    return verdict


def test_every_acknowledged_answer_is_at_central_once(
    hospital: Path, tmp_path: Path
) -> None:
    verdict = weather(hospital, tmp_path, seconds=45)
    assert verdict.acknowledged > 1_000
    assert verdict.holds, verdict


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_a_long_storm_holds_too(hospital: Path, tmp_path: Path, seed: int) -> None:
    verdict = weather(hospital, tmp_path, seconds=180, seed=seed)
    assert verdict.acknowledged > 10_000
    assert verdict.holds, verdict


@pytest.mark.parametrize("planted", ["early_watermark", "no_key_check", "above_last"])
def test_a_planted_fault_turns_the_storm_red(
    hospital: Path, tmp_path: Path, planted: str
) -> None:
    try:
        verdict = weather(hospital, tmp_path, seconds=25, planted=planted)
    except NotDrained:
        return  # red too: answers never reach central
    assert not verdict.holds, f"the storm did not see {planted}: {verdict}"
