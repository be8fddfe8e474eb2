"""What else comes in at the simulated phones' page: odd, hostile, from elsewhere."""

import re

import pytest

from smsgateway.phones.threads import NUMBERS
from tests.smsgateway.phones import Phones, phones_on
from tests.smsgateway.trust import environ_for

EMPTY = [("empty", "No texts yet. Say hello.")]


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x>', "&amp;", "$ward ${own}"]
)
def test_what_is_typed_is_only_text(phones, words):
    phones.send(words)

    page = phones.page()
    assert "<script>" not in page
    assert "<img" not in page
    assert phones.bubbles()[0] == ("mine", words)


def test_the_page_needs_nothing_from_anywhere_else(phones):
    answer = phones.running.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for path in ("/", "/phones.css", "/phones.js"):
        assert "://" not in phones.running.get(path).text
    for inline in ("<style", " style=", " onclick=", "<script>"):
        assert inline not in answer.text


def test_a_page_that_has_not_changed_is_not_sent_again(phones):
    tag = phones.running.get("/").headers["ETag"]
    asked = {"headers": {"If-None-Match": tag}}

    assert phones.running.get("/", **asked).status_code == 304
    phones.send("Hello")
    assert phones.running.get("/", **asked).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
@pytest.mark.parametrize("where", ["text", "line", "outage", "clock", "phones"])
def test_another_sites_form_can_do_nothing(phones, headers, where):
    form = {"phone": "1", "words": "Hello", "line": "2", "webhooks": "lost",
            "move": "day", "shown": "6"}  # fmt: skip
    before = phones.page()
    sent = phones.running.post(f"/{where}", data=form, headers=headers)

    assert sent.status_code == 403
    assert phones.page() == before


def test_this_pages_own_form_is_known_by_its_origin(phones):
    own = {"Origin": "https://sms.example.org", "Sec-Fetch-Site": "same-origin"}

    assert phones.send("Hello", headers=own).status_code == 303


@pytest.mark.parametrize("odd", ["0", "99", "-1", "x", "", "٣", "9999999999", "4"])
def test_an_odd_place_is_the_first_one(phones, odd):
    phones.turn_to(odd, phone=odd)
    phones.send("Hello", phone=odd)

    assert phones.bubbles()[0] == ("mine", "Hello")
    assert "Rowan Ward" in phones.theirs()[0]


@pytest.mark.parametrize(
    ("where", "form"),
    [
        ("outage", {"webhooks": "worse", "rest": "418", "late_s": "-5"}),
        ("outage", {"late_s": "100000"}),
        ("clock", {"move": "year"}),
        ("phones", {"shown": "x"}),
    ],
)
def test_what_is_not_on_a_button_changes_nothing(phones, where, form):
    before = phones.page()

    assert phones.press(where, **form).status_code == 303
    assert phones.page() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"words=" + b"x" * 70_000, 413),
        (b"&".join(b"a%d=1" % n for n in range(500)), 400),
        (b"phone=1&words=%ff%00%1b", 303),
        (b"\xff\xfe", 303),
    ],
)
def test_a_hostile_body_is_refused_or_made_plain(phones, body, status):
    assert phones.running.post("/text", content=body).status_code == status
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", phones.page())


def test_an_empty_text_is_not_sent(phones):
    phones.send("   ")

    assert phones.bubbles() == EMPTY


def test_a_long_text_is_cut_where_the_carrier_cuts_it(phones):
    phones.send("x" * 5_000)

    assert phones.bubbles()[0] == ("mine", "x" * 1_600)


def test_one_ward_needs_no_choice_of_wards(clock, tmp_path):
    environ = environ_for(tmp_path, WARDVOICE_SMS_NUMBERS="+447700900500=ROWAN")
    with phones_on(None, environ, clock) as running:
        assert 'name="line"' not in Phones(running).page()


def test_the_phones_are_nobodys():
    assert all(re.fullmatch(r"\+447700900\d{3}", number) for number in NUMBERS)
