"""What the page of our texts counts: each is a text that a patient can get."""

from dataclasses import replace
from decimal import Decimal

import pytest

from feedback.surveys import load_surveys
from smsgateway.asking.team.texts import priced_texts
from smsgateway.segments import segments
from smsgateway.voice import LANGUAGES, Voice, read_phrases
from tests.smsgateway.test_wording import FOLDER
from tests.smsgateway.trust import HEARD, INPATIENT

PHRASES = read_phrases(FOLDER)
SURVEY = load_surveys(INPATIENT.parent)["inpatient@2"]
VOICE = Voice(PHRASES, "Harbour View Hospitals", "Rowan Ward", on=LANGUAGES, days=30)
PENCE = Decimal("4.2")


def priced(voice=VOICE, survey=SURVEY):
    return priced_texts(voice, survey, HEARD, PENCE)


def test_every_text_is_there_in_every_language_with_its_price():
    found = priced()

    names = list(dict.fromkeys(text.name for text in found))
    assert [(text.language, text.name) for text in found] == [
        (language, name) for language in SURVEY.languages for name in names
    ]
    for text in found:
        assert text.words
        assert text.segments == segments(text.words)
        assert text.pence == text.segments * PENCE


def test_the_texts_that_ask_and_remind_are_those_that_leave():
    named = {text.name: text.words for text in priced() if text.language == "en"}
    hidden = {
        text.name: text.words
        for text in priced(replace(VOICE, is_named=False))
        if text.language == "en"
    }

    assert named["When we ask"].startswith("Harbour View Hospitals, Rowan Ward: tell")
    assert hidden["When we ask"].startswith("Harbour View Hospitals: tell")
    assert "only reminder" in named["The one reminder"]
    assert "1 Very good" in named["The one reminder"]
    assert named["The one reminder"] == hidden["The one reminder"]


@pytest.mark.parametrize("name", ["After a good score", "After a poor score"])
def test_the_two_questions_after_a_score_differ(name):
    words = {text.name: text.words for text in priced() if text.language == "en"}

    asked = {"After a good score": "good?", "After a poor score": "better?"}
    assert words[name].endswith(asked[name])


def test_a_language_that_is_off_on_the_ward_costs_nothing():
    off = priced(replace(VOICE, on=("ur",)))

    assert {text.language for text in off} == {*SURVEY.reviewed, "ur"}


def test_nobody_is_offered_what_is_not_offered():
    names = {text.name for text in priced(replace(VOICE, days=0))}

    assert "Offer to tell what changed" not in names


def test_a_phrase_that_is_added_to_the_wording_is_a_text_of_its_own():
    said = dict.fromkeys(LANGUAGES, "{ward} asks: {what}?")
    phrases = {**PHRASES, "second_try": said}
    words = {
        text.name: text.words
        for text in priced(replace(VOICE, phrases=phrases))
        if text.language == "en"
    }

    assert words["Second try"] == "Rowan Ward asks: {what}?"


def test_a_survey_without_the_national_question_breaks_nothing():
    children = load_surveys(INPATIENT.parent)["children@1"]

    assert priced(survey=children)
