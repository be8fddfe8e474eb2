"""What does the organisation ask of this device, and is it really they who ask?"""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from feedback.bundle import (
    DOCUMENT_BYTES,
    BundleError,
    Card,
    Ward,
    bundle_document,
    keys_document,
    newer,
    read_bundle,
    read_keys,
    sign_document,
)
from feedback.seal import new_key_pair
from feedback.surveys import read_survey
from tests.feedback.things import GOOD

ROOT, ONLINE, OTHER = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
ROOT_PUBLIC = bytes(ROOT.verify_key)
COMMENT_PUBLIC = new_key_pair()[0]
WARDS = (Ward("W1", "Ward 1"), Ward("W2", "Môr"))
CARD = Card("noise at night", "soft-closing doors", date(2026, 11, 1))


def keys_body(version=1, online=ONLINE):
    public = bytes(online.verify_key)
    return keys_document(version, public, {"key-1": COMMENT_PUBLIC}, "key-1")


def bundle_body(version=4, surveys=None, **changes):
    body = bundle_document(
        version, "The Trust", surveys or {"test@1": GOOD}, "test@1", "test@1", WARDS,
        {"W1": [CARD]}, {"mon": "8-20"}, "pin-hash",
    )  # fmt: skip
    return {**body, **changes}


WARD = {"code": "W1", "name": "Ward 1"}
KEYS = sign_document(keys_body(), bytes(ROOT))
BUNDLE = sign_document(bundle_body(), bytes(ONLINE))


def signed(**changes):
    return sign_document(bundle_body(**changes), bytes(ONLINE))


def refused(bundle=BUNDLE, keys=KEYS, root=ROOT_PUBLIC, held=0, **more):
    with pytest.raises(BundleError) as caught:
        newer(keys, bundle, root, held, **more)
    return str(caught.value)


def test_what_is_signed_is_read():
    bundle = read_bundle(BUNDLE, KEYS, ROOT_PUBLIC)
    assert (bundle.version, bundle.organisation) == (4, "The Trust")
    assert bundle.surveys == {"test@1": read_survey(GOOD, "g")}
    assert (bundle.survey, bundle.sms_survey) == ("test@1", "test@1")
    assert bundle.wards == WARDS
    assert bundle.ward("W2") == WARDS[1]
    assert bundle.ward("W3") is None
    assert bundle.cards == {"W1": (CARD,)}
    assert bundle.opening_hours == {"mon": "8-20"}
    assert bundle.pin_hash == "pin-hash"
    assert bundle.comment_key_id == "key-1"
    assert bundle.comment_public_key == COMMENT_PUBLIC
    assert bundle.keys_version == 1
    assert newer(KEYS, BUNDLE, ROOT_PUBLIC, 3) == bundle


def test_a_bundle_of_the_first_version_stays_readable():
    file = Path(__file__).parent / "golden" / "bundle-1.json"
    old = json.loads(file.read_text(encoding="utf-8"))
    bundle = read_bundle(old["bundle"], old["keys"], bytes.fromhex(old["root"]))
    assert (bundle.version, bundle.survey) == (4, "test@1")


def test_a_ward_s_own_settings_and_other_surveys_are_read():
    wards = (Ward("W1", "Ward 1", ("cy", "zh-Hans"), "withdrawn"), Ward("W2", "Môr"))
    children = GOOD.replace('id = "test"', 'id = "children"')
    document = bundle_document(
        4, "The Trust", {"test@1": GOOD, "children@1": children}, "test@1", "test@1",
        wards, {}, also=["children@1"], receipts="https://trust.example/receipt/",
    )  # fmt: skip
    signed = sign_document(document, bytes(ONLINE))
    bundle = read_bundle(signed, KEYS, ROOT_PUBLIC)
    assert bundle.wards == wards
    assert bundle.also == ("children@1",)
    assert bundle.receipts == "https://trust.example/receipt/"


def test_a_ward_may_ask_something_of_its_own():
    children = GOOD.replace('id = "test"', 'id = "children"')
    wards = (
        Ward("W1", "Ward 1"),
        Ward("W2", "Môr", survey="children@1", also=("test@1",)),
        Ward("W3", "Ward 3", sms_survey="children@1", was=("W0",)),
    )
    document = bundle_document(
        4, "The Trust", {"test@1": GOOD, "children@1": children}, "test@1", "test@1",
        wards, {}, also=["children@1"],
    )  # fmt: skip
    bundle = read_bundle(sign_document(document, bytes(ONLINE)), KEYS, ROOT_PUBLIC)
    assert bundle.wards == wards
    offered = [bundle.offered_on(ward) for ward in wards]
    of_all = ("test@1", "children@1")
    assert offered == [of_all, ("children@1", "test@1"), of_all]
    texted = {code: bundle.texted_on(code) for code in ("W1", "W2", "W3", "W0", "X")}
    own = {"W3": "children@1", "W0": "children@1"}
    assert texted == {**dict.fromkeys(texted, "test@1"), **own}


def test_a_ward_without_anything_of_its_own_is_written_as_ever():
    """So a device that does not know of it has nothing new to read."""
    words = {"code", "name", "languages", "when_left", "was"}
    assert [set(one) for one in bundle_body()["wards"]] == [words, words]


def test_what_a_later_central_says_of_a_ward_is_passed_over():
    bundle = read_bundle(signed(wards=[{**WARD, "later": 5}]), KEYS, ROOT_PUBLIC)
    assert bundle.wards == (Ward("W1", "Ward 1"),)


def test_a_bundle_of_before_there_were_such_settings_is_read():
    body = {k: v for k, v in bundle_body(wards=[WARD]).items() if k not in NEWER}
    bundle = read_bundle(sign_document(body, bytes(ONLINE)), KEYS, ROOT_PUBLIC)
    assert bundle.wards == (Ward("W1", "Ward 1", (), "left"),)
    assert (bundle.also, bundle.receipts) == ((), "")


@pytest.mark.parametrize("held", [4, 5, 1_000])
def test_an_older_bundle_or_the_same_is_refused(held):
    assert f"not above {held}" in refused(held=held)


def test_older_keys_are_refused_though_the_bundle_is_newer():
    stolen = sign_document(bundle_body(version=9), bytes(OTHER))
    old_keys = sign_document(keys_body(version=1, online=OTHER), bytes(ROOT))
    assert "keys version 1 is below 2" in refused(stolen, old_keys, held_keys_version=2)
    assert newer(KEYS, signed(version=9), ROOT_PUBLIC, 4, 1).version == 9


def test_another_organisations_root_is_refused():
    assert "keys document" in refused(root=bytes(OTHER.verify_key))
    assert "keys document" in refused(keys=sign_document(keys_body(), bytes(OTHER)))
    assert "keys document" in refused(root=b"short")


def test_a_bundle_signed_by_another_online_key_is_refused():
    assert "the bundle is" in refused(sign_document(bundle_body(), bytes(OTHER)))
    assert "the bundle is" in refused(sign_document(bundle_body(), bytes(ROOT)))


def test_a_bundle_is_not_a_keys_document():
    assert "keys document" in refused(bundle=KEYS, keys=BUNDLE)
    assert "the bundle is" in refused(bundle=KEYS)


def unsigned(text):
    return json.dumps({**json.loads(text), "signature": ""})


def altered(text):
    outer = json.loads(text)
    return json.dumps({**outer, "body": outer["body"].replace("The Trust", "A Trust")})


@pytest.mark.parametrize(
    "bad",
    [
        "", "null", "[]", "5", "{}", '{"body":"{}"}', '{"body":5,"signature":5}',
        '{"body":"{}","signature":"@@"}', unsigned(BUNDLE), altered(BUNDLE),
        BUNDLE[: len(BUNDLE) // 2], BUNDLE[:-1], BUNDLE + " x", "\ufeff" + BUNDLE,
        " " * DOCUMENT_BYTES + BUNDLE, "\ud800", "[" * 100_000,
    ],
)  # fmt: skip
def test_a_broken_document_is_refused(bad):
    assert "the bundle is broken" in refused(bundle=bad)
    assert "keys document is broken" in refused(keys=bad)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"survey": "test@2"}, "'test@2' is not in the bundle"),
        ({"sms_survey": "sms@1"}, "'sms@1' is not in the bundle"),
        ({"survey": ["test@1"]}, "lacks something"),
        ({"surveys": {}}, "is not in the bundle"),
        ({"surveys": {"test@2": GOOD}}, "is filed as test@2"),
        ({"surveys": {"test@1": GOOD[:300]}}, "a survey in the bundle: test@1"),
        ({"surveys": {"test@1": 5}}, "lacks something"),
        ({"surveys": 5}, "lacks something"),
        ({"version": 0}, "version"),
        ({"version": True}, "version"),
        ({"version": "9"}, "version"),
        ({"version": None}, "version"),
        ({"wards": [{"code": "W1"}]}, "lacks something"),
        ({"wards": 5}, "lacks something"),
        ({"wards": [{**WARD, "when_left": "kept"}]}, "W1: when_left is left or with"),
        ({"wards": [{**WARD, "when_left": ["left"]}]}, "when_left is left or with"),
        ({"wards": [{**WARD, "languages": ["Polish!"]}]}, "W1: languages are a list"),
        ({"wards": [{**WARD, "languages": [5]}]}, "W1: languages are a list"),
        ({"wards": [{**WARD, "languages": 5}]}, "lacks something"),
        ({"wards": [{**WARD, "was": [5]}]}, "W1: was is a list of codes"),
        ({"wards": [{**WARD, "was": 5}]}, "lacks something"),
        ({"wards": [{**WARD, "survey": "test@2"}]}, "'test@2' is not in the bundle"),
        ({"wards": [{**WARD, "survey": 5}]}, "'5' is not in the bundle"),
        ({"wards": [{**WARD, "sms_survey": "x@1"}]}, "'x@1' is not in the bundle"),
        ({"wards": [{**WARD, "also": ["test@1"]}]}, "W1: also stands beside a survey"),
        (
            {"wards": [{**WARD, "survey": "test@1", "also": ["test@1"]}]},
            "also names a survey twice",
        ),
        ({"also": ["test@2"]}, "also 'test@2' is not in the bundle"),
        ({"also": ["test@1"]}, "also names a survey twice"),
        ({"also": [["test@1"]]}, "lacks something"),
        ({"also": 5}, "lacks something"),
        ({"receipts": 5}, "is an address"),
        ({"receipts": "https://x/" + "y" * 200}, "is an address"),
        ({"receipts": "ask the ward"}, "no address"),
        ({"receipts": "javascript:alert(1)"}, "no address"),
        ({"opening_hours": "always"}, "lacks something"),
        ({"cards": []}, "lacks something"),
        ({"cards": {"W1": [{"said": "s", "did": "d", "at": "1st May"}]}}, "lacks"),
        ({"cards": {"W1": [{"said": "s", "did": "d", "at": 5}]}}, "lacks something"),
    ],
)
def test_a_signed_bundle_with_something_wrong_is_refused(changes, reason):
    body = {**bundle_body(), **changes}
    assert reason in refused(sign_document(body, bytes(ONLINE)))


NEWER = {"also", "receipts"}  # the first version had none


@pytest.mark.parametrize("word", sorted(bundle_body().keys() - NEWER))
def test_a_signed_bundle_that_lacks_a_word_is_refused(word):
    body = {key: value for key, value in bundle_body().items() if key != word}
    assert word in refused(sign_document(body, bytes(ONLINE)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"online": "AAAA"}, "the key online is not 32 bytes"),
        ({"online": 5}, "the key online is missing or damaged"),
        ({"comment_key": "key-2"}, "the key key-2 is missing"),
        ({"comment_key": "Key.1"}, "no proper name"),
        ({"comment_keys": []}, "the key key-1 is missing"),
        ({"comment_keys": {"key-1": "@@"}}, "the key key-1 is missing or damaged"),
        ({"version": 0}, "version"),
    ],
)
def test_a_signed_keys_document_with_something_wrong_is_refused(changes, reason):
    keys = sign_document({**keys_body(), **changes}, bytes(ROOT))
    assert reason in refused(keys=keys)


@settings(max_examples=200)
@given(st.integers(0, len(BUNDLE)), st.integers(0, 30), st.text(max_size=10))
def test_any_damage_is_refused_or_changes_nothing(at, cut, put):
    bad = BUNDLE[:at] + put + BUNDLE[at + cut :]
    try:
        found = read_bundle(bad, KEYS, ROOT_PUBLIC)
    except BundleError:
        return
    assert found == read_bundle(BUNDLE, KEYS, ROOT_PUBLIC)


# ── the keys document, as central and its drill read it ──────────────────────


def test_every_key_of_the_document_is_read():
    keys = read_keys(KEYS, ROOT_PUBLIC)
    assert (keys.version, keys.comment_key) == (1, "key-1")
    assert keys.online == bytes(ONLINE.verify_key)
    assert keys.comment_keys["key-1"] == COMMENT_PUBLIC


def test_a_keys_document_of_the_first_version_stays_readable():
    file = Path(__file__).parent / "golden" / "bundle-1.json"
    old = json.loads(file.read_text(encoding="utf-8"))
    assert read_keys(old["keys"], bytes.fromhex(old["root"])).version >= 1


@pytest.mark.parametrize(
    "changes",
    [
        {"online": "AAAA"},
        {"comment_key": "key-2"},
        {"comment_key": None},
        {"comment_keys": []},
        {"comment_keys": {}},
        {"comment_keys": {"key-1": "@@"}},
        {"comment_keys": keys_body()["comment_keys"] | {"Key.2": "AAAA"}},
        {"comment_keys": keys_body()["comment_keys"] | {"key-2": "AAAA"}},
        {"version": 0},
        {"version": True},
        {"version": "2"},
    ],
)
def test_a_keys_document_with_anything_wrong_is_not_read(changes):
    with pytest.raises(BundleError):
        read_keys(sign_document({**keys_body(), **changes}, bytes(ROOT)), ROOT_PUBLIC)


@pytest.mark.parametrize("word", sorted(keys_body()))
def test_a_keys_document_that_lacks_a_word_is_not_read(word):
    body = {key: value for key, value in keys_body().items() if key != word}
    with pytest.raises(BundleError):
        read_keys(sign_document(body, bytes(ROOT)), ROOT_PUBLIC)


def test_a_keys_document_of_a_stranger_is_not_read():
    with pytest.raises(BundleError):
        read_keys(sign_document(keys_body(), bytes(OTHER)), ROOT_PUBLIC)
