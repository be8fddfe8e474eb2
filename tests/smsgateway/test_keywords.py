"""The keyword on a ward's poster: which ward a text is about."""

import pytest

from smsgateway.keywords import keyword_in
from tests.smsgateway.conftest import BOB

CODES = ("WARD12", "ROWAN", "A1", "555", "ED-2")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("WARD12", ("WARD12", True)),
        (" ward12. ", ("WARD12", True)),
        ("Ward 12", ("WARD12", True)),
        ("ward-12", ("WARD12", True)),
        ("Ward 12: the food was cold", ("WARD12", False)),
        ("ROWAN", ("ROWAN", True)),
        ("rowan the food was cold", ("", False)),  # Rowan may be who brought it
        ("Rowan hit me", ("", False)),
        ("ed2", ("ED-2", True)),
        ("ED 2 - waited\nlong", ("ED-2", False)),
        ("ward 123", ("", False)),
        ("the ward12", ("", False)),
        ("A1", ("", False)),  # too short: a word or a score
        ("555", ("", False)),
        ("", ("", False)),
        ("ward", ("", False)),
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


def test_a_name_that_a_ward_has_too_is_never_taken_out_of_a_story(line):
    line.text("birch was lovely to my dad")
    assert line.standing()["better.2"] == "birch was lovely to my dad"
    assert {row.ward for row in line.answers()} == {"ROWAN"}


def test_a_name_alone_is_an_answer_where_words_were_asked_for(line):
    line.text("Hello")
    line.text("1")
    line.text("Birch")
    assert line.standing()["good"] == "Birch"
    assert {row.ward for row in line.answers()} == {"ROWAN"}


def test_another_wards_keyword_ends_one_conversation_and_begins_another(line):
    line.text("Hello")
    assert "Birch Ward" in line.text("BIRCH")
    rowan, birch = line.responses()
    assert line.standing(rowan)["_end"] == "left"
    line.text("1")
    assert line.standing(birch)["fft"] == "very_good"
    assert "fft" not in line.standing(rowan)


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
