"""Every text that we send: short, in the alphabet of texts, and never a trap."""

import re
from dataclasses import replace

import pytest
import smsutil

from feedback.assets import assets_folder
from feedback.surveys import SurveyError, read_survey
from smsgateway.conversation import State, hear
from smsgateway.voice import PHRASES, Voice, read_phrases
from tests.smsgateway.trust import INPATIENT

FILE = assets_folder() / "wording" / "sms.toml"
PHRASES_SAID = read_phrases(FILE)
SURVEY = read_survey(INPATIENT.read_text(encoding="utf-8"), "inpatient")
VOICE = Voice(PHRASES_SAID, "Harbour View Hospitals", "Rowan Ward", on=("cy",))
# What the carrier acts on by itself. STOP and START mean the same to us.
CARRIERS = {"YES", "HELP", "INFO", "END", "QUIT", "CANCEL", "UNSUBSCRIBE", "STOPALL"}

CONVERSATIONS = [
    ["Hello", "1", "kind staff", "and the tea"],
    ["Hello", "5", "nobody came"],
    ["Hello", "what", "what", "cold food"],
    ["The night nurse sat with my mother for an hour", "1"],
    ["help", "help me", "2", "good food"],
    ["Hello", "the nurse hit me when I rang", "5"],
]


def replies(texts, survey=SURVEY, pictures=False):
    state = State("response", survey.name, "ROWAN")
    for words in texts:
        turn = hear(state, survey, words, VOICE, pictures)
        state = turn.state
        yield turn.reply


ENGLISH = sorted(
    {reply for texts in CONVERSATIONS for reply in replies(texts) if reply}
)


@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_every_english_phrase_is_written_in_the_alphabet_of_texts(phrase):
    assert smsutil.is_valid_gsm(PHRASES_SAID[phrase]["en"])


@pytest.mark.parametrize("reply", ENGLISH)
def test_every_english_reply_is_at_most_two_segments(reply):
    """320 characters is the length that carriers advise; two segments hold 306."""
    split = smsutil.split(reply)

    assert smsutil.is_valid_gsm(reply)
    assert len(split.parts) <= 2, len(reply)


def test_the_longest_reply_fits_too_with_a_long_ward_and_a_picture():
    voice = replace(VOICE, organisation="North Harbour View University Hospitals")
    state = State("response", SURVEY.name, "ROWAN")
    reply = hear(state, SURVEY, "Hello", voice, pictures=True).reply

    assert len(smsutil.split(reply).parts) <= 3


@pytest.mark.parametrize("reply", ENGLISH)
def test_nobody_is_asked_to_text_a_word_that_the_carrier_takes(reply):
    asked = set(re.findall(r"\b[A-Z]{3,}\b", reply))

    assert not asked & CARRIERS


def test_no_option_of_the_question_is_a_word_that_the_carrier_takes():
    options = SURVEY.question("fft").options

    assert not {option.wording["en"].upper() for option in options} & CARRIERS


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_every_phrase_is_there_in_both_languages_with_the_same_blanks(phrase, language):
    blanks = re.findall(r"\{(\w+)\}", PHRASES_SAID[phrase]["en"])

    assert PHRASES_SAID[phrase][language].strip()
    assert re.findall(r"\{(\w+)\}", PHRASES_SAID[phrase][language]) == blanks


def test_every_end_says_that_nobody_watches_and_what_to_do_now():
    for texts in CONVERSATIONS:
        *_, last = replies(texts)
        assert "not watched all day" in last
        assert "999/111" in last


def test_a_file_that_lacks_a_phrase_is_refused(tmp_path):
    path = tmp_path / "sms.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("[thanks]", "[thankz]"))

    with pytest.raises(SurveyError, match=r"sms.toml: lacks the phrase \[thanks\]"):
        read_phrases(path)
