"""Two agents on one log without its lock, to the real central: no harm."""

import subprocess
import sys
import time

import pytest

from feedback.log import Log
from tests.journey.tablets import at_central, enrolled, tap

WITHOUT_THE_LOCK = """
import sys
from contextlib import nullcontext
import sync.schedule as schedule, sync.__main__ as program
schedule.only_agent = nullcontext
sys.exit(program.main(["run"]))
"""
# Batches of seven, so that the two meet often.
SMALL_BATCHES = """
import sync.ration
sync.ration.MAX_ANSWERS = 7
"""


@pytest.fixture
def log(hospital, world, tmp_path):
    with Log.open(tmp_path / "kiosk.db") as log:
        enrolled(log, hospital, world)
        tap(log, 400)
        yield log


@pytest.fixture
def agents(log):
    started = []

    def start(source):
        program = subprocess.Popen(
            [sys.executable, "-c", source],
            env={"WARDVOICE_LOG": str(log.path), "WARDVOICE_SYNC_SECONDS": "1"},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
        program.communicate(timeout=10)


def wait_for(what, seconds=180.0):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def stop(program) -> str:
    program.terminate()
    return program.communicate(timeout=60)[1]


@pytest.mark.soak
def test_two_agents_without_the_lock_bring_each_answer_once(log, agents):
    both = [agents(SMALL_BATCHES + WITHOUT_THE_LOCK) for _ in range(2)]
    for _ in range(40):
        tap(log, 5)
        time.sleep(0.05)
    wait_for(lambda: log.unsent == 0)
    tap(log, 1)
    wait_for(lambda: log.unsent == 0)
    said = [stop(program) for program in both]
    assert at_central() == [(log.device, seq) for seq in range(1, log.last + 1)]
    assert log.last == 601
    assert all("state=well" in words for words in said), "both were at work"
    assert not any("crash" in words for words in said)
    # Nor do they tell the log an untruth: that central fell would stop its purging.
    assert not log._number("SELECT fell_at <> '' FROM watermark")
