"""Which characters of a person's own words do we keep?"""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.text import COMBINING_MARKS, COMMENT_BYTES, clean_comment, cut

COMMENTS = Path(__file__).parents[3] / "shared" / "data" / "comments.csv"

FAMILY = "👩\u200d👩\u200d👧"
GB, FR = "🇬🇧", "🇫🇷"


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("", ""),
        ("  \n\t ", ""),
        (" Lovely  staff \n", "Lovely  staff"),
        ("one\r\ntwo\rthree\n\nfour\tfive", "one\ntwo\nthree\n\nfour\tfive"),
        ("a\0b\x07c\x1bd\x7fe\x85f\x9fg", "abcdefg"),
        ("a\ud800b\udfffc", "abc"),
        ("\ufeffa\ufeffb", "ab"),
        ("a\ufffeb\uffffc\ufdd0d\ufdefe", "abcde"),
        ("a\U0001fffeb\U0010ffffc", "abc"),
        ("\u202egood\u202c \u2066a\u2069", "good a"),
        ("a\U000e0001\U000e0041\U000e007fb", "ab"),
        ("cafe\u0301", "café"),
        ("＝①ﬁ", "＝①ﬁ"),  # never NFKC
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष न्\u200c", "क्\u200dष न्\u200c"),
        ("مرحبا، كيف الحال؟ \u200fabc\u200e", "مرحبا، كيف الحال؟ \u200fabc\u200e"),
        ("ภาษาไทย 中文 ქართული ዓማርኛ", "ภาษาไทย 中文 ქართული ዓማርኛ"),
        (f"{FAMILY} 👍🏽 ❤️ 1️⃣ {GB}", f"{FAMILY} 👍🏽 ❤️ 1️⃣ {GB}"),
        (
            "[b]bold[/b] <script> {{7*7}} %s '; --",
            "[b]bold[/b] <script> {{7*7}} %s '; --",
        ),
        ("x" + "\u0323" * 30 + "y", "x\u0323" + "\u0323" * 7 + "y"),
        ("x" + "\u0323\u20dd" * 20, "x" + "\u0323\u20dd" * 4),
        ("x" + ("\u0323" * 8 + "\u200d") * 3, "x" + "\u0323" * 8 + "\u200d" * 3),
        ("अनुस्वारः", "अनुस्वारः"),
    ],
)
def test_what_harms_goes_and_what_is_said_stays(given_, kept):
    assert clean_comment(given_) == kept


anything = st.text(
    st.characters()
    | st.sampled_from("\0\r\n \u0301\u0323\u20dd\u200c\u200d\u202e\ufeff🇬🇧👍🏽\ud800"),
    max_size=80,
)


@settings(max_examples=400)
@given(anything, st.integers(0, 400))
def test_what_is_clean_stays_as_it_is(text, times):
    kept = clean_comment(text * times)
    assert clean_comment(kept) == kept
    assert len(kept.encode()) <= COMMENT_BYTES
    assert "\0" not in kept
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip()


@given(anything)
def test_no_tower_of_marks_is_left(text):
    marks = 0
    for character in clean_comment("x" + text):
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        assert marks <= COMBINING_MARKS


@pytest.mark.parametrize(
    ("last", "joined"),
    [
        ("é", False),
        ("e\u0323\u0301", True),
        (FAMILY, True),
        ("👍🏽", True),
        ("❤️", True),
        (GB, True),
        ("क्", True),
        ("漢", False),
    ],
)
def test_a_comment_is_cut_between_what_a_reader_sees_as_characters(last, joined):
    for room in range(len(last.encode()) + 1):
        text = "x" * (100 - room) + last + "yyy"
        kept = cut(text, 100)
        whole = room == len(last.encode())
        assert kept == "x" * (100 - room) + (last if whole else "")


def test_flags_are_cut_between_flags():
    assert cut(GB + FR + GB, 16) == GB + FR
    assert cut(GB + FR + GB, 15) == GB
    assert cut(GB + FR + GB, 12) == GB
    assert cut(GB * 3_000, COMMENT_BYTES) == GB * 2_000


@pytest.mark.parametrize("link", ["\u200d", "\u200d\u0323", "🇬"])
def test_a_chain_without_an_edge_is_cut_and_not_lost(link):
    text = clean_comment(f"a{link}" * 9_000)
    assert COMMENT_BYTES - 300 < len(text.encode()) <= COMMENT_BYTES


def test_a_comment_of_the_full_length_is_kept_whole():
    assert clean_comment("x" * COMMENT_BYTES) == "x" * COMMENT_BYTES
    assert clean_comment("x" * (COMMENT_BYTES + 1)) == "x" * COMMENT_BYTES
    assert clean_comment("€" * 6_000) == "€" * (COMMENT_BYTES // 3)
    assert clean_comment("x" * (COMMENT_BYTES - 1) + " yes") == "x" * (
        COMMENT_BYTES - 1
    )


def undamaged(text):
    """The rule said again in other words, for texts without anything exotic."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


@pytest.mark.skipif(not COMMENTS.exists(), reason="the real comments are not here")
def test_real_comments_come_through_unharmed():
    with COMMENTS.open(encoding="utf-8", newline="") as file:
        comments = [row["comment"] for row in csv.DictReader(file)]
    assert len(comments) > 1_000
    harmed = sum(clean_comment(text) != undamaged(text) for text in comments)
    assert harmed == 0
