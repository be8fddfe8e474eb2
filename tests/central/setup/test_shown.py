"""A survey is shown as the real kiosk and the real gateway show it."""

import re
from pathlib import Path

import pytest

from central.surveys.shown import WARD, as_text, asked_by_text, first_text, shown
from feedback.assets import assets_folder
from feedback.survey import plain
from feedback.surveys import load_surveys
from smsgateway.talk import State, _next_to_ask
from smsgateway.voice import _STRAIGHT, Voice, read_phrases

SURVEYS = load_surveys(assets_folder() / "surveys")
PHRASES = read_phrases(assets_folder() / "wording" / "sms")
EVERY = [(one, language) for one in SURVEYS.values() for language in one.languages]


def straight(text):
    return text.translate(_STRAIGHT)


@pytest.mark.parametrize(("survey", "language"), EVERY, ids=lambda one: str(one)[:20])
def test_a_text_reads_as_the_gateway_sends_it(survey, language):
    voice = Voice(PHRASES, "Elm Trust", WARD)
    for question in asked_by_text(survey):
        phrase = "ask" if question.fft else "why"
        sent = voice.put(phrase, question, language)
        assert straight(as_text(question, language)) == straight(sent)
    opening = voice.say("opening", language)
    assert straight(first_text("Elm Trust", language)) == straight(opening)


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=lambda one: one.name)
def test_a_text_asks_only_what_is_shown_as_a_text(survey):
    told = {one.key for one in asked_by_text(survey)}
    asked = set()
    for value in ("very_good", "poor", "dont_know"):
        answers = {}
        while question := _next_to_ask(
            survey, State("r", survey.name, "W", answers=answers)
        ):
            asked.add(question.key)
            answers = {**answers, question.key: value if question.fft else "said"}
    assert asked <= told
    assert {one.key for one in survey.questions if one.fft} <= asked


@pytest.mark.parametrize(("survey", "language"), EVERY, ids=lambda one: str(one)[:20])
def test_a_question_has_the_words_and_pictures_of_the_kiosk(survey, language):
    for question, told in zip(survey.questions, shown(survey, language), strict=True):
        assert told.key == question.key
        assert told.words == plain(question, language, easy=False)
        assert told.easy in ("", plain(question, language, easy=True))
        assert [one.words for one in told.choices] == [
            plain(option, language, easy=False) for option in question.options
        ]
        assert [one.face for one in told.choices] == [o.face for o in question.options]
        assert len(told.when) == len(question.ask_if)


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=lambda one: one.name)
def test_each_picture_is_there_to_be_served(survey):
    from django.contrib.staticfiles import finders

    for one in shown(survey, "en"):
        for choice in one.choices:
            for folder, name in (("faces", choice.face), ("pictures", choice.picture)):
                assert not name or Path(finders.find(f"{folder}/{name}.png")).exists()


def test_a_condition_reads_as_a_sentence():
    told = {one.key: one for one in shown(SURVEYS["inpatient@2"], "en")}
    several = [words for one in told.values() for words in one.when]
    assert several
    assert all(words.startswith("Asked ") and words.endswith(".") for words in several)


def test_what_to_begin_with_stands_first_and_what_is_asked_is_said(admin):
    came = admin.read("/setup/surveys/publish/")
    one, other = "inpatient@2, Your care on this ward", "children@1, For children"
    assert 0 < came.index(one) < came.index(other)
    seen = admin.client.post("/setup/surveys/publish/", {"ours": "children@1"})
    kept = re.search('name="kept" value="([^"]+)"', seen.content.decode())[1]
    said = admin.sure("/setup/surveys/publish/", kept=kept)
    assert "children@1 is published: it is not asked yet." in said
