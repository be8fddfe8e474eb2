"""What became of our replies: each counted once, in whatever order we are told."""

import json
import time
from dataclasses import replace

import httpx
import pytest

from feedback.log import Log
from smsgateway.deliveries import KEPT_FOR
from smsgateway.figures import leave_status
from smsgateway.opening import open_desk
from smsgateway.twilio import replies_in, signed_status
from tests.smsgateway.conftest import ANN, LINE, OTHER_LINE
from tests.smsgateway.process import Gateway, PhonesProgram

SID = "SM" + "5" * 32


def tell(line, status, sid=SID, sender=LINE, account=None, **extra):
    account = account or line.settings.account
    said = {"MessageSid": sid, "MessageStatus": status, "From": sender, "To": ANN}
    url = line.settings.account.status_url
    webhook = signed_status(account, url, {**said, **extra})
    return line.client.post(
        "/sms/status", content=webhook.content, headers=webhook.headers
    )


def counted(line, ward="ROWAN"):
    with Log.open(line.settings.log) as log:
        rows = log.db.conn.execute(
            "SELECT what, count FROM sms_days "
            "WHERE ward = ? AND what LIKE '%delivered'",
            (ward,),
        )
        return {what: count for what, count in rows if count}


def test_a_reply_names_the_address_that_is_told_what_became_of_it(line):
    answer = line.post("Hello")
    ((words, callback),) = replies_in(answer.content)

    assert words
    assert callback == line.settings.account.status_url


def test_a_reply_that_arrived_is_counted_once_on_its_ward(line):
    for status in ("queued", "sent", "delivered", "sent", "delivered", "read"):
        assert tell(line, status).status_code == 204
    tell(line, "delivered", sid="SM" + "6" * 32, sender=OTHER_LINE)

    assert counted(line) == {"delivered": 1}
    assert counted(line, "BIRCH") == {"delivered": 1}


def test_what_was_said_first_of_its_end_stands(line):
    tell(line, "undelivered", ErrorCode="30003")
    tell(line, "delivered")
    tell(line, "failed", sid="SM" + "6" * 32)

    assert counted(line) == {"undelivered": 2}


@pytest.mark.parametrize("status", ["", "teleported", "DELIVERED", "receiving"])
def test_a_word_that_we_do_not_know_is_taken_and_counts_as_nothing(line, status):
    assert tell(line, status).status_code == 204
    assert counted(line) == {}


def test_who_is_not_the_carrier_is_refused(line):
    account = line.settings.account
    assert (
        tell(line, "delivered", account=replace(account, token="x" * 32)).status_code
        == 403
    )
    other = replace(account, sid="AC" + "9" * 32)
    assert tell(line, "delivered", account=other).status_code == 403
    assert tell(line, "delivered", sender="+447700900999").status_code == 403
    assert tell(line, "delivered", sid="SM1").status_code == 400
    # A signed text is no status, nor a status a text: each has its own address.
    webhook = signed_status(
        account,
        account.url,
        {"MessageSid": SID, "MessageStatus": "delivered", "From": LINE, "To": ANN},
    )
    assert (
        line.client.post(
            "/sms/status", content=webhook.content, headers=webhook.headers
        ).status_code
        == 403
    )
    assert counted(line) == {}


def test_what_is_kept_of_it_is_no_number_and_goes_in_time(line, clock):
    tell(line, "delivered")
    with Log.open(line.settings.log) as log:
        rows = log.db.conn.execute("SELECT * FROM sms_deliveries").fetchall()
        assert rows == [(SID, "2026-11-22T08:00:00.000Z")]
    clock.moment += KEPT_FOR * 1.01
    desk = open_desk(line.settings, clock)
    with desk.log, desk.log.transaction():
        desk.purge(clock())
        assert not desk.log.db.conn.execute("SELECT 1 FROM sms_deliveries").fetchall()


def test_all_of_a_keywords_texts_count_on_its_ward(line):
    for words in ("Ward BIRCH", "1", "nice"):
        line.text(words)
    tell(line, "delivered")

    assert counted(line, "BIRCH") == {"delivered": 1}
    assert counted(line) == {}
    with Log.open(line.settings.log) as log:
        texts = "SELECT ward, count FROM sms_days WHERE what = 'texts' AND count"
        assert log.db.conn.execute(texts).fetchall() == [("BIRCH", 3)]


def test_the_agent_carries_it(line, clock):
    tell(line, "delivered")
    desk = open_desk(line.settings, clock)
    with desk.log, desk.log.transaction():
        leave_status(desk, None, None)
        (day,) = json.loads(desk.log.note("sms_status"))["days"].values()
    assert dict(zip(day["of"], day["wards"]["ROWAN"], strict=False))["delivered"] == 1


def test_a_whole_gateway_hears_it_from_the_simulated_phones(tmp_path):
    with Gateway(tmp_path) as gateway, PhonesProgram(gateway) as phones:
        gateway.start()
        phones.start()
        with httpx.Client(base_url=phones.url, timeout=10) as page:
            page.post("/text", data={"phone": "1", "words": "Hello"})
        end = time.monotonic() + 10
        while "delivered" not in counted(gateway) and time.monotonic() < end:
            time.sleep(0.05)

        assert counted(gateway) == {"delivered": 1}
