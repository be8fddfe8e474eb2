"""What stands, when it began, and that it can be rebuilt."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from central import deriving
from central.intake.models import Answer, Contact, Followed
from central.summaries.models import Standing
from central.summaries.standing import Arrived, stands
from central.summaries.times import TOLERANCE, began
from feedback.answer import Answer as Row
from feedback.answer import new_response, utc_text
from feedback.wire import pack
from tests.central.tablet import SURVEY, WARD

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def table():
    rows = Standing.objects.order_by("response", "question").values()
    return [{**row, "id": None} for row in rows]


def values():
    return dict(Standing.objects.values_list("question", "value"))


def row(seq, value, question="fft", device="d" * 32, at=NOON):
    return Row(device, seq, "r", SURVEY, question, value, WARD, "kiosk", utc_text(at))


def arrived(*rows, generation=0):
    return [Arrived(one, NOON, generation) for one in rows]


def test_the_last_row_of_a_question_decides(tablet):
    response = new_response()
    tablet.say("poor", response=response)
    tablet.say("good", response=response)
    tablet.send()

    assert values() == {"fft": "good"}
    assert Standing.objects.get().seq == 2


def test_an_answer_taken_back_does_not_stand(tablet):
    response = new_response()
    tablet.say("poor", response=response)
    tablet.say("-2", "arrival", response)
    tablet.send()
    tablet.say("", "arrival", response)
    tablet.send(3)

    assert values() == {"fft": "poor"}


def test_practice_and_withdrawn_responses_never_count(tablet):
    practice, withdrawn, sound = new_response(), new_response(), new_response()
    for response in (practice, withdrawn, sound):
        tablet.say(response=response)
    tablet.say("yes", "_practice", practice)
    tablet.say("withdrawn", "_end", withdrawn)
    tablet.say("finished", "_end", withdrawn)  # withdrawn is final
    tablet.say("finished", "_end", sound)
    tablet.send()

    counting = Standing.objects.filter(counts=True, question="fft")
    assert [one.response for one in counting] == [sound]


def test_ward_survey_mode_and_time_are_those_of_the_first_row(tablet):
    response = new_response()
    tablet.say(response=response, at="2026-11-20T10:00:00.000Z")
    tablet.say("1", "arrival", response, mode="sms", at="2026-11-21T10:00:00.000Z")
    tablet.send()

    standing = Standing.objects.all()
    assert {(one.mode, str(one.day), one.part) for one in standing} == {
        ("kiosk", "2026-11-20", "morning")
    }


def test_what_stands_can_be_rebuilt_from_the_answers(tablet, new_tablet):
    other = new_tablet()
    for device in (tablet, other):
        response = new_response()
        device.say(response=response, at="2026-11-20T23:59:59.999Z")
        device.say("", response=response)
        device.say("1", "arrival", response)
        device.say("withdrawn", "_end")
        device.say_many(5, at="2031-01-01T00:00:00.000Z")
        device.send(1, 2)
        device.send(3)
    before = table()
    assert any(one["moved"] for one in before)

    assert deriving.rebuild_standing() == 14
    assert table() == before


def test_a_failure_to_follow_is_caught_up_at_the_next_contact(tablet, monkeypatch):
    def fails(rows):
        raise DatabaseError("planted")

    tablet.say()
    with monkeypatch.context() as planted:
        planted.setattr(deriving, "replace_standing", fails)
        assert tablet.send().have == 1
    assert Standing.objects.count() == 0

    tablet.send(2)

    assert values() == {"fft": "very_good"}
    assert Followed.objects.get(device=tablet.id).seq == 1


def test_a_long_backlog_is_followed_in_parts(tablet, monkeypatch):
    monkeypatch.setattr(deriving, "ROWS_AT_ONCE", 3)
    tablet.say_many(10)
    tablet.send()

    assert Standing.objects.count() == 10


def test_a_successors_rows_are_later_than_those_before_it():
    old = arrived(row(9, "poor"))
    new = arrived(row(2, "good", device="a" * 32), generation=1)

    (decided,) = stands(old + new, None)

    assert decided.value == "good"


# ── time ─────────────────────────────────────────────────────────────────────


@given(
    st.integers(-400 * 1440, 400 * 1440),
    st.none() | st.integers(0, 1440),
)
def test_a_time_is_moved_to_what_central_knows(skew, known):
    said = NOON + timedelta(minutes=skew)
    not_before = None if known is None else NOON - timedelta(minutes=known)

    found = began(utc_text(said), not_before, NOON)

    assert found.at <= NOON + TOLERANCE
    assert not_before is None or found.at >= not_before - TOLERANCE
    assert found.moved == (found.at != said)
    assert not found.moved or found.at in (not_before, NOON)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("said", "expected", "moved"),
    [
        (NOON + TOLERANCE, NOON + TOLERANCE, False),
        (NOON + TOLERANCE + SECOND, NOON, True),
        (NOON - TOLERANCE, NOON - TOLERANCE, False),
        (NOON - TOLERANCE - SECOND, NOON, True),
    ],
)
def test_a_clock_may_be_two_minutes_out(said, expected, moved):
    found = began(utc_text(said), NOON, NOON)

    assert (found.at, found.moved) == (expected, moved)


def test_a_tap_while_a_batch_is_in_slow_wifi_keeps_its_time(tablet):
    now = timezone.now()
    tablet.say(at=utc_text(now - timedelta(seconds=100)))
    packed = pack(1, 1, tablet.rows, {})
    tablet.say(at=utc_text(now - timedelta(seconds=90)))
    tablet.send_raw(packed, 1)
    tablet.send(2)

    assert not Standing.objects.filter(moved=True).exists()


@pytest.mark.parametrize(
    ("said", "day", "part", "moved"),
    [
        ("2026-11-20T00:30:00.000Z", "2026-11-20", "night", False),
        ("2026-11-20T06:00:00.000Z", "2026-11-20", "morning", False),
        ("2026-11-19T23:59:59.999Z", "2026-11-19", "night", False),
        ("2026-06-30T23:30:00.000Z", "2026-07-01", "night", False),  # summer time
        ("2026-10-25T00:30:00.000Z", "2026-10-25", "night", False),  # 01:30, twice
        ("2026-10-25T01:30:00.000Z", "2026-10-25", "night", False),
        ("1970-01-01T00:00:00.000Z", "2026-11-20", "afternoon", True),
        ("0001-01-01T00:00:00.000Z", "2026-11-20", "afternoon", True),
        ("9999-12-31T23:59:59.999Z", "2026-11-20", "afternoon", True),
    ],
)
def test_the_day_is_the_local_day(said, day, part, moved):
    found = began(said, None, NOON)

    assert (str(found.day), found.part, found.moved) == (day, part, moved)


def test_a_clock_that_runs_behind_is_moved_to_the_last_contact(tablet):
    tablet.send()
    contact = Contact.objects.get(device=tablet.id)
    tablet.say(at="2020-05-05T10:00:00.000Z")
    tablet.send()

    standing = Standing.objects.get()
    assert standing.moved
    assert standing.began_at == contact.at
    assert Answer.objects.get().answered_at == "2020-05-05T10:00:00.000Z"


def test_a_clock_that_runs_ahead_is_moved_to_the_arrival(tablet):
    tablet.say(at=utc_text(timezone.now() + timedelta(days=400)))
    tablet.send()

    standing = Standing.objects.get()
    assert standing.moved
    assert standing.began_at == Answer.objects.get().arrived_at
