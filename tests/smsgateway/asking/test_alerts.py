"""An alert of which staff are not told ends aloud: counted, logged and shown."""

import json
from dataclasses import replace

import pytest

from smsgateway.app import build
from smsgateway.asking.alerts import Alert
from smsgateway.asking.team.frame import Visit
from smsgateway.asking.team.look import overview_page
from smsgateway.logs import FIELDS
from smsgateway.text import NOT_ARRIVED
from tests.smsgateway.asgi import Running
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import BOB

WORDS = "Rowan: look now."
KEY = "key-of-the-door-0123456789"


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path, alerts_daily=2, right_time=None)
    yield asking
    asking.desk.log.close()


def alert(line, *names):
    with line.desk.log.transaction():
        for name in names:
            line.asker.alerts.add(Alert(name, "ROWAN", BOB, WORDS), line.now)


def an_hour_later(line):
    line.clock.pass_(minutes=61)
    with line.desk.log.transaction():
        line.desk.purge(line.now)


def states(line):
    sql = "SELECT id, state, why, length(number) + length(words) > 0 FROM sms_alerts"
    return {name: (state, why, bool(kept)) for name, state, why, kept in line.rows(sql)}


def pages(line):
    line.desk.log.close()
    running = Running(build(line.settings, line.clock))
    health, metrics = running.get("/health"), running.get("/metrics").text
    running.close()
    line.open()
    return health.json(), metrics


def page(line):
    overview = line.desk.asked.overview(line.now)
    return overview_page(Visit("/team/", "Ann", 0, ""), overview)


def test_one_past_the_days_limit_ends_aloud(line, capsys):
    alert(line, "a1", "a2", "a3")
    line.send_all()
    an_hour_later(line)

    assert len(line.sent) == 2
    assert states(line)["a3"] == ("ended", "alerts_cap", False)
    said = capsys.readouterr().out
    assert "a3" in said
    assert "alert" in FIELDS
    assert BOB not in said
    assert WORDS not in said
    words = "1 alert to staff did not reach them today: the day&#x27;s limit of 2"
    assert words in page(line)
    health, metrics = pages(line)
    assert "alerts_unsent" in health["warnings"]
    assert health["alerts_unsent"] == {"alerts_cap": 1}
    assert 'alerts_unsent{why="alerts_cap"} 1.0' in metrics


def test_one_that_could_not_go_within_its_hour_ends_so(line):
    alert(line, "a1")
    an_hour_later(line)

    assert states(line) == {"a1": ("ended", "too_old", False)}
    assert line.asker.alerts_unsent("2026-11-24") == {"too_old": 1}


def test_one_that_the_carrier_refuses_is_told_of(line, capsys):
    alert(line, "a1")
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.refused(handing.send, 21610, line.now)

    assert states(line)["a1"] == ("ended", "failed", False)
    assert "a1" in capsys.readouterr().out
    assert line.asker.alerts_unsent("2026-11-24") == {"failed": 1}


def test_one_that_does_not_arrive_is_told_of_once(line):
    alert(line, "a1")
    handing = line.send()
    for _ in range(2):
        line.tell(handing, NOT_ARRIVED, 30005)

    assert line.asker.alerts_unsent("2026-11-24") == {"not_arrived": 1}


def test_the_limit_of_alerts_warns_before_it_is_reached(line):
    line.settings = replace(
        line.settings, asking=replace(line.settings.asking, alerts_daily=5)
    )
    line.restart()
    alert(line, "a1", "a2", "a3", "a4")
    line.send_all()

    assert "Today&#x27;s limit of alerts to staff is near: 4 of 5" in page(line)
    health, _ = pages(line)
    assert health["warnings"] == ["alerts_cap_near"]
    assert health["caps"]["alerts"] == 0.8


def test_when_the_limit_is_used_up_who_asks_hears_so_at_once(line):
    line.settings = replace(
        line.settings, asking_key=KEY, rest_url="http://127.0.0.1:9"
    )
    line.desk.log.close()
    with Running(build(line.settings, line.clock)) as running:

        def post(name):
            body = {"id": name, "to": BOB, "words": WORDS, "ward": "ROWAN"}
            headers = {"Authorization": f"Bearer {KEY}"}
            return running.post("/alerts", content=json.dumps(body), headers=headers)

        codes = [post(name).status_code for name in ("a1", "a2", "a1", "a3", "a2")]
        assert codes == [202, 202, 202, 429, 202]
        said = post("a3").json()
    line.open()

    assert said["why"] == "alerts_cap"
    assert "another way" in said["words"]
    assert "a3" not in states(line)
