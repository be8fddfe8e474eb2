"""P4 with the program as it runs: killed, started again, and the gap is closed."""

import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest

from smsgateway.twilio import signed_webhook
from tests.smsgateway.conftest import LINE
from tests.smsgateway.process import Gateway
from tests.smsgateway.standin import StandIn
from tests.smsgateway.test_privacy import CANARIES, left_behind

SEED = 20261128
TIMEOUT_S = 20.0
SENDER = "+447700900777"
WORDS = "quokka-canary nobody came to bay four"


def taken(gateway) -> list[str]:
    connection = sqlite3.connect(gateway.settings.log)
    found = [row[0] for row in connection.execute("SELECT id FROM sms_texts")]
    connection.close()
    return found


def wait_until_compared(client) -> dict:
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        said = client.get("/health").json()
        if said["reconciliation"]["succeeded_at"]:
            return said
        time.sleep(0.1)
    raise AssertionError(said)


def through_an_outage(gateway, twilio) -> None:
    """Forty texts of the last hour: of some no webhook comes, and in the middle of it
    the gateway is killed."""
    chance = random.Random(SEED)
    began = datetime.now(UTC) - timedelta(hours=1)
    gateway.start()
    with gateway.client() as client:
        for n in range(40):
            words = f"{WORDS}, part {n}"
            sid = twilio.receive(words, SENDER, LINE, began + timedelta(minutes=n))
            if n == 20:
                gateway.kill()
            if n >= 20 or chance.random() < 0.3:
                continue
            webhook = signed_webhook(gateway.settings.account, SENDER, LINE, words, sid)
            client.post("/sms", content=webhook.content, headers=webhook.headers)


@pytest.fixture
def twilio():
    with StandIn() as started:
        yield started


def test_the_start_closes_the_gap(tmp_path, twilio):
    on = {"WARDVOICE_SMS_RECONCILE": "yes", "WARDVOICE_SMS_REST_URL": twilio.url}
    with Gateway(tmp_path) as gateway:
        through_an_outage(gateway, twilio)
        missed = set(twilio.messages) - set(taken(gateway))
        gateway.environ |= on
        gateway.start()
        with gateway.client() as client:
            said = wait_until_compared(client)

        assert len(missed) > 20
        assert sorted(taken(gateway)) == sorted(twilio.messages)
        assert said["lost"] == 0
        files = left_behind(gateway.folder)
        for name, raw in files.items():
            assert not any(canary in raw for canary in CANARIES), name
        output = files["output.txt"].decode()
        assert not any(sid in output for sid in twilio.messages)
        assert f'"taken": {len(missed)}' in output


def test_a_start_that_compares_nothing_leaves_the_gap(tmp_path, twilio):
    """The control: the same outage with the reconciler off."""
    with Gateway(tmp_path) as gateway:
        through_an_outage(gateway, twilio)
        gateway.start()
        with gateway.client() as client:
            said = client.get("/health").json()

        assert said["reconciliation"]["on"] is False
        assert set(twilio.messages) - set(taken(gateway))
