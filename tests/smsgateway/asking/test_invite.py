"""A clerk's file, by the command: looked at first, then all of it or nothing."""

import io
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.asking.hours import Hours
from smsgateway.asking.invite import invite
from smsgateway.settings import read_settings
from tests.smsgateway.asking.asking_line import POLICY, TUESDAY, settings_for
from tests.smsgateway.process import ROOT
from tests.smsgateway.trust import Trust, environ_for

GOOD = """number,ward,discharged,deceased
07700 900123,ROWAN,2026-11-23 10:00,no
07700 900124,BIRCH,2026-11-22,no
07700 900125,ROWAN,2026-11-23,yes
"""


def now():
    return TUESDAY


@pytest.fixture
def settings(tmp_path):
    found = settings_for(tmp_path)
    with Log.open(found.log) as log:
        Trust().send_bundle(log)
    return found


def run(settings, tmp_path, words, is_dry=False):
    file = tmp_path / "people.csv"
    file.write_text(words)
    out = io.StringIO()
    return invite(settings, file, is_dry, now, out), out.getvalue()


def rows(settings, what="count(*)", table="sms_invitations"):
    with Log.open(settings.log) as log:
        return log.db.conn.execute(f"SELECT {what} FROM {table}").fetchall()


def test_a_dry_run_says_what_would_be_and_does_nothing(settings, tmp_path):
    could, said = run(settings, tmp_path, GOOD, is_dry=True)

    assert could
    assert "ROWAN" in said
    assert "7700" not in said
    assert rows(settings) == [(0,)]


def test_then_all_of_it_counts(settings, tmp_path):
    could, said = run(settings, tmp_path, GOOD)

    assert could
    assert "4 texts are planned." in said  # soon, and at the right time
    assert rows(settings) == [(4,)]
    assert rows(settings, "reason", "sms_exclusions") == [("died",)]


def test_a_file_that_nearly_fills_a_day_is_told_before_and_as_it_is_taken(
    settings, tmp_path
):
    policy = replace(settings.asking, daily_segments=5)
    small = replace(settings, asking=policy)
    for is_dry in (True, False):
        could, said = run(small, tmp_path, GOOD, is_dry)

        assert could
        assert "of 5 segments a day (80 in 100)" in said
    assert "segments a day" not in run(settings, tmp_path, GOOD, is_dry=True)[1]


LEFT = """number,ward,discharged
,ROWAN,2026-11-23
,ROWAN,2026-11-23
020 7946 0000,BIRCH,2026-11-23
07012345678,ROWAN,2026-11-23
07700 900123,ROWAN,2026-11-23
"""


def test_who_has_no_mobile_keeps_nobody_from_being_asked(settings, tmp_path):
    for is_dry in (True, False):
        could, said = run(settings, tmp_path, LEFT, is_dry)

        assert could
        assert "there is no number: 2 (rows 2, 3)" in said
        assert "Left out: 4" in said
    assert rows(settings) == [(2,)]


def test_the_same_file_again_plans_nothing(settings, tmp_path):
    run(settings, tmp_path, GOOD)
    _, said = run(settings, tmp_path, GOOD)

    assert "0 texts are planned." in said
    assert rows(settings) == [(4,)]


def test_a_file_with_one_bad_row_plans_nothing(settings, tmp_path):
    could, said = run(settings, tmp_path, GOOD + "07700 900126,NOWHERE,2026-11-23,no\n")

    assert not could
    assert "5" in said  # the row, as the clerk sees it
    assert rows(settings) == [(0,)]
    assert rows(settings, table="sms_exclusions") == [(0,)]


def test_a_ward_of_the_policy_that_is_not_there_is_told(settings, tmp_path):
    policy = replace(settings.asking, ward_hours={"ROWNA": Hours()})
    _, said = run(replace(settings, asking=policy), tmp_path, GOOD, is_dry=True)

    assert "no ward of this gateway has the code ROWNA" in said
    assert "no ward of this gateway" not in run(settings, tmp_path, GOOD)[1]


def test_a_survey_that_is_not_there_refuses_the_file(settings, tmp_path):
    words = "number,ward,discharged,survey\n07700 900123,ROWAN,2026-11-23,other@1\n"
    could, said = run(settings, tmp_path, words)

    assert not could
    assert "no survey other@1" in said


def test_a_gateway_that_asks_nobody_says_so(tmp_path):
    settings = read_settings(environ_for(tmp_path))
    with pytest.raises(SettingError, match="asks nobody by text"):
        invite(settings, tmp_path / "people.csv", True, now, io.StringIO())


def test_the_command_ends_with_1_for_a_file_that_is_wrong(settings, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("number;ward\n")
    environ = environ_for(tmp_path, WARDVOICE_SMS_ASKING=str(POLICY))
    done = subprocess.run(
        [sys.executable, "-m", "smsgateway", "invite", str(file)],
        env={**os.environ, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1, done.stderr
    assert "comma" in done.stdout
