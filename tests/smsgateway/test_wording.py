"""Every text that we send: short, in the alphabet of texts, and never a trap."""

import re
import shutil
from dataclasses import replace

import pytest

from feedback.assets import assets_folder
from feedback.surveys import SurveyError, load_surveys
from smsgateway.asking.wording import words_of
from smsgateway.conversation import hear
from smsgateway.segments import GSM, UCS2, encoding, segments
from smsgateway.talk import State
from smsgateway.voice import (
    COST_FREE,
    COST_OWN,
    LANGUAGES,
    PHRASES,
    Voice,
    read_phrases,
)
from tests.smsgateway.trust import HEARD, INPATIENT

FOLDER = assets_folder() / "wording" / "sms"
PHRASES_SAID = read_phrases(FOLDER)
SURVEYS = load_surveys(INPATIENT.parent)
SURVEY, NEWER = SURVEYS["inpatient@1"], SURVEYS["inpatient@2"]
NATIONAL = [survey for survey in SURVEYS.values() if survey.is_national]
VOICE = Voice(PHRASES_SAID, "Harbour View Hospitals", "Rowan Ward", on=LANGUAGES)
# About as long as names get, and with all that a first text can hold.
LONG = Voice(
    PHRASES_SAID,
    "Northmoor Hospitals",
    "Ward 12: Older people's medicine",
    privacy="https://northmoor.nhs.uk/texts",
    on=LANGUAGES,
)
# What the carrier acts on by itself. STOP and START mean the same to us.
CARRIERS = {
    "YES", "HELP", "INFO", "END", "QUIT", "CANCEL", "UNSUBSCRIBE", "STOPALL", "UNSTOP",
    "REVOKE", "OPTOUT",
}  # fmt: skip

CONVERSATIONS = [
    ["Hello", "1", "kind staff", "and the tea"],
    ["Hello", "5", "nobody came"],
    ["Hello", "what", "what", "cold food"],
    ["The night nurse sat with my mother for an hour", "1"],
    ["help", "help me", "2", "good food"],
    ["Hello", "the nurse hit me when I rang", "5"],
]


def replies(texts, survey=SURVEY, pictures=False, voice=VOICE):
    state = State("response", survey.name, "ROWAN")
    for words in texts:
        turn = hear(state, survey, words, voice, HEARD, pictures)
        state = turn.state
        yield turn.reply


ENGLISH = sorted(
    {reply for texts in CONVERSATIONS for reply in replies(texts) if reply}
)


# ── what a text costs ────────────────────────────────────────────────────────

# Segments of each reply, at most. A wording that grows beyond them is a decision: each
# segment is paid for as a text, and a long text can come in pieces.
WHAT = (
    "first", "help", "again", "why", "thanks", "stopped", "concern", "asked", "reminder"
)  # fmt: skip
BUDGET = {
    "en": (3, 2, 2, 1, 1, 1, 2, 3, 2),
    "cy": (3, 2, 2, 1, 2, 1, 2, 3, 3),
    "so": (3, 3, 3, 1, 2, 1, 2, 3, 3),
    # Their letters are not in GSM-7: 67 a segment.
    "pl": (6, 5, 6, 1, 3, 2, 4, 6, 5),
    "ro": (6, 5, 6, 1, 3, 2, 4, 6, 5),
    "ur": (6, 5, 5, 1, 3, 2, 4, 6, 5),
    "pa": (6, 5, 5, 1, 3, 2, 4, 6, 5),
    "bn": (6, 5, 5, 1, 3, 2, 4, 6, 5),
    "gu": (6, 5, 5, 1, 3, 2, 4, 6, 5),
    "ar": (5, 4, 5, 1, 3, 2, 4, 5, 4),
    "zh-Hans": (4, 2, 2, 1, 1, 1, 2, 3, 3),
}
IN_GSM = ("en", "cy", "so")
ALL = [(survey, language) for survey in NATIONAL for language in survey.languages]


def said(survey, language, voice=LONG):
    """The replies of a conversation in that language, by what they are."""
    state = State("response", survey.name, "WARD12")
    name = PHRASES_SAID["name"][language]
    opened = hear(state, survey, name, voice, HEARD)
    assert opened.state.language == language
    yield "first", opened.reply
    yield "help", hear(opened.state, survey, "help", voice, HEARD).reply
    unclear = hear(opened.state, survey, "Xyzzy", voice, HEARD)
    yield "again", unclear.reply
    for number in "15":
        asked = hear(unclear.state, survey, number, voice, HEARD)
        yield "why", asked.reply
        yield "thanks", hear(asked.state, survey, "Xyzzy", voice, HEARD).reply
    for phrase in ("stopped", "concern"):
        yield phrase, voice.say(phrase, language)
    yield "asked", words_of(survey, language, voice, HEARD)
    yield "reminder", words_of(survey, language, voice, HEARD, reminds=True)


def too_dear(survey, language, voice=LONG):
    most = dict(zip(WHAT, BUDGET[language], strict=True))
    replies = said(survey, language, voice)
    return [(what, text) for what, text in replies if segments(text) > most[what]]


@pytest.mark.parametrize(("survey", "language"), ALL)
def test_no_reply_costs_more_than_its_budget(survey, language):
    assert too_dear(survey, language) == []


@pytest.mark.parametrize(
    "phrase", ["opening", "ask", "again", "watched", "concern", "reminder"]
)
@pytest.mark.parametrize(("survey", "language"), ALL)
def test_a_longer_wording_is_noticed(survey, language, phrase):
    """The planted fault of the budgets: a translator who likes to say more."""
    longer = PHRASES_SAID[phrase][language] + " We thank you very much indeed." * 5
    words = {**PHRASES_SAID[phrase], language: longer}

    assert too_dear(
        survey, language, replace(LONG, phrases={**PHRASES_SAID, phrase: words})
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_budgets_are_no_larger_than_what_the_words_cost(language):
    found = dict.fromkeys(WHAT, 0)
    for survey in NATIONAL:
        if language in survey.languages:
            for what, text in said(survey, language):
                found[what] = max(found[what], segments(text))

    assert tuple(found.values()) == BUDGET[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", ["resumed", "hear", "hear_kept"])
def test_the_rest_is_short_too(phrase, language):
    most = 1 if language in (*IN_GSM, "zh-Hans") else 2

    assert segments(replace(LONG, days=90).say(phrase, language)) <= most


@pytest.mark.parametrize(("survey", "language"), ALL)
def test_a_language_keeps_to_the_alphabet_of_texts_where_its_letters_allow(
    survey, language
):
    texts = [text for _, text in said(survey, language)]

    assert {encoding(text) for text in texts} <= {GSM, UCS2}
    assert all(encoding(text) == GSM for text in texts) == (language in IN_GSM)


@pytest.mark.parametrize("reply", ENGLISH)
def test_an_english_reply_is_at_most_two_segments_with_the_usual_names(reply):
    """320 characters is the length that carriers advise; two segments hold 306. Who
    begins with a story is told who we are, and that nobody watches: three."""
    begins_with_a_story = "words are kept" in reply and "No name needed" in reply
    assert encoding(reply) == GSM
    assert segments(reply) <= (3 if begins_with_a_story else 2), len(reply)


def test_a_picture_and_a_long_name_make_no_fourth():
    (reply,) = replies(["Hello"], pictures=True, voice=LONG)

    assert segments(reply) <= 3


def test_a_curly_quote_in_a_name_does_not_make_a_text_dearer():
    voice = replace(LONG, ward="Ward 12: Older people’s medicine – “South”")

    assert encoding(voice.say("opening", "en")) == GSM
    assert 'people\'s medicine - "South"' in voice.say("opening", "en")
    assert "people’s medicine" in voice.say("opening", "pl")


# ── what it says ─────────────────────────────────────────────────────────────


def test_the_first_text_says_who_we_are_what_it_costs_and_how_to_stop():
    opening = LONG.say("opening", "en")

    assert opening == (
        "Northmoor Hospitals, Ward 12: Older people's medicine: tell us how your care "
        "was. No name needed. Texts to us are free. To stop, text STOP. "
        "Your privacy: https://northmoor.nhs.uk/texts"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_notice_or_with_a_price_the_first_text_has_no_hole(language):
    voice = replace(LONG, privacy="", cost=COST_OWN)
    opening = voice.say("opening", language)

    assert opening.endswith(voice.say("to_stop", language))
    assert voice.say("cost_own", language) in opening
    assert voice.say("cost_free", language) not in opening
    assert LONG.cost == COST_FREE
    assert LONG.say("cost_free", language) in LONG.say("opening", language)
    for text in (opening, LONG.say("opening", language)):
        assert not re.search(r"  |\{|\}| $|^ |None", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reminds", [False, True])
def test_a_text_to_who_did_not_text_first_hides_a_wards_name(language, reminds):
    hidden = words_of(NEWER, language, replace(LONG, is_named=False), HEARD, reminds)
    shown = words_of(NEWER, language, LONG, HEARD, reminds)

    assert LONG.ward not in hidden
    assert (LONG.ward in shown) == (not reminds)  # a reminder never names it
    for text in (hidden, shown):
        assert text.startswith(LONG.organisation)
        assert LONG.say("to_stop", language) in text
        assert LONG.say("cost_free", language) in text
        assert not re.search(r"  |\{|\}|, [:：]|None", text)
    assert segments(hidden) <= segments(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_has_words_of_its_own_and_is_no_longer_than_the_first(language):
    first = words_of(NEWER, language, LONG, HEARD)
    reminder = words_of(NEWER, language, LONG, HEARD, reminds=True)

    assert first.partition("\n")[0] != reminder.partition("\n")[0]
    assert segments(reminder) <= segments(first)
    assert "only reminder" in words_of(NEWER, "en", LONG, HEARD, reminds=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_asked_to_text_a_word_that_the_carrier_takes(language):
    """STOP means the same to us, and START does where we have stopped."""
    for phrase in PHRASES:
        asked = set(
            re.findall(
                r"(?<![A-Za-z])[A-Z]{3,}(?![A-Za-z])", PHRASES_SAID[phrase][language]
            )
        )
        allowed = {"STOP", "START"} if phrase == "stopped" else {"STOP"}

        assert not asked & (CARRIERS | {"STOP", "START"}) - allowed, phrase


@pytest.mark.parametrize("survey", NATIONAL)
def test_no_option_of_the_question_is_a_word_that_the_carrier_takes(survey):
    for option in survey.question("fft").options:
        assert not {words.upper() for words in option.wording.values()} & CARRIERS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_every_phrase_is_there_in_every_language_with_the_same_blanks(phrase, language):
    blanks = sorted(re.findall(r"\{(\w+)\}", PHRASES_SAID[phrase]["en"]))
    theirs = sorted(re.findall(r"\{(\w+)\}", PHRASES_SAID[phrase][language]))

    assert PHRASES_SAID[phrase][language].strip()
    if phrase != "other_language":  # which is in English for who reads no other
        assert theirs == blanks


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_for_help_is_told_where_help_is_in_every_language(language):
    concern = VOICE.say("concern", language)

    assert all(number in concern for number in ("999", "111", "116 123"))
    assert "999/111" in VOICE.say("watched", language)


def test_other_languages_are_offered_by_their_own_names():
    assert VOICE.offer(NEWER.languages, "en") == (
        "Other language? Text its name: Cymraeg, Polski, Romana, Urdu, Punjabi, "
        "Bangla, Gujarati, Arabi, Soomaali, Zhongwen."
    )
    assert VOICE.offer(NEWER.languages, "ur") == "English? Text ENGLISH."
    assert VOICE.offer(["en"], "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_reached_by_the_name_that_it_gives_itself(language):
    for name in ("name", "name_latin"):
        assert HEARD.language_in(PHRASES_SAID[name][language]) == language
    assert encoding(PHRASES_SAID["name_latin"][language]) == GSM


def test_every_end_says_that_nobody_watches_and_what_to_do_now():
    for texts in CONVERSATIONS:
        *_, last = replies(texts)
        assert "not watched all day" in last
        assert "999/111" in last


def test_the_line_speaks_and_hears_the_languages_of_the_surveys():
    assert NEWER.languages == LANGUAGES
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LANGUAGES)
    assert HEARD.names.keys() == set(LANGUAGES)


def test_only_english_is_marked_as_checked_by_a_speaker():
    for path in sorted(FOLDER.glob("*.toml")):
        reviewed = f"reviewed = {'true' if path.stem == 'en' else 'false'}"
        assert f"\n{reviewed}\n" in path.read_text(encoding="utf-8")


def test_a_folder_that_lacks_a_phrase_is_refused(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "sms")
    english = folder / "en.toml"
    english.write_text(english.read_text(encoding="utf-8").replace("help =", "halp ="))

    with pytest.raises(SurveyError, match="English has no such phrase"):
        read_phrases(folder)
    for path in folder.glob("*.toml"):
        if path != english:
            path.unlink()
    with pytest.raises(SurveyError, match=r"en\.toml: lacks the phrase help"):
        read_phrases(folder)
