"""Keys change at the real central; a real log, a real agent, and what a kiosk and a
gateway then seal with."""

import random
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from feedback.answer import Draft, new_response
from feedback.log import Log
from feedback.seal import seal
from kiosk.ready import Holder, Ready
from smsgateway.bundles import Bundles
from sync.agent import Agent
from sync.enrol import enrol
from sync.world import World
from tests.central.conftest import found_a_trust
from tests.central.sticks import SEED, copy_to, keys
from tests.central.tablet import SURVEY, WARD


class Hospital:
    """Central, one stick, and one collector, whose clock goes on by a minute a turn."""

    def __init__(self, url, log, agents_log, stick):
        self.url, self.log, self.stick, self.later_s = url, log, stick, 0.0
        self.world = World(
            clock=lambda: time.monotonic() + self.later_s,
            now=lambda: datetime.now(UTC) + timedelta(seconds=self.later_s),
            chance=random.random,
        )
        self.enrol()
        self.agent = Agent(agents_log, self.world)
        self.kiosk, self.gateway = Holder(log, WARD), Bundles(log)

    def enrol(self):
        from central.devices.enrolment import make_code

        enrol(
            self.log, self.url, make_code([WARD], "kiosk", timezone.now()), self.world
        )

    def turn(self):
        """A minute on, the agent speaks: its report."""
        self.later_s += 120
        self.agent.turn()
        self.later_s += 120
        return self.agent.turn()

    def key(self):
        """What the kiosk seals with; the gateway must have come to the same."""
        ready = self.kiosk.look()
        assert isinstance(ready, Ready), ready
        bundle = self.gateway.current()
        assert bundle.comment_key_id == ready.bundle.comment_key_id
        return bundle.comment_key_id, ready.bundle.comment_public_key

    def write(self, words):
        response = new_response()
        sealed = seal(words, response, "better", *self.key())
        said = (response, SURVEY, "better", sealed, WARD, "kiosk")
        self.log.add_all([Draft(*said, "2026-11-20T10:00:00.000Z")])

    def read(self):
        from central.comments.models import Comment

        return sorted(Comment.objects.values_list("text", "key_id", "trouble"))


@pytest.fixture
def hospital(live_server, transactional_db, tmp_path):
    from central.keys import make_keys
    from central.settings import CENTRAL

    where = CENTRAL.keys_dir
    if not where.exists():
        make_keys(where)
    shutil.copytree(where, tmp_path / "before")
    found_a_trust()
    copy_to(tmp_path / "stick")
    (where / SEED).unlink()
    file = tmp_path / "kiosk.db"
    with Log.open(file) as log, Log.open(file) as agents:  # as two programs have it
        hospital = Hospital(live_server.url, log, agents, tmp_path / "stick")
        hospital.turn()
        yield hospital
        hospital.agent.close()
    shutil.rmtree(where)
    shutil.copytree(tmp_path / "before", where)


def test_a_comment_key_is_changed_and_what_was_said_before_during_and_after_opens(
    hospital,
):
    hospital.write("before, sent")
    hospital.turn()
    hospital.write("before, unsent")
    keys("rotate", "comment", "--root", hospital.stick / SEED)
    hospital.write("the agent has not heard yet")
    assert "devices that may still seal for it: 1" in keys("list")

    hospital.turn()
    hospital.write("after")
    hospital.turn()

    assert hospital.read() == [
        ("after", "c2", ""),
        ("before, sent", "c1", ""),
        ("before, unsent", "c1", ""),
        ("the agent has not heard yet", "c1", ""),
    ]
    assert "devices that may still seal for it: 0" in keys("list")


def test_an_online_key_is_changed_and_the_next_bundle_is_taken(hospital):
    from central.surveys.asking import something_changed

    before = hospital.agent._pull.held
    keys("rotate", "online", "--root", hospital.stick / SEED)
    report = hospital.turn()
    assert (report.state, report.bundle_trouble) == ("well", "")
    assert report.bundle > before
    something_changed()
    assert hospital.turn().bundle == report.bundle + 1


def test_with_a_new_root_the_device_goes_on_and_is_enrolled_again(hospital):
    hospital.write("before")
    hospital.turn()
    keys("rotate", "root", "--to", hospital.stick, "--go")
    keys("rotate", "comment", "--root", hospital.stick / SEED)

    report = hospital.turn()
    assert report.state == "well"
    assert "not signed by the right key" in report.bundle_trouble
    hospital.write("meanwhile")
    hospital.turn()
    assert "1 device may hold an older one" in keys("list")

    hospital.enrol()
    report = hospital.turn()
    assert (report.state, report.bundle_trouble) == ("well", "")
    hospital.write("after")
    hospital.turn()

    assert hospital.read() == [
        ("after", "c2", ""), ("before", "c1", ""), ("meanwhile", "c1", "")
    ]  # fmt: skip
    assert "0 devices may hold an older one" in keys("list")


def test_the_server_burns_down_and_the_stick_opens_what_it_had(hospital):
    """The keys' folder is gone; the database came back from its backup."""
    from central.settings import CENTRAL

    hospital.write("before")
    keys("rotate", "comment", "--root", hospital.stick / SEED)
    hospital.turn()
    hospital.write("after")
    shutil.rmtree(CENTRAL.keys_dir)
    with pytest.raises(CommandError):
        call_command("keys", "test")

    shutil.copytree(hospital.stick, CENTRAL.keys_dir)
    (CENTRAL.keys_dir / SEED).unlink()
    call_command("keys", "test")
    hospital.turn()

    assert hospital.read() == [("after", "c2", ""), ("before", "c1", "")]
