"""The conversation over any texts in any order: it never breaks, and it adds up."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.survey import FFT, FFT_VALUES, next_question
from feedback.surveys import read_survey
from feedback.text import clean_comment
from smsgateway.conversation import REPLIES, hear, leave, overhear
from smsgateway.talk import Row, State
from smsgateway.voice import Voice
from tests.smsgateway.test_wording import (
    CONVERSATIONS,
    PHRASES_SAID,
    SURVEY,
    VOICE,
    replies,
)
from tests.smsgateway.trust import HEARD, INPATIENT

TEXT = INPATIENT.read_text(encoding="utf-8")
# `good` only for who had it good, `better` only for who had it bad.
SPLIT = read_survey(
    TEXT.replace(
        'key = "good"\nkind = "comment"',
        'key = "good"\nkind = "comment"\n'
        'ask_if = [ { question = "fft", any_of = ["very_good", "good"] } ]',
    ).replace(
        'key = "better"\nkind = "comment"',
        'key = "better"\nkind = "comment"\n'
        'ask_if = [ { question = "fft", any_of = ["poor", "very_poor"] } ]',
    ),
    "split",
)
NEWER = read_survey((INPATIENT.parent / "inpatient-2.toml").read_text(), "inpatient-2")
SURVEYS = (SURVEY, SPLIT)


def is_rating(words):
    words = clean_comment(words)
    is_number = HEARD.number_in(words) is not None
    return is_number or HEARD.value_in(words, SURVEY.question(FFT))


NUMBERS = st.sampled_from(["1", "2", "3", "4", "5", "6", "six", "٣", "4."])
OTHERS = st.sampled_from(
    ["Hello", "hi", "Bore da", "CYMRAEG", "English", "help me", "HELP", "", "👍", "7",
     "4 or 5", "Very good", "gwael", "thank you", "cold food", "yes",
     "the tea was cold", "nobody came when I rang the bell at night", "5/5", "-1",
     "better", "fft"]
)  # fmt: skip
# Hypothesis also draws words that stand in our own code, such as a number word that
# the model below does not know.
ANY_TEXT = st.text(max_size=40).filter(lambda words: not is_rating(words))
WORDS = st.one_of(NUMBERS, OTHERS, ANY_TEXT)
STEPS = st.lists(
    st.tuples(st.sampled_from(["hear", "hear", "hear", "overhear", "leave"]), WORDS),
    max_size=12,
)


def walk(survey, steps):
    """(state before, kind, words, turn) of each step."""
    state = State("response", survey.name, "ROWAN")
    for kind, words in steps:
        if kind == "hear":
            turn = hear(state, survey, words, VOICE, HEARD)
        elif kind == "overhear":
            turn = overhear(state, survey, words, HEARD)
        else:
            turn = leave(state)
        yield state, kind, words, turn
        state = turn.state


def standing(turns):
    last = {row.question: row.value for turn in turns for row in turn.rows}
    return {question: value for question, value in last.items() if value}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SURVEYS), STEPS)
def test_no_texts_break_it_and_what_stands_is_what_the_state_says(survey, steps):
    turns = []
    for before, kind, words, turn in walk(survey, steps):
        turns.append(turn)
        assert turn.state.response == before.response
        assert kind == "hear" or not turn.reply
        assert before.ended <= turn.state.ended
        assert turn.state.ended == (not turn.state.asking) or not turn.state.answers
        for row in turn.rows:
            assert not row.is_comment or row.value == clean_comment(words) != ""
    stands = {k: v for k, v in standing(turns).items() if k != "_end"}
    state = turns[-1].state if turns else None
    noted = {k for k, v in state.answers.items() if v} if state else set()
    assert set(stands) == noted
    assert all(
        k == "_language" or k == FFT or state.answers[k] == "said" for k in noted
    )


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SURVEYS), STEPS)
def test_the_score_is_the_last_number_given_while_a_number_could_be_one(survey, steps):
    """A model in a few lines, beside the state machine."""
    numbers = {"six": 6, "٣": 3, "4.": 4, "Very good": 1, "gwael": 4}
    score, given_up, why_put = "", False, False
    turns = []
    for before, kind, words, turn in walk(survey, steps):
        turns.append(turn)
        named = numbers.get(words) or (int(words) if words in set("123456") else 0)
        digit = named and words not in ("Very good", "gwael")
        opens = not before.answers
        if kind == "hear" and named:
            may_open = opens and not digit
            answers_question = before.asking == FFT
            changes_mind = digit and why_put and before.asking
            late = before.ended and given_up and not score
            if may_open or answers_question or changes_mind or late:
                score = FFT_VALUES[named - 1]
        may_overhear = before.asking == FFT or (given_up and not score)
        if kind == "overhear" and named and may_overhear:
            score = FFT_VALUES[named - 1]
        moved_on = kind != "leave" and before.asking == FFT != turn.state.asking
        given_up = given_up or (moved_on and not score)
        why_put = turn.state.asking in ("good", "better")
    assert standing(turns).get(FFT, "") == score


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SURVEYS), STEPS)
def test_no_answer_stands_that_the_survey_would_not_have_asked(survey, steps):
    turns = [turn for *_, turn in walk(survey, steps)]
    stands = standing(turns)
    so_far = {}
    while (question := next_question(survey, so_far)) is not None:
        so_far[question.key] = stands.get(question.key, "")
    asked = set(so_far)

    own = {key for key in stands if not key.startswith("_") and "." not in key}
    assert own <= asked


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_no_reply_holds_words_of_the_persons(steps):
    for _before, _kind, words, turn in walk(SURVEY, steps):
        marked = f"canary {words} canary"
        again = hear(turn.state, SURVEY, marked, VOICE, HEARD)
        assert "canary" not in again.reply


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=20, max_size=30))
def test_replies_have_an_end(texts):
    turns = [t for *_, t in walk(SURVEY, [("hear", words) for words in texts])]

    assert sum(bool(turn.reply) for turn in turns) <= REPLIES


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SURVEYS), st.lists(WORDS, max_size=8), st.text(min_size=1))
def test_words_are_never_dropped_once_the_conversation_is_open(survey, texts, words):
    steps = [("hear", text) for text in ["Hello", "1", *texts]]
    *_, (_before, _kind, _words, turn) = walk(survey, [*steps, ("hear", words)])
    words = clean_comment(words)
    is_words = words and not HEARD.is_greeting(words, (VOICE.ward, VOICE.organisation))

    if is_words and not turn.rows:
        # Nothing kept: then it was one of the few words that are an order to us.
        assert words.strip().casefold() in ("help", "info")


def test_a_survey_with_conditions_is_asked_by_them():
    """`neither` meets no condition of either comment, so no reason is asked."""
    steps = [("hear", "Hello"), ("hear", "3")]
    *_, (_before, _kind, _words, turn) = walk(SPLIT, steps)

    assert turn.state.ended


def test_a_late_score_never_takes_a_reason_back():
    unless_good = read_survey(
        TEXT.replace(
            'key = "better"\nkind = "comment"',
            'key = "better"\nkind = "comment"\n'
            'ask_if = [ { question = "fft", none_of = ["very_good"] } ]',
        ),
        "unless_good",
    )
    texts = ["Hello", "eh", "what", "the noise at night", "1"]
    turns = [t for *_, t in walk(unless_good, [("hear", words) for words in texts])]

    assert standing(turns)["better"] == "the noise at night"
    assert "1" in standing(turns).values()


def test_a_story_stands_whatever_score_follows():
    """Even where the survey asks `better` only of who had it bad."""
    story = "the night nurse sat with my mother"
    turns = [t for *_, t in walk(SPLIT, [("hear", story), ("hear", "1")])]

    assert standing(turns)["better.2"] == story


def test_a_number_that_comes_after_two_unclear_texts_is_the_score_after_all():
    texts = [("hear", words) for words in ("Hello", "eh", "what", "5")]
    *_, (_before, _kind, _words, turn) = walk(SURVEY, texts)

    assert turn.state.answers[FFT] == "very_poor"
    assert turn.state.asking == "better"


@pytest.mark.parametrize(("number", "key"), [("1", "good"), ("5", "better")])
def test_a_changed_mind_asks_the_reason_that_fits(number, key):
    steps = [("hear", "Hello"), ("hear", "1"), ("hear", "5"), ("hear", number)]
    *_, (_before, _kind, _words, turn) = walk(SPLIT, steps)

    assert turn.state.asking == key


def test_a_survey_without_comments_ends_after_the_score():
    start = TEXT.index('[[question]]\nkey = "good"')
    short = read_survey(TEXT[:start], "short")
    *_, (_before, _kind, _words, turn) = walk(short, [("hear", "Hi"), ("hear", "1")])

    assert turn.state.ended
    assert [row.value for row in turn.rows] == ["very_good", "finished"]


def test_a_language_that_the_survey_lacks_is_answered_in_english():
    only = replace(SURVEY, languages=("en",))
    turn = hear(State("r", only.name, "ROWAN"), only, "Bore da", VOICE, HEARD)

    assert turn.state.language == "en"
    assert "Cymraeg" not in turn.reply


def test_a_line_without_a_ward_in_the_bundle_still_speaks():
    voice = Voice(PHRASES_SAID, "Trust", "ROWAN")

    state = State("r", SURVEY.name, "X")

    assert "ROWAN" in hear(state, SURVEY, "Hello", voice, HEARD).reply


def test_the_survey_with_the_map_is_texted_in_the_same_words():
    offers = [VOICE.offer(survey.languages, "en") for survey in (SURVEY, NEWER)]
    for texts in (*CONVERSATIONS, ["Hello", "4", "cold", "3"], ["Hello", "no", "no"]):
        older, same = (
            [reply.replace(offer, "").strip() for reply in replies(texts, survey)]
            for survey, offer in zip((SURVEY, NEWER), offers, strict=True)
        )
        assert same == older


def test_a_language_that_our_phrases_have_not_is_not_half_spoken():
    phrases = {**VOICE.phrases, "why": {"en": "Thank you. {question}", "cy": "Diolch."}}
    voice = replace(VOICE, phrases=phrases)
    state = State("r", NEWER.name, "ROWAN")

    polish = hear(state, NEWER, "Bardzo dobrze", voice, HEARD)
    assert (polish.state.answers[FFT], polish.state.language) == ("very_good", "en")
    welsh = hear(state, NEWER, "Da", voice, HEARD)
    assert (welsh.state.answers[FFT], welsh.state.language) == ("good", "cy")


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [
        ("Bardzo źle", "pl", "very_poor"),
        ("foarte buna", "ro", "very_good"),
        ("بہت اچھا", "ur", "very_good"),
        ("ਮਾੜਾ", "pa", "poor"),
        ("1 - খুব ভালো", "bn", "very_good"),
        ("ખબર નથી", "gu", "dont_know"),
        ("سيئة جدا", "ar", "very_poor"),
        ("aad u xun", "so", "very_poor"),
        ("很好，谢谢", "zh-Hans", "very_good"),
    ],
)
def test_who_answers_in_a_language_is_answered_in_it(words, language, value):
    state = State("r", NEWER.name, "ROWAN")
    asked = hear(state, NEWER, "Hello", VOICE, HEARD).state
    turn = hear(asked, NEWER, words, VOICE, HEARD)

    assert (turn.state.answers[FFT], turn.state.language) == (value, language)
    assert VOICE.put("why", NEWER.question(turn.state.asking), language) in turn.reply


def test_a_hello_that_is_also_an_option_is_no_answer_until_it_is_asked_for():
    """The Romanian "bună" is "hello", and "good"."""
    opens = hear(State("r", NEWER.name, "ROWAN"), NEWER, "Bună", VOICE, HEARD)
    assert FFT not in opens.state.answers

    assert hear(opens.state, NEWER, "Bună", VOICE, HEARD).state.answers[FFT] == "good"


def test_a_name_of_several_words_changes_the_language_in_the_middle():
    opens = hear(State("r", NEWER.name, "ROWAN"), NEWER, "Hello", VOICE, HEARD)
    turn = hear(opens.state, NEWER, "po polsku proszę", VOICE, HEARD)

    assert turn.state.language == "pl"
    assert "Bardzo dobrze" in turn.reply
    assert turn.rows == (Row("_language", "pl"),)


def test_thanks_in_another_language_do_not_change_it_in_the_middle():
    opens = hear(State("r", NEWER.name, "ROWAN"), NEWER, "Hello", VOICE, HEARD)

    assert hear(opens.state, NEWER, "diolch", VOICE, HEARD).state.language == "en"


def test_a_question_without_words_for_texts_is_put_in_its_usual_ones():
    sms = 'sms = { en = "Please tell us why. What was good?", cy = '
    assert sms in TEXT
    plain = TEXT.replace(sms, 'sms = { en = "Tell us!" } # ')
    survey = read_survey(plain, "plain")
    assert "Beth oedd yn dda?" in VOICE.put("why", survey.question("good"), "cy")
    assert "Tell us!" in VOICE.put("why", survey.question("good"), "en")
