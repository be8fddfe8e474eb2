"""When something went wrong between a tablet and central: what each of the people sees.

A real log, a real agent and the real central. `nurse`: the tablet's line for staff;
`technician`: what `wardvoice-sync status` says; `manager`: the ward's page;
`administrator`: the devices page.
"""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from feedback.answer import Draft, new_response, utc_text
from feedback.bundle import read_bundle
from feedback.log import BUNDLE, KEYS, SYNC_STATUS, Log
from feedback.seal import seal
from kiosk.staff import staff_phrase
from sync.carry import export
from sync.pull import root_key
from sync.status import status_words
from tests.central.tablet import SURVEY, WARD
from tests.journey.tablets import at_central, enrolled, restore, tap, turn
from tests.web.test_the_days_page import plain
from tests.web.world import PASSWORD, today

WORDS = "the canary sang at night"


@pytest.fixture
def tablet(hospital, world, tmp_path):
    with Log.open(tmp_path / "kiosk.db") as log:
        enrolled(log, hospital, world)
        yield log


@pytest.fixture
def administrator(hospital):
    from central.people.models import User

    User.objects.create_superuser("admin", password=PASSWORD)
    client = Client()
    assert client.login(username="admin", password=PASSWORD)
    return lambda: read(client, "/devices/")


@pytest.fixture
def manager(hospital):
    from central.people.models import User
    from central.places.models import Ward

    user = User.objects.create_user("elm.manager", password=PASSWORD)
    user.wards.add(Ward.objects.get(code=WARD))
    client = Client()
    assert client.login(username="elm.manager", password=PASSWORD)
    return lambda: read(client, f"/wards/{WARD}/{today()}/")


def read(client, path):
    reply = client.get(path)
    assert reply.status_code == 200
    return plain(reply.content.decode())


def nurse(log):
    return staff_phrase(log.note(SYNC_STATUS))


def technician(log):
    return " ".join(status_words(log, datetime.now(UTC), running=True))


def copy_of(log, path):
    log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(log.path, path)
    return path


def follow():
    call_command("follow")


# ── a copy ───────────────────────────────────────────────────────────────────


def test_a_cloned_disk(tablet, hospital, world, tmp_path, manager, administrator):
    """Two tablets from one image: who comes second is told, until it is enrolled."""
    tap(tablet, 3)
    assert turn(tablet, world).state == "well"
    with Log.open(copy_of(tablet, tmp_path / "clone.db")) as clone:
        tap(tablet, 2)
        assert turn(tablet, world).state == "well"
        tap(clone, 4)

        assert turn(clone, world).state == "fork"
        assert nurse(clone) == "staff_enrol"
        assert "Enrol again" in technician(clone)
        assert "4 answers are waiting" in technician(clone)
        assert "must be enrolled again. 4 answers wait safely on it" in manager()
        assert "Fork: its row 4 is another one here" in administrator()
        assert nurse(tablet) == ""
        tap(tablet, 1)
        assert turn(tablet, world).state == "well"  # it goes on, and the clone waits
        assert "must be enrolled again. 4 answers wait safely on it" in manager()
        assert "Fork: its row 4 is another one here" in administrator()

        enrolled(clone, hospital, world)
        assert turn(clone, world).state == "well"
        assert turn(tablet, world).state == "well"
        assert len(at_central()) == 10
        for log in (tablet, clone):
            assert nurse(log) == ""
            assert "No answers are waiting" in technician(log)
    follow()
    assert "be enrolled again" not in manager()
    assert "Fork" not in administrator()
    assert "Every row that the devices spoke of is accounted for" in administrator()


def test_an_old_backup_of_a_tablet(tablet, hospital, world, tmp_path, administrator):
    """What came before the backup stays, what came after it is sent by a new name."""
    tap(tablet, 3)
    assert turn(tablet, world).state == "well"
    backup = copy_of(tablet, tmp_path / "backup.db")
    tap(tablet, 2)
    assert turn(tablet, world).state == "well"
    tablet.close()

    with Log.open(backup) as log:
        assert turn(log, world).state == "fork"
        assert nurse(log) == "staff_enrol"
        assert "Fork: its row 4" in administrator()

        enrolled(log, hospital, world)
        tap(log, 1)
        assert turn(log, world).state == "well"
        assert [seq for _, seq in at_central()].count(4) == 2
        assert len(at_central()) == 6
    follow()
    assert "Every row that the devices spoke of is accounted for" in administrator()


# ── central comes back from its backup ───────────────────────────────────────


def test_a_restored_central_is_refilled(tablet, world, administrator):
    tap(tablet, 6)
    assert turn(tablet, world).state == "well"
    before = at_central()
    restore(tablet.device, 2)

    assert turn(tablet, world).state == "well"
    assert at_central() == before
    assert nurse(tablet) == ""
    assert "No answers are waiting" in technician(tablet)
    follow()
    assert "Every row that the devices spoke of is accounted for" in administrator()


def test_a_restored_central_shows_no_words_that_were_erased(tablet, world, manager):
    assert turn(tablet, world).state == "well"  # the bundle, with the comment key
    response = say(tablet, WORDS)
    assert turn(tablet, world).state == "well"
    follow()
    assert WORDS in manager()

    call_command("erase_response", response)
    assert WORDS not in manager()

    forget_erasures()
    restore(tablet.device, 0)
    replayed()
    assert turn(tablet, world).state == "well"
    follow()
    assert len(at_central()) == 3
    assert WORDS not in manager()


def test_without_the_file_of_erasures_the_words_would_be_back(tablet, world, manager):
    """The control of the test before."""
    assert turn(tablet, world).state == "well"
    response = say(tablet, WORDS)
    assert turn(tablet, world).state == "well"
    call_command("erase_response", response)

    forget_erasures()
    restore(tablet.device, 0)
    assert turn(tablet, world).state == "well"
    follow()
    assert WORDS in manager()


def test_a_restored_central_lets_no_removed_tablet_in(tablet, world, administrator):
    from central.devices.models import Device
    from central.devices.removal import remove_device

    tap(tablet, 3)
    assert turn(tablet, world).state == "well"
    remove_device(tablet.device, timezone.now())
    tap(tablet, 2)
    assert turn(tablet, world).state == "unknown"
    assert nurse(tablet) == "staff_unknown"

    restore(tablet.device, 3)
    Device.objects.update(removed_at=None)
    replayed()

    assert turn(tablet, world).state == "unknown"
    assert nurse(tablet) == "staff_unknown"
    assert "2 answers are waiting" in technician(tablet)
    assert "removed on" in administrator()
    assert len(at_central()) == 3


def test_a_hole_is_told_with_its_rows_and_closes_when_they_come(
    tablet, world, tmp_path, administrator
):
    """A month later the tablet has purged what a restored central then lacks."""
    tap(tablet, 6)
    assert turn(tablet, world).state == "well"
    whole = copy_of(tablet, tmp_path / "whole.db")
    later = utc_text(datetime.now(UTC) + timedelta(days=40))
    assert tablet.purge(later, later) == 6
    tap(tablet, 1)
    restore(tablet.device, 2)

    assert turn(tablet, world).state == "well"
    assert [seq for _, seq in at_central()] == [1, 2, 7]
    follow()
    said = administrator()
    assert "Hole: 4 rows lost" in said
    assert "3 to 6" in said

    carry_in(whole, tmp_path, start=3)
    follow()
    assert [seq for _, seq in at_central()] == [1, 2, 3, 4, 5, 6, 7]
    assert "Hole" not in administrator()


# ── what they do ─────────────────────────────────────────────────────────────


def say(log, words):
    """One visit with a comment, sealed as the tablet seals it."""
    bundle = read_bundle(log.note(BUNDLE), log.note(KEYS), root_key(log))
    response, key = new_response(), bundle.comment_public_key
    sealed = seal(words, response, "better", bundle.comment_key_id, key)
    rest = (WARD, "kiosk", utc_text(datetime.now(UTC)))
    rows = (("fft", "poor"), ("better", sealed), ("_end", "finished"))
    log.add_all(Draft(response, SURVEY, key, value, *rest) for key, value in rows)
    return response


def forget_erasures():
    """In central's database alone, as a backup of before has it."""
    from central.comments.models import Comment
    from central.intake.models import Erased

    Erased.objects.all().delete()
    Comment.objects.all().delete()


def replayed():
    """What `serve` does before it answers the first request."""
    from central.intake.remembered import replay

    assert replay() == 1


def carry_in(log_file, folder, start):
    """From a copy of the tablet's disk that is older than its purge."""
    with Log.open(log_file) as log:
        export(log, folder / "stick", start)
    call_command("receive", str(folder / "stick"))
