"""The nine steps, requests and children on a ward's page."""

import re
from datetime import timedelta

import pytest

from feedback.seal import new_key_pair
from tests.web import world
from tests.web.test_the_days_page import Texts, plain

NATIONAL, CHILDREN = "inpatient@2", "children@1"


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


def test_the_nine_steps_are_on_the_page_and_in_the_table(page, ash):
    for face in ("2", "-2", "-2"):
        ash.say({"fft": "good", "meals": face, "other": "1"}, survey=NATIONAL)
    text = plain(page())
    assert "Meals 1 0 0 0 2 3" in text
    assert "Something else 0 3 0 0 0 3" in text
    assert "Going home 0 0 0 0 0 0" in text
    assert page().count('class="wv-step') >= 9


def test_a_step_that_both_versions_have_is_counted_together(page, ash):
    ash.say({"fft": "good", "night": "2"})
    ash.say({"fft": "good", "night": "2"}, survey=NATIONAL)
    assert "Night time 2 0 0 0 0 2" in plain(page())


def test_why_stands_beside_its_step(page, ash):
    words = {"fft": "poor", "meals": "-2", "why_step": "meals", "why": ("Cold soup",)}
    ash.tell({**words, "_share": "no"}, survey=NATIONAL)
    told = "Meals: Why did it feel like that? (very bad) Cold soup"
    assert told in plain(page())


def test_a_request_is_on_top_with_its_place_and_nowhere_else(page, ash):
    words = {"_language": "en", "_who": "carer", "fft": "good", "_talk": "yes"}
    ash.tell({**words, "talk_where": ("Joan, bed <4>",)}, survey=NATIONAL)
    ash.say({"_talk": "yes"}, survey=NATIONAL)  # all else was skipped
    text = page()
    top, rest = plain(text).split("Overall experience of care")
    assert re.search(
        r"Would like someone to come Joan, bed <4> Ash ward · \w+ · tablet · English · "
        r"family or carer Mark as seen .* Would like someone to come They did not say "
        r"where they are\. Ash ward · \w+ · tablet Mark as seen",
        top,
    )
    assert "2 people wait to be seen: see the page on screen" in top
    assert "Joan" not in rest
    assert Texts(text).found == ["Joan, bed <4>"]
    assert "People answered 1" in rest or "Person answered 1" in rest


def test_a_place_that_cannot_be_opened_is_said_to_be_closed(page, ash):
    closed = ("c99", new_key_pair()[0])
    words = {"_talk": "yes", "talk_where": ("Bed 4",)}
    ash.tell(words, survey=NATIONAL, key=closed)
    text = plain(page())
    assert "Where they are cannot be read yet." in text
    assert "1 comment cannot be opened yet." in text


def test_who_took_everything_back_asks_for_nobody(page, ash):
    words = {"fft": "good", "_talk": "yes", "talk_where": ("Bed 4",)}
    ash.tell({**words, "_end": "withdrawn"}, survey=NATIONAL)
    assert "someone to come" not in page()
    assert "Bed 4" not in page()


def test_children_are_counted_apart(page, ash):
    ash.say({"fft": "good", "staff": "2"}, survey=NATIONAL)
    for overall in ("great", "great", "really_bad"):
        words = {"overall": overall, "staff": "-2", "staff_feelings": "afraid"}
        ash.tell({**words, "good": (f"a {overall} fish tank",)}, survey=CHILDREN)
    text = plain(page())
    figures, apart = text.split("For children and young people", 1)
    assert "Positive 100% 1 of 1" in figures
    assert "Person answered 1 tablet 1" in figures
    assert "Talking with staff 1 0 0 0 0 1" in figures
    assert "3 people answered. How was it here?" in apart
    assert "Great 2 Good 0 So-so 0 Bad 0 Really bad 1" in apart
    assert "Nurses and doctors 0 0 0 0 3 scared 3" in apart
    assert re.search(
        r"“Really bad” \w+ · tablet What was good\? a really_bad fish tank", apart
    )


def test_the_weeks_before_are_those_of_the_national_question_too(page, ash):
    yesterday = world.days_ago(1)
    ash.say({"fft": "good", "staff": "2"}, survey=NATIONAL, at=yesterday)
    with ash.at_once():
        for _ in range(40):
            ash.say({"overall": "bad", "staff": "-2"}, survey=CHILDREN, at=yesterday)
    from central.summaries import reading

    today = world.today()
    week = (today - timedelta(7), today)
    tallies = reading.tallies("ASH", *week, ["staff"])
    assert {(one.question, one.value, one.people) for one in tallies} == {
        ("fft", "good", 1), ("staff", "2", 1),
    }  # fmt: skip
    assert sum(reading.responses_by_day("ASH", *week).values()) == 1


def test_a_day_of_children_alone_is_not_a_day_without_answers(page, ash):
    ash.say({"overall": "great"}, survey=CHILDREN)
    text = plain(page())
    assert "No answers" not in text.split("Overall experience of care")[0]
    assert "1 person answered. How was it here?" in text
    assert "Positive – no answers" in text
