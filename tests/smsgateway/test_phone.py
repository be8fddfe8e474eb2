"""The simulated phone, on the real gateway: what a person sees."""

import re

import httpx
import pytest
from starlette.responses import Response

from smsgateway.app import build as build_gateway
from smsgateway.phone import NUMBERS, build
from smsgateway.settings import read_phone_settings
from tests.smsgateway.asgi import Running
from tests.smsgateway.process import free_port
from tests.smsgateway.trust import environ_for


class Phone:
    def __init__(self, running) -> None:
        self.running = running

    def send(self, words, phone="1", line="1", **what) -> httpx.Response:
        form = {"phone": phone, "line": line, "words": words}
        return self.running.post("/", data=form, **what)

    def page(self, phone="1", line="1") -> str:
        return self.running.get(f"/?phone={phone}&line={line}").text

    def bubbles(self, **which) -> list[tuple[str, str]]:
        """(kind, words) as on the screen, the oldest first."""
        items = re.findall(r'<li class="(\w+)">(.*?)</li>', self.page(**which), re.S)
        return [(kind, _words(item)) for kind, item in reversed(items)]


def _words(item: str) -> str:
    inside = re.search(r"<p[^>]*>(.*?)</p>", item, re.S)
    return inside.group(1) if inside else item


def phone_on(gateway, environ, clock):
    """A phone whose carrier reaches this gateway, or the address that was set."""
    client = None
    if gateway is not None:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(gateway))
    return Running(build(read_phone_settings(environ), client, clock))


@pytest.fixture
def phone(line, settings, clock, tmp_path):
    # The line fixture leaves a log with a bundle; this gateway opens it too.
    gateway = build_gateway(settings, clock)
    with (
        Running(gateway),
        phone_on(gateway, environ_for(tmp_path), clock) as running,
    ):
        yield Phone(running)


def test_a_thread_looks_as_on_a_phone(phone):
    phone.send("Hello")
    phone.send("4")

    (_, hello), (kind, question), mine, (_, why) = phone.bubbles()
    assert hello == "Hello"
    assert kind == "theirs"
    assert "1 Very good" in question
    assert mine == ("mine", "4")
    assert "What could be better?" in why


def test_it_says_plainly_that_it_is_simulated(phone):
    page = re.sub(r"<[^>]+>|\s+", " ", phone.page())

    assert "Simulated phone" in page
    assert "for demonstrations and training, no text is sent" in page


def test_each_phone_and_each_ward_has_a_thread_of_its_own(phone):
    phone.send("Hello", phone="1")
    phone.send("Hello", phone="2", line="2")

    assert "Rowan Ward" in phone.bubbles(phone="1")[1][1]
    assert "Birch Ward" in phone.bubbles(phone="2", line="2")[1][1]
    assert phone.bubbles(phone="3") == [("note", "No texts yet. Say hello.")]


def test_no_number_stands_in_an_address(phone):
    sent = phone.send("Hello", phone="2")

    assert sent.status_code == 303
    assert sent.headers["Location"] == "/?phone=2&line=1"
    addresses = re.findall(r'(?:href|action)="([^"]*)"', phone.page())
    assert not any("7700" in address for address in addresses)


def test_stop_works_as_the_carrier_makes_it(phone):
    phone.send("Hello")
    phone.send("STOP")
    phone.send("anyone there?")

    kinds = phone.bubbles()[2:]
    assert "You have successfully been unsubscribed" in kinds[1][1]
    assert kinds[-1] == ("note", "No reply")
    phone.send("START")
    phone.send("Hello")
    assert phone.bubbles()[-1][0] == "theirs"


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x>', "&amp;", "$ward ${own}"]
)
def test_what_is_typed_is_only_text(phone, words):
    phone.send(words)

    page = phone.page()
    assert "<script" not in page
    assert "<img" not in page
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped.replace('"', "&quot;") in page


def test_the_page_needs_nothing_from_anywhere_else(phone):
    answer = phone.running.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'self'" in policy
    assert "://" not in answer.text
    assert "://" not in phone.running.get("/phone.css").text


def test_another_sites_form_cannot_text(phone):
    sent = phone.send("Hello", headers={"Sec-Fetch-Site": "cross-site"})

    assert sent.status_code == 403
    assert phone.bubbles() == [("note", "No texts yet. Say hello.")]


@pytest.mark.parametrize("odd", ["0", "99", "-1", "x", "", "٣", "9999999999"])
def test_an_odd_place_is_the_first_one(phone, odd):
    assert phone.running.get("/", params={"phone": odd, "line": odd}).status_code == 200
    phone.send("Hello", phone=odd, line=odd)

    assert phone.bubbles()[0] == ("mine", "Hello")


def test_an_empty_text_is_not_sent(phone):
    phone.send("   ")

    assert phone.bubbles() == [("note", "No texts yet. Say hello.")]


def test_a_gateway_that_is_away_is_said_so(clock, tmp_path):
    environ = environ_for(tmp_path, WARDVOICE_SMS_PORT=str(free_port()))
    with phone_on(None, environ, clock) as running:
        phone = Phone(running)
        phone.send("Hello")

        assert phone.bubbles()[-1] == (
            "note",
            "The gateway did not answer (ConnectError)",
        )


def test_what_the_gateway_refuses_is_said_so(clock, tmp_path):
    async def not_now(scope, receive, send):
        await Response('{"why":"no_bundle"}', 503)(scope, receive, send)

    with phone_on(not_now, environ_for(tmp_path), clock) as running:
        phone = Phone(running)
        phone.send("Hello")

        assert "The gateway answered 503" in phone.bubbles()[-1][1]


def test_one_ward_needs_no_choice_of_wards(clock, tmp_path):
    environ = environ_for(tmp_path, WARDVOICE_SMS_NUMBERS="+447700900500=ROWAN")
    with phone_on(None, environ, clock) as running:
        assert "<select" not in Phone(running).page()


def test_the_phones_are_nobodys():
    assert all(re.fullmatch(r"\+447700900\d{3}", number) for number in NUMBERS)
