"""A number whose ward central does not know of: no answer is taken for it."""

import pytest
from structlog.testing import capture_logs

from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.app import build
from smsgateway.opening import open_desk
from smsgateway.settings import read_settings
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import LINE, OTHER_LINE, Line
from tests.smsgateway.process import Gateway
from tests.smsgateway.trust import WARDS, environ_for

ROWAN, BIRCH = WARDS
MISTYPED = f"{LINE}=ROWAN,{OTHER_LINE}=BRICH"
NAME = "WARDVOICE_SMS_NUMBERS"


@pytest.fixture
def mistyped_line(tmp_path, clock, trust):
    """It was started before the agent had a bundle, so nobody could know."""
    settings = read_settings(environ_for(tmp_path, **{NAME: MISTYPED}))
    with Running(build(settings, clock)) as client:
        with Log.open(settings.log) as log:
            trust.send_bundle(log)
        yield Line(client, settings, clock, trust)


def test_a_text_to_a_mistyped_ward_is_not_taken_and_the_setting_is_named(mistyped_line):
    with capture_logs() as lines:
        answer = mistyped_line.post("Hello", line=OTHER_LINE)

    assert (answer.status_code, answer.json()) == (503, {"why": "no_ward"})
    [error] = [line for line in lines if line["log_level"] == "error"]
    assert (error["setting"], error["ward"]) == (NAME, "BRICH")
    assert mistyped_line.answers() == []


def test_a_text_that_is_not_taken_does_not_undo_the_keeping_of_the_bundle(
    mistyped_line,
):
    """Conversations end on the survey they began with, also after a restart."""
    mistyped_line.post("Hello", line=OTHER_LINE)

    with Log.open(mistyped_line.settings.log) as log:
        assert log.note("sms_survey inpatient@1") is not None


def test_the_other_numbers_go_on(mistyped_line):
    mistyped_line.post("Hello", line=OTHER_LINE)

    assert "1 Very good" in mistyped_line.text("Hello", line=LINE)


def test_stop_is_heard_on_a_mistyped_ward(mistyped_line):
    assert "We will not text you again." in mistyped_line.text(
        "please stop", line=OTHER_LINE
    )


def test_health_names_the_mistyped_ward(mistyped_line):
    answer = mistyped_line.client.get("/health")

    assert answer.status_code == 200
    assert answer.json()["unknown_wards"] == ["BRICH"]


def test_the_same_text_is_taken_once_central_gives_the_ward(line, trust):
    with Log.open(line.settings.log) as log:
        trust.send_bundle(log, version=2, wards=(ROWAN,))
    sid = line.new_id()
    assert line.post("Hello", line=OTHER_LINE, sid=sid).status_code == 503
    with Log.open(line.settings.log) as log:
        trust.send_bundle(log, version=3)

    assert "1 Very good" in line.text("Hello", line=OTHER_LINE, sid=sid)
    assert [row.ward for row in line.answers()] == [BIRCH.code]


def test_a_gateway_with_a_bundle_does_not_start_on_a_mistyped_ward(
    tmp_path, clock, trust
):
    settings = read_settings(environ_for(tmp_path, **{NAME: MISTYPED}))
    with Log.open(settings.log) as log:
        trust.send_bundle(log)

    with pytest.raises(SettingError, match=f"^{NAME} names the ward BRICH, "):
        open_desk(settings, clock)


def test_the_program_stops_with_2_and_names_the_setting(tmp_path):
    with Gateway(tmp_path) as gateway:
        gateway.environ[NAME] = MISTYPED
        with pytest.raises(AssertionError) as stopped:
            gateway.start()

    assert gateway.process.returncode == 2
    assert f"wardvoice-sms: {NAME} names the ward BRICH" in str(stopped.value)
    assert "Traceback" not in str(stopped.value)
