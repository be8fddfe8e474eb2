"""Can anyone but the organisation read this comment?"""

import base64
import json
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox

from feedback.answer import Answer
from feedback.seal import (
    BUCKETS,
    NotSealed,
    SealError,
    Swapped,
    UnknownKey,
    Unopenable,
    is_sealed,
    new_key_pair,
    open_sealed,
    seal,
)
from feedback.text import COMMENT_BYTES, clean_comment
from feedback.wire import VALUE_CHARS, read_answer, wire_answer
from tests.feedback.things import RESPONSE, draft

PUBLIC, PRIVATE = new_key_pair()
KEYS = {"key-1": PRIVATE}
ABOUT = (RESPONSE, "better")


def sealed(text):
    return seal(text, *ABOUT, "key-1", PUBLIC)


def opened(value, about=ABOUT, keys=KEYS):
    return open_sealed(value, *about, keys)


@pytest.mark.parametrize(
    "text",
    [
        "Good.",
        "👩\u200d👩\u200d👧 👍🏽 ❤️ 🇬🇧",
        "می\u200cخواهم بگویم",
        "क्\u200dष अनुस्वारः",
        "line one\nline two\ttabbed",
        '"quotes" and \\backslashes\\ and {json}',
        "x" * COMMENT_BYTES,
    ],
)
def test_what_is_sealed_is_opened_word_for_word(text):
    value = sealed(text)
    assert is_sealed(value)
    assert value.startswith("seal1.key-1.")
    assert text not in value
    assert opened(value) == text


@given(st.text(max_size=300))
def test_what_is_opened_is_the_cleaned_text(text):
    value = sealed(text)
    if clean_comment(text):
        assert opened(value) == clean_comment(text)
    else:
        assert value == ""


def test_a_sealed_comment_of_version_1_stays_openable():
    file = Path(__file__).parent / "golden" / "sealed-1.json"
    one = json.loads(file.read_text(encoding="utf-8"))
    keys = {one["key_id"]: bytes.fromhex(one["private_key"])}
    assert (
        open_sealed(one["value"], one["response"], one["question"], keys) == one["text"]
    )


@pytest.mark.parametrize("text", ["", "  \n ", "\0\u202e", "\ufeff"])
def test_nothing_said_is_nothing_sealed(text):
    assert sealed(text) == ""


@given(st.integers(1, COMMENT_BYTES), st.sampled_from(["x", '"', "\\", "a\n"]))
def test_the_length_tells_only_the_bucket(size, letter):
    text = (letter * size)[:size]
    kept = len(clean_comment(text).encode())
    bucket = next(one for one in BUCKETS if kept <= one)
    assert len(sealed(text)) == len(sealed("x" * min(bucket, COMMENT_BYTES)))


def test_two_seals_of_one_text_show_no_likeness():
    assert sealed("Good.") != sealed("Good.")


@pytest.mark.parametrize("letter", ['"', "\\", "\n.", "x", "€", "👍"])
def test_the_longest_comment_fits_on_the_wire(letter):
    value = sealed(letter * COMMENT_BYTES)
    assert len(value) <= VALUE_CHARS
    row = Answer("device", 1, *astuple(draft(1, value, "better")))
    assert read_answer(wire_answer(row), "device", 1) == row


def test_a_long_comment_is_cut_on_the_edge_of_a_character():
    assert opened(sealed("x" * (COMMENT_BYTES - 2) + "👍🏽")) == "x" * (
        COMMENT_BYTES - 2
    )


@pytest.mark.parametrize(
    "about", [(RESPONSE, "good"), (RESPONSE[:-1] + "2", "better"), ("", "")]
)
def test_a_comment_moved_to_another_place_is_swapped(about):
    with pytest.raises(Swapped):
        opened(sealed("Good."), about)


def test_an_unknown_key_is_named():
    with pytest.raises(UnknownKey) as caught:
        opened(sealed("Good."), keys={"key-2": PRIVATE})
    assert caught.value.key_id == "key-1"


def test_another_private_key_opens_nothing():
    with pytest.raises(Unopenable):
        opened(sealed("Good."), keys={"key-1": new_key_pair()[1]})


@pytest.mark.parametrize(
    "value",
    ["", "Good.", "seal1.", "seal1.key-1.", "seal2.key-1.QUJD", "seal1.KEY.QUJD",
     "seal1.key-1.Q UJD", "seal1.key-1.QUJD\n", "seal1." + "k" * 33 + ".QUJD"],
)  # fmt: skip
def test_what_is_not_sealed_is_seen_as_such(value):
    assert not is_sealed(value)
    with pytest.raises(NotSealed):
        opened(value)


@given(st.data())
def test_any_damage_is_unopenable(data):
    head, _, box = sealed("Good.").rpartition(".")
    raw = bytearray(base64.b64decode(box))
    if data.draw(st.booleans()):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    else:
        raw = raw[: data.draw(st.integers(1, len(raw) - 1))]
    with pytest.raises(Unopenable):
        opened(f"{head}.{base64.b64encode(raw).decode()}")


@pytest.mark.parametrize("box", ["QUJD", "A", "QUJ", "===="])
def test_too_little_is_refused_in_our_own_words(box):
    with pytest.raises(SealError):
        opened(f"seal1.key-1.{box}")


def by_a_stranger(raw):
    """Anyone who has the public key can seal anything."""
    box = SealedBox(PublicKey(PUBLIC)).encrypt(raw)
    return f"seal1.key-1.{base64.b64encode(box).decode()}"


HEAD = json.dumps({"response": RESPONSE, "question": "better"}).encode() + b"\n"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", Unopenable),
        (b"Good.", Unopenable),
        (b"[]\nGood.", Swapped),
        (b"5\nGood.", Swapped),
        (b"[" * 100_000 + b"\nGood.", Unopenable),
        (b"9" * 5_000 + b"\nGood.", Unopenable),
        (HEAD + b"caf\xe9", Unopenable),
        (HEAD + b"\xed\xa0\x80", Unopenable),
    ],
)
def test_what_a_stranger_sealed_is_refused_in_our_own_words(raw, error):
    with pytest.raises(error):
        opened(by_a_stranger(raw))


def test_what_a_stranger_sealed_is_cleaned_before_it_is_kept():
    assert opened(by_a_stranger(HEAD + b"a\0b\0\0")) == "ab"
    long = opened(by_a_stranger(HEAD + b"x" * 100_000))
    assert len(long) == COMMENT_BYTES


def test_a_key_without_a_proper_name_is_an_error_of_ours():
    with pytest.raises(AssertionError):
        seal("Good.", *ABOUT, "Key.1", PUBLIC)
