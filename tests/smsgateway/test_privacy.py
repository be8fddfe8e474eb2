"""No phone number and no words of a person's, in anything that the gateway leaves."""

import pytest

from feedback.answer import Draft
from feedback.log import Log
from smsgateway import logs
from smsgateway.twilio import signed_status, signed_webhook
from tests.smsgateway.conftest import LINE
from tests.smsgateway.process import Gateway

NUMBER = "+447700900777"
WORDS = "quokka-canary nobody came to bay four"
# As sent, as a form has it, and as people write it.
CANARIES = (b"7700900777", b"7700 900777", b"quokka", b"nobody came to bay")


def post(gateway, client, words, sid, **changes):
    webhook = signed_webhook(
        gateway.settings.account, NUMBER, LINE, words, sid, changes.pop("extra", None)
    )
    headers = {**webhook.headers, **changes}
    return client.post("/sms", content=webhook.content, headers=headers)


def tell(gateway, client, status, **more):
    account = gateway.settings.account
    said = {"MessageSid": "SM" + "6" * 32, "MessageStatus": status, "From": LINE}
    webhook = signed_status(account, account.status_url, {**said, "To": NUMBER, **more})
    return client.post("/sms/status", content=webhook.content, headers=webhook.headers)


def left_behind(folder):
    """Every byte of every file: log, WAL, shared memory, the process's output."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name: path.read_bytes() for path in files}


@pytest.fixture
def gateway(tmp_path):
    with Gateway(tmp_path) as started:
        started.start()
        yield started


def test_neither_number_nor_words_are_in_any_file_line_or_page(gateway):
    said = []
    with gateway.client() as client:
        for n, words in enumerate(
            ["Hello", "4", WORDS, f"{WORDS} again", "STOP", WORDS]
        ):
            said.append(post(gateway, client, words, f"SM{n:032x}"))
        # Each way to go wrong, with the canary in it.
        said += [
            post(gateway, client, WORDS, WORDS),
            post(gateway, client, WORDS, f"SM{9:032x}", extra={"AccountSid": NUMBER}),
            post(
                gateway, client, WORDS, "SM" + "8" * 32, **{"X-Twilio-Signature": "x"}
            ),
            post(gateway, client, WORDS, "SM" + "7" * 32, **{"Content-Type": NUMBER}),
            client.get(f"/sms?{NUMBER}={WORDS}"),
            client.post(f"/{NUMBER}", content=WORDS),
            # Twilio says whose each status is.
            *(tell(gateway, client, status) for status in ("sent", "delivered", WORDS)),
            tell(gateway, client, "delivered", MessageSid=WORDS),
        ]
        files = left_behind(gateway.folder)  # while it runs: the WAL is there
    assert [answer.status_code for answer in said[:6]] == [200] * 6
    assert {answer.status_code for answer in said[6:]} <= {204, 400, 403, 404, 405, 415}
    gateway.kill()
    files |= {f"after {name}": raw for name, raw in left_behind(gateway.folder).items()}

    assert any(name.endswith("-wal") for name in files)
    assert "output.txt" in files
    for name, raw in files.items():
        for canary in CANARIES:
            assert canary not in raw, f"{canary!r} is in {name}"
    for answer in said:
        for canary in CANARIES:
            assert canary not in answer.content
    assert b'"event": "text"' in files["output.txt"]


def test_the_canary_would_be_found(tmp_path):
    """The control: the same search over a gateway's folder with one plain comment."""
    with Log.open(tmp_path / "sms.db") as log:
        draft = Draft(
            "r", "s@1", "better", WORDS, "W", "sms", "2026-11-22T08:00:00.000Z"
        )
        log.add_all([draft])
        files = left_behind(tmp_path)

    assert any(b"quokka" in raw for raw in files.values())


def test_when_our_own_code_fails_the_line_says_where_and_not_what(
    line, monkeypatch, capsys
):
    def fail(desk, text):
        raise ValueError(f"cannot handle {text.words} of {text.sender}")

    monkeypatch.setattr("smsgateway.writer.take", fail)

    answer = line.post(WORDS, sender=NUMBER)

    shown = capsys.readouterr()
    assert answer.status_code == 503
    assert "ValueError" in shown.out + shown.err
    for canary in CANARIES:
        assert canary.decode() not in shown.out + shown.err + answer.text


def test_a_field_that_is_not_listed_is_left_out_of_a_log_line():
    line = logs.only_allowed(
        None, "info", {"event": "text", "words": WORDS, "sender": NUMBER, "ms": 3}
    )

    assert line == {"event": "text", "ms": 3, "refused_fields": ["sender", "words"]}
