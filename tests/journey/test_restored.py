"""A real log, a real agent and the real central, which is restored to before a fork."""

import random
import shutil
import time
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from feedback.answer import Draft, new_response
from feedback.log import Log
from sync.agent import Agent
from sync.enrol import enrol
from sync.world import World
from tests.central.conftest import found_a_trust
from tests.central.tablet import SURVEY, WARD


@pytest.fixture
def hospital(live_server, transactional_db):
    from central.keys import make_keys
    from central.settings import CENTRAL

    if not CENTRAL.keys_dir.exists():
        make_keys(CENTRAL.keys_dir)
    found_a_trust()
    return live_server.url


@pytest.fixture
def world():
    return World(
        clock=time.monotonic, now=lambda: datetime.now(UTC), chance=random.random
    )


def tap(log, how_many=1):
    for _ in range(how_many):
        said = (new_response(), SURVEY, "fft", "good", WARD, "kiosk")
        log.add_all([Draft(*said, "2026-11-20T10:00:00.000Z")])


def enrolled(log, url, world):
    from central.devices.enrolment import make_code

    enrol(log, url, make_code([WARD], "kiosk", timezone.now()), world)


def turn(log, world):
    """One turn of an agent that was just started."""
    agent = Agent(log, world)
    try:
        return agent.turn()
    finally:
        agent.close()


def at_central():
    from central.intake.models import Answer

    return sorted(Answer.objects.values_list("device", "seq"))


def restore(device, have):
    """Central as it was: `have` rows of this device, and of others nothing at all."""
    from central.devices.models import Device, EnrolmentCode
    from central.intake.models import Answer, Contact, Followed
    from central.summaries.models import Standing

    EnrolmentCode.objects.all().delete()
    Device.objects.exclude(id=device).delete()
    Answer.objects.exclude(device=device, seq__lte=have).delete()
    Followed.objects.exclude(device=device).delete()
    Standing.objects.exclude(device=device, seq__lte=have).delete()
    Contact.objects.all().delete()
    Followed.objects.update(seq=have)
    Device.objects.update(have=have, last=have, forked_at=None)


@pytest.fixture
def successor(hospital, world, tmp_path):
    """The log of a tablet (rows 1 to 8 are A's) whose disk came back from a copy when A
    was at 10. It forked at 9 and enrolled as B, and B has two rows as well."""
    with Log.open(tmp_path / "old") as log:
        enrolled(log, hospital, world)
        tap(log, 8)
        log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(log.path, tmp_path / "kiosk.db")
        tap(log, 2)
        assert turn(log, world).state == "well"
    with Log.open(tmp_path / "kiosk.db") as log:
        tap(log, 2)
        report = turn(log, world)
        assert (report.state, report.at) == ("fork", 9)
        enrolled(log, hospital, world)
        assert turn(log, world).state == "well"
        yield log


def test_after_a_fork_a_restored_central_gets_every_row_of_the_file_back(
    successor, hospital, world
):
    old, new = successor.elders()[0].device, successor.device
    restore(old, 4)
    assert len(at_central()) == 4

    assert turn(successor, world).state == "unknown"
    enrolled(successor, hospital, world)
    assert turn(successor, world).state == "well"

    mine = [(row.device, row.seq) for row in successor.after(0, 99)]
    assert mine == [*((old, n) for n in range(1, 9)), (new, 9), (new, 10)]
    assert at_central() == sorted(mine)
    assert successor.have == 10


def test_the_rows_of_the_log_that_was_lost_stay_at_central(successor, world):
    """What the copy never had is only at central, and its elder does not disturb it."""
    before = at_central()
    assert len(before) == 12
    assert turn(successor, world).state == "well"
    assert at_central() == before
