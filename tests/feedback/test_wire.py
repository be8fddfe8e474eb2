"""What do the bytes mean? The golden files of version 1 are read for ever."""

import base64
import gzip
import json
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from feedback.answer import WIRE_WORDS, Answer, device_id, digest
from feedback.wire import (
    MAX_ANSWERS,
    MAX_BYTES,
    MAX_SEQ,
    VALUE_CHARS,
    Malformed,
    TooLarge,
    Unreadable,
    WireError,
    WrongVersion,
    as_base64,
    check_signature,
    pack,
    read_answer,
    read_json,
    read_reply,
    signature_header,
    unpack,
    wire_answer,
)
from tests.feedback.things import RESPONSE

GOLDEN = Path(__file__).parent / "golden"
DEVICE = "56475aa75463474c0285df5dbf2bcab7"
WORDS = "a “quoted” \\ line\nof ŵords 👩‍👩‍👧 अनु"
KEY = SigningKey(bytes(range(32)))
PUBLIC = bytes(KEY.verify_key)


def golden(name):
    return (GOLDEN / name).read_bytes()


def sign(message):
    return KEY.sign(message).signature


def answer(seq, question, value, at):
    return Answer(
        DEVICE, seq, RESPONSE, "inpatient@1", question, value, "W1", "kiosk", at
    )


ROWS = [
    answer(41, "_language", "cy", "2026-11-22T08:15:30.123Z"),
    answer(42, "fft", "very_good", "2026-11-22T08:15:31.000Z"),
    answer(43, "arrival_feelings", "safe own", "2026-11-22T08:15:33.007Z"),
    answer(44, "better", WORDS, "2026-11-22T08:15:40.999Z"),
    answer(45, "better", "", "2026-11-22T08:16:00.000Z"),
]


def read(batch):
    return [
        read_answer(raw, DEVICE, seq)
        for seq, raw in enumerate(batch.answers, batch.first)
    ]


# ── golden files ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "encoding"), [("batch-1.json", ""), ("batch-1.json.gz", "gzip")]
)
def test_a_batch_of_version_1_is_read(name, encoding):
    batch = unpack(golden(name), encoding)
    assert (batch.version, batch.first, batch.last) == (1, 41, 45)
    assert batch.status == {"bundle": 7, "unsent": 5}
    assert batch.purged_to is None
    assert read(batch) == ROWS


def test_a_batch_is_still_packed_to_the_bytes_of_version_1():
    status = {"bundle": 7, "unsent": 5}
    assert pack(41, 45, ROWS, status) == golden("batch-1.json")
    assert pack(46, 45, [], {}) == golden("batch-1-empty.json")


def test_an_empty_batch_of_version_1_is_read():
    batch = unpack(golden("batch-1-empty.json"))
    assert (batch.first, batch.last, batch.answers) == (46, 45, [])


def test_a_declared_purge_and_an_answer_as_text_are_read():
    batch = unpack(golden("batch-1-purged.json"))
    assert batch.purged_to == 40
    text, plain = batch.answers
    assert json.loads(base64.b64decode(text)) == wire_answer(ROWS[0])
    assert text == as_base64(ROWS[0])
    assert read_answer(plain, DEVICE, 42) == ROWS[1]
    with pytest.raises(Malformed):
        read_answer(text, DEVICE, 41)


def test_digests_of_version_1_are_still_made():
    expected = {
        row["seq"]: row["digest"] for row in json.loads(golden("digests-1.json"))
    }
    assert {row.seq: digest(row) for row in ROWS} == expected


def test_a_signature_of_version_1_is_still_made_and_accepted():
    vector = json.loads(golden("signature-1.json"))
    body = golden(vector["body"])
    public = bytes.fromhex(vector["public_key"])
    assert device_id(public) == vector["device"] == DEVICE
    about = ("POST", vector["path"])
    assert signature_header(sign, *about, 41, body) == vector["header"]
    assert check_signature(vector["header"], public, *about, body) == 41


def test_replies_of_version_1_are_read():
    sent = golden("batch-1.json")
    replies = [
        read_reply(one["status"], one["content"].encode(), sent)
        for one in json.loads(golden("replies-1.json"))
    ]
    assert [(r.status, r.why) for r in replies] == [
        (200, ""), (409, "gap"), (409, "fork"), (401, "device"), (400, "version"),
        (400, "unreadable"),
    ]  # fmt: skip
    ok, gap, fork, _, version, _ = replies
    assert (ok.have, ok.bundle, ok.now) == (45, 8, "2026-11-22T08:17:00.000Z")
    assert (gap.have, fork.at, version.most) == (12, 44, 1)


# ── bytes that are no batch ──────────────────────────────────────────────────

GOOD = pack(1, 1, [ROWS[0]], {})
GZIP = gzip.compress(GOOD, mtime=0)  # pytest names a case by its bytes


def batch_with(**changes):
    return json.dumps({**json.loads(GOOD), **changes}).encode()


def without(word):
    return json.dumps({k: v for k, v in json.loads(GOOD).items() if k != word}).encode()


def beside(text):
    """A word of a later version, with this JSON text in it."""
    return GOOD.replace(b'"status"', b'"more":{"a":%s},"status"' % text)


UNREADABLE = {
    "nothing": (b"", ""),
    "nothing as gzip": (b"", "gzip"),
    "half": (GOOD[: len(GOOD) // 2], ""),
    "half a gzip": (GZIP[:-9], "gzip"),
    "gzip without its check": (GZIP[:-1], "gzip"),
    "gzip that goes on": (GZIP + b"x", "gzip"),
    "two gzips": (GZIP + GZIP, "gzip"),
    "gzip with a wrong check": (GZIP[:-8] + b"\0" * 8, "gzip"),
    "plain that says gzip": (GOOD, "gzip"),
    "zlib that says gzip": (zlib.compress(GOOD), "gzip"),
    "gzip that says nothing": (GZIP, ""),
    "an unknown encoding": (GOOD, "br"),
    "UTF-16": (GOOD.decode().encode("utf-16"), ""),
    "UTF-16 without a mark": (GOOD.decode().encode("utf-16-le"), ""),
    "a mark in front": (b"\xef\xbb\xbf" + GOOD, ""),
    "broken UTF-8": (GOOD.replace(b"W1", b"W\xff"), ""),
    "a surrogate in UTF-8": (GOOD.replace(b"W1", b"\xed\xa0\x80"), ""),
    "a list": (b"[]", ""),
    "null": (b"null", ""),
    "a key twice": (GOOD.replace(b'"last":1', b'"last":1,"last":2'), ""),
    "a key twice deep inside": (GOOD.replace(b"{}", b'{"a":{"b":1,"b":1}}'), ""),
    "NaN": (beside(b"NaN"), ""),
    "Infinity": (beside(b"-Infinity"), ""),
    "1e999": (beside(b"1e999"), ""),
    "18 digits": (beside(b"9" * 18), ""),
    "5,000 digits": (beside(b"9" * 5_000), ""),
    "100,000 deep": (GOOD.replace(b"{}", b'{"a":' + b"[" * 100_000), ""),
    "objects 100,000 deep": (b'{"a":' * 100_000, ""),
    "51 deep": (beside(b"[" * 49 + b"]" * 49), ""),
    "a number above what JSON counts": (beside(b"1e16"), ""),
    "more answers than numbers": (batch_with(first=MAX_SEQ, answers=[0, 0]), ""),
    "something after it": (GOOD + b"{}", ""),
    "first 0": (batch_with(first=0), ""),
    "first below 0": (batch_with(first=-1), ""),
    "first as a truth": (batch_with(first=True), ""),
    "first as text": (batch_with(first="1"), ""),
    "first with a point": (GOOD.replace(b'"first":1', b'"first":1.0'), ""),
    "first above what JSON counts": (batch_with(first=MAX_SEQ + 1), ""),
    "no first": (without("first"), ""),
    "no last": (without("last"), ""),
    "last below 0": (batch_with(last=-1), ""),
    "purged_to as text": (batch_with(purged_to="4"), ""),
    "purged_to below 0": (batch_with(purged_to=-4), ""),
    "no answers": (without("answers"), ""),
    "answers as an object": (batch_with(answers={}), ""),
    "status as a list": (batch_with(status=[]), ""),
    "no version": (without("version"), ""),
    "version 0": (batch_with(version=0), ""),
    "version as a truth": (batch_with(version=True), ""),
    "version with a point": (GOOD.replace(b'"version":1', b'"version":1.0'), ""),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_bytes_that_are_no_batch_are_unreadable(what):
    body, encoding = UNREADABLE[what]
    with pytest.raises(Unreadable):
        unpack(body, encoding)


def test_the_batch_that_the_table_spoils_is_good():
    assert read(unpack(GOOD)) == [read_answer(wire_answer(ROWS[0]), DEVICE, 1)]
    assert unpack(GZIP, "gzip") == unpack(GOOD, "identity") == unpack(GOOD)
    assert unpack(without("status")).status == {}


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"0" * 200_000_000, 1, mtime=0), "gzip"),
        (gzip.compress(b" " * (MAX_BYTES + 1), mtime=0), "gzip"),
        (b" " * (MAX_BYTES + 1), ""),
        (batch_with(answers=[0] * (MAX_ANSWERS + 1)), ""),
    ],
    ids=["a bomb", "a byte too many as gzip", "a byte too many", "1,001 answers"],
)
def test_what_is_too_large_is_refused_as_such(body, encoding):
    with pytest.raises(TooLarge):
        unpack(body, encoding)


def test_as_much_as_is_allowed_is_read():
    spaces = b" " * (MAX_BYTES - len(GOOD))
    assert unpack(GOOD + spaces) == unpack(gzip.compress(GOOD + spaces), "gzip")
    assert len(unpack(batch_with(answers=[0] * MAX_ANSWERS)).answers) == MAX_ANSWERS
    assert unpack(batch_with(first=MAX_SEQ)).first == MAX_SEQ


def test_what_goes_as_deep_as_is_allowed_is_read():
    deep = GOOD.replace(b"{}", b'{"a":' + b"[" * 48 + b"]" * 48 + b"}")
    assert unpack(deep).status["a"]


def with_status(text):
    return GOOD.replace(b'"status":{}', b'"status":{"unsent":3,"x":%s}' % text)


# name → (the JSON text of a word of the status, whether it is dropped)
ODD_WORDS = {
    "2**53 - 1": (b"9007199254740991", False),
    "2**53": (b"9007199254740992", True),
    "below -2**53": (b"-9007199254740993", True),
    "5,000 digits": (b"9" * 5_000, True),
    "1e15": (b"1e15", False),
    "1e17": (b"1e17", True),
    "1e999": (b"1e999", True),
    "NaN": (b"NaN", True),
    "Infinity": (b"-Infinity", True),
    "a large number deep inside": (b'[{"a":[1e17]}]', True),
    "a NUL": (b'"a\\u0000"', True),
    "a NUL in a key inside": (b'[{"a\\u0000":1}]', True),
    "half a character": (b'"\\ud83d"', True),
    "a whole one": (b'"\\ud83d\\ude00"', False),
    "48 deep": (b"[" * 48 + b"]" * 48, False),
    "49 deep": (b"[" * 49 + b"]" * 49, True),
    "400 deep": (b"[" * 400 + b"]" * 400, True),
}


@pytest.mark.parametrize("name", ODD_WORDS)
def test_a_word_of_the_status_that_nobody_can_keep_stops_no_batch(name):
    """Each batch brings it again: the device would be stopped for good."""
    text, is_dropped = ODD_WORDS[name]
    batch = unpack(with_status(text))

    assert batch.dropped == (("x",) if is_dropped else ())
    assert batch.status.keys() == ({"unsent"} if is_dropped else {"unsent", "x"})
    assert batch.answers == unpack(GOOD).answers


def test_a_name_that_nobody_can_keep_is_dropped_with_its_value():
    said = {"unsent": 3, "x\0": 1, "\ud800": {"a": 1}}
    batch = unpack(batch_with(status=said))

    assert batch.status == {"unsent": 3}
    assert batch.dropped == ("x\0", "\ud800")


@pytest.mark.parametrize("text", [b"1e17", b"9" * 20, b"NaN", b"[" * 60 + b"]" * 60])
def test_outside_the_status_an_odd_value_makes_the_batch_unreadable(text):
    """The agent halves it then, and wraps the answer that it is in."""
    for body in (
        GOOD.replace(b'"answers":[', b'"answers":[%s,' % text),
        GOOD.replace(b'"status"', b'"more":%s,"status"' % text),
        GOOD.replace(b'"status":{}', b'"status":%s' % text),
    ):
        with pytest.raises(Unreadable):
            unpack(body)


def test_60_000_odd_words_are_dropped_in_no_time():
    words = b",".join(b'"%d":1e17' % number for number in range(60_000))
    started = time.process_time()

    assert len(unpack(with_status(b"1," + words)).dropped) == 60_000
    assert time.process_time() - started < 2


def test_a_later_version_is_named():
    with pytest.raises(WrongVersion) as caught:
        unpack(b'{"version":2,"rows":"of another shape"}')
    assert caught.value.version == 2


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from(["", "gzip"]))
def test_any_bytes_are_a_batch_or_a_wire_error(noise, encoding):
    for body in (noise, GOOD[:40] + noise + GOOD[60:], GZIP[:20] + noise):
        try:
            unpack(body, encoding)
        except WireError:
            continue


# ── one answer ───────────────────────────────────────────────────────────────

SEVEN = wire_answer(ROWS[0])


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "text",
        5,
        {},
        {k: v for k, v in SEVEN.items() if k != "ward"},
        {**SEVEN, "device": DEVICE},
        {**SEVEN, "value": 5},
        {**SEVEN, "value": None},
        {**SEVEN, "value": True},
        {**SEVEN, "value": ["good"]},
        {**SEVEN, "value": "a\0b"},
        {**SEVEN, "value": "\ud800"},
        {**SEVEN, "ward": "\udfff"},
        {**SEVEN, "value": "x" * (VALUE_CHARS + 1)},
        {**SEVEN, "question": "x" * 201},
    ],
)
def test_what_is_not_seven_texts_is_malformed_with_a_reason(raw):
    with pytest.raises(Malformed) as caught:
        read_answer(raw, DEVICE, 1)
    assert str(caught.value)
    assert "x" * 50 not in str(caught.value)  # nobody's words are quoted


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60
)
answers = st.builds(
    Answer,
    device=st.just(DEVICE),
    seq=st.just(0),
    **dict.fromkeys(WIRE_WORDS, texts),
)


@given(
    st.lists(answers, max_size=5),
    st.integers(1, MAX_SEQ - 5),
    st.integers(0, MAX_SEQ),
    st.none() | st.integers(0, MAX_SEQ),
    st.dictionaries(texts, st.none() | st.integers(-5, 5) | texts, max_size=3),
)
def test_what_is_packed_is_read_again(rows, first, last, purged_to, status):
    body = pack(first, last, rows, status, purged_to)
    for batch in (unpack(body), unpack(gzip.compress(body), "gzip")):
        assert (batch.first, batch.last, batch.purged_to) == (first, last, purged_to)
        assert batch.status == status
        assert [read_answer(raw, DEVICE, 0) for raw in batch.answers] == rows


@given(answers)
def test_an_answer_wrapped_as_text_is_the_same_answer(row):
    raw = read_json(base64.b64decode(as_base64(row)))
    assert read_answer(raw, DEVICE, 0) == row
