"""The kernel refuses every write of a running gateway, its log lines among them."""

import resource

from smsgateway.twilio import messages_in, signed_webhook
from tests.smsgateway.conftest import ANN, LINE
from tests.smsgateway.process import Gateway


def test_a_text_on_a_failing_disk_is_answered_503_and_taken_when_it_heals(tmp_path):
    with Gateway(tmp_path) as gateway, gateway.client() as client:
        gateway.start()
        account = gateway.settings.account
        webhook = signed_webhook(account, ANN, LINE, "Hello", f"SM{1:032x}")

        def post():
            return client.post("/sms", content=webhook.content, headers=webhook.headers)

        pid, limit = gateway.process.pid, resource.RLIMIT_FSIZE
        soft, hard = resource.prlimit(pid, limit)
        resource.prlimit(pid, limit, (1, hard))
        answers = [post(), post()]
        health = client.get("/health")
        resource.prlimit(pid, limit, (soft, hard))

        assert [one.status_code for one in answers] == [503, 503]
        assert {one.json()["why"] for one in answers} == {"not_saved"}
        assert (health.status_code, health.json()["log"]) == (503, False)
        assert "1 Very good" in messages_in(post().content)[0]
