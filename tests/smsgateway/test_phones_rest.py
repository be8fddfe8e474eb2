"""What stands in for Twilio's REST API: held to Twilio's own document."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl

import jsonschema
import pytest
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response

from smsgateway.settings import read_phone_settings
from smsgateway.twilio import check_head, is_signed
from tests.smsgateway.phones import AUTH, MESSAGES, Phones, phones_on
from tests.smsgateway.trust import ACCOUNT, TOKEN, environ_for

DOCUMENT = Path(__file__).parents[3] / "shared/twilio/twilio_api_v2010.json"
LINE, PHONE = "+447700900500", "+447700900101"


def schemas():
    """Twilio's document, its `nullable` said as JSON Schema says it."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))

    def plain(node):
        if isinstance(node, list):
            return [plain(one) for one in node]
        if not isinstance(node, dict):
            return node
        node = {key: plain(value) for key, value in node.items()}
        if node.pop("nullable", False) is True and "type" in node:
            node["type"] = [node["type"], "null"]
        return node

    return plain(document)


@pytest.fixture(scope="module")
def twilios():
    document = schemas()

    def check(what, method, path, status):
        there = document["paths"][f"/2010-04-01/Accounts/{{AccountSid}}/{path}"]
        content = there[method]["responses"][str(status)]["content"]
        schema = content["application/json"]["schema"]
        whole = {**schema, "components": document["components"]}
        jsonschema.Draft7Validator(whole).validate(what)
        for message in what.get("messages", [what]):
            named = document["components"]["schemas"]["api.v2010.account.message"]
            assert message.keys() == named["properties"].keys()

    return check


class Site:
    """Where status callbacks go: what came, and whether it was signed."""

    def __init__(self) -> None:
        self.account = None
        self.heard = []

    async def __call__(self, scope, receive, send):
        request = Request(scope, receive)
        check_head(request.headers)
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        form = ImmutableMultiDict(pairs)
        signed = is_signed(
            self.account.token,
            self.account.url,
            request.headers,
            request.url.query,
            form,
        )
        self.heard.append((form["MessageStatus"], form.get("ErrorCode"), signed))
        await Response(None, 204)(scope, receive, send)


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def phones(clock, tmp_path, site):
    environ = environ_for(tmp_path)
    account = read_phone_settings(environ).account
    site.account = replace(account, url="https://site.example/status")
    quiet = Response("<Response/>", media_type="text/xml")
    hosts = [("all://site.example", site)]
    with phones_on(quiet, environ, clock, hosts) as running:
        yield Phones(running)


def post(phones, **changes):
    form = {"From": LINE, "To": PHONE, "Body": "How was it?", **changes}
    return phones.rest("POST", data={k: v for k, v in form.items() if v is not None})


# ── sending ──────────────────────────────────────────────────────────────────


def test_a_text_that_is_sent_comes_to_the_phone(phones, site, twilios):
    sent = post(phones, StatusCallback="https://site.example/status?id=7")

    assert sent.status_code == 201
    twilios(sent.json(), "post", "Messages.json", 201)
    assert sent.json()["status"] == "queued"
    assert sent.json()["date_sent"] is None
    phones.wait(1.2)
    assert phones.theirs() == ["How was it?"]
    assert site.heard == [("sent", None, True), ("delivered", None, True)]
    one = phones.rest(path=f"/{sent.json()['sid']}.json")
    twilios(one.json(), "get", "Messages/{Sid}.json", 200)
    assert one.json()["status"] == "delivered"
    assert one.json()["date_sent"] == "Sun, 22 Nov 2026 08:00:00 +0000"


def test_the_control_a_callback_of_another_token_is_not_signed(phones, site):
    site.account = replace(site.account, token="another-token-0123456789")
    post(phones, StatusCallback="https://site.example/status")
    phones.wait(1.2)

    assert [signed for _, _, signed in site.heard] == [False, False]


@pytest.mark.parametrize(
    ("number", "steps"),
    [
        ("+447700900191", [("sent", None), ("undelivered", "30003")]),
        ("+447700900194", [("failed", "30001")]),
    ],
)
def test_some_numbers_never_get_it(phones, site, twilios, number, steps):
    sent = post(phones, To=number, StatusCallback="https://site.example/status")
    phones.wait(1.2)

    assert [(status, code) for status, code, _ in site.heard] == steps
    message = phones.rest(path=f"/{sent.json()['sid']}.json").json()
    twilios(message, "get", "Messages/{Sid}.json", 200)
    assert (message["status"], str(message["error_code"])) == steps[-1]
    assert message["error_message"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": None}, 21604),
        ({"From": None}, 21603),
        ({"Body": None}, 21602),
        ({"Body": "x" * 1_601}, 21617),
        ({"From": "+447700900999"}, 21606),
        ({"To": "soon"}, 21211),
        ({"To": "07700900101"}, 21211),
        ({"To": "+447700900195"}, 21614),
        ({"To": "+447700900196"}, 21612),
        ({"StatusCallback": "javascript:alert(1)"}, 21609),
        ({"StatusCallback": "http://["}, 21609),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(phones, changes, code):
    refused = post(phones, **changes)

    assert refused.status_code == 400
    assert refused.json()["code"] == code
    assert refused.json().keys() == {"code", "message", "more_info", "status"}
    assert phones.rest().json()["messages"] == []


def test_a_phone_that_said_stop_gets_nothing_until_start(phones):
    phones.send("STOP")
    assert post(phones).json()["code"] == 21610
    assert post(phones, From="+447700900501").status_code == 201  # another number
    phones.send("START")
    assert post(phones).status_code == 201


def test_a_text_for_a_thread_that_is_not_open_is_counted_as_new(phones):
    post(phones, From="+447700900501")
    phones.wait(1.2)

    assert phones.theirs() == []
    assert "(1 new)" in phones.screen()
    phones.turn_to("2")
    assert phones.theirs() == ["How was it?"]
    assert "new)" not in phones.screen()


@pytest.mark.parametrize(
    ("webhooks", "heard"),
    [("lost", []), ("unreachable", []), ("doubled", ["sent"] * 2 + ["delivered"] * 2)],
)
def test_callbacks_go_wrong_as_all_webhooks_do(phones, site, webhooks, heard):
    phones.press("outage", webhooks=webhooks)
    post(phones, StatusCallback="https://site.example/status")
    phones.wait(1.2)

    assert [status for status, _, _ in site.heard] == heard
    assert phones.theirs() == ["How was it?"]


# ── the list ─────────────────────────────────────────────────────────────────


def listed(phones, **params) -> list[str]:
    return [one["body"] for one in phones.rest(params=params).json()["messages"]]


def test_the_list_is_the_newest_first_and_comes_in_pages(phones, twilios):
    for number in range(5):
        phones.send(f"text {number}")
    pages, path = [], f"{MESSAGES}.json?PageSize=2&To=%2B447700900500"
    while path:
        page = phones.running.get(path, auth=AUTH).json()
        if page["next_page_uri"] is None:
            assert page["messages"]
        twilios(page, "get", "Messages.json", 200)
        pages.append([one["body"] for one in page["messages"]])
        path = page["next_page_uri"]

    assert pages == [["text 4", "text 3"], ["text 2", "text 1"], ["text 0"]]


def test_a_deletion_between_two_pages_skips_nothing(phones):
    for number in range(4):
        phones.send(f"text {number}")
    first = phones.rest(params={"PageSize": 2}).json()
    for message in first["messages"]:
        gone = phones.rest("DELETE", f"/{message['sid']}.json")
        assert (gone.status_code, gone.content) == (204, b"")
    second = phones.running.get(first["next_page_uri"], auth=AUTH).json()

    assert [one["body"] for one in second["messages"]] == ["text 1", "text 0"]


def test_the_list_can_be_asked_for_a_time_and_a_number(phones):
    phones.send("the first")
    phones.press("clock", move="day")
    phones.send("the second", phone="2")

    assert listed(phones, **{"DateSent>": "2026-11-22T08:00:01Z"}) == ["the second"]
    assert listed(phones, **{"DateSent>": "2026-11-23T08:00:00Z"}) == ["the second"]
    assert listed(phones, **{"DateSent>": "2026-11-23"}) == ["the second"]
    assert listed(phones, **{"DateSent<": "2026-11-22T08:00:00Z"}) == ["the first"]
    assert listed(phones, DateSent="2026-11-22") == ["the first"]
    assert listed(phones, From="+447700900102") == ["the second"]
    assert listed(phones, To="+447700900501") == []
    assert listed(phones) == ["the second", "the first"]


@pytest.mark.parametrize(
    "params",
    [
        {"DateSent>": "yesterday"},
        {"PageSize": "many"},
        {"Page": "-1"},
        {"PageToken": "x"},
    ],
)
def test_a_list_that_cannot_be_understood_is_refused(phones, params):
    assert phones.rest(params=params).status_code == 400


def test_words_can_be_blanked_and_only_that(phones):
    phones.send("The tea was cold")
    (message,) = phones.rest().json()["messages"]
    path = f"/{message['sid']}.json"

    assert phones.rest("POST", path, data={"Body": "x"}).status_code == 400
    canceled = phones.rest("POST", path, data={"Status": "canceled"})
    assert canceled.json()["code"] == 30409
    assert phones.rest("POST", path, data={"Body": ""}).json()["body"] == ""
    assert listed(phones) == [""]
    assert phones.bubbles()[0] == ("mine", "The tea was cold")


# ── the door ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "auth", [None, (ACCOUNT, "wrong"), ("AC" + "0" * 32, TOKEN), ("", "")]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_the_account_is_let_in(phones, auth, method):
    refused = phones.rest(method, auth=auth)

    assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    assert "Basic" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Bearer x", "Basic =="])
def test_an_odd_authorization_is_no_key(phones, header):
    refused = phones.rest(auth=None, headers={"Authorization": header})

    assert refused.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        f"{MESSAGES}/SM{'0' * 32}.json",
        "/2010-04-01/Accounts/AC" + "0" * 32 + "/Messages.json",
        "/2010-04-01/Accounts.json",
    ],
)
def test_what_is_not_there_is_not_found(phones, path):
    missing = phones.running.get(path, auth=AUTH)

    assert (missing.status_code, missing.json()["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("rest", "status", "code"), [("500", 500, 20500), ("429", 429, 20429)]
)
def test_the_switch_makes_every_call_fail_until_it_is_normal(
    phones, rest, status, code
):
    phones.press("outage", rest=rest)
    for failed in (phones.rest(), post(phones)):
        assert (failed.status_code, failed.json()["code"]) == (status, code)
    phones.press("outage", normal="1")
    assert phones.rest().json()["messages"] == []


def test_a_body_that_is_too_large_or_odd_is_refused(phones):
    assert phones.rest("POST", content=b"x" * 70_000).status_code == 413
    assert phones.rest("POST", content=b"Body=%ff").status_code == 400


def test_the_control_the_document_refuses_what_is_not_twilios(phones, twilios):
    phones.send("Hello")
    page = phones.rest().json()
    page["messages"][0]["status"] = "somewhere"

    with pytest.raises(jsonschema.ValidationError):
        twilios(page, "get", "Messages.json", 200)


def test_the_page_of_a_next_page_asks_for_what_the_first_did(phones):
    for number in range(3):
        phones.send(f"text {number}")
    asked = {"PageSize": 1, "To": LINE, "DateSent>": "2026-11-22"}
    query = phones.rest(params=asked).json()["next_page_uri"].partition("?")[2]

    assert parse_qs(query)["DateSent>"] == ["2026-11-22"]
    assert parse_qs(query)["To"] == [LINE]
