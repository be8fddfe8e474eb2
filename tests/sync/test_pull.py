"""A newer, whole, signed bundle is held; any other leaves the last good one."""

from __future__ import annotations

import base64
import json

import pytest
from nacl.signing import SigningKey

from feedback.bundle import Ward, bundle_document, keys_document, sign_document
from feedback.log import BUNDLE, KEYS, ROOT
from sync.pull import held_versions
from tests.sync.scripted_central import Say, html, reply_body, words

ROOT_KEY, ONLINE, STRANGER = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
SURVEY = """
id = "tiny"
version = 1
languages = ["en"]
reviewed = ["en"]
title = { en = "Tiny" }

[[question]]
key = "colour"
kind = "choice"
wording = { en = "Which colour?" }
[[question.option]]
key = "red"
wording = { en = "Red" }
[[question.option]]
key = "blue"
wording = { en = "Blue" }
"""


def keys(root=ROOT_KEY, version: int = 2) -> str:
    body = keys_document(version, bytes(ONLINE.verify_key), {"c1": b"c" * 32}, "c1")
    return sign_document(body, bytes(root))


def bundle(version: int, signer=ONLINE) -> str:
    body = bundle_document(
        version,
        "A trust",
        {"tiny@1": SURVEY},
        "tiny@1",
        "tiny@1",
        [Ward("W1", "Ward One")],
        {},
    )
    return sign_document(body, bytes(signer))


def give(signed_bundle: str, signed_keys: str | None = None, tag: str = ""):
    said = {"keys": signed_keys or keys(), "bundle": signed_bundle}
    return lambda heard: Say(200, reply_body(heard.body, **said), {"ETag": tag})


@pytest.fixture
def offered(site):
    """A site whose central offers bundles: `offered(version, answer)` and a turn."""
    root = base64.b64encode(bytes(ROOT_KEY.verify_key)).decode()
    site.log.set_note(ROOT, root)

    def offer(version, answer):
        site.central.bundle_version = version
        site.central.script.extend([site.central.truth, answer])
        report = site.later(120)
        site.central.script.clear()
        return report

    site.offer = offer
    return site


def test_a_newer_bundle_is_fetched_with_a_signature_and_held(offered):
    report = offered.offer(3, give(bundle(3), tag='"3"'))
    get = offered.central.heard[-1]
    assert (get.method, get.body) == ("GET", b"")
    assert get.headers["wardvoice-signature"].startswith("first=0, ed25519=")
    assert (held_versions(offered.log)[0], report.bundle) == (3, 3)
    assert "version 3" in report.words


def test_a_bundle_that_is_held_is_not_fetched_again(offered):
    offered.offer(3, give(bundle(3)))
    offered.restart()
    before = len(offered.central.heard)
    offered.later(120)
    assert [heard.method for heard in offered.central.heard[before:]] == ["POST"]


def test_the_tag_of_the_held_bundle_is_sent_and_a_304_changes_nothing(offered):
    offered.offer(3, give(bundle(3), tag='"3"'))
    report = offered.offer(4, lambda _heard: Say(304))
    assert offered.central.heard[-1].headers["if-none-match"] == '"3"'
    assert (report.bundle, report.bundle_trouble) == (3, "")


REFUSED = {
    "a rollback": give(bundle(2)),
    "the same version again": give(bundle(3)),
    "one signed by a stranger": give(bundle(9, signer=STRANGER)),
    "keys signed by a stranger": give(bundle(9), keys(root=STRANGER)),
    "keys that were replaced since": give(bundle(9), keys(version=1)),
    "one without a signature": give(json.dumps({"body": "{}"})),
    "a broken one": give(bundle(9)[:-40]),
    "no bundle at all": words(200),
    "a captive portal's page": html(200),
    "a redirect": html(302, Location="/login"),
    "a 401": words(401),
    "a reply to another body": lambda _heard: Say(200, reply_body(b"other")),
    "half a reply": lambda heard: Say(200, give(bundle(9))(heard).content, cut=90),
}


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_bundle_leaves_the_last_good_one_and_is_told(offered, name):
    offered.offer(3, give(bundle(3)))
    kept = offered.log.note(BUNDLE), offered.log.note(KEYS)
    offered.tap(2)
    report = offered.offer(9, REFUSED[name])
    assert (offered.log.note(BUNDLE), offered.log.note(KEYS)) == kept
    assert report.state == "well", "answers travel whatever the bundle is like"
    assert offered.log.unsent == 0
    assert report.bundle_trouble
    assert "the last good one is kept" in report.words


def test_a_refused_bundle_is_not_fetched_at_each_tap_but_later(offered):
    offered.offer(9, html(200))
    before = len(offered.central.heard)
    offered.tap()
    offered.turn()
    assert [heard.method for heard in offered.central.heard[before:]] == ["POST"]
    report = offered.offer(9, give(bundle(9)))
    assert (report.bundle, report.bundle_trouble) == (9, "")


def test_a_bundle_in_a_damaged_file_counts_as_none(offered):
    offered.offer(3, give(bundle(3)))
    offered.log.set_note(BUNDLE, "{")
    assert held_versions(offered.log) == (0, 0)
    offered.log.set_note(ROOT, "not base64")
    assert held_versions(offered.log) == (0, 0)
