"""How near a limit is: on /health, in the metrics, and once a day in the log."""

import json
from dataclasses import replace

import pytest

from feedback.log import Log
from smsgateway.app import build
from smsgateway.asking.caps import caps
from smsgateway.figures import warn_of_caps
from smsgateway.logs import FIELDS
from tests.smsgateway.asgi import Running
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN, BOB

CAT = "+447700900125"


def lines(capsys):
    said = capsys.readouterr().out.splitlines()
    return [line for line in said if "a limit is near" in line]


def warned(line):
    with line.desk.log.transaction():
        warn_of_caps(line.desk)


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path, daily_segments=7, right_time=None)
    yield asking
    asking.desk.log.close()


def spend(line, *numbers):
    for number in numbers:
        line.ask(number)
    line.send_all()


def pages(line):
    """/health and /metrics of a gateway on this log."""
    line.desk.log.close()
    running = Running(build(line.settings, line.clock))
    health = running.get("/health")
    metrics = running.get("/metrics").text
    running.close()
    line.open()
    return health, metrics


def test_below_the_warning_nothing_is_said(line, capsys):
    spend(line, ANN)
    warned(line)
    health, metrics = pages(line)

    used = float(caps(line.asker, line.now)[0].share)
    assert 0 < used < 0.8
    assert lines(capsys) == []
    assert health.json()["warnings"] == []
    assert f'wardvoice_sms_cap_used_ratio{{cap="day"}} {used}' in metrics


def test_near_a_limit_health_warns_and_is_well_all_the_same(line):
    spend(line, ANN, BOB, CAT)
    health, metrics = pages(line)

    assert health.status_code == 200
    assert health.json()["log"] is True
    assert health.json()["warnings"] == ["day_cap_near"]
    assert health.json()["caps"]["day"] >= 0.8
    assert health.json()["caps"]["month"] < 0.01
    assert 'cap_used_ratio{cap="month"} 0.00' in metrics


def test_the_log_says_it_once_a_day_and_cap(line, capsys):
    spend(line, ANN, BOB, CAT)
    for _ in range(3):
        warned(line)
    line.restart()
    warned(line)
    (said,) = lines(capsys)
    assert "cap=day" in said
    assert {"cap", "percent"} <= FIELDS

    line.clock.pass_(days=1)
    warned(line)
    assert lines(capsys) == []
    spend(line, "+447700900201", "+447700900202", "+447700900203")
    warned(line)
    assert len(lines(capsys)) == 1


def test_a_cap_of_nothing_is_used_up(tmp_path):
    line = AskingLine(tmp_path, daily_segments=0)

    assert [cap.is_near for cap in caps(line.asker, line.now)] == [True, False]


def test_where_nobody_is_asked_there_are_no_caps(line):
    line.settings = replace(line.settings, asking=None)
    line.desk.log.close()
    running = Running(build(line.settings, line.clock))
    health = running.get("/health").json()

    assert (health["caps"], health["warnings"]) == (None, [])
    assert "cap_used" not in running.get("/metrics").text
    running.close()
    with Log.open(line.settings.log) as log:
        assert json.loads(log.note("sms_caps_told") or "{}") == {}
