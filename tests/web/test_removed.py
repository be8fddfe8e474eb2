"""A tablet that was removed: what is left on it is said, and the days say so.

Nobody waits for ever for a tablet that was stolen, and nothing is called complete that
may lie in a cupboard.
"""

from datetime import date, timedelta

import pytest

from tests.central.setup.conftest import Administrator
from tests.web import world
from tests.web.test_complete import MONTHS_AGO, TUESDAY, at
from tests.web.test_complete_known import comes, mail_of, said, told
from tests.web.test_the_days_page import plain

MONDAY = date(2026, 11, 23)
NOON = at(27, 12)
REMOVED = "The tablet “Bay 2” was removed on Wednesday"


@pytest.fixture
def bay(ash):
    """Last heard on Tuesday noon, when it had sent all that it had heard."""
    from central.devices.models import Device, Stint

    Stint.objects.update(since=MONTHS_AGO)
    Device.objects.update(name="Bay 2", enrolled_at=MONTHS_AGO)
    comes(ash, said(ash, 1, 2, at(23, 10)), at(23, 11))
    ash.last = 2
    ash.send([], at=at(24, 12))
    return ash


def remove(tablet, word, moment=None):
    from central.devices.removal import remove_device

    assert remove_device(tablet.id, moment or at(25, 9), word)


# ── the days ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "state", "sentence"),
    [
        ("nothing", "complete", ""),
        (
            "perhaps", "missing",
            f"{REMOVED}: what was said on it after Tuesday morning has not come.",
        ),
        (
            "lost", "lost",
            f"{REMOVED}. Whatever was said on it after Tuesday morning is lost.",
        ),
        (
            "", "missing",
            f"{REMOVED}: what was said on it after Tuesday morning has not come.",
        ),
    ],
)  # fmt: skip
def test_the_days_say_what_is_known_to_be_left_on_it(bay, word, state, sentence):
    remove(bay, word)
    assert (told(TUESDAY, NOON).state, told(TUESDAY, NOON).line) == (state, sentence)
    assert told(MONDAY, NOON).state == "complete"
    assert told(date(2026, 11, 26), NOON).state == "nobody"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("", "complete"),
        ("nothing", "complete"),
        ("perhaps", "missing"),
        ("lost", "lost"),
    ],
)
def test_one_that_was_removed_while_it_spoke_is_believed_to_be_empty(bay, word, state):
    """… unless somebody says otherwise."""
    remove(bay, word, at(24, 12, 20))
    assert told(TUESDAY, NOON).state == state


@pytest.mark.parametrize("word", ["", "nothing", "perhaps"])
def test_nothing_is_not_believed_of_one_that_said_that_answers_wait(bay, word):
    comes(bay, said(bay, 3, 1, at(24, 13)), at(24, 13), last=5)
    remove(bay, word, at(24, 13, 1))
    one = told(TUESDAY, NOON)
    assert one.state == "missing"
    assert one.line.endswith("has not come. 2 answers had waited on it.")


def test_of_what_is_lost_the_part_that_is_known_is_counted(bay):
    comes(bay, said(bay, 3, 1, at(24, 13)), at(24, 13), last=5)
    remove(bay, "lost")
    assert told(TUESDAY, NOON).line == (
        f"{REMOVED}. 2 answers that waited on it are lost, and so is whatever else was "
        "said on it after Tuesday morning."
    )


def test_when_it_is_found_and_what_it_held_came_the_day_is_complete_and_corrected(bay):
    from central.devices.backlog import accept_backlog
    from central.web.completed import completed

    remove(bay, "lost")
    accept_backlog(bay.id, at(27, 9))
    assert told(TUESDAY, NOON).state == "missing"  # it is back, and has not spoken
    comes(bay, said(bay, 3, 1, at(24, 13)), at(27, 10))
    one = completed("ASH", TUESDAY, 1, NOON)
    assert one.state == "complete"
    assert "1 answered, not 0" in one.corrected


def test_after_a_restore_that_forgot_the_removal_nobody_has_said_what_is_left(bay):
    from central.devices.models import Device
    from central.intake.remembered import replay

    remove(bay, "nothing")
    Device.objects.update(removed_at=None, still_holds="nothing")  # of an older removal
    replay()
    device = Device.objects.get()
    assert (device.removed_at, device.still_holds) == (at(25, 9), "")


def test_a_tablet_of_the_old_name_that_is_removed_keeps_nothing_from_being_told(bay):
    """Its rows come by the new one, which may not speak for a removed one."""
    from central.devices.models import Device

    comes(bay, said(bay, 3, 1, at(24, 13)), at(24, 13), last=5)
    new = world.new_tablet("ASH")
    Device.objects.filter(id=new.id).update(
        succeeds=bay.id, begins=6, have=5, last=5, family=bay.id, generation=1,
        enrolled_at=at(24, 15),
    )  # fmt: skip
    new.last = 5
    new.send([], at=at(27, 10))
    assert told(TUESDAY, NOON).line.startswith("2 answers wait on the tablet “Bay 2”")
    remove(bay, "lost")
    assert told(TUESDAY, NOON).state == "lost"


# ── pages, mail and sheet ────────────────────────────────────────────────────


@pytest.fixture
def gone_today(manager, ash):
    """Heard three days ago, and removed today, with what is on it lost."""
    from central.devices.models import Device, Stint

    Stint.objects.update(since=MONTHS_AGO)
    Device.objects.update(name="Bay 2")
    ash.send([], at=world.days_ago(3))
    remove(ash, "lost", world.now())
    return manager


def test_the_day_s_page_and_the_period_say_that_it_is_lost_and_wait_no_more(gone_today):
    day = world.today() - timedelta(2)
    text = plain(gone_today.get(f"/wards/ASH/{day}/").content.decode())
    assert "Not the whole picture: The tablet “Bay 2” was removed today." in text
    assert "No answers of this day came." in text
    assert "Nothing more of this day is waited for." in text
    first = world.today() - timedelta(6)
    page = gone_today.get(f"/wards/ASH/{first}/{world.today()}/")
    text = plain(page.content.decode())
    assert (
        f"{day:%a} {day.day} {day:%b}" in text.split("nothing more is waited for:")[1]
    )
    assert "Not complete:" not in text


def test_at_night_too_nothing_is_waited_for_of_what_is_lost(bay):
    """The day that is over is not closed, and misses nothing that may come."""
    from central.web.completed import period_completed

    bay.send([], at=at(24, 23))
    remove(bay, "lost", at(25, 0, 1))
    one = period_completed("ASH", MONDAY, TUESDAY, at(25, 0, 5))
    assert (one.days, one.lost) == ((), ("Tue 24 Nov",))
    assert (one.closing, one.closes) == ("Tue 24 Nov", "this morning")
    later = period_completed("ASH", MONDAY, TUESDAY, at(25, 6, 30))
    assert (later.lost, later.closing) == (("Tue 24 Nov",), "")


def test_the_mail_and_the_sheet_say_so_too(gone_today):
    from central.morning.sheet import sheet_page
    from central.places.models import Ward

    now, day = world.now(), world.today() - timedelta(1)
    mail = mail_of(day, now)
    assert "Not the whole picture: The tablet “Bay 2” was removed today." in mail
    assert "No answers of this day came." in mail
    page = sheet_page(Ward.objects.get(code="ASH"), day, now)
    assert not page.complete.missing
    assert "is lost." in page.complete.lost[0]


# ── who says so ──────────────────────────────────────────────────────────────


@pytest.fixture
def admin(trust):
    return Administrator()


def path(tablet, act=""):
    return f"/setup/devices/{tablet.id}/{act}"


def holds(tablet):
    from central.devices.models import Device

    return Device.objects.get(id=tablet.id).still_holds


def audited():
    from central.audit.models import Entry

    return [(one.act, one.details) for one in Entry.objects.order_by("id")]


def test_who_removes_it_says_what_is_still_on_it(admin, bay):
    asked = admin.read(path(bay, "remove/"))
    assert "What is still on it?" in asked
    assert "stolen, is broken for good, or was wiped" in asked
    again = admin.sure(path(bay, "remove/"))
    assert "Error: Remove this device?" in again
    assert "Say what is still on it" in again
    assert holds(bay) == ""
    admin.sure(path(bay, "remove/"), still_holds="lost")
    assert holds(bay) == "lost"
    assert audited() == [("removed", {"name": "Bay 2", "still_holds": "lost"})]
    assert "what it had not sent is lost" in admin.read("/setup/devices/")
    assert "still holds: lost" in admin.read("/setup/done/")


def test_nothing_cannot_be_said_of_one_that_said_that_answers_wait(admin, bay):
    from central.devices.models import Device

    bay.last = 4
    bay.send([], at=at(24, 13))
    again = admin.sure(path(bay, "remove/"), still_holds="nothing")
    assert "It said itself that 2 answers had not been sent" in again
    assert Device.objects.get(id=bay.id).removed_at is None
    admin.sure(path(bay, "remove/"), still_holds="perhaps")
    again = admin.send(path(bay), still_holds="nothing", name="Bay 2", wards=["ASH"])
    assert "It said itself that 2 answers had not been sent" in again
    assert holds(bay) == "perhaps"


def test_an_administrator_may_say_otherwise_later(admin, bay):
    remove(bay, "perhaps")
    assert 'value="perhaps" checked' in admin.client.get(path(bay)).content.decode()
    done = admin.send(path(bay), still_holds="lost", name="Bay 2", wards=["ASH"])
    assert "Its wards' days say what is still on it" in done
    assert told(TUESDAY, NOON).state == "lost"
    details = {"still_holds before": "perhaps", "still_holds": "lost"}
    assert audited() == [("changed", details)]


def test_an_old_page_says_nothing_of_what_is_left(admin, bay):
    remove(bay, "perhaps")
    old = admin.open(path(bay))
    admin.send(path(bay), still_holds="lost", name="Bay 2", wards=["ASH"])
    said = admin.send(
        path(bay), still_holds="nothing", name="Bay 2", wards=["ASH"], **old
    )
    assert "Somebody has changed this since you opened it" in said
    assert holds(bay) == "lost"


def test_one_that_is_here_is_not_asked_about(admin, bay):
    assert "What is still on it" not in admin.read(path(bay))
    admin.send(path(bay), still_holds="lost", name="Bay 3", wards=["ASH"])
    assert holds(bay) == ""


def test_to_accept_what_it_holds_is_to_say_that_it_is_back(admin, bay):
    remove(bay, "lost")
    assert "take in once what it still holds" in admin.read(path(bay))
    admin.sure(path(bay, "accept/"))
    assert holds(bay) == "perhaps"
    assert audited()[0][1] == {"still_holds before": "lost", "still_holds": "perhaps"}


def test_a_technician_says_it_with_the_command(bay):
    from django.core.management import call_command

    call_command("remove_device", bay.id, still_holds="lost")
    assert holds(bay) == "lost"
    assert audited() == [("removed", {"still_holds": "lost"})]


@pytest.mark.parametrize(("word", "notices"), [("perhaps", 1), ("lost", 0)])
def test_what_is_lost_is_nothing_to_look_after(bay, word, notices):
    from central.web.fleet import fleet
    from central.web.page import ZONE

    bay.last = 4
    bay.send([], at=at(24, 13))
    remove(bay, word)
    (one,) = fleet(world.today(), world.now(), ZONE).devices
    assert len(one.notices) == notices
