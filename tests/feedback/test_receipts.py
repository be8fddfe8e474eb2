"""With which code does a patient come back to what they said?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.receipts import new_code, receipt_hash, tidy

GOLDEN = "r1.06673605cfbdd9f20e4321bc6542b8b9da2a2fb09698c752590aed3270a2511c"


def test_a_code_is_eight_letters_that_nobody_confuses():
    assert new_code(bytes(5)) == "0000-0000"
    assert new_code(b"\xff" * 5) == "ZZZZ-ZZZZ"
    assert new_code(b"\x01\x02\x03\x04\x05") == "0410-6105"


@given(st.binary(min_size=5, max_size=5), st.binary(min_size=5, max_size=5))
def test_every_code_is_tidy_and_two_are_the_same_only_by_chance(one, other):
    code = new_code(one)
    assert tidy(code) == code
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    assert (code == new_code(other)) == (one == other)


@pytest.mark.parametrize(
    "typed",
    [
        "K7QM-20V1", "k7qm-20v1", " k7qm 20v1 ", "K7QM20V1", "K 7 Q M 2 0 V 1",
        "K7QM-2OVI", "k7qm-2ovl", "k7qm.20v1", "k7qm_20v1", "K7QM–20V1", "K7QM — 20V1",
        "Ｋ７ＱＭ－２０Ｖ１", "\u200eK7QM-20V1", "K7QM\u00a020V1", "K7QM\t20V1\n",
    ],
)  # fmt: skip
def test_what_people_make_of_a_code_is_forgiven(typed):
    assert tidy(typed) == "K7QM-20V1"


@pytest.mark.parametrize(
    "typed",
    ["", " ", "K7QM", "K7QM-20V", "K7QM-20V12", "K7QM-20VU", "K7QM-20V!", "ЖЖЖЖ-ЖЖЖЖ",
     "\x00", "K7QM-20V1" * 1000, "' OR 1=1", "ﷺ" * 8],
)  # fmt: skip
def test_what_is_no_code_is_none(typed):
    assert tidy(typed) is None


def test_the_hash_of_a_code_never_changes():
    # Someone has the code at home: another hash would lock them out for ever.
    assert receipt_hash("K7QM-20V1") == GOLDEN
    assert receipt_hash("K7QM-20V2") != GOLDEN


def test_only_a_tidied_code_is_hashed():
    with pytest.raises(AssertionError):
        receipt_hash("k7qm20v1")
