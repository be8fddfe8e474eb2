from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.answer import device_id
from feedback.log import CENTRAL, ROOT
from feedback.short_words import short_words
from feedback.wire import (
    SIGNATURE_HEADER,
    check_signature,
    is_elder,
    is_predecessor,
    reply_body,
)
from sync.enrol import ALPHABET, enrol, read_code
from sync.errors import EnrolError
from sync.status import read_report
from tests.sync.scripted_central import NOW, Say, ScriptedCentral, html, words

CODE = "7KQ20-1XWAB"
KEY_AND_SIGNATURE = ("public_key", "signature")
ROOT_TEXT = base64.b64encode(b"r" * 32).decode()


@pytest.fixture
def new(site):
    """A site that nobody has enrolled."""
    site.log.db.conn.execute("DELETE FROM notes")
    site.central.keys.clear()

    def welcome_here(heard):
        said = json.loads(heard.body)
        key = base64.b64decode(said["public_key"])
        header = heard.headers[SIGNATURE_HEADER.lower()]
        assert check_signature(header, key, "POST", heard.path, heard.body) == 0
        site.central.know(key)
        device, told = next(reversed(site.central.keys)), short_words(key)
        found = {"device": device, "root": ROOT_TEXT, "words": told, "wards": ["W1"]}
        return words(200, **found, now=NOW)(heard)

    site.welcome = welcome_here
    site.enrol = lambda code=CODE: enrol(site.log, site.url, code, site.world)
    return site


@given(st.text(ALPHABET, min_size=10, max_size=10), st.booleans())
def test_a_code_is_read_however_it_was_typed(code, low):
    typed = code.replace("0", "O").replace("1", "l")
    typed = f" {typed[:3]} {typed[3:5]}-{typed[5:]} "
    wanted = f"{code[:5]}-{code[5:]}"
    assert read_code(typed.lower() if low else typed) == wanted
    assert read_code(wanted) == wanted


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCDE-FGHJKM", "ABCD-EFGH", "ABCDU-EFGHJ", "ABCDÉ-FGHJK"]
)
def test_what_is_no_code_is_refused_before_anyone_is_asked(new, typed):
    with pytest.raises(EnrolError, match="a code has"):
        new.enrol(typed)
    assert new.central.heard == []


def test_enrolling_stores_central_and_root_and_answers_travel(new):
    new.tap(3)
    new.turn()
    new.central.script.append(new.welcome)
    done = new.enrol(CODE.lower())
    assert done.words == short_words(new.log.public_key)
    assert (new.log.note(CENTRAL), new.log.note(ROOT)) == (new.url, ROOT_TEXT)
    sent = json.loads(new.central.heard[-1].body)
    assert (sent["code"], sent["succeeds"], sent["begins"]) == (CODE, None, None)
    assert (sent["predecessor"], sent["elders"]) == (None, [])
    assert new.turn().state == "well"
    assert new.central.have == 3


@pytest.mark.parametrize("name", ["kiosk.db", "kisok.db"])
def test_a_file_that_the_command_begins_is_told(new, name):
    """By a slip it enrolled a device of no tablet, and the tablet went on asking."""
    new.central.script.append(new.welcome)

    said = subprocess.run(
        [sys.executable, "-m", "sync", "enrol", CODE, "--central", new.url],
        env={**os.environ, "WARDVOICE_LOG": str(new.log.path.with_name(name))},
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout

    assert said.startswith("Enrolled as ")
    assert ("kisok.db was begun: it is a new device" in said) is (name == "kisok.db")


def test_a_running_agent_that_waits_an_hour_begins_at_once_when_enrolled(new):
    new.log.set_note(CENTRAL, new.url)
    new.tap()
    assert new.turn().state == "unknown"
    new.central.script.append(new.welcome)
    new.enrol()
    assert new.turn().state == "well"


def test_after_a_fork_the_log_enrols_as_the_successor_from_that_row(new):
    new.log.set_note(CENTRAL, new.url)
    new.central.know(new.log.public_key)
    new.tap(5)
    new.turn()
    old = new.log.device
    new.tap(3)
    new.central.rows[7] = {"of": "another copy"}
    assert new.turn().at == 7
    new.central.script.append(new.welcome)
    new.enrol()
    sent = json.loads(new.central.heard[-1].body)
    assert (sent["succeeds"], sent["begins"]) == (old, 7)
    assert new.log.device != old
    assert [row.seq for row in new.log.after(0, 99) if row.device != old] == [7, 8]
    del new.central.rows[7]
    new.central.have = 6
    new.central.others[old] = ScriptedCentral()  # which does not know it any more
    assert new.turn().state == "well"
    assert new.central.ranges()[-1] == (7, 2)


def test_an_enrolment_that_fails_after_a_fork_forks_only_once(new):
    new.log.set_note(CENTRAL, new.url)
    new.central.know(new.log.public_key)
    new.tap(3)
    new.central.rows[2] = {"of": "another copy"}
    new.turn()
    new.central.script.append(words(403, why="code"))
    with pytest.raises(EnrolError, match="does not take this code"):
        new.enrol()
    forked = new.log.device
    new.central.script.append(new.welcome)
    new.enrol()
    assert new.log.device == forked
    assert json.loads(new.central.heard[-1].body)["begins"] == 2


def test_after_a_mistyped_code_at_a_fork_staff_read_to_enrol_again(new):
    new.log.set_note(CENTRAL, new.url)
    new.central.know(new.log.public_key)
    new.tap(3)
    new.central.rows[2] = {"of": "another copy"}
    new.turn()
    new.central.script.append(words(403, why="code"))
    with pytest.raises(EnrolError):
        new.enrol()
    new.central.others[next(iter(new.central.keys))] = ScriptedCentral()

    report = new.later()

    assert report.state == "unknown"
    assert "Enrol again, with a right code" in report.words
    new.central.script.append(new.welcome)
    new.enrol()
    assert "Enrol again" not in read_report(new.log).words


def test_a_fork_beyond_our_rows_renames_none_of_them(new):
    new.log.set_note(CENTRAL, new.url)
    new.central.know(new.log.public_key)
    new.tap(2)
    new.central.script.append(words(409, why="fork", at=90))
    new.turn()
    new.central.script.append(new.welcome)
    new.enrol()
    assert new.log.succeeds is not None
    assert new.log.succeeds[1] == 3


def test_the_same_code_and_key_again_is_fine(new):
    new.central.script.extend([new.welcome, new.welcome])
    assert new.enrol() == new.enrol()


REFUSALS = {
    "a wrong code": (words(403, why="code"), "does not take this code"),
    "an older central": (words(400, why="version", most=0), "older than this program"),
    "a bad signature": (words(401), "could not check this device's signature"),
    "a busy central": (words(503, why="busy"), "Try again in a minute"),
    "too many tries": (words(429), "Try again in a minute"),
    "anything else": (words(409, why="odd"), "HTTP 409, odd"),
    "a login page": (html(200), "login page of the Wi-Fi"),
    "a redirect": (html(302, Location="/login"), "login page of the Wi-Fi"),
    "a proxy": (html(502), "turned away on the way"),
    "a reply to another body": (
        lambda _heard: Say(200, reply_body(b"other")),
        "was not meant for it",
    ),
    "another key": (
        words(200, device="0" * 32, root=ROOT_TEXT, wards=[]),
        "another key than this device's",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_an_enrolment_that_did_not_happen_says_why_and_stores_nothing(new, name):
    said, phrase = REFUSALS[name]
    new.central.script.append(said)
    with pytest.raises(EnrolError, match=phrase):
        new.enrol()
    assert (new.log.note(CENTRAL), new.log.note(ROOT)) == (None, None)
    assert read_report(new.log).state == "not_enrolled"


@pytest.mark.parametrize("root", [None, 5, "", "AAAA", "é"])
def test_an_answer_without_a_root_key_is_refused(new, root):
    said = words(200, device=new.log.device, root=root, wards=["W1"])
    new.central.script.append(said)
    with pytest.raises(EnrolError, match="the organisation's key"):
        new.enrol()


def test_the_devices_that_the_file_was_are_told_and_each_has_signed_it(new):
    first = new.log.device
    new.tap(6)
    second = new.log.fork(3)
    new.log.fork(5)
    new.central.script.append(new.welcome)

    new.enrol()

    sent = json.loads(new.central.heard[-1].body)["elders"]
    assert [(one["succeeds"], one["begins"]) for one in sent] == [(None, 1), (first, 3)]
    keys = [base64.b64decode(one["public_key"]) for one in sent]
    assert [device_id(key) for key in keys] == [first, second]
    for key, one in zip(keys, sent, strict=True):
        signature = base64.b64decode(one["signature"])
        words = (one["succeeds"] or "", one["begins"])
        assert is_elder(key, signature, new.log.device, *words)
        assert not is_elder(key, signature, "0" * 32, *words)


def test_an_elder_of_which_no_row_is_left_is_not_told(new):
    new.tap(6)
    new.log.fork(7)
    new.log.db.conn.execute("UPDATE watermark SET purged_to = 6")
    new.central.script.append(new.welcome)
    new.enrol()
    assert json.loads(new.central.heard[-1].body)["elders"] == []


def test_the_device_before_signs_each_succession_though_no_row_of_it_is_left(new):
    """Planted: the key of the device before the one before."""
    first = new.log.device
    new.tap(6)
    second = new.log.fork(3)
    third = new.log.fork(7)
    new.log.db.conn.execute("UPDATE watermark SET purged_to = 2")
    new.central.script.append(new.welcome)

    new.enrol()

    sent = json.loads(new.central.heard[-1].body)
    assert is_signed_before(sent, third, second, 7)
    assert not is_signed_before(sent, third, second, 8)
    assert not is_signed_before(sent, second, second, 7)
    assert not is_signed_before(sent, third, first, 7)
    (elder,) = sent["elders"]
    assert is_signed_before(elder, second, first, 3)


def is_signed_before(said, device, succeeds, begins):
    raw = [base64.b64decode(said["predecessor"][word]) for word in KEY_AND_SIGNATURE]
    return is_predecessor(*raw, device, succeeds, begins)
