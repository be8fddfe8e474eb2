"""What a few words mean, one list each: what counts, and what does not."""

import pytest

from feedback.surveys import read_survey
from smsgateway import words as meaning
from tests.smsgateway.trust import INPATIENT

FFT = read_survey(INPATIENT.read_text(encoding="utf-8"), "inpatient").question("fft")

FIVES = [
    "5", " 5 ", "5.", "５", "٥", "५", "five", "Five", "FIVE!", "(5)", "“5”", "5️⃣",
    "5 please", "number 5", "Option five", "pump", "5\n", "5!!", "‘5’", "rhif 5",
]  # fmt: skip
NO_NUMBERS = [
    "²", "①", "5/5", "10/10", "4 or 5", "-1", "555", "5_0", "5 0", "+1", "1%", "½",
    "1.5", "five stars", "5 stars", "5 hours", "Ⅴ", "一", "", " ", "👍", "#1", "05",
    "one two", "£5", "5 5", "∞", "1e1", "0x5",
]  # fmt: skip


@pytest.mark.parametrize("words", FIVES)
def test_a_five_in_any_plain_form_is_five(words):
    assert meaning.number_in(words) == 5
    assert meaning.value_in(words, FFT) == "very_poor"


@pytest.mark.parametrize("words", NO_NUMBERS)
def test_what_is_not_plainly_one_number_is_none(words):
    assert meaning.number_in(words) is None
    assert meaning.value_in(words, FFT) == ""


@pytest.mark.parametrize("words", ["0", "7", "9", "seven"])
def test_a_number_off_the_scale_is_no_answer(words):
    assert meaning.value_in(words, FFT) == ""


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Very good", "very_good"),
        ("very GOOD.", "very_good"),
        ("good, thanks", "good"),
        ("Don’t know", "dont_know"),
        ("dont know", "dont_know"),
        ("neither good nor poor", "neither"),
        ("Da iawn", "very_good"),
        ("1 Very good", "very_good"),
        ("1 - very good", "very_good"),
        ("1. Very good", "very_good"),
        ("4 = poor", "poor"),
    ],
)
def test_an_options_own_words_are_the_answer(words, value):
    assert meaning.value_in(words, FFT) == value


@pytest.mark.parametrize(
    "words", ["1 very poor", "not good", "good and bad", "very", "the food was good"]
)
def test_words_that_only_contain_an_option_are_no_answer(words):
    assert meaning.value_in(words, FFT) == ""


@pytest.mark.parametrize(
    "words",
    [
        "STOP", "stop", "Stop.", "stop.", "stop please", "Please stop", "STOP!!!",
        "please stop texting me", "stop texting me", "Stop sending me messages",
        "stop the texts", "can you stop messaging me please", "don't text me again",
        "do not message me", "no more texts", "unsubscribe me", "S T O P", "stop all",
        "STOPALL", "UNSUBSCRIBE", "cancel", "END", "quit", "revoke", "OPTOUT",
        "opt out", "opt-out", "ARRET", "arrêt", "stopio", "Stopiwch", "STOP, thanks",
        "peidiwch â thecstio fi", "take me off your list", "remove me", "stopio plîs",
    ],
)  # fmt: skip
def test_these_ask_us_to_stop(words):
    assert meaning.asks_to_stop(words)


@pytest.mark.parametrize(
    "words",
    [
        "the pain would not stop", "please stop the noise at night", "nonstop noise",
        "The nurses did not stop to listen", "they should stop texting at the desk",
        "at the end nobody came", "they cancelled my operation", "I quit smoking", "",
        "stop smoking advice was good", "they don't text me back", "end of life care",
        "the bus stop is far", "I could not get them to stop the drip",
    ],
)  # fmt: skip
def test_a_story_with_such_a_word_is_no_stop(words):
    assert not meaning.asks_to_stop(words)


@pytest.mark.parametrize(
    "words", ["help", "HELP!", "help me", "please help me", "info"]
)
def test_these_are_a_cry_for_help(words):
    assert meaning.asks_for_help(words)


@pytest.mark.parametrize(
    "words", ["the help was great", "nobody would help", "", "me", "helpful staff"]
)
def test_a_sentence_about_help_is_none(words):
    assert not meaning.asks_for_help(words)


@pytest.mark.parametrize(
    "words", ["Hello", "hi there", "FEEDBACK", "Rowan", "...", "Bore da", "CYMRAEG"]
)
def test_these_only_say_hello(words):
    assert meaning.is_greeting(words, ["Rowan Ward"])


@pytest.mark.parametrize("words", ["rude", "help me", "in pain", "👍", "hello nurse"])
def test_these_say_something(words):
    assert not meaning.is_greeting(words, ["Rowan Ward"])
