"""The ward's devices: which of them are missed, and what of theirs is kept aside."""

import re
from datetime import timedelta

import pytest

from feedback.answer import Answer, new_response, utc_text
from tests.web import world
from tests.web.test_the_days_page import plain


def five_rated(tablet):
    for _ in range(5):
        tablet.say({"fft": "good"})


def on_top(page):
    """What is read before the first figures."""
    return plain(page).split("Overall experience of care")[0]


def test_a_forked_tablet_is_said_to_need_enrolling_with_what_waits_on_it(page, ash):
    five_rated(ash)
    ash.fork(3, {"unsent": 40})
    found = re.search(
        r"Not the whole picture: The tablet \w{4}… must be enrolled again: "
        r"40 answers wait safely on it until then, and what was said on it since .+ is "
        r"not in these numbers yet\. Tell the person",
        on_top(page()),
    )
    assert found, on_top(page())
    text = plain(page())
    assert "… : must be enrolled again. 40 answers wait" in text
    assert "nothing waiting" not in text


def test_the_days_before_say_it_too_because_what_waits_may_be_theirs(page, ash):
    from central.devices.models import Stint
    from central.intake.models import Contact

    five_rated(ash)
    yesterday = world.today() - timedelta(1)
    ash.fork(3, {"unsent": 40})
    assert "must be enrolled again" not in on_top(page(yesterday))

    # The last row that both copies have was written after that.
    Contact.objects.filter(last__lt=3).update(at=world.days_ago(2))
    Stint.objects.update(since=world.days_ago(9))
    assert "must be enrolled again" in on_top(page(yesterday))


@pytest.mark.parametrize(
    "unsent", [None, -3, 4.5, True, "40", "<b>40</b>", [40], 1 - 2**53, {"n": 40}]
)
def test_a_count_that_is_no_count_is_left_out(page, ash, unsent):
    five_rated(ash)
    ash.fork(3, {"unsent": unsent})
    assert "must be enrolled again: what was said on it since" in on_top(page())


def test_what_central_knows_to_be_waiting_counts_when_it_is_more(page, ash):
    from central.devices.models import Device

    five_rated(ash)
    ash.fork(3, {"unsent": 2})
    Device.objects.update(last=12)
    assert "7 answers wait" in on_top(page())


def test_what_was_unsent_when_it_was_sent_is_not_said_to_wait(page, ash):
    from central.deriving import follow

    ash.last = 1
    row = Answer(
        ash.id, 1, new_response(), world.SURVEY, "fft", "good", "ASH", "kiosk",
        utc_text(world.now()),
    )  # fmt: skip
    ash.send([row], {"unsent": 1})
    follow(ash.id)
    assert "heard just now, nothing waiting" in plain(page())
    assert "Not the whole picture" not in page()


def test_a_tablet_that_was_enrolled_again_is_not_missed_under_its_old_name(page, ash):
    from central.devices.enrolment import Wish, enrol, make_code

    five_rated(ash)
    ash.fork(3, {"unsent": 4})
    code = make_code(["ASH"], "kiosk", world.now())
    new = enrol(Wish(code, bytes(range(32)), ash.id, 4), world.now())
    later = world.now() + timedelta(hours=2)
    text = states(new.wards.get(), later)
    assert list(text) == [f"Tablet {new.id[:4]}…"]

    # A twin that goes on under the old name is a tablet of its own.
    ash.send([], at=later)
    text = states(new.wards.get(), later)
    assert text[f"Tablet {ash.id[:4]}…"] == "well"


def test_one_that_was_never_heard_and_enrolled_again_is_not_missed_for_ever(trust):
    """As a restored central learns of it, from the device that comes after it."""
    from central.devices.models import Device
    from central.places.models import Ward

    old = world.new_tablet("ASH")
    new = world.new_tablet("ASH", heard=world.now())
    Device.objects.filter(id=new.id).update(succeeds=old.id, family=old.id)
    ward = Ward.objects.get(code="ASH")
    assert list(states(ward, world.now())) == [f"Tablet {new.id[:4]}…"]


def states(ward, now):
    from central.web.devices import devices_of
    from central.web.page import ZONE

    return {one.name: one.state for one in devices_of(ward, now, ZONE)}


def test_a_removed_tablet_is_not_missed_forked_or_not(page, ash):
    from central.devices.removal import remove_device

    five_rated(ash)
    remove_device(ash.id, world.now())
    text = plain(page())
    assert "No tablet or text number is set up for this ward" in text
    assert "Not the whole picture" not in text


def test_of_one_that_is_removed_it_is_said_what_has_not_come(page, ash):
    from central.devices.removal import remove_device

    five_rated(ash)
    ash.fork(3, {"unsent": 40})
    remove_device(ash.id, world.now())
    text = on_top(page())
    assert "enrolled again" not in text
    assert "was removed today: what was said on it after" in text
    assert "has not come. 40 answers had waited on it." in text


def hold(tablet, count, ward="GONE"):
    rows = [
        Answer(
            tablet.id, tablet.last + n, new_response(), world.SURVEY, "fft", "good",
            ward, "kiosk", utc_text(world.now()),
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    tablet.last += count
    assert tablet.send(rows).held == count


def test_answers_that_are_kept_aside_are_told_of_and_not_shown(page, ash, birch):
    hold(ash, 3)
    hold(birch, 1)
    told = "3 answers are kept aside: tell the person who looks after Wardvoice."
    assert told in plain(page()).split("Tablets and texts, right now")[1]
    assert "GONE" not in page()


def test_one_answer_kept_aside_is_one_and_none_is_not_told_of(page, ash):
    assert "kept aside" not in page()
    hold(ash, 1)
    assert "1 answer is kept aside:" in plain(page())


def test_a_made_up_tablet_is_not_missed_and_not_counted(page, ash, trust):
    from central.devices.models import MADE_UP, Device

    long_ago = world.now() - timedelta(hours=5)
    Device.objects.filter(id=ash.id).update(name=MADE_UP, last_heard=long_ago)
    text = plain(page())
    assert "Tablet (made up) : a part of the demonstration" in text
    assert "Not the whole picture" not in text
    world.new_tablet("ASH", heard=long_ago)
    assert "was last heard" in on_top(page())
