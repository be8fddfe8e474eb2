"""Is it really this device that asks, and really central that answers?"""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from feedback.answer import device_id
from feedback.wire import (
    MAX_BYTES,
    MAX_SEQ,
    BadSignature,
    check_signature,
    pack,
    read_reply,
    reply_body,
    signature_header,
)

KEY = SigningKey(bytes(range(32)))
PUBLIC = bytes(KEY.verify_key)
DEVICE = device_id(PUBLIC)
GOOD = pack(41, 40, [], {"unsent": 0})
GZIP = gzip.compress(GOOD, mtime=0)  # pytest names a case by its bytes


def sign(message):
    return KEY.sign(message).signature


# ── signatures ───────────────────────────────────────────────────────────────

PATH = f"/api/v1/devices/{DEVICE}/log"
HEADER = signature_header(sign, "POST", PATH, 41, GOOD)


def test_what_is_signed_is_accepted_and_its_first_is_given():
    assert check_signature(HEADER, PUBLIC, "POST", PATH, GOOD) == 41


@pytest.mark.parametrize(
    ("header", "public", "method", "path", "body"),
    [
        (HEADER, PUBLIC, "GET", PATH, GOOD),
        (HEADER, PUBLIC, "post", PATH, GOOD),
        (HEADER, PUBLIC, "POST", PATH + "/", GOOD),
        (HEADER, PUBLIC, "POST", PATH.replace("log", "bundle"), GOOD),
        (HEADER, PUBLIC, "POST", PATH, GOOD + b" "),
        (HEADER, PUBLIC, "POST", PATH, GZIP),
        (HEADER, PUBLIC, "POST", PATH, b""),
        (HEADER.replace("41", "42"), PUBLIC, "POST", PATH, GOOD),
        (HEADER, bytes(SigningKey(b"x" * 32).verify_key), "POST", PATH, GOOD),
        (HEADER, b"\0" * 32, "POST", PATH, GOOD),
        (HEADER, b"short", "POST", PATH, GOOD),
        (None, PUBLIC, "POST", PATH, GOOD),
        ("", PUBLIC, "POST", PATH, GOOD),
        (HEADER + " ", PUBLIC, "POST", PATH, GOOD),
        (HEADER + "\n", PUBLIC, "POST", PATH, GOOD),
        (HEADER.replace("41", "٤١"), PUBLIC, "POST", PATH, GOOD),
        (HEADER.replace("41", "-41"), PUBLIC, "POST", PATH, GOOD),
        (HEADER.replace("41", ""), PUBLIC, "POST", PATH, GOOD),
        (HEADER.replace("==", "="), PUBLIC, "POST", PATH, GOOD),
        (f"first=41, ed25519={'A' * 86}==", PUBLIC, "POST", PATH, GOOD),
    ],
)
def test_a_signature_over_anything_else_is_refused(header, public, method, path, body):
    with pytest.raises(BadSignature):
        check_signature(header, public, method, path, body)


@given(st.text(max_size=130))
def test_any_header_is_refused_as_a_bad_signature(header):
    with pytest.raises(BadSignature):
        check_signature(header, PUBLIC, "POST", PATH, GOOD)


# ── replies ──────────────────────────────────────────────────────────────────


def test_a_reply_comes_back_as_it_was_written():
    content = reply_body(GOOD, have=9, bundle=3, now="2026-11-22T08:17:00.000Z")
    reply = read_reply(200, content, GOOD)
    assert (reply.status, reply.have, reply.bundle) == (200, 9, 3)
    assert (reply.why, reply.at, reply.most) == ("", None, None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Welcome to the hospital's guest network</body></html>",
        b"{}",
        b"[]",
        b"null",
        b'{"have":9}',
        reply_body(GOOD + b" ", have=9),
        reply_body(b"", have=9),
        reply_body(GOOD, have="9"),
        reply_body(GOOD, have=9.0),
        reply_body(GOOD, have=True),
        reply_body(GOOD, have=-1),
        reply_body(GOOD, have=MAX_SEQ + 1),
        reply_body(GOOD, why="fork", at=-3),
        reply_body(GOOD, why="version", most="2"),
        reply_body(GOOD, why=None),
        reply_body(GOOD, why=["gap"]),
        reply_body(GOOD, now=5),
        reply_body(GOOD, have=9)[:-3],
        reply_body(GOOD, have=9) + b"x",
        reply_body(GOOD, have=9).replace(b'"have":9', b'"have":9,"have":10'),
        b"\xef\xbb\xbf" + reply_body(GOOD, have=9),
        reply_body(GOOD, have=9, more="x" * MAX_BYTES),
    ],
)
def test_what_is_not_centrals_answer_to_this_body_is_no_reply(content):
    assert read_reply(200, content, GOOD) is None


@given(st.binary(max_size=200))
def test_no_noise_is_a_reply(noise):
    assert read_reply(200, noise, GOOD) is None
