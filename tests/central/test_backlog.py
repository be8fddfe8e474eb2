"""A removed device's backlog: accepted once, up to what it declared, for a day."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from central.devices import backlog
from central.devices.backlog import accept_backlog
from central.devices.enrolment import make_code
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake.append import Kept, Unknown, append
from central.intake.models import Answer
from central.intake.remembered import ADMIT, remember, replay
from feedback.wire import pack, unpack
from tests.central.tablet import WARD


@pytest.fixture
def removed(tablet):
    """A device that was removed with two rows sent and eight not."""
    tablet.say_many(2)
    tablet.send()
    tablet.say_many(8)
    remove_device(tablet.id, timezone.now())
    return tablet


def accept(tablet):
    call_command("accept-backlog".replace("-", "_"), tablet.id)


def test_without_an_administrator_a_removed_device_gets_nothing_in(removed):
    assert removed.send(3).status == 401
    assert Answer.objects.count() == 2


def test_what_it_had_heard_comes_in_once_and_no_more(removed):
    accept(removed)

    assert removed.send(3, 5).have == 7  # in as many batches as it takes
    assert removed.send(8).have == 10
    removed.say_many(3)

    assert removed.send(11).status == 401
    assert removed.send(11, 0).status == 401
    assert Answer.objects.count() == 10
    assert Device.objects.get().removed_at is not None


def test_what_it_hears_after_its_first_contact_is_refused(removed):
    accept(removed)
    assert removed.send(3, 2).have == 4
    removed.say_many(5)

    assert removed.send(5).have == 10

    assert removed.send(11).status == 401
    assert Answer.objects.count() == 10


def test_it_gets_no_bundle(removed):
    accept(removed)
    assert removed.bundle().status == 401


def test_with_nothing_waiting_one_contact_is_all(removed):
    accept(removed)
    del removed.rows[2:]
    assert removed.send(3, 0).have == 2
    assert removed.send(3, 0).status == 401


def test_a_gap_or_a_fork_uses_nothing_up(removed):
    accept(removed)
    assert removed.send(5).why == "gap"
    short = removed.twin()
    del short.rows[1:]
    assert short.send(2, 0).why == "fork"

    assert removed.send(3).have == 10


def appended(tablet, now, carried=False):
    batch = unpack(pack(3, tablet.last, tablet.rows[2:], {}))
    return append(tablet.id, batch, now, carried)


def test_after_a_day_it_is_over(removed):
    now = timezone.now()
    accept_backlog(removed.id, now)
    assert isinstance(appended(removed, now + backlog.LASTS), Unknown)
    late = now + backlog.LASTS - timedelta(seconds=1)
    assert isinstance(appended(removed, late), Kept)


def test_a_file_may_bring_it_too(removed):
    accept(removed)
    assert isinstance(appended(removed, timezone.now(), carried=True), Kept)
    assert isinstance(appended(removed, timezone.now(), carried=True), Unknown)


def test_removing_it_again_ends_it_also_after_a_restart(removed):
    accept(removed)
    remove_device(removed.id, timezone.now())
    assert removed.send(3).status == 401
    replay()
    assert removed.send(3).status == 401


def test_a_device_that_is_one_of_ours_or_of_nobody_is_not_accepted(tablet):
    for device in (tablet.id, "0" * 32):
        with pytest.raises(CommandError, match="no such device that was removed"):
            call_command("accept_backlog", device)


# ── restarts and restored backups ────────────────────────────────────────────


def test_a_restart_opens_nothing_that_was_used(removed):
    accept(removed)
    removed.send(3)
    replay()
    removed.say()
    assert removed.send(11).status == 401


def test_a_restart_in_the_middle_changes_nothing(removed):
    accept(removed)
    removed.send(3, 2)
    removed.say()
    replay()
    assert removed.send(5).have == 10
    assert removed.send(11).status == 401


def test_a_central_that_was_restored_to_before_it_goes_on_with_it(removed):
    accept(removed)
    removed.send(3)
    Answer.objects.filter(seq__gt=2).delete()
    Device.objects.update(
        removed_at=None, have=2, last=2, backlog_accepted_at=None,
        backlog_last=None, backlog_done_at=None,
    )  # fmt: skip
    replay()

    assert Device.objects.get().removed_at is not None
    assert removed.send(3).have == 10
    assert removed.send(11).status == 401


def test_taken_back_and_removed_again_an_old_acceptance_is_over(removed):
    accept(removed)
    assert removed.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    remove_device(removed.id, timezone.now())
    assert removed.send(3).status == 401
    Device.objects.update(removed_at=None, backlog_accepted_at=None)
    replay()
    assert removed.send(3).status == 401


def test_a_replay_never_lets_a_removed_device_in_between(removed, monkeypatch):
    """It was taken back once, and removed again: while all that is done again, others
    are served."""
    remember(ADMIT, removed.id, timezone.now())
    remove_device(removed.id, timezone.now())
    seen, update = [], type(Device.objects.all()).update

    def watched(several, **words):
        done = update(several, **words)
        seen.append(Device.objects.get().removed_at is None)
        return done

    monkeypatch.setattr(type(Device.objects.all()), "update", watched)
    replay()
    assert True not in seen


def test_it_is_written_down(removed, capfd):
    accept(removed)
    assert "backlog accepted" in capfd.readouterr().err
    removed.send(3)
