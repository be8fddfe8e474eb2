"""The SMS gateway behind nginx: what Twilio signed arrives as it was signed, and nobody
else finds a door."""

from contextlib import contextmanager

import httpx
import pytest

from feedback.log import Log
from smsgateway.asking.team.accounts import hash_line
from smsgateway.settings import read_settings
from smsgateway.twilio import signed_webhook
from smsgateway.twilio.webhook import signed_status, status_url
from tests.central.served import free_port
from tests.journey.nginx import NAMES, installed, running
from tests.smsgateway.conftest import LINE
from tests.smsgateway.process import ROOT, Gateway
from tests.sync.authority import Authority

NAME = NAMES[1]
ANN = "+447700900123"
SID = f"SM{1:032x}"
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authorities") / "sms", "Gateway")


@contextmanager
def in_front(folder, authority, changed=lambda text: text, **environ):
    """nginx, and the gateway behind it as a program."""
    (folder / "log").mkdir(parents=True)
    with Gateway(folder / "log") as gateway:
        gateway.environ |= environ
        gateway.settings = read_settings(gateway.environ)
        gateway.start()
        files = installed(folder / "n", authority, free_port(), gateway.port, changed)
        with running(files) as nginx:
            yield nginx, gateway


@pytest.fixture
def behind(tmp_path, authority):
    with in_front(tmp_path, authority) as started:
        yield started


def hook(gateway, words="Hello", sid=SID):
    return signed_webhook(gateway.settings.account, ANN, LINE, words, sid)


def post(client, path, signed, **headers):
    return client.post(
        path, content=signed.content, headers={**signed.headers, **headers}
    )


def rows(gateway):
    with Log.open(gateway.settings.log) as log:
        return log.last


def test_a_text_that_twilio_signed_is_answered(behind):
    nginx, gateway = behind
    with nginx.client(NAME) as client:
        came = post(client, "/sms", hook(gateway, "5 — kind nurses, schönes Zimmer"))
        kept = rows(gateway)
        post(client, "/sms", hook(gateway, "5 — kind nurses, schönes Zimmer"))
        assert rows(gateway) == kept > 0, "the same text again is the same text"
        forged = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "http"}
        other = post(client, "/sms", hook(gateway, sid=f"SM{2:032x}"), **forged)
    assert came.status_code == 200
    assert came.headers["Content-Type"].startswith("text/xml")
    assert "<Message" in came.text
    # The address that Twilio was given counts, and not what a client calls us.
    assert other.status_code == 200


def test_its_query_is_signed_and_passes_as_it_is(behind):
    nginx, gateway = behind
    account, own = gateway.settings.account, "ab" * 16
    said = {"MessageSid": SID, "From": LINE, "To": ANN, "MessageStatus": "delivered"}
    url = status_url(account, own)
    signed = signed_status(account, url, said)
    with nginx.client(NAME) as client:
        path = url.removeprefix(f"https://{NAME}")
        assert post(client, path, signed).status_code == 204
        assert post(client, f"{path}0", signed).status_code == 403


def test_the_control_another_public_address_is_refused(tmp_path, authority):
    """As when the name in nginx and in the gateway's setting differ."""
    with in_front(tmp_path, authority) as (nginx, gateway):
        account = gateway.settings.account
        other = type(account)(
            account.sid, account.token, "https://texts.example.org/sms", account.lines
        )
        signed = signed_webhook(other, ANN, LINE, "Hello", SID)
        with nginx.client(NAME) as client:
            assert post(client, "/sms", signed).status_code == 403


def test_a_redirect_or_another_door_there_is_not(behind):
    nginx, gateway = behind
    with nginx.client(NAME) as client:
        closed = ("/", "/sms/", "/health", "/metrics", "/sms/../health", "/invitations")
        got = [client.get(path).status_code for path in closed]
        large = post(client, "/sms", hook(gateway, "x" * 70_000))
        wrong = client.post("/sms", data={"Body": "Hello"})
    assert got == [404] * len(closed)
    assert (large.status_code, wrong.status_code) == (413, 403)
    with httpx.Client(base_url=f"http://127.0.0.1:{nginx.plain_port}") as plain:
        came = post(plain, "/sms", hook(gateway), Host=NAME)
    assert (came.status_code, "Location" in came.headers) == (403, False)
    assert rows(gateway) == 0


def test_while_the_gateway_is_away_twilio_is_told_to_ask_again(behind):
    nginx, gateway = behind
    with nginx.client(NAME) as client:
        gateway.kill()
        assert post(client, "/sms", hook(gateway)).status_code == 502
        gateway.start()
        assert post(client, "/sms", hook(gateway)).status_code == 200


# ── the team's page ──────────────────────────────────────────────────────────


@pytest.fixture
def asking(tmp_path):
    users = tmp_path / "users"
    users.write_text(hash_line("joan", PASSWORD) + "\n")
    users.chmod(0o600)
    policy = ROOT / "assets" / "asking" / "policy.toml"
    return {"WARDVOICE_SMS_ASKING": str(policy), "WARDVOICE_SMS_USERS": str(users)}


def log_in(client, password=PASSWORD):
    return client.post(
        "/team/login",
        data={"name": "joan", "password": password},
        headers={"Origin": f"https://{NAME}"},
    )


def test_the_team_logs_in_through_it(tmp_path, authority, asking):
    with (
        in_front(tmp_path / "in", authority, **asking) as (nginx, _),
        nginx.client(NAME) as client,
    ):
        came = log_in(client)
        assert (came.status_code, came.headers["Location"]) == (303, "/team/")
        assert "Secure" in came.headers["Set-Cookie"]
        assert client.get("/team/").status_code == 200
        # nginx's own limit, or the gateway's: either ends it.
        assert log_in(client, "wrong").status_code == 401
        assert [log_in(client, "wrong").status_code for _ in range(40)][-1] == 429


def test_the_team_is_inside(tmp_path, authority, asking):
    def from_elsewhere(text):
        return text.replace("allow 127.0.0.1;", "")

    with (
        in_front(tmp_path / "in", authority, from_elsewhere, **asking) as (nginx, _),
        nginx.client(NAME) as client,
    ):
        doors = ("/team/", "/team/login", "/team", "/invitations", "/alerts")
        assert [client.get(path).status_code for path in doors] == [403] * len(doors)
        assert client.post("/sms").status_code == 403  # the gateway's own: unsigned
