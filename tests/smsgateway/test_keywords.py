"""The keyword on a ward's poster: which ward a text is about."""

import pytest

from smsgateway.keywords import keyword_in
from tests.smsgateway.conftest import BOB

CODES = ("WARD12", "ROWAN", "A1", "555", "ED-2")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("WARD12", ("WARD12", "")),
        (" ward12. ", ("WARD12", "")),
        ("Ward 12", ("WARD12", "")),
        ("ward-12", ("WARD12", "")),
        ("Ward 12: the food was cold", ("WARD12", "the food was cold")),
        ("rowan the food was cold", ("ROWAN", "the food was cold")),
        ("ed2", ("ED-2", "")),
        ("ED 2 - waited\nlong", ("ED-2", "waited\nlong")),
        ("ward 123", ("", "")),
        ("the ward12", ("", "")),
        ("A1", ("", "")),  # too short: a word or a score
        ("555", ("", "")),
        ("", ("", "")),
        ("ward", ("", "")),
    ],
)
def test_a_text_that_begins_with_a_code(words, expected):
    assert keyword_in(words, CODES) == expected


def test_a_keyword_opens_the_conversation_of_its_ward(line):
    opening = line.text("Birch")  # to Rowan's number
    assert "Birch Ward" in opening
    assert "Overall" in opening
    line.text("4")
    line.text("cold food")
    assert {row.ward for row in line.answers()} == {"BIRCH"}


def test_words_after_the_keyword_are_kept(line):
    line.text("birch the food was cold")
    assert line.standing()["better.2"] == "the food was cold"
    assert {row.ward for row in line.answers()} == {"BIRCH"}


def test_another_wards_keyword_ends_one_conversation_and_begins_another(line):
    line.text("Hello")
    line.text("4")
    assert "Birch Ward" in line.text("BIRCH")
    rowan, birch = line.responses()
    assert line.standing(rowan)["_end"] == "left"
    line.text("1")
    assert line.standing(birch)["fft"] == "very_good"
    assert line.standing(rowan)["fft"] == "poor"


def test_a_wards_name_in_the_middle_of_a_sentence_moves_nobody(line):
    line.text("Hello")
    line.text("4")
    line.text("birch was better than this")
    assert {row.ward for row in line.answers()} == {"ROWAN"}
    assert line.standing()["better"] == "birch was better than this"


def test_the_own_wards_keyword_again_puts_the_question_again(line):
    line.text("ROWAN", sender=BOB)
    assert "Overall" in line.text("ROWAN", sender=BOB)
    assert len(line.responses()) == 1
