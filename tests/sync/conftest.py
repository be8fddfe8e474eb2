from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedback.answer import Draft
from feedback.log import CENTRAL, Log
from sync.agent import Agent
from sync.world import World
from tests.sync.programs import Programs
from tests.sync.scripted_central import ScriptedCentral, serving


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s

    def moment(self) -> datetime:
        start = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        return start + timedelta(seconds=self.s - 1_000)


class Site:
    """One log, one agent, one central: what most tests here need."""

    def __init__(self, log: Log, central: ScriptedCentral, url: str) -> None:
        self.log, self.central, self.url = log, central, url
        self.clock = Clock()
        central.clock = self.clock.moment
        self.stopping = False
        self.world = World(
            clock=self.clock,
            now=self.clock.moment,
            chance=lambda: 0.5,
            stopping=lambda: self.stopping,
        )
        self.agent = Agent(log, self.world)

    def tap(self, how_many: int = 1, value: str = "good") -> None:
        self.log.add_all(draft(value) for _ in range(how_many))

    def turn(self):
        return self.agent.turn()

    def later(self, seconds: float = 4_000.0):
        """A turn long enough afterwards for any wait to be over."""
        self.clock.s += seconds
        return self.agent.turn()

    def restart(self) -> None:
        self.agent.close()
        self.agent = Agent(self.log, self.world)


def draft(value: str = "good", question: str = "fft") -> Draft:
    return Draft(
        response="019aa000-0000-7000-8000-000000000001",
        survey="inpatient@1",
        question=question,
        value=value,
        ward="W1",
        mode="kiosk",
        answered_at="2026-11-22T08:00:00.000Z",
    )


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path / "kiosk.db") as opened:
        yield opened


@pytest.fixture
def central():
    return ScriptedCentral()


@pytest.fixture
def url(central):
    with serving(central) as address:
        yield address


@pytest.fixture
def site(log, central, url):
    log.set_note(CENTRAL, url)
    central.know(log.public_key)
    made = Site(log, central, url)
    yield made
    made.agent.close()


@pytest.fixture
def processes(log):
    """Real ones, on a log that has not been told of a central."""
    started = Programs(log)
    yield started
    started.end()


@pytest.fixture
def programs(processes, log, central, url):
    log.set_note(CENTRAL, url)
    central.know(log.public_key)
    return processes
