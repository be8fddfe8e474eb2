"""Held against Twilio's own: its signature vectors, and webhooks it really sent."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from starlette.datastructures import Headers, ImmutableMultiDict
from twilio.request_validator import RequestValidator

from smsgateway.twilio import ACCOUNT_SID, Account, is_signed, signed_webhook
from tests.smsgateway.conftest import LINE

SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = SHARED / "truth" / "request_validator.json"
PAYLOADS = SHARED / "twilio" / "payloads.jsonl"


# p17 is "from" +441234, which is nobody's number; p33 is a STOP that Twilio answers.
NOT_ANSWERED = ("p17", "p33")


def read(path):
    if not path.exists():
        pytest.skip(f"{path} is not here", allow_module_level=True)
    return path.read_text(encoding="utf-8")


TRUTH = json.loads(read(VECTORS))
FORMS = [vector for vector in TRUTH["vectors"] if "params" in vector]
RECORDS = [json.loads(one) for one in read(PAYLOADS).splitlines()]
INBOUND = [
    one
    for one in RECORDS
    if one["kind"].startswith("inbound") and one["method"] == "POST"
]


def check(vector, signature):
    url, _, query = vector["url"].partition("?")
    account = Account("", TRUTH["auth_token"], url, frozenset())
    form = ImmutableMultiDict([tuple(pair) for pair in vector["params"]])
    headers = Headers({"X-Twilio-Signature": signature})
    return is_signed(account.token, account.url, headers, query, form)


@pytest.mark.parametrize("vector", FORMS, ids=lambda vector: vector["name"])
def test_twilios_own_signatures_are_accepted(vector):
    assert check(vector, vector["signature"])


@pytest.mark.parametrize("vector", FORMS, ids=lambda vector: vector["name"])
def test_a_signature_with_one_letter_changed_is_not(vector):
    wrong = ("B" if vector["signature"][0] == "A" else "A") + vector["signature"][1:]

    assert not check(vector, wrong)


def test_a_webhook_of_ours_is_signed_as_twilio_signs():
    account = Account("AC" + "0" * 32, "12345", "https://a.example/sms", frozenset())
    webhook = signed_webhook(account, "+447700900123", LINE, "a & b", "SM" + "0" * 32)
    form = dict(ImmutableMultiDict(_pairs(webhook.content)))

    expected = RequestValidator("12345").compute_signature(account.url, form)

    assert webhook.headers["X-Twilio-Signature"] == expected


def _pairs(content):
    return parse_qsl(content.decode(), keep_blank_values=True)


def adapted(record, account):
    """The record as if it had been sent to us: our account, our number, our SID shape
    where its author had already edited the SID away."""
    params = {**record["params"], "AccountSid": account.sid}
    if not params["To"].startswith("whatsapp:"):
        params["To"] = LINE
    return params


def replay(line, record, **changes):
    account = line.settings.account
    params = {**adapted(record, account), **changes}
    signature = RequestValidator(account.token).compute_signature(account.url, params)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        **{k: v for k, v in record["headers"].items() if k.startswith(("x-", "i-"))},
        "X-Twilio-Signature": signature,
    }
    return line.client.post("/sms", content=urlencode(params), headers=headers)


def expected_status(record) -> int:
    sid = record["params"]["MessageSid"]
    if record["params"]["To"].startswith("whatsapp:"):
        return 403  # that number is not one of ours
    is_edited = not (sid[:2] in ("SM", "MM") and ACCOUNT_SID.fullmatch("AC" + sid[2:]))
    return 400 if is_edited else 200


@pytest.mark.parametrize("record", INBOUND, ids=lambda record: record["id"])
def test_every_inbound_webhook_that_was_really_sent_ends_right(line, record):
    answer = replay(line, record)

    assert answer.status_code == expected_status(record), answer.text
    body = record["params"].get("Body", "")
    if answer.status_code != 200:
        assert line.answers() == []
    elif record["kind"] == "inbound-mms":
        assert b"We cannot see pictures here" in answer.content
    else:
        assert b"1 Very good" in answer.content
    if answer.status_code == 200 and body not in ("", "Hi", "Hello!"):
        assert body in line.standing().values()


def test_most_of_the_webhooks_that_were_sent_are_texts_to_us():
    statuses = [expected_status(record) for record in INBOUND]

    assert statuses.count(200) >= 15


@pytest.mark.parametrize("record", INBOUND, ids=lambda record: record["id"])
def test_every_inbound_webhook_with_a_proper_id_is_taken(line, record):
    """The three whose authors had replaced the id, too."""
    if record["params"]["To"].startswith("whatsapp:"):
        assert replay(line, record, MessageSid="SM" + "0" * 32).status_code == 403
        return
    answer = replay(line, record, MessageSid="SM" + "0" * 32)

    assert answer.status_code == 200
    assert (b"<Message " in answer.content) == (record["id"] not in NOT_ANSWERED)


def test_a_webhook_from_our_own_number_is_taken_and_not_answered(line):
    record = next(one for one in INBOUND if one["id"] == "p23")

    answer = replay(line, record, From=LINE)

    assert answer.status_code == 200
    assert b"<Message>" not in answer.content
