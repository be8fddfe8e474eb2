"""Bytes for the three parsers that meet what strangers send: the batch, the header with
the signature, the sealed comment.

A good one is taken and spoilt: bytes flipped, cut out, doubled, swapped for what breaks
parsers, or its values replaced by others. Nothing but the parser's own error may come
of it, in bounded time and memory.
"""

import base64
import gzip
import json
import time
import tracemalloc

from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox
from nacl.signing import SigningKey

from feedback.answer import Answer, device_id
from feedback.seal import SealError, new_key_pair, open_sealed, seal
from feedback.wire import (
    BadSignature,
    WireError,
    check_signature,
    pack,
    read_answer,
    signature_header,
    unpack,
)
from tests.feedback.things import RESPONSE

SPENT_S, HELD_BYTES = 5.0, 40_000_000  # by one call; a machine may be slow
SPOILERS = [
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\ud800", b"[" * 2_000,
    b'{"a":' * 1_000, b"9" * 5_000, b"1e999", b"NaN", b"-0", b"null", b"true", b'"',
    b"\\", b"\x1f\x8b\x08\0", b"=", b"==", b".", b", ", "٣".encode(), b"\n",
]  # fmt: skip


# ── spoiling ─────────────────────────────────────────────────────────────────


@st.composite
def spoilt(draw, good):
    """Bytes a few changes away from one of `good`."""
    raw = bytearray(draw(good))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        until = at + draw(st.sampled_from([0, 1, 2, 8, 64]))
        raw[at:until] = draw(
            st.sampled_from(SPOILERS)
            | st.binary(max_size=8)
            | st.just(bytes(raw[at:until]) * 2)
        )
    return bytes(raw)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["\0", "\ud800", "seal1.main.AAAA", "x" * 25_000]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=12,
)


@st.composite
def respoken(draw, good):
    """The JSON object of one of `good`, with a value in it replaced or taken away."""
    said = json.loads(draw(good))
    place = said
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or draw(st.booleans()):
            break
        place = place[key]
    else:
        return json.dumps(said).encode()
    if draw(st.booleans()):
        place[key] = draw(values)
    else:
        del place[key]
    return json.dumps(said).encode()


# ── the three ────────────────────────────────────────────────────────────────

KEY = SigningKey(bytes(range(32)))
PUBLIC_KEY = bytes(KEY.verify_key)
DEVICE = device_id(PUBLIC_KEY)
PATH = f"/api/v1/devices/{DEVICE}/log"
PUBLIC, PRIVATE = new_key_pair()
ABOUT = (RESPONSE, "better")

ROW = Answer(
    DEVICE, 1, RESPONSE, "inpatient@1", "fft", "very_good", "W1", "kiosk",
    "2026-11-22T08:15:30.123Z",
)  # fmt: skip
BATCHES = [
    pack(1, 1, [ROW], {}),
    pack(41, 40, [], {"unsent": 3, "versions": {"wardvoice": "0.5.0"}}),
    pack(7, 9, [ROW, base64.b64encode(b"{}").decode(), ROW], {"bundle": 2}, 6),
]
BODY = BATCHES[0]
HEADER = signature_header(lambda m: KEY.sign(m).signature, "POST", PATH, 41, BODY)
COMMENT = seal("The nurse was kind.", *ABOUT, "main", PUBLIC)


def _boxed(raw):
    box = SealedBox(PublicKey(PUBLIC)).encrypt(raw)
    return f"seal1.main.{base64.b64encode(box).decode()}".encode()


_plain = st.sampled_from(BATCHES)
_plain = _plain | spoilt(_plain) | respoken(_plain)
_packed = _plain.map(lambda raw: gzip.compress(raw, mtime=0))
batches = st.tuples(_plain, st.just("")) | st.tuples(
    _packed | spoilt(_packed), st.just("gzip")
)

headers = spoilt(st.just(HEADER.encode())) | st.binary(max_size=120)

_inside = spoilt(
    st.just(json.dumps({"response": RESPONSE, "question": "better"}).encode() + b"\nx")
)
# Anyone who holds the public key can seal anything: both the box and what is in it.
comments = spoilt(st.just(COMMENT.encode())) | _inside.map(_boxed)


def read_batch(given, unpack=unpack):
    body, encoding = given
    batch = unpack(body, encoding)
    for seq, raw in enumerate(batch.answers, batch.first):
        try:
            read_answer(raw, DEVICE, seq)
        except WireError:
            continue
    # What was read is kept by central, as JSON that any database takes.
    return json.dumps([batch.answers, batch.status], allow_nan=False)


def read_header(given, check=check_signature):
    return check(given.decode(errors="replace"), PUBLIC_KEY, "POST", PATH, BODY)


def read_comment(given, opened=open_sealed):
    return opened(given.decode(errors="replace"), *ABOUT, {"main": PRIVATE})


# parser → (what it is given, how it is read, the one error it may raise)
PARSERS = {
    "batch": (batches, read_batch, WireError),
    "signature": (headers, read_header, BadSignature),
    "comment": (comments, read_comment, SealError),
}


def within_bounds(read, given, error):
    """Read it; None when that is refused as it should be. AssertionError when it takes
    too long or too much, and whatever else comes goes through."""
    tracemalloc.start()
    started = time.process_time()
    try:
        return read(given)
    except error:
        return None
    finally:
        spent, (_, most) = (
            time.process_time() - started,
            tracemalloc.get_traced_memory(),
        )
        tracemalloc.stop()
        assert spent < SPENT_S, f"{spent:.1f} s"
        assert most < HELD_BYTES, f"{most:,} bytes"
