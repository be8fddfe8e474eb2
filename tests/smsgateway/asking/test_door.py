"""What the hospital's own systems may ask for, and with what they may not get in."""

import json
from dataclasses import replace

import pytest

from feedback.log import Log
from smsgateway.app import build
from tests.smsgateway.asgi import Running
from tests.smsgateway.asking.asking_line import TUESDAY, settings_for
from tests.smsgateway.conftest import ANN, BOB, Clock
from tests.smsgateway.trust import Trust

KEY = "key-of-the-door-0123456789"


class Door:
    def __init__(self, running, settings) -> None:
        self.running, self.settings = running, settings

    def post(self, path, body, key=KEY, **more):
        content = body if isinstance(body, bytes) else json.dumps(body)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self.running.post(path, content=content, headers=headers, **more)

    def invite(self, *rows, **more):
        return self.post("/invitations", {"invitations": list(rows)}, **more)

    def count(self, table):
        with Log.open(self.settings.log) as log:
            return log.db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.fixture
def door(tmp_path):
    clock = Clock()
    clock.moment = TUESDAY.replace(hour=3)  # nothing is sent meanwhile
    settings = settings_for(tmp_path, right_time=None, remind_after=None)
    # Nobody is there to take a text: what leaves would fail, and nothing is due.
    settings = replace(settings, asking_key=KEY, rest_url="http://127.0.0.1:9")
    with Log.open(settings.log) as log:
        Trust().send_bundle(log)
    with Running(build(settings, clock)) as running:
        yield Door(running, settings)


NOTHING_ODD = {"planned": 2, "skipped": [], "noted": []}


def row(number=ANN, **more):
    return {"number": number, "ward": "ROWAN", "discharged": "2026-11-23 10:00", **more}


def test_invitations_are_planned_once_however_often_they_are_asked_for(door):
    answer = door.invite(row(), row(BOB))
    assert (answer.status_code, answer.json()) == (202, NOTHING_ODD)
    assert door.invite(row()).json()["planned"] == 0
    assert door.count("sms_invitations") == 2


def test_one_that_is_wrong_refuses_them_all_and_says_where(door):
    answer = door.invite(row(), row(ward="NOWHERE"))
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]

    assert problem["at"] == 1
    assert ANN[3:] not in answer.text
    assert "NOWHERE" not in answer.text
    assert door.count("sms_invitations") == 0


def test_who_has_died_is_left_out_and_never_asked_by_any_other(door):
    answer = door.invite(row(), row(BOB, deceased=True))
    assert answer.json()["planned"] == 1
    assert answer.json()["skipped"][0]["at"] == 1
    assert door.invite(row(BOB, episode="next")).status_code == 202
    assert door.count("sms_exclusions") == 1


def test_one_who_cannot_be_texted_or_read_keeps_nobody_from_being_asked(door):
    rows = (row("", language="pl"), row("020 7946 0000"), row(language="Tamil"),
            row(BOB, language="Welsh"))  # fmt: skip
    answer = door.invite(*rows)

    said = answer.json()
    assert (answer.status_code, said["planned"]) == (202, 2)
    skipped = [(one["at"], one["code"]) for one in said["skipped"]]
    assert skipped == [(0, "empty"), (1, "landline")]
    assert [one["at"] for one in said["noted"]] == [2]
    assert "Tamil" not in answer.text


@pytest.mark.parametrize("key", ["", "x", KEY + "x", "Ä" * 10])
@pytest.mark.parametrize("path", ["/invitations", "/alerts"])
def test_without_the_key_nothing_is_read(door, key, path):
    headers = {"Authorization": f"Bearer {key}".encode()} if key else {}
    answer = door.running.post(path, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"why": "key"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[" * 5_000, 400),
        (b'{"invitations": []}', 400),
        (b'{"invitations": [1]}', 400),
        (b'{"invitations": [{"number": 7}]}', 400),
        (b'{"invitations": [{"number": null, "ward": "ROWAN"}]}', 400),
        (b'{"invitations": [{"\\ud800": "x"}]}', 422),
        (b"x" * 1_100_000, 413),
        (json.dumps({"invitations": [{}] * 1_001}).encode(), 413),
    ],
    ids=str,
)
def test_what_is_no_list_of_invitations_is_refused(door, body, status):
    answer = door.post("/invitations", body)
    assert answer.status_code == status
    assert door.count("sms_invitations") == 0


def test_an_alert_is_taken_once(door):
    alert = {"id": "c-1", "to": BOB, "words": "Rowan: look now.", "ward": "ROWAN"}
    assert door.post("/alerts", alert).json() == {"id": "c-1", "new": True}
    assert door.post("/alerts", alert).json() == {"id": "c-1", "new": False}
    assert door.count("sms_alerts") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "a b"},
        {"id": 7},
        {"words": ""},
        {"words": "x" * 321},
        {"to": "020 7946 0000"},
        {"to": None},
        {"ward": 7},
        {"ward": ""},
        {"ward": "NOWHERE"},
        {"ward": "rowan"},
    ],
    ids=str,
)
def test_an_alert_that_is_wrong_is_refused(door, change):
    alert = {"id": "c-1", "to": BOB, "words": "Look now.", "ward": "ROWAN", **change}
    assert door.post("/alerts", alert).status_code in (400, 422)
    assert door.count("sms_alerts") == 0


def test_without_a_key_in_the_settings_there_is_no_door(tmp_path):
    settings = settings_for(tmp_path)
    with Log.open(settings.log) as log:
        Trust().send_bundle(log)
    with Running(build(settings, Clock())) as running:
        assert running.post("/invitations", content=b"{}").status_code == 404
