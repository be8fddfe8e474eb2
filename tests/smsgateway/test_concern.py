"""A text that may be a disclosure or a call for help: kept, marked, answered once."""

import pytest

from smsgateway.conversation import hear
from smsgateway.talk import State
from tests.smsgateway.conftest import BOB
from tests.smsgateway.test_wording import NEWER, VOICE
from tests.smsgateway.trust import HEARD

WHERE_HELP_IS = "In danger? Ring 999"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("help me", "help"),
        ("the nurse hit me", "abuse"),
        ("I want to die", "self_harm"),
    ],
)
@pytest.mark.parametrize("before", [(), ("Hello",), ("Hello", "4")])
def test_it_is_kept_marked_and_answered_wherever_it_comes(line, words, kind, before):
    for text in before:
        line.text(text)
    reply = line.text(words)

    assert "This line is not watched all day" in reply
    assert "999" in reply
    assert "Overall" not in reply
    assert "?" not in reply.replace("danger?", "")  # no question to who is in distress
    standing = line.standing()
    assert kind in standing["_concern"].split()
    assert words in standing.values()


def test_nothing_more_is_asked_and_more_words_are_kept(line):
    line.text("the nurse hit me")
    reply = line.text("it was last night by the window")
    assert "Overall" not in reply
    assert line.standing()["better.3"] == "it was last night by the window"


def test_a_rating_that_was_asked_may_still_be_given(line):
    line.text("Hello")
    line.text("the nurse hit me")
    line.text("5")
    assert line.standing()["fft"] == "very_poor"
    assert line.standing()["_concern"] == "abuse"


def test_a_reason_that_is_a_disclosure_is_the_reason(line):
    line.text("Hello")
    line.text("5")
    line.text("the nurse hit me")
    standing = line.standing()
    assert standing["better"] == "the nurse hit me"
    assert standing["_end"] == "finished"


def test_marks_add_up(line):
    line.text("the nurse hit me")
    line.text("I want to die")
    assert line.standing()["_concern"].split() == ["self_harm", "abuse"]


def test_who_has_stopped_is_marked_too_and_not_texted(line):
    line.text("Hello")
    line.text("stop please")
    assert line.text("the nurse hit me") == ""
    responses = line.responses()
    assert line.standing(responses[-1])["_concern"] == "abuse"


def test_a_machine_cannot_use_up_the_replies_of_a_person_in_need(line):
    for n in range(14):
        line.text(f"automatic reply number {n}", sender=BOB)
    assert "999" in line.text("help me", sender=BOB)


def test_praise_is_no_call_for_help(line):
    line.text("Hello")
    line.text("1")
    line.text("everyone was lovely")
    assert "_concern" not in line.standing()


def test_the_same_story_twice_is_kept_twice_and_marked(line, clock):
    line.text("nobody answered the bell at night")
    line.text("nobody answered the bell at night")
    standing = line.standing()
    assert standing["better.2"] == standing["better.3"]
    assert standing["_repeat"] == "yes"
    clock.pass_(minutes=3)
    line.text("the food was cold and late", sender=BOB)
    clock.pass_(minutes=3)
    line.text("the food was cold and late", sender=BOB)
    assert "_repeat" not in line.standing(line.responses()[-1])


@pytest.mark.parametrize(
    "words",
    [
        "please stop texting me the nurse hit me",
        "stop texting me i want to die",
        "przestańcie do mnie pisać chcę umrzeć",
    ],
)
def test_a_stop_with_a_disclosure_behind_it_is_both(line, words):
    reply = line.text(words)
    assert "999" in reply
    assert "START" in reply
    standing = line.standing()
    assert standing["_concern"]
    assert words in standing.values()
    assert line.text("Hello") == ""


def test_the_second_text_of_a_disclosure_gets_no_survey(line):
    line.text("Hello")
    line.text("the nurse hit me")
    reply = line.text("it was last night about 3am")
    assert "Overall" not in reply
    assert "just one number" not in reply


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("pielęgniarka mnie uderzyła", "pl"),
        ("نرس نے مجھے مارا", "ur"),
        ("ضربتني الممرضة", "ar"),
        ("护士打我", "zh-Hans"),
        ("the nurse hit me", "en"),
    ],
)
def test_who_writes_in_another_language_is_told_in_it_where_help_is(words, language):
    state = State("response", NEWER.name, "ROWAN")
    turn = hear(state, NEWER, words, VOICE, HEARD, concerns=("abuse",))
    assert turn.reply == VOICE.say("concern", language)


def test_whoever_waits_to_be_looked_at_is_told_where_help_is(line):
    assert line.text("why do you keep sending me messages") == ""
    assert "999" in line.text("I want to die")
    assert line.text("Hello") == ""
