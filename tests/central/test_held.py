"""Central never refuses an authentic answer: what cannot stand is held, with a reason,
and one bad row blocks nobody."""

import base64
import json

import pytest
from django.utils import timezone

from central import deriving
from central.devices.models import Device
from central.intake.held import try_again
from central.intake.models import Answer, Held
from central.places.models import Ward
from central.summaries.models import Standing
from central.surveys.models import Published
from central.surveys.published import publish
from feedback.answer import digest, new_response
from feedback.assets import assets_folder
from feedback.wire import as_base64
from tests.central.tablet import wire

NUL, SURROGATE = "good\0", "good\ud800"

# name → (what is sent in place of a sound row, the reason it is held for)
POISON = {
    "a number": (lambda row: 7, "malformed"),
    "nothing": (lambda row: None, "malformed"),
    "a list": (lambda row: [], "malformed"),
    "a nested list": (lambda row: [[[{}]]], "malformed"),
    "no base64": (lambda row: "hello", "malformed"),
    "a text with NUL": (lambda row: NUL, "malformed"),
    "a text with half a character": (lambda row: SURROGATE, "malformed"),
    "a wrapped row": (as_base64, "unreadable"),
    "a word too few": (lambda row: {**wire(row), "x": 1}, "malformed"),
    "a word too many": (lambda row: {"value": "good"}, "malformed"),
    "value is true": (lambda row: wire(row, value=True), "malformed"),
    "value is 5.0": (lambda row: wire(row, value=5.0), "malformed"),
    "value is null": (lambda row: wire(row, value=None), "malformed"),
    "value with NUL": (lambda row: wire(row, value=NUL), "malformed"),
    "value with half a character": (
        lambda row: wire(row, value=SURROGATE),
        "malformed",
    ),
    "a word with NUL": (lambda row: wire(row, question="fft\0"), "malformed"),
    "a huge value": (lambda row: wire(row, value="x" * 30_000), "malformed"),
    "a key with NUL": (lambda row: {**wire(row), "x\0": "\0"}, "malformed"),
    "a UUIDv4": (
        lambda row: wire(row, response="4e1c9a50-5f5b-4d32-8d6f-0d4b7a1c2e3f"),
        "malformed",
    ),
    "upper case": (lambda row: wire(row, response=row.response.upper()), "malformed"),
    "the nil UUID": (lambda row: wire(row, response="0" * 32), "malformed"),
    "an unknown mode": (lambda row: wire(row, mode="fax"), "malformed"),
    "a local time": (
        lambda row: wire(row, answered_at="2026-11-20T10:00:00"),
        "malformed",
    ),
    "25:61": (
        lambda row: wire(row, answered_at="2026-11-20T25:61:00.000Z"),
        "malformed",
    ),
    "another survey": (lambda row: wire(row, survey="inpatient@9"), "survey"),
    "another ward": (lambda row: wire(row, ward="W-OAK"), "ward"),
    "no ward": (lambda row: wire(row, ward="W-NONE"), "ward"),
    "an unknown question": (lambda row: wire(row, question="fft2"), "question"),
    "one of ours that is none": (lambda row: wire(row, question="_x"), "question"),
    "an unknown value": (lambda row: wire(row, value="excellent"), "value"),
    "two values": (lambda row: wire(row, value="good poor"), "value"),
    "words in the clear": (
        lambda row: wire(row, question="better", value="the food"),
        "plain",
    ),
}


@pytest.mark.parametrize("place", [0, 7, 19])
@pytest.mark.parametrize("poison", POISON)
def test_a_bad_row_is_held_and_the_other_nineteen_stand(tablet, poison, place):
    make, reason = POISON[poison]
    rows = tablet.say_many(20)
    values = [wire(row) for row in rows]
    values[place] = make(rows[place])

    assert tablet.send_values(1, values).have == 20
    assert Answer.objects.count() == 19
    held = Held.objects.get()
    assert (held.seq, held.reason) == (place + 1, reason)
    assert held.body.isascii()
    assert json.loads(held.body) == values[place]
    # and again, and what comes after it
    assert tablet.send_values(1, values).have == 20
    tablet.say()
    assert tablet.send(21).have == 21


def test_all_rows_of_a_batch_can_be_bad(tablet):
    tablet.say_many(20)

    assert tablet.send_values(1, [NUL] * 20).have == 20
    assert tablet.send_values(1, [NUL] * 20).have == 20
    assert Held.objects.count() == 20


def test_another_row_in_place_of_a_held_one_is_a_fork(tablet):
    tablet.say()
    tablet.send_values(1, [7])

    assert tablet.send_values(1, [8]).why == "fork"


def test_a_held_row_is_the_same_one_wrapped_or_plain(tablet):
    row = tablet.say(ward="W-OAK")
    tablet.send()

    assert tablet.send_values(1, [as_base64(row)]).have == 1


def test_a_wrapped_row_that_is_kept_plain_is_the_same_one(tablet):
    row = tablet.say()
    tablet.send()

    assert tablet.send_values(1, [as_base64(row)]).have == 1
    assert Answer.objects.count() == 1


def test_base64_of_anything_is_held(tablet):
    tablet.say_many(2)
    bad = base64.b64encode(b"\xff\x00").decode()

    assert tablet.send_values(1, [bad, base64.b64encode(b"[1]").decode()]).have == 2
    assert Held.objects.count() == 2


def test_a_response_of_another_device_is_held(tablet, new_tablet):
    row = tablet.say()
    tablet.send()
    other = new_tablet()
    other.say("very_poor", response=row.response)

    assert other.send().have == 1
    assert Held.objects.get(device=other.id).reason == "response"
    assert list(Standing.objects.values_list("value", flat=True)) == ["very_good"]


def test_answers_of_a_survey_that_comes_later_stand_then(tablet):
    rows = tablet.say_many(3)
    Published.objects.all().delete()
    tablet.send()
    assert Answer.objects.count() == 0

    text = (assets_folder() / "surveys" / "inpatient.toml").read_text()
    publish(text, "inpatient.toml", timezone.now())

    assert try_again() == 3
    assert Held.objects.count() == 0
    assert Standing.objects.count() == 3
    assert set(Answer.objects.values_list("digest", flat=True)) == {
        digest(row) for row in rows
    }
    assert tablet.send().have == 3


def test_answers_of_a_ward_that_is_added_stand_then(tablet):
    tablet.say(ward="W-OAK")
    tablet.send()
    assert try_again() == 0

    Device.objects.get(id=tablet.id).wards.add(Ward.objects.get(code="W-OAK"))

    assert try_again() == 1
    assert Standing.objects.get().ward == "W-OAK"


def test_a_wrapped_row_can_stand_when_it_is_tried_again(tablet):
    row = tablet.say()
    tablet.send_values(1, [as_base64(row)])

    assert try_again() == 1
    assert tablet.send().have == 1


def test_a_released_first_row_gives_its_response_its_time(tablet):
    response = new_response()
    tablet.say("-2", "arrival", response, ward="W-OAK", at="2026-11-19T10:00:00.000Z")
    tablet.say(response=response)
    tablet.send()
    assert Standing.objects.get().ward == "W-ELM"

    Device.objects.get(id=tablet.id).wards.add(Ward.objects.get(code="W-OAK"))
    try_again()

    assert set(Standing.objects.values_list("ward", flat=True)) == {"W-OAK"}
    before = list(Standing.objects.order_by("seq").values())
    deriving.rebuild_standing()
    assert [{**row, "id": 0} for row in before] == [
        {**row, "id": 0} for row in Standing.objects.order_by("seq").values()
    ]


@pytest.mark.parametrize(
    ("question", "value"),
    [("fft.2", "good"), ("_end.2", "withdrawn"), ("_practice.2", "yes")],
)
def test_only_a_comment_is_added_to(tablet, question, value):
    """Under such a name a withdrawal would stand, and withdraw nothing."""
    tablet.say(value, question)

    assert tablet.send().have == 1
    assert Held.objects.get().reason == "question"
