"""A removal in the middle of a storm, against central as it is served (P13)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from time import monotonic, sleep

import pytest
from django.utils import timezone

from central.devices.enrolment import make_code
from central.devices.removal import remove_device
from central.intake.models import Answer
from tests.central.served import Caller, served
from tests.central.tablet import WARD, Tablet

WORKERS = 8
ROWS = 5_000
IN_A_BATCH = 5
AT_LEAST = 4 * WORKERS  # requests before the removal, and after it
LONGEST_S = 60


@dataclass
class Asked:
    begun: float
    status: int
    have: int | None


def tablet_of(address):
    tablet = Tablet(Caller(address))
    assert tablet.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    tablet.say_many(ROWS)
    return tablet


def worker(tablet, address, asked, done):
    """Sends on and on from where central is, over a connection of its own."""
    mine, have = tablet.twin(), 0
    mine.client = Caller(address)
    while not done.is_set():
        begun = monotonic()
        said = mine.send(have + 1, IN_A_BATCH)
        asked.append(Asked(begun, said.status, said.have))
        have = said.have or have
    mine.client.http.close()


def storm(address):
    """(every request, when the removal was committed, the rows that were there then)"""
    tablet, done, asked = tablet_of(address), Event(), []
    with ThreadPoolExecutor(WORKERS) as pool:
        several = [
            pool.submit(worker, tablet, address, asked, done) for _ in range(WORKERS)
        ]
        try:
            wait_for(lambda: begun(asked, 0) >= AT_LEAST)
            remove_device(tablet.id, timezone.now())
            removed, there = monotonic(), rows_of(tablet)
            wait_for(lambda: begun(asked, removed) >= AT_LEAST)
        finally:
            done.set()
    tablet.client.http.close()
    assert all(one.result() is None for one in several)
    return asked, removed, there, tablet


def begun(asked, since):
    return sum(one.begun >= since for one in list(asked))


def wait_for(enough):
    end = monotonic() + LONGEST_S
    while not enough():
        assert monotonic() < end, "no storm"
        sleep(0.02)


def rows_of(tablet):
    return list(Answer.objects.filter(device=tablet.id).order_by("seq").values())


def judge(asked, removed, there, tablet):
    before = [one for one in asked if one.begun < removed]
    after = [one for one in asked if one.begun >= removed]
    assert {one.status for one in before} <= {200, 401}
    assert {one.status for one in after} == {401}, "taken after it was removed"
    # What was acknowledged is there, in one piece, and what is there stays.
    have = max(one.have or 0 for one in before)
    assert [row["seq"] for row in there] == list(range(1, len(there) + 1))
    assert len(there) >= have
    assert rows_of(tablet) == there


@pytest.fixture
def quick(settings):
    # The served central checks a code by the hash's own name.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]


def test_whatever_begins_after_the_removal_is_refused(live_trust, quick):
    with served() as (address, _):
        judge(*storm(address))


def test_the_control_a_cached_device_row_is_caught(live_trust, quick):
    planted = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.planted_settings",
        "STORM_PLANTED": "cached_device",
    }
    with (
        served(**planted) as (address, _),
        pytest.raises(AssertionError, match="taken after it was removed"),
    ):
        judge(*storm(address))
