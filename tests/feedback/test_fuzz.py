"""Whatever the three parsers are given, they give a value or their own one error."""

import base64
import gzip
import json

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox
from nacl.signing import VerifyKey

from feedback import seal, wire
from feedback.wire import signature_header, signed_text
from tests.feedback.fuzz import (
    BODY,
    HEADER,
    KEY,
    PARSERS,
    PATH,
    PUBLIC_KEY,
    read_header,
    within_bounds,
)

LONG = pytest.param(20_000, marks=pytest.mark.soak)
EVERY = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.parametrize("examples", [100, LONG], ids=["quick", "long"])
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_gives_a_value_or_its_own_error(name, examples):
    strategy, read, error = PARSERS[name]

    @settings(max_examples=examples, **EVERY)
    @given(strategy)
    def holds(raw):
        within_bounds(read, raw, error)

    holds()


@given(st.integers(0, 10**16 - 1), st.binary(max_size=50), st.sampled_from("GP"))
def test_what_is_signed_is_accepted_with_its_first(first, body, method):
    header = signature_header(
        lambda text: KEY.sign(text).signature, method, PATH, first, body
    )
    assert wire.check_signature(header, PUBLIC_KEY, method, PATH, body) == first


def test_no_header_but_the_one_that_was_signed_is_accepted():
    strategy, _, _ = PARSERS["signature"]

    @settings(max_examples=100, **EVERY)
    @given(strategy)
    def holds(raw):
        if raw != HEADER.encode():
            with pytest.raises(wire.BadSignature):
                read_header(raw)

    holds()


# ── the controls: parsers as one writes them first ───────────────────────────


def header_by_hand(header, public_key, method, path, body):
    first, signature = header.split(", ed25519=")
    first = int(first.removeprefix("first="))
    VerifyKey(public_key).verify(
        signed_text(method, path, first, body), base64.b64decode(signature)
    )
    return first


def json_by_hand(raw):
    return json.loads(raw), False


def box_by_hand(box, private_key):
    raw = SealedBox(PrivateKey(private_key)).decrypt(base64.b64decode(box))
    head, words = raw.split(b"\n")
    return json.loads(head), words.decode()


PLANTED = {
    "a gzip that says what is wrong": ("batch", wire, "_gunzip", gzip.decompress),
    "JSON as Python reads it": ("batch", wire, "read_with_odd", json_by_hand),
    "a header by hand": ("signature", wire, "check_signature", header_by_hand),
    "a box by hand": ("comment", seal, "_open", box_by_hand),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_parser_that_lets_another_error_through_is_noticed(name, monkeypatch):
    parser, room, function, by_hand = PLANTED[name]
    strategy, read, error = PARSERS[parser]
    monkeypatch.setattr(room, function, by_hand)
    if function == "check_signature":
        read = lambda raw: read_header(raw, by_hand)  # noqa: E731

    def lets_through(raw):
        try:
            read(raw)
        except error:
            return False
        except Exception:  # noqa: BLE001, any other is what is looked for
            return True
        return False

    quick = settings(
        max_examples=1_000, database=None, phases=[Phase.generate], **EVERY
    )
    assert find(strategy, lets_through, settings=quick) is not None


def test_a_parser_that_takes_too_much_is_noticed():
    with pytest.raises(AssertionError):
        within_bounds(lambda _: bytes(50_000_000), BODY, wire.WireError)
