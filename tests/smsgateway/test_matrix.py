"""Who gets in where: every route of the gateway with every credential (P14)."""

import hashlib
import json
from dataclasses import replace
from http import HTTPStatus

import pytest
from starlette.routing import Route

from feedback.log import Log
from smsgateway.app import build
from smsgateway.asking.door import Door
from smsgateway.twilio import signed_status, signed_webhook
from tests.smsgateway.asgi import Running
from tests.smsgateway.asking import team_world
from tests.smsgateway.asking.asking_line import TUESDAY, settings_for
from tests.smsgateway.conftest import ANN, LINE, Clock
from tests.smsgateway.trust import Trust

KEY = "key-of-the-door-0123456789"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
EVERYBODY = {
    "nobody", "Twilio", "a forger", "a hospital system", "another key", "the team",
    "a login of another server",
}  # fmt: skip
PAGE = {"the team"}
# (route, method): who gets in. Whatever is not here is refused.
DOORS = {
    ("/sms", "POST"): {"Twilio"},
    ("/sms/status", "POST"): {"Twilio"},
    ("/health", "GET"): EVERYBODY,
    ("/metrics", "GET"): EVERYBODY,  # no proxy passes it on: docs/operations.md
    ("/invitations", "POST"): {"a hospital system"},
    ("/alerts", "POST"): {"a hospital system"},
    ("/team", "GET"): EVERYBODY,  # leads to /team/
    ("/team/login", "GET"): EVERYBODY,
    ("/team/login", "POST"): EVERYBODY,
    ("/team/logout", "POST"): EVERYBODY,
    ("/team/", "GET"): PAGE,
    ("/team/refused", "GET"): PAGE,
    ("/team/reviews", "GET"): PAGE,
    ("/team/reviews", "POST"): PAGE,
    ("/team/exclusions", "GET"): PAGE,
    ("/team/exclusions", "POST"): PAGE,
    ("/team/texts", "GET"): PAGE,
}
FILES = (".css", ".svg", ".ttf")  # for anyone
REFUSED = {401, 403, 404, 405}


class House:
    """The whole gateway with every door, and a session of the team."""

    def __init__(self, running, app, settings) -> None:
        self.running, self.settings = running, settings
        self.routes = [one for one in app.routes if isinstance(one, Route)]
        self.cookie = self._log_in()

    def _log_in(self):
        form = {"name": team_world.NAME, "password": team_world.PASSWORD}
        origin = {"Origin": origin_of(self.settings)}
        came = self.running.post("/team/login", data=form, headers=origin)
        assert came.status_code == HTTPStatus.SEE_OTHER, came.text
        return came.headers["set-cookie"].split(";")[0]

    def ask(self, who, method, path):
        origin = origin_of(self.settings)
        headers, content = {"Origin": origin}, b'{"said": "x"}'
        self.running.client.cookies.clear()
        account = self.settings.account
        if who in ("Twilio", "a forger"):
            if who == "a forger":
                account = replace(account, token="0" * 32)
            hook = webhook(account, path)
            headers, content = headers | dict(hook.headers), hook.content
        if who in ("a hospital system", "another key"):
            key = KEY if who == "a hospital system" else KEY[:-1] + "x"
            headers["Authorization"] = f"Bearer {key}"
        if who in ("the team", "a login of another server"):
            name = self.cookie.split("=")[0]
            mine = self.cookie if who == "the team" else f"{name}=" + "A" * 43
            headers["Cookie"] = mine
        if method in ("GET", "OPTIONS"):
            content = b""
        return self.running.request(method, path, content=content, headers=headers)

    def rows(self):
        digest = hashlib.sha256()
        with Log.open(self.settings.log) as log:
            for table in sorted(log.db.table_names()):
                rows = log.db.conn.execute(f'SELECT * FROM "{table}"').fetchall()
                digest.update(json.dumps([table, rows], default=repr).encode())
        return digest.hexdigest()


def origin_of(settings):
    return settings.account.url.removesuffix("/sms")


def webhook(account, path):
    sid = "SM" + "0" * 32
    if path != "/sms/status":
        return signed_webhook(account, ANN, LINE, "Hello", sid)
    words = {"MessageSid": sid, "To": ANN, "From": LINE, "MessageStatus": "delivered"}
    return signed_status(account, account.status_url, words)


@pytest.fixture
def house(tmp_path):
    clock = Clock()
    clock.moment = TUESDAY.replace(hour=3)  # nothing is sent meanwhile
    users = tmp_path / "users"
    users.write_text(f"{team_world.LINE}\n")
    users.chmod(0o600)
    settings = settings_for(tmp_path, right_time=None, remind_after=None)
    settings = replace(
        settings, asking_key=KEY, users=users, rest_url="http://127.0.0.1:9"
    )
    with Log.open(settings.log) as log:
        Trust().send_bundle(log)
    app = build(settings, clock)
    with Running(app) as running:
        yield House(running, app, settings)


def undeclared(house):
    known = {path for path, _ in DOORS}
    found = {one.path for one in house.routes if not one.path.endswith(FILES)}
    return sorted(found - known), sorted(known - found)


def is_refusal(came):
    to_login = came.status_code == 303 and came.headers["location"].startswith(
        "/team/login"
    )
    return to_login or came.status_code in REFUSED


def offences(house, several=None):
    found, before = [], house.rows()
    for path in sorted(several or {path for path, _ in DOORS}):
        for method in METHODS:
            said = set()
            for who in sorted(EVERYBODY - DOORS.get((path, method), set())):
                came = house.ask(who, method, path)
                asked = f"{method} {path} by {who}: {came.status_code}"
                if not is_refusal(came):
                    found.append(f"let in: {asked}")
                said.add((came.status_code, came.text))
            if len(said) > 1:
                found.append(f"says more to some: {method} {path}: {said}")
        after = house.rows()
        if after != before:
            found.append(f"left a trace: {path}")
        before = after
    return found


def test_of_each_route_it_is_declared_who_gets_in(house):
    assert undeclared(house) == ([], [])


def test_nobody_gets_in_elsewhere_and_nothing_is_left_behind(house):
    assert offences(house) == []


def test_each_door_opens_to_those_whom_it_is_for(house):
    shut = []
    for (path, method), who in DOORS.items():
        if path in ("/team/login", "/team/logout"):
            continue  # tests/smsgateway/asking/test_team.py
        for one in sorted(who):
            came = house.ask(one, method, path)
            if is_refusal(came) or came.status_code >= 500:
                shut.append(f"{method} {path} by {one}: {came.status_code}")
    assert shut == []


def test_the_control_a_new_route_is_missed(house):
    house.routes.append(Route("/numbers", lambda request: None))
    assert undeclared(house) == (["/numbers"], [])


def test_the_control_a_key_that_is_not_looked_at_is_caught(house, monkeypatch):
    monkeypatch.setattr(Door, "_let_in", lambda *_: None)
    assert "let in: POST /invitations by nobody" in str(
        offences(house, ["/alerts", "/invitations"])
    )


def test_the_control_a_signature_that_is_not_checked_is_caught(house, monkeypatch):
    monkeypatch.setattr("smsgateway.twilio.webhook.compare_digest", lambda *_: True)
    found = str(offences(house, ["/sms"]))
    assert "let in: POST /sms by a forger: 200" in found
    assert "left a trace: /sms" in found
