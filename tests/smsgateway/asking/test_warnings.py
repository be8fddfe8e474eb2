"""What of the policy somebody should look at: where they look, it is said in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feedback.log import Log
from smsgateway.app import build
from smsgateway.asking.hours import Hours
from smsgateway.opening import open_desk
from tests.smsgateway.asgi import Running
from tests.smsgateway.asking.asking_line import TUESDAY, settings_for
from tests.smsgateway.conftest import Clock
from tests.smsgateway.trust import Trust

SOON = TUESDAY.date() + timedelta(days=59)
HOLIDAYS = f"bank holidays are known to {SOON:%d %B %Y} only"
WARDS = "no ward of this gateway has the code ROWNA"


@pytest.fixture
def settings(tmp_path):
    found = settings_for(tmp_path)
    with Log.open(found.log) as log:
        Trust().send_bundle(log)
    return replace(found, rest_url="http://127.0.0.1:9")


def odd(settings):
    policy = replace(
        settings.asking, holidays_known_to=SOON, ward_hours={"ROWNA": Hours()}
    )
    return replace(settings, asking=policy)


def running(settings):
    clock = Clock()
    clock.moment = TUESDAY
    return Running(build(settings, clock))


def said(gateway):
    return gateway.get("/health").json()["policy_warnings"]


def test_health_says_what_of_the_policy_to_look_at(settings):
    with running(odd(settings)) as gateway:
        wards, holidays = said(gateway)

    assert wards.startswith(WARDS)
    assert holidays.startswith(HOLIDAYS)


def test_health_has_nothing_to_say_of_a_policy_that_is_well(settings):
    with running(settings) as gateway:
        assert said(gateway) == []
    with running(replace(settings, asking=None)) as gateway:
        assert said(gateway) == []


def test_the_log_says_it_at_the_start_and_once_a_day(settings, capsys):
    with running(odd(settings)) as gateway:
        said(gateway)  # the first round of chores is over by then
    written = "".join(capsys.readouterr())

    assert written.count(HOLIDAYS) == 1
    assert written.count(WARDS) == 1


def test_the_team_sees_it_too(settings):
    desk = open_desk(odd(settings), lambda: TUESDAY)
    with desk.log:
        assert [words[:20] for words in desk.asked.overview(TUESDAY).warnings] == [
            WARDS[:20],
            HOLIDAYS[:20],
        ]
