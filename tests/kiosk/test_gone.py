"""Nobody is there any more: warned, cleared, and nothing left behind."""

import gc

import pytest

from feedback.bundle import Ward
from kiosk.look import look
from tests.kiosk.conftest import LANGUAGES, WARD
from tests.kiosk.walk import begin, dress, to_comment

HERE_BEFORE: list[str] = []


def test_a_quiet_visit_is_warned_then_cleared(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.wait_s(59)
    assert "still-here" not in kiosk.targets()
    kiosk.wait_s(2)
    assert set(kiosk.targets()) == {"still-here", "clear-now"}
    assert "In 19 seconds this screen is cleared" in " ".join(kiosk.texts())
    kiosk.wait_s(5)
    assert "In 14 seconds this screen is cleared" in " ".join(kiosk.texts())
    kiosk.wait_s(15)
    assert kiosk.screen == "welcome"
    assert kiosk.rows()[-1] == ("_end", "left")


def test_still_here_goes_on_where_it_was(kiosk):
    kiosk.tap("start")
    kiosk.wait_s(70)
    kiosk.tap("still-here")
    assert "option-patient" in kiosk.targets()
    kiosk.wait_s(59)
    kiosk.tap("option-patient")
    assert kiosk.rows() == [("_language", "en"), ("_who", "patient")]


def test_under_the_warning_nothing_can_be_tapped(kiosk):
    kiosk.tap("start")
    under = kiosk.find("stop").center
    kiosk.wait_s(61)
    kiosk.clock.pass_by(1)
    kiosk.tap_at(*under)
    assert kiosk.rows() == [("_language", "en")]


def held_in_memory(letters: list[str]) -> list[object]:
    """Everything of this process that holds a text with this word."""
    words = "".join(letters)
    gc.collect()
    return [
        holder
        for holder in gc.get_objects()
        for held in gc.get_referents(holder)
        if type(held) is str and held is not words and words in held
    ]


def test_that_a_word_in_what_was_there_before_the_tests_is_found(whole_memory):
    letters = ["Q", "w", "j", "v"]
    HERE_BEFORE.append(f"{''.join(letters)} away")
    assert HERE_BEFORE in held_in_memory(letters)
    HERE_BEFORE.clear()


def test_nothing_of_a_visit_is_left_on_screen_or_in_memory(whole_memory, kiosk):
    letters = ["Z", "b", "r", "x"]  # the whole word stands nowhere but on the screen
    to_comment(kiosk)
    for letter in letters:
        kiosk.type(letter)
    kiosk.type(" away")
    assert held_in_memory(letters)
    kiosk.wait_s(85)
    assert kiosk.screen == "welcome"
    assert held_in_memory(letters) == []
    view = kiosk.app.views.screen("comment")
    assert view.value == ""
    assert not kiosk.app.views.screen("choice").ids.cards.children


def test_the_next_visitor_begins_a_response_of_their_own(kiosk):
    for _ in range(2):
        kiosk.tap("start")
        kiosk.tap("stop")
        kiosk.tap("done")
    assert len({row.response for row in kiosk.log.after(0, 10)}) == 2


def test_who_begins_soon_after_another_is_marked_and_nothing_is_thrown_away(kiosk):
    kiosk.tap("start")
    kiosk.tap("stop")
    kiosk.tap("done")
    kiosk.tap("start")
    kiosk.tap("stop")
    kiosk.tap("done")
    kiosk.wait_s(15)
    kiosk.tap("start")
    assert [row for row in kiosk.rows() if row[0] in ("_repeat", "_language")] == [
        ("_language", "en"),
        ("_repeat", "yes"),
        ("_language", "en"),
        ("_language", "en"),
    ]


def test_where_the_ward_wants_it_answers_of_who_walks_away_do_not_count(
    open_kiosk, central
):
    central.wards = (Ward(WARD, "Ward 12", when_left="withdrawn"),)
    kiosk = open_kiosk()
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.wait_s(85)
    assert kiosk.rows()[-1] == ("_end", "withdrawn")
    kiosk.tap("start")
    kiosk.wait_s(61)
    kiosk.tap("clear-now")  # who says so has finished
    assert kiosk.rows()[-1] == ("_end", "left")


LOOKS = {"size": "large", "contrast": True, "easy": True}


def as_found(kiosk) -> bool:
    worn = look.language, look.size, look.contrast, look.easy
    return worn == ("en", "normal", False, False) and kiosk.screen == "welcome"


def test_the_next_visitor_finds_nothing_that_the_one_before_chose(kiosk):
    dress(kiosk, "cy", **LOOKS)
    begin(kiosk, "cy")
    assert (look.language, look.size, look.contrast, look.easy) == (
        "cy", "large", True, True,
    )  # fmt: skip
    kiosk.tap("stop")
    kiosk.tap("done")
    assert as_found(kiosk)
    dress(kiosk, "cy", **LOOKS)
    kiosk.tap("start")
    kiosk.wait_s(85)
    assert as_found(kiosk)


def test_who_only_looks_round_on_the_welcome_leaves_it_as_it_was(kiosk):
    dress(kiosk, "cy", **LOOKS)
    kiosk.wait_s(55)
    assert look.language == "cy"
    kiosk.wait_s(10)
    assert as_found(kiosk)
    kiosk.tap("about")
    kiosk.wait_s(65)
    assert as_found(kiosk)
    kiosk.tap("ways")
    kiosk.wait_s(65)
    assert as_found(kiosk)
    assert "start" in kiosk.targets()


@pytest.mark.parametrize("touched", [False, True])
def test_thanks_are_clean_8_seconds_after_the_last_touch(kiosk, touched):
    kiosk.tap("start")
    kiosk.tap("stop")
    if touched:
        kiosk.wait_s(6)
        kiosk.tap_at(3, 3)
    kiosk.wait_s(7.5)
    assert kiosk.screen == "thanks"
    kiosk.wait_s(1)
    assert as_found(kiosk)


def test_a_code_stays_long_enough_to_write_it_down(kiosk):
    kiosk.tap("start")
    kiosk.tap("stop")
    kiosk.tap("receipt")
    code = kiosk.app.visit.receipt
    kiosk.wait_s(59)
    assert code in kiosk.texts()
    kiosk.wait_s(2)
    assert as_found(kiosk)
    assert code not in str(kiosk.rows())


def test_a_second_tap_does_not_throw_the_code_away(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("stop")
    kiosk.clock.pass_by(1)
    kiosk.tap_at(*kiosk.find("receipt").center)
    for seconds in (0.05, 0.3):
        kiosk.clock.pass_by(seconds)
        kiosk.tap_at(*kiosk.find("done").center)
    assert kiosk.app.visit.receipt in kiosk.texts()


def test_the_language_can_be_changed_on_the_last_screen(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("stop")
    rows = kiosk.rows()
    kiosk.tap("language")
    kiosk.tap("language-pl")
    kiosk.tap("close")
    assert "Dziękujemy" in kiosk.texts()
    assert kiosk.rows() == rows


def test_the_question_whether_to_delete_waits_and_then_keeps_everything(kiosk):
    kiosk.tap("start")
    kiosk.tap("stop")
    kiosk.tap("take-back")
    kiosk.wait_s(25)
    assert "take-back-no" in kiosk.targets()
    kiosk.wait_s(10)
    assert as_found(kiosk)
    assert kiosk.rows()[-1] == ("_end", "left")


def test_everything_can_be_taken_back_on_the_last_screen(kiosk):
    to_comment(kiosk)
    kiosk.type("Zebra")
    kiosk.tap("next")
    kiosk.tap("stop")
    kiosk.tap("take-back")
    kiosk.tap("take-back-no")
    assert kiosk.rows()[-1] == ("_end", "left")
    kiosk.tap("take-back")
    kiosk.tap("take-back-yes")
    assert "It is deleted" in kiosk.texts()
    assert kiosk.rows()[1:] == [
        ("good", "erased"), ("_end", "left"), ("_end", "withdrawn"),
    ]  # fmt: skip
    kiosk.tap("done")
    assert as_found(kiosk)


def test_all_languages_of_the_ward_are_offered_in_the_surveys_order(kiosk):
    kiosk.tap("start")
    kiosk.tap("language")
    there = [mark for mark in kiosk.targets() if mark.startswith("language-")]
    offered = kiosk.app.visit.survey.languages
    assert there == [f"language-{one}" for one in LANGUAGES if one in offered]
