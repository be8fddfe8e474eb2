"""The end of a visit, and the screen of a tablet that must not take answers."""

import pytest

from kiosk.bidi import levels
from kiosk.page import ThanksPage
from kiosk.screens.closed import ClosedView
from kiosk.screens.thanks import LRM, TakeBackNotice, ThanksView
from tests.kiosk.conftest import SIZES
from tests.kiosk.hosted import WORDING, Stage, in_many_ways
from tests.kiosk.measure import faults

LANGUAGES = tuple(WORDING["name"])
CODE = {"code": "K7QM-2XVD", "address": "feedback.northmoor.example/receipt/"}
PRACTICE = "Practice: nothing you tap here is counted."


@pytest.fixture
def stage():
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture
def thanks(stage):
    def open_one(size=SIZES[0], worn=None, **state):
        return stage.open(
            lambda portrait: ThanksView(name="thanks", portrait=portrait),
            size,
            lambda view, words: view.show(ThanksPage(words, **state)),
            **(worn or {}),
        )

    return open_one


def test_it_thanks_says_where_help_is_and_that_it_goes_by_itself(thanks):
    said = " ".join(thanks().texts())
    for phrase in (
        "thanks_title", "thanks_saved", "thanks_help", "thanks_help_now",
        "thanks_closes",
    ):  # fmt: skip
        assert WORDING[phrase]["en"] in said


def test_who_said_nothing_is_not_told_that_it_is_saved(thanks):
    assert WORDING["thanks_saved"]["en"] not in thanks(said=False).texts()


def test_everything_can_be_taken_back_and_a_code_be_had(thanks):
    shown = thanks()
    for mark in ("take-back", "receipt", "done"):
        shown.tap(mark)
    assert shown.events == [("on_take_back",), ("on_receipt",), ("on_done",)]


def test_a_practice_visit_is_not_said_to_be_saved(thanks):
    said = thanks(practice=PRACTICE, offers_code=False).texts()
    assert PRACTICE in said
    assert WORDING["thanks_saved"]["en"] not in said


def test_nothing_is_deleted_by_one_tap(stage):
    shown = stage.open(TakeBackNotice, show=lambda view, words: view.show(words))
    assert shown.find("take-back-no").strong
    assert not shown.find("take-back-yes").strong
    shown.tap("take-back-no")
    shown.tap("take-back-yes")
    assert shown.events == [("on_keep",), ("on_really_take_back",)]


def test_what_was_taken_back_is_said_to_be_deleted(thanks):
    shown = thanks(taken_back=True)
    assert WORDING["taken_back_words"]["en"] in shown.texts()
    assert WORDING["thanks_saved"]["en"] not in shown.texts()
    assert list(shown.targets()) == ["language", "done"]


def test_the_code_is_the_largest_thing_on_its_screen(thanks):
    shown = thanks(**CODE)
    labels = {w.text: w for w in shown.top.walk() if getattr(w, "text", "")}
    code = labels.pop("K7QM-2XVD")
    assert code.font_size > max(getattr(w, "font_size", 0) for w in labels.values())
    said = " ".join(shown.texts())
    assert WORDING["receipt_words"]["en"] in said
    assert "Use it at feedback.northmoor.example/receipt/" in said.replace(LRM, "")
    assert set(shown.targets()) == {"language", "take-back", "done"}


@pytest.mark.parametrize("language", ["ur", "ar"])
def test_the_address_reads_from_left_to_right_to_its_last_slash(thanks, language):
    shown = thanks(**CODE, worn={"language": language})
    [said] = [text for text in shown.texts() if CODE["address"] in text]
    at = said.index(CODE["address"])
    deep = levels(said, rtl=True)[at : at + len(CODE["address"])]
    assert {level % 2 for level in deep} == {0}


def test_without_an_address_the_code_is_for_the_patient_experience_team(thanks):
    said = thanks(code="K7QM-2XVD").texts()
    assert WORDING["receipt_staff"]["en"] in said


def test_the_code_does_not_stay_for_the_next_visitor(thanks):
    shown = thanks(**CODE)
    shown.view.forget()
    shown.settle()
    assert "K7QM-2XVD" not in " ".join(shown.texts())


def test_a_resting_tablet_says_so_and_tells_staff_why(stage):
    shown = stage.open(
        lambda portrait: ClosedView(name="closed", portrait=portrait),
        show=lambda view, words: view.show(words, 31, 50),
    )
    said = " ".join(shown.texts())
    assert WORDING["closed_words"]["en"] in said
    assert "31 MB are free, and it needs 50 MB" in said
    assert shown.targets() == {}


@in_many_ways
def test_no_end_has_a_fault(thanks, size, letters, language):
    worn = {"language": language, "size_of_words": letters}
    for state in ({}, CODE, {"taken_back": True}, {"practice": PRACTICE}):
        assert faults(thanks(size, worn, **state)) == [], state


@in_many_ways
def test_neither_the_question_nor_the_rest_has_a_fault(stage, size, letters, language):
    worn = {"language": language, "size_of_words": letters}
    ask = stage.open(TakeBackNotice, size, lambda view, words: view.show(words), **worn)
    assert faults(ask) == []
    rest = stage.open(
        lambda portrait: ClosedView(name="closed", portrait=portrait),
        size, lambda view, words: view.show(words, 31, 50), **worn,
    )  # fmt: skip
    assert faults(rest) == []
