"""Spellings that are one to who searches, and where they stand in what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.comments.folding import fold, found_in


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("WAITING", "waiting"),
        ("Siaradodd rhywun â Mam, dŵr", "dwr"),
        ("było zimno, łóżko", "lozko"),
        ("naïve café", "CAFE"),
        ("Straße", "STRASSE"),
        ("ﬁsh", "fish"),
        ("didn’t", "didn't"),
        ("two  spaces\n\tand a tab", "spaces and"),
        ("الانتظارُ كان طويلًا", "الانتظار كان طويلا"),
        ("می‌شود", "میشود"),
        ("كتاب", "کتاب"),
        ("İstanbul", "istanbul"),
        ("等了很久", "很久"),
        ("ήταν ΚΑΛΌΣ", "καλος"),
    ],
)
def test_capitals_accents_and_keyboards_make_no_difference(written, asked):
    assert fold(asked) in fold(written)


def test_a_letters_own_parts_are_kept():
    assert fold("কি") != fold("কা")  # Bengali: another vowel is another word
    assert fold("ਪੰਜਾਬੀ") != fold("ਪੰਜਾਬਾ")


def test_what_nobody_sees_is_nothing():
    assert fold("\0\u200b\ufeff") == ""
    assert fold(" \n\t ") == ""


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_a_part_is_found_where_it_was_written(before, part):
    folded = fold(part)
    if not folded:
        return
    spans = found_in(before + part, [folded])
    assert spans
    for begin, end in spans:
        assert 0 <= begin < end <= len(before + part)


@given(st.text(alphabet="aáAb \u0301", max_size=20), st.text(alphabet="ab", max_size=3))
def test_marks_cover_what_was_asked_for_and_its_accents(text, word):
    for begin, end in found_in(text, [word]):
        assert word in fold(text[begin:end])
        assert end == len(text) or text[end] != "\u0301"


def test_marks_neither_overlap_nor_touch():
    assert found_in("aaaa", ["aa"]) == [(0, 4)]
    assert found_in("The bins, the BINS", ["bins", "in"]) == [(4, 8), (14, 18)]
