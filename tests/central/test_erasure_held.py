"""What is held is erased with its response, whatever shape it came in.

A row that is none (a NUL in it, a word too many, packed as base64) names its response
somewhere: the words in it are as much somebody's as those of a row that stands.
"""

import base64
import importlib
import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from central.intake.erasure import erase_response
from central.intake.models import Answer, Erased, Held
from feedback.answer import ERASED, new_response
from tests.central.tablet import wire

WORDS = "the canary sang"


def wrapped(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


def comment(row, **changes):
    return wire(row, question="better", **changes)


# How the words of `row` come, in a shape that can not stand.
SHAPES = {
    "a NUL": lambda row: comment(row, value=f"{WORDS}\0"),
    "half a character": lambda row: comment(row, value=f"{WORDS}\ud800"),
    "too long": lambda row: comment(row, value=WORDS * 2_000),
    "a list for a value": lambda row: comment(row, value=[WORDS]),
    "words in the clear": lambda row: comment(row, value=WORDS),
    "a word too many": lambda row: {**wire(row), "note": WORDS},
    "words for a key": lambda row: {**wire(row), WORDS: 1},
    "words for a ward": lambda row: wire(row, ward=f"{WORDS}\0"),
    "words for who": lambda row: wire(row, question="_who", value=WORDS),
    "words for who, with NUL": lambda row: wire(
        row, question="_who", value=f"{WORDS}\0"
    ),
    "a list": lambda row: [row.response, WORDS],
    "an object in an object": lambda row: {"answer": comment(row, value=WORDS)},
    "base64": lambda row: wrapped(comment(row, value=WORDS)),
    "base64 of NUL": lambda row: wrapped(comment(row, value=f"{WORDS}\0")),
    "base64 of a word too many": lambda row: wrapped({**wire(row), "note": WORDS}),
    "base64 of no strict JSON": lambda row: base64.b64encode(
        b'{"note":1e99,' + json.dumps(comment(row, value=WORDS)).encode()[1:]
    ).decode(),
    "base64 that is cut": lambda row: wrapped(comment(row, value=WORDS))[:-8],
    "a response in capitals": lambda row: comment(
        row, value=WORDS, response=row.response.upper()
    ),
    "a response in braces": lambda row: comment(
        row, value=WORDS, response=f"{{{row.response}}}"
    ),
}


def told():
    """All that is kept of what was said, unpacked."""
    kept = [json.loads(body) for body in Held.objects.values_list("body", flat=True)]
    unpacked = [
        base64.b64decode(one).decode() for one in kept if isinstance(one, str) and one
    ]
    values = list(Answer.objects.values_list("value", flat=True))
    return json.dumps([kept, unpacked, values])


@pytest.fixture(params=SHAPES)
def shape(request):
    return SHAPES[request.param]


@pytest.fixture
def said(tablet, shape):
    """A response of two rows, the second of which is held, and another one's."""
    response = new_response()
    tablet.say("poor", response=response)
    odd = shape(tablet.say(response=response))
    other = shape(tablet.say())
    assert tablet.send_values(1, [wire(tablet.rows[0]), odd, other]).have == 3
    assert Held.objects.count() == 2
    assert told().count("canary") >= 2
    return response, odd, other


def test_the_words_of_a_held_row_go_with_its_response(tablet, said, shape):
    response, odd, other = said

    call_command("erase_response", response)

    of_others = Held.objects.get(seq=3).body
    assert told().count("canary") == unpacked(of_others).count("canary")
    assert "canary" in unpacked(of_others)
    # and what the device sends again is the same row, and brings nothing back
    again = [wire(tablet.rows[0]), odd, other]
    assert tablet.send_values(1, again).have == 3
    assert told().count("canary") == unpacked(of_others).count("canary")


def unpacked(body):
    one = json.loads(body)
    packed = base64.b64decode(one).decode() if isinstance(one, str) else ""
    return json.dumps([one, packed])


def test_words_that_come_after_the_erasure_are_erased_too(tablet, shape):
    response = new_response()
    erase_response(response, timezone.now())
    odd = shape(tablet.say(response=response))

    assert tablet.send_values(1, [odd]).have == 1

    assert "canary" not in told()
    assert tablet.send_values(1, [odd]).have == 1
    assert tablet.send_values(1, [comment(tablet.rows[0], value="x")]).why == "fork"


def test_words_are_erased_when_the_response_is_withdrawn(tablet, said):
    response, odd, _other = said
    end = tablet.say("withdrawn", "_end", response)
    late = tablet.say(response=response)

    assert tablet.send_values(4, [wire(end), odd], last=late.seq).have == 5

    assert not any(
        "canary" in unpacked(body)
        for body in Held.objects.exclude(seq=3).values_list("body", flat=True)
    )


def test_a_device_that_erases_a_held_row_is_believed(tablet):
    """… and its log has not forked: the other eight words agree."""
    row = tablet.say(question="better")
    assert tablet.send_values(1, [wire(row, value=f"{WORDS}\0")]).have == 1

    assert tablet.send_values(1, [wire(row, value=ERASED)]).have == 1

    assert "canary" not in told()
    assert tablet.send_values(1, [wire(row, value=f"{WORDS}\0")]).have == 1
    assert "canary" not in told()


def test_what_was_held_before_this_was_known_is_erased_too(tablet, said):
    """Its response was not written down then, so an erasure passed it by."""
    response, _odd, _other = said
    Held.objects.update(response="")
    Erased.objects.create(response=response, at=timezone.now())

    step = "central.intake.migrations.0003_front_held_responses"
    importlib.import_module(step).name_responses(apps, None)

    assert told().count("canary") == unpacked(Held.objects.get(seq=3).body).count(
        "canary"
    )
    assert Held.objects.get(seq=2).response == response
    assert Held.objects.get(seq=3).response == tablet.rows[2].response


def test_a_row_that_names_no_response_is_held_as_it_is(tablet):
    tablet.say_many(5)

    for seq, odd in enumerate((7, WORDS, None, wrapped([7]), wrapped(WORDS)), 1):
        assert tablet.send_values(seq, [odd]).have == seq

    assert set(Held.objects.values_list("response", flat=True)) == {""}
