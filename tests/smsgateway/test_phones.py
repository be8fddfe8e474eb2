"""The simulated phones, on the real gateway: what a person sees and can press."""

import re

import pytest
from starlette.responses import Response

from feedback.log import Log
from smsgateway.app import build as build_gateway
from smsgateway.clock import TrainingClock
from smsgateway.settings import read_settings
from smsgateway.twilio import HELPED_BY_TWILIO, STOPPED_BY_TWILIO
from tests.smsgateway.asgi import Running
from tests.smsgateway.phones import Phones, phones_on
from tests.smsgateway.process import free_port
from tests.smsgateway.trust import environ_for

EMPTY = [("empty", "No texts yet. Say hello.")]


def rows(settings) -> list[tuple[str, str]]:
    with Log.open(settings.log) as log:
        return [(row.question, row.value) for row in log.after(0, 1_000)]


# ── texts ────────────────────────────────────────────────────────────────────


def test_a_thread_looks_as_on_a_phone(phones):
    phones.send("Hello")
    phones.send("4")

    (_, hello), (kind, question), mine, (_, why) = phones.bubbles()
    assert hello == "Hello"
    assert kind == "theirs"
    assert "1 Very good" in question
    assert mine == ("mine", "4")
    assert "What could be better?" in why
    assert phones.ticks() == ["answered", "answered"]


def test_it_says_plainly_that_it_is_simulated(phones):
    page = re.sub(r"<[^>]+>|\s+", " ", phones.page())

    assert "Simulated phones" in page
    assert "For demonstrations and training: no text is sent" in page


def test_three_phones_stand_side_by_side_and_up_to_six(phones):
    assert phones.page().count('class="phone"') == 3
    phones.press("phones", shown="6")
    assert phones.page().count('class="phone"') == 6
    phones.press("phones", shown="99")
    assert phones.page().count('class="phone"') == 3


def test_each_phone_and_each_ward_has_a_thread_of_its_own(phones):
    phones.send("Hello", phone="1")
    phones.turn_to("2", phone="2")
    phones.send("Hello", phone="2")

    assert "Rowan Ward" in phones.theirs("1")[0]
    assert "Birch Ward" in phones.theirs("2")[0]
    assert phones.bubbles("3") == EMPTY
    phones.turn_to("1", phone="2")
    assert phones.bubbles("2") == EMPTY


def test_a_text_that_gets_no_reply_is_delivered_and_said_so(phones):
    phones.send("Hello")
    phones.send("4")
    phones.send("The tea")
    phones.send("Thanks")

    assert phones.notes() == ["No reply"]
    assert phones.ticks()[-1] == "delivered"


def test_no_number_stands_in_an_address(phones):
    sent = phones.send("Hello", phone="2")

    assert sent.status_code == 303
    assert sent.headers["Location"] == "/#phone-2"
    addresses = re.findall(r'(?:href|action)="([^"]*)"', phones.page())
    assert not any("7700" in address for address in addresses)


# ── the carrier's own answers ────────────────────────────────────────────────


def test_stop_blocks_until_start(phones, heard):
    phones.send("Hello")
    phones.send("stop")
    assert phones.theirs()[-1] == STOPPED_BY_TWILIO
    assert "The phone company's own answer" in phones.notes()
    assert "This phone has said STOP" in phones.screen()
    before = len(phones.theirs())
    phones.send("anyone there?")
    assert len(phones.theirs()) == before
    assert "anyone+there%3F" in heard.texts()  # Twilio still tells of it
    phones.send("START")
    phones.send("Hello")
    assert "tell us how your care was" in phones.theirs()[-1]
    assert "This phone has said STOP" not in phones.screen()


@pytest.mark.parametrize("word", ["START", "unstop", " Yes "])
def test_a_stopped_phone_starts_again_with(phones, word):
    phones.send("STOP")
    phones.send(word)

    assert "re-subscribed" in phones.theirs()[-1]


def test_yes_from_a_phone_that_never_stopped_is_an_ordinary_text(phones, heard):
    phones.send("yes")

    assert "re-subscribed" not in "".join(phones.theirs())
    assert heard.texts() == ["yes"]


@pytest.mark.parametrize("words", ["stop please", "STOP.", "do not stop", "END it"])
def test_the_carrier_knows_only_whole_words(phones, words):
    phones.send(words)

    assert STOPPED_BY_TWILIO not in phones.theirs()


@pytest.mark.parametrize("word", ["HELP", "info"])
def test_help_is_the_carriers_own_and_goes_no_further(phones, heard, word):
    phones.send(word)

    assert phones.theirs() == [HELPED_BY_TWILIO]
    assert phones.ticks() == ["kept"]
    assert heard.texts() == []


def test_a_reply_to_a_stopped_phone_is_held_back(clock, tmp_path):
    async def talks_on(scope, receive, send):
        said = "<Response><Message>Hello again</Message></Response>"
        await Response(said, media_type="text/xml")(scope, receive, send)

    with phones_on(talks_on, environ_for(tmp_path), clock) as running:
        phones = Phones(running)
        phones.send("STOP")

        assert phones.theirs() == [STOPPED_BY_TWILIO]
        assert "held back: this phone has said STOP" in phones.notes()[-1]


# ── the outage switch ────────────────────────────────────────────────────────


def test_all_is_well_at_first_and_after_back_to_normal(phones):
    well = phones.sentence()
    assert well == "All is well: each text reaches the gateway at once."
    phones.press("outage", webhooks="lost")
    phones.press("outage", rest="500")
    assert phones.sentence().startswith("Texts get lost")
    assert "answers 500" in phones.sentence()
    phones.press("outage", normal="1")
    assert phones.sentence() == well


def test_a_lost_text_is_on_the_books_and_nowhere_else(phones, heard):
    phones.press("outage", webhooks="lost")
    phones.send("Hello")

    assert heard.bodies == []
    assert phones.theirs() == []
    assert phones.ticks() == ["lost"]
    (message,) = phones.rest().json()["messages"]
    assert (message["body"], message["status"]) == ("Hello", "received")
    assert phones.ticks() == ["listed"]


def test_a_doubled_text_is_stored_once_and_gets_one_reply(phones, heard, settings):
    phones.send("Hello", phone="2")
    rows_of_one = rows(settings)
    phones.press("outage", webhooks="doubled")
    phones.send("Hello")

    assert phones.theirs() == phones.theirs("2")
    assert heard.bodies[-1] == heard.bodies[-2]
    assert rows(settings) == rows_of_one * 2


def test_the_control_a_gateway_that_forgets_shows_in_a_doubled_text(clock, tmp_path):
    calls = []

    async def forgetful(scope, receive, send):
        calls.append(scope)
        said = f"<Response><Message>text {len(calls)}</Message></Response>"
        await Response(said, media_type="text/xml")(scope, receive, send)

    with phones_on(forgetful, environ_for(tmp_path), clock) as running:
        phones = Phones(running)
        phones.press("outage", webhooks="doubled")
        phones.send("Hello")

        assert phones.theirs() == ["text 2"]


def test_late_texts_wait_and_then_come_the_newest_first(phones, heard):
    phones.press("outage", webhooks="late", late_s="1")
    assert "wait 1 seconds" in phones.sentence()
    phones.send_and_go("one")
    phones.send_and_go("two")
    assert heard.bodies == []
    assert phones.ticks() == ["waiting", "waiting"]
    phones.wait(1.2)
    assert heard.texts() == ["two", "one"]
    assert set(phones.ticks()) == {"answered"}


def test_when_the_first_address_is_down_the_second_is_told(phones, heard):
    phones.press("outage", webhooks="unreachable")
    phones.send("Hello")

    (body,) = heard.bodies
    assert "ErrorCode=11205" in body
    assert "ErrorUrl=https%3A%2F%2Fsms.example.org%2Fsms" in body
    assert phones.ticks() == ["answered"]
    assert "second address" in "".join(phones.notes())


def test_a_gateway_that_is_away_is_said_so(clock, tmp_path):
    environ = environ_for(tmp_path, WARDVOICE_SMS_PORT=str(free_port()))
    with phones_on(None, environ, clock) as running:
        phones = Phones(running)
        phones.send("Hello")

        assert phones.notes()[0] == "The gateway did not answer (ConnectError)"
        assert phones.notes()[1].startswith("Lost.")
        assert phones.ticks() == ["lost"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response('{"why":"no_bundle"}', 503), "The gateway answered 503"),
        (Response("<Response>", 200), "The gateway's answer is not TwiML"),
    ],
)
def test_what_the_gateway_says_wrongly_is_said_so(clock, tmp_path, answer, said):
    with phones_on(answer, environ_for(tmp_path), clock) as running:
        phones = Phones(running)
        phones.send("Hello")

        assert said in phones.notes()[0]


# ── the clock ────────────────────────────────────────────────────────────────


def test_the_clock_moves_and_bubbles_and_rest_dates_follow(phones, clock):
    phones.send("Hello")  # 08:00 on 22 November 2026
    phones.press("clock", move="day")
    phones.press("clock", move="hour")
    phones.send("Hello")

    assert "1 day and 1 hour ahead of real time" in phones.page()
    assert "Sunday 22 November" in phones.screen()
    assert "Monday 23 November" in phones.screen()
    newest, *_ = phones.rest().json()["messages"]
    assert newest["date_sent"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    phones.press("clock", move="real")
    assert "ahead of real time" not in phones.page()


def test_in_practice_the_gateways_clock_moves_too_and_nothing_counts(
    line, trust, clock, tmp_path
):
    file = tmp_path / "clock"
    extra = {"WARDVOICE_SMS_TRAINING_CLOCK": str(file)}
    settings = read_settings(
        environ_for(tmp_path, WARDVOICE_SMS_PRACTICE="yes", **extra)
    )
    gateway = build_gateway(settings, TrainingClock(settings.clock, clock))
    with (
        Running(gateway),
        phones_on(gateway, environ_for(tmp_path, **extra), clock) as running,
    ):
        phones = Phones(running)
        for words in ("Hello", "4", "The tea was cold"):
            phones.send(words)
        for _ in range(2):
            phones.press("clock", move="day")
        phones.send("Hello")

    answers = line.answers()
    first, second = line.responses()  # after a day it is a new one
    of = [[a for a in answers if a.response == one] for one in (first, second)]
    for one in of:
        assert [a.question for a in one].index("_practice") == 0
        assert [a.value for a in one if a.question == "_practice"] == ["yes"]
    assert of[1][0].answered_at.startswith("2026-11-24T08:00")
