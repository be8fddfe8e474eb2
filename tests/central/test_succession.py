"""A cloned tablet, an old backup, a restored central: nothing is lost or doubled."""

import base64
import json

import pytest
from django.utils import timezone

from central import deriving
from central.devices.enrolment import make_code
from central.devices.models import Device, EnrolmentCode
from central.intake.erasure import erase_response
from central.intake.models import Answer, Contact, Followed, Held
from central.places.models import Ward
from central.summaries.models import Standing
from central.web.devices import kept_aside
from feedback.answer import new_response
from feedback.wire import elder_text
from tests.central.tablet import WARD, Tablet, signed_before


def code():
    return make_code([WARD], "kiosk", timezone.now())


def forked(tablet, at):
    """The tablet's log as a successor from row `at` on, enrolled."""
    new = tablet.successor(at)
    said = new.enrol(code(), succeeds=tablet.id, begins=at)
    assert said.status == 200
    return new


def test_a_successors_log_starts_where_the_old_one_ends_for_it(tablet):
    tablet.say_many(5)
    tablet.send()
    twin = tablet.twin()
    del twin.rows[3:]
    twin.say("poor")
    assert twin.send(4).words["at"] == 4

    new = forked(twin, 4)

    assert new.send(4, 0).have == 3
    assert new.send(4).have == 4
    assert Answer.objects.get(device=new.id).value == "poor"
    assert Answer.objects.filter(device=tablet.id).count() == 5


def test_the_old_log_goes_on_beside_its_successor(tablet):
    tablet.say_many(5)
    tablet.send()
    new = forked(tablet.twin(), 4)
    new.send(4)
    tablet.say()

    assert tablet.send(6).have == 6
    assert Answer.objects.count() == 6 + 2


def test_within_a_response_the_successors_rows_are_later(tablet):
    response = new_response()
    tablet.say("good", response=response)
    tablet.say("neither", response=response)
    tablet.say("poor", response=response)
    tablet.send()
    twin = tablet.twin()
    del twin.rows[1:]
    twin.say("very_good", response=response)

    new = forked(twin, 2)
    new.send(2)

    standing = Standing.objects.get()
    assert (standing.value, standing.device, standing.seq) == ("very_good", new.id, 2)
    assert not Held.objects.exists()
    before = list(Standing.objects.values("response", "value", "device", "seq", "day"))
    deriving.rebuild_standing()
    assert before == list(
        Standing.objects.values("response", "value", "device", "seq", "day")
    )


def test_a_response_that_the_successor_began_is_not_the_old_ones(tablet):
    tablet.say_many(3)
    tablet.send()
    new = forked(tablet.twin(), 3)
    response = new_response()
    new.say(response=response)
    new.send(3)
    tablet.say("poor", response=response)
    tablet.send(4)

    assert Held.objects.get(device=tablet.id).reason == "response"


def test_older_rows_of_a_response_may_come_after_the_successors(tablet):
    """After a restore the successor may be refilled before the one it succeeds."""
    response = new_response()
    tablet.say("good", response=response)
    tablet.say("poor", response=response)
    new = forked(tablet.twin(), 2)
    new.send(2)
    tablet.send()

    assert not Held.objects.filter(device=tablet.id, seq=1).exists()
    assert Standing.objects.get().device == new.id


def test_a_successor_of_a_successor_may_go_on_with_the_response(tablet):
    response = new_response()
    tablet.say("good", response=response)
    tablet.send()
    tablet.say("neither", response=response)
    second = forked(tablet, 2)
    second.send(2)
    second.say("poor", response=response)
    third = forked(second, 3)
    third.send(3)

    assert Standing.objects.get().value == "poor"
    assert Device.objects.get(id=third.id).generation == 2
    assert Device.objects.get(id=third.id).family == tablet.id


def test_the_successor_of_a_device_that_a_restored_central_forgot(tablet):
    tablet.say_many(3)
    new = tablet.successor(3)
    EnrolmentCode.objects.all().delete()
    Device.objects.all().delete()

    assert new.enrol(code(), succeeds=tablet.id, begins=3).status == 200
    assert new.send(3).have == 3


def test_a_restored_central_is_refilled(tablet):
    tablet.say_many(10)
    tablet.send()
    Answer.objects.filter(seq__gt=4).delete()
    Standing.objects.all().delete()
    Contact.objects.all().delete()
    Followed.objects.update(seq=4)
    Device.objects.update(have=4)
    deriving.rebuild_standing()

    assert tablet.send(11).words["have"] == 4  # the gap answer
    assert tablet.send(5).have == 10
    assert Answer.objects.count() == Standing.objects.count() == 10


def test_a_device_that_a_restored_central_forgot_enrols_again_and_refills(tablet):
    tablet.say_many(4)
    tablet.send()
    Answer.objects.all().delete()
    Followed.objects.all().delete()
    EnrolmentCode.objects.all().delete()
    Device.objects.all().delete()

    assert tablet.send(5).status == 401
    assert tablet.enrol(code()).status == 200
    assert tablet.send(5).have == 0
    assert tablet.send(1).have == 4


# ── whose signature it takes ─────────────────────────────────────────────────


def test_nobody_succeeds_a_device_whose_key_did_not_sign_it(tablet):
    """Whoever has a code for one ward could overwrite and withdraw, and so erase, what
    a tablet of another ward heard, and take its notice of a fork away."""
    row = tablet.say("good")
    tablet.send()
    stranger = Tablet(tablet.client, begins=2)

    said = stranger.enrol(code(), succeeds=tablet.id, begins=2)
    stranger.say("withdrawn", "_end", row.response)

    assert (said.status, stranger.send(2).status) == (401, 401)
    assert Standing.objects.get(question="fft").counts


@pytest.mark.parametrize("erased", [False, True])
def test_rows_that_another_copy_of_the_file_brought_are_twins(tablet, erased):
    """The backup is from between the fork and the enrolment, and comes back twice."""
    tablet.say_many(3)
    tablet.send()
    file = tablet.twin()
    del file.rows[2:]
    response = new_response()
    file.say("poor", response=response)
    backup = file.twin()
    forked(file, 3).send(3)
    if erased:
        erase_response(response, timezone.now())
    backup.say("good", response=new_response())
    backup.say("neither", response=response)
    second = forked(backup, 3)
    second.send(3)

    held = Held.objects.filter(device=second.id).order_by("seq")
    assert [(one.seq, one.reason) for one in held] == [(3, "twin"), (5, "response")]
    assert kept_aside(Ward.objects.get(code=WARD)) == 1
    assert Answer.objects.filter(device=second.id, seq=4).exists()
    assert Answer.objects.filter(response=response).count() == 1


def no_signature(old, new):
    return None


def by_another_key(old, new):
    return signed_before(new.key, new.id, old.id, 4)


def by_another_in_its_name(old, new):
    forged = signed_before(new.key, new.id, old.id, 4)
    return forged | {"public_key": base64.b64encode(old.public_key).decode()}


def for_another_device(old, new):
    return signed_before(old.key, "0" * 32, old.id, 4)


def for_a_later_row(old, new):
    return signed_before(old.key, new.id, old.id, 5)


@pytest.mark.parametrize(
    "predecessor",
    [
        no_signature, by_another_key, by_another_in_its_name, for_another_device,
        for_a_later_row,
    ],
)  # fmt: skip
@pytest.mark.parametrize("known", [True, False])
def test_a_successor_that_is_not_signed_is_not_enrolled_and_its_code_is_not_spent(
    tablet, predecessor, known
):
    tablet.say_many(5)
    tablet.send()
    new = tablet.successor(4)
    if known:
        Device.objects.update(forked_at=4)
    else:
        EnrolmentCode.objects.all().delete()
        Device.objects.all().delete()  # a restored central
    before = list(Device.objects.values())
    typed = code()
    body = wish(typed, new, tablet.id, predecessor(tablet, new))

    said = new.ask("POST", "/api/v1/enrolments", body, 0)

    assert (said.status, said.why) == (401, "device")
    assert list(Device.objects.values()) == before
    assert new.enrol(typed, succeeds=tablet.id, begins=4).status == 200
    assert new.enrol(typed, succeeds=tablet.id, begins=4).status == 200
    assert not Device.objects.exclude(forked_at=None).exists()


def wish(typed, new, succeeds, predecessor, elders=()):
    words = {
        "version": 1,
        "code": typed,
        "public_key": base64.b64encode(new.public_key).decode(),
        "succeeds": succeeds,
        "begins": 4 if succeeds else None,
        "predecessor": predecessor,
        "elders": list(elders),
    }
    return json.dumps(words).encode()


def test_nobody_succeeds_a_device_by_way_of_an_elder_of_its_own(tablet):
    """An elder is signed by its own key, and anyone can have made that."""
    tablet.say()
    tablet.send()
    Device.objects.update(forked_at=4)
    elder = Tablet(tablet.client, begins=2)
    new = elder.successor(4)
    signed = elder.key.sign(elder_text(new.id, tablet.id, 2)).signature
    said_of_it = {
        "public_key": base64.b64encode(elder.public_key).decode(),
        "succeeds": tablet.id,
        "begins": 2,
        "signature": base64.b64encode(signed).decode(),
    }
    body = wish(code(), new, elder.id, new.predecessor(elder.id, 4), [said_of_it])

    said = new.ask("POST", "/api/v1/enrolments", body, 0)

    assert (said.status, said.why) == (401, "device")
    assert Device.objects.get().forked_at == 4
