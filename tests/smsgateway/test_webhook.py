"""Who may post to the gateway, what they may post, and what a repeat gets."""

from urllib.parse import parse_qsl

import pytest
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from feedback.log import Log
from smsgateway import app
from smsgateway.app import build
from smsgateway.people import People
from smsgateway.twilio import signed_webhook
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import ANN, BOB, LINE

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def webhook(line):
    return signed_webhook(line.settings.account, ANN, LINE, "Hello", line.new_id())


def post(line, webhook, path="/sms", content=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return line.client.post(
        path,
        content=webhook.content if content is None else content,
        headers={**webhook.headers, **named},
    )


def sign(line, content, url=None):
    """The signature of just these bytes."""
    form = ImmutableMultiDict(parse_qsl(content.decode(), keep_blank_values=True))
    account = line.settings.account
    return RequestValidator(account.token).compute_signature(url or account.url, form)


def post_signed(line, content):
    headers = {"Content-Type": FORM, "X-Twilio-Signature": sign(line, content)}
    return line.client.post("/sms", content=content, headers=headers)


def test_a_signed_text_is_answered_with_twiml(line, webhook):
    answer = post(line, webhook)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert answer.content.startswith(b"<?xml")


@pytest.mark.parametrize(
    "signature", ["", " ", "wrong", "é".encode("latin-1"), "A" * 5_000, "A" * 27 + "="]
)
def test_a_strange_or_wrong_signature_is_refused(line, webhook, signature):
    answer = post(line, webhook, X_Twilio_Signature=signature)

    assert answer.status_code == 403
    assert line.answers() == []


def test_no_signature_is_refused(line, webhook):
    answer = line.client.post(
        "/sms", content=webhook.content, headers={"Content-Type": FORM}
    )

    assert (answer.status_code, answer.json()) == (403, {"why": "signature"})


def test_two_signatures_are_refused(line, webhook):
    headers = [*webhook.headers.items(), ("X-Twilio-Signature", "A" * 27 + "=")]

    answer = line.client.post("/sms", content=webhook.content, headers=headers)

    assert answer.status_code == 403


def test_a_changed_body_is_refused(line, webhook):
    content = webhook.content.replace(b"Hello", b"Howdy")

    assert post(line, webhook, content=content).status_code == 403


@pytest.mark.parametrize("algorithm", ["HMAC_MD5", "none", "HMAC_SHA256"])
def test_a_signature_by_another_method_is_refused(line, webhook, algorithm):
    settings = f"key=k,algorithm={algorithm}"

    answer = post(line, webhook, X_Twilio_Webhooks_Signature_Settings=settings)

    assert answer.status_code == 403


def test_the_configured_address_counts_and_not_the_host_header(line, webhook):
    """Behind a proxy the Host is the machine's own."""
    answer = post(line, webhook, Host="10.0.0.7:8020", X_Forwarded_Proto="http")

    assert answer.status_code == 200


def test_a_signature_for_another_address_is_refused(line, webhook):
    other = sign(line, webhook.content, "http://sms.example.org/sms")

    assert post(line, webhook, X_Twilio_Signature=other).status_code == 403


def test_a_query_is_part_of_what_is_signed(line, webhook):
    assert post(line, webhook, path="/sms?a=1").status_code == 403
    signature = sign(line, webhook.content, line.settings.account.url + "?a=1")
    answer = post(line, webhook, path="/sms?a=1", X_Twilio_Signature=signature)
    assert answer.status_code == 200


def test_unknown_parameters_are_signed_and_ignored(line):
    extra = {"AddOns": '{"status":"successful"}', "Novelty": "", "Body2": "x"}

    assert line.post("Hello", extra=extra).status_code == 200


@pytest.mark.parametrize(
    "name", ["Body", "From", "To", "MessageSid", "AccountSid", "NumMedia", "OptOutType"]
)
def test_a_used_parameter_that_comes_twice_is_refused(line, webhook, name):
    content = webhook.content + f"&{name}=x&{name}=y".encode()

    answer = post_signed(line, content)

    assert (answer.status_code, answer.json()) == (400, {"why": "repeated_parameter"})


def test_an_unused_parameter_may_come_twice(line, webhook):
    assert post_signed(line, webhook.content + b"&Tag=b&Tag=a").status_code == 200


@pytest.mark.parametrize(
    "sid",
    [
        "",
        "SM123",
        "sm" + "0" * 32,
        "SM" + "0" * 31,
        "SM" + "A" * 32,
        "SM" + "0" * 2_000,
    ],
)
def test_a_strange_message_id_is_refused(line, sid):
    answer = line.post("Hello", sid=sid)

    assert (answer.status_code, answer.json()) == (400, {"why": "message_sid"})


def test_a_missing_message_id_is_refused(line, webhook):
    content = b"&".join(
        part for part in webhook.content.split(b"&") if b"MessageSid" not in part
    )

    assert post_signed(line, content).status_code == 400


@pytest.mark.parametrize(
    "to", ["", "+447700900599", "447700900500", "whatsapp:" + LINE]
)
def test_a_text_to_another_number_is_refused(line, to):
    answer = line.post("Hello", line=to)

    assert (answer.status_code, answer.json()) == (403, {"why": "not_ours"})


def test_a_text_of_another_account_is_refused(line):
    answer = line.post("Hello", extra={"AccountSid": "AC" + "f" * 32})

    assert (answer.status_code, answer.json()) == (403, {"why": "not_ours"})


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(line, webhook, method):
    answer = line.client.request(method, "/sms", headers=webhook.headers)

    assert answer.status_code == 405


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json", "multipart/form-data; boundary=x", "text/plain", "",
        f"{FORM}; charset=utf-16", f"{FORM}; charset=iso-8859-1", f"{FORM}; boundary=x",
    ],
)  # fmt: skip
def test_other_kinds_of_body_are_refused(line, webhook, content_type):
    assert post(line, webhook, Content_Type=content_type).status_code == 415


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", FORM.upper()])
def test_a_plain_form_is_taken(line, webhook, content_type):
    assert post(line, webhook, Content_Type=content_type).status_code == 200


def test_a_huge_body_is_refused(line, webhook):
    answer = post(line, webhook, content=b"Body=" + b"a" * 5_000_000)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "content", [b"Body=%FF%FE", b"\xff", b"&".join(b"a%d=1" % n for n in range(300))]
)
def test_a_body_that_is_no_form_is_refused(line, webhook, content):
    answer = post(line, webhook, content=content)

    assert (answer.status_code, answer.json()) == (400, {"why": "unreadable"})


def test_a_refusal_says_a_code_and_nothing_that_was_sent(line):
    answer = line.post("canary words", extra={"AccountSid": "AC" + "f" * 32})

    assert answer.json() == {"why": "not_ours"}
    assert answer.headers["Cache-Control"] == "no-store"


# ── repeats ──────────────────────────────────────────────────────────────────


def test_a_repeat_at_10_seconds_gets_the_same_reply_and_changes_nothing(line, clock):
    sid = line.new_id()
    line.text("Hello")
    reply = line.text("5", sid=sid)
    before = line.answers()
    clock.pass_(seconds=10)

    assert line.text("5", sid=sid) == reply
    assert line.answers() == before


def test_a_repeat_at_61_seconds_gets_nothing_and_changes_nothing(line, clock):
    sid = line.new_id()
    line.text("Hello", sid=sid)
    before = line.answers()
    clock.pass_(seconds=61)

    answer = line.post("Hello", sid=sid)
    assert answer.status_code == 200
    assert b"<Message" not in answer.content
    assert line.answers() == before


def test_a_repeat_that_says_something_else_changes_nothing(line):
    sid = line.new_id()
    line.text("Hello", sid=sid)
    before = line.answers()
    line.text("5", sid=sid)

    assert line.answers() == before


def test_the_fallback_call_is_the_same_text(line, clock):
    sid = line.new_id()
    reply = line.text("Hello", sid=sid)
    clock.pass_(seconds=15)
    extra = {"ErrorCode": "11200", "ErrorUrl": line.settings.account.url}

    assert line.text("Hello", sid=sid, extra=extra) == reply
    assert len(line.answers()) == 1


def test_the_fallback_call_may_be_the_first_to_arrive(line):
    extra = {"ErrorCode": "11205", "ErrorUrl": line.settings.account.url}

    assert "1 Very good" in line.text("Hello", extra=extra)


def test_a_repeat_after_a_restart_is_known(line, settings, clock):
    sid = line.new_id()
    reply = line.text("Hello", sid=sid)
    with Running(build(settings, clock)) as restarted:
        line.client = restarted
        assert line.text("Hello", sid=sid) == reply


def test_the_same_webhook_twenty_times_at_once_is_one_text(line):
    webhook = signed_webhook(line.settings.account, ANN, LINE, "Hello", line.new_id())
    what = {"content": webhook.content, "headers": webhook.headers}

    answers = line.client.together([("/sms", what)] * 20)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(line.answers()) == 1


def test_a_burst_of_many_people_is_kept_whole(line):
    requests = []
    for n in range(200):
        sender = f"+44770090{n:04}"
        webhook = signed_webhook(
            line.settings.account, sender, LINE, "Hello", line.new_id()
        )
        requests.append(
            ("/sms", {"content": webhook.content, "headers": webhook.headers})
        )

    answers = line.client.together(requests)

    assert {answer.status_code for answer in answers} == {200}
    assert len(line.responses()) == 200


# ── the disk ─────────────────────────────────────────────────────────────────


def test_health_says_what_is_asked(line):
    answer = line.client.get("/health")

    assert answer.status_code == 200
    said = answer.json()
    assert said["log"] is True
    assert (said["survey"], said["unknown_wards"]) == ("inpatient@1", [])


def test_health_and_texts_are_503_while_another_holds_the_log(line, monkeypatch):
    monkeypatch.setattr(app, "DEADLINE_S", 0.3)
    sid = line.new_id()
    with Log.open(line.settings.log) as other, other.transaction():
        assert line.client.get("/health").status_code == 503
        answer = line.post("Hello", sid=sid)
        assert (answer.status_code, answer.json()) == (503, {"why": "deadline"})
        assert answer.headers["Retry-After"] == "5"

    assert "1 Very good" in line.text("Hello", sid=sid)
    line.text("Hello", sender=BOB)
    assert len(line.responses()) == 2


def test_one_text_that_fails_does_not_undo_its_neighbours(line, monkeypatch):
    """Two texts in one commit: what the broken one wrote goes, the other's stays."""
    give = People.give

    def fail_for_bob(people, text_id, reply, now):
        if text_id.endswith("b"):
            raise RuntimeError("planted")
        give(people, text_id, reply, now)

    monkeypatch.setattr(People, "give", fail_for_bob)
    account = line.settings.account
    requests = [
        signed_webhook(account, ANN, LINE, "Hello", "SM" + "a" * 32),
        signed_webhook(account, BOB, LINE, "Hello", "SM" + "b" * 32),
    ]
    answers = line.client.together(
        [("/sms", {"content": one.content, "headers": one.headers}) for one in requests]
    )

    assert [answer.status_code for answer in answers] == [200, 503]
    assert len(line.responses()) == 1
