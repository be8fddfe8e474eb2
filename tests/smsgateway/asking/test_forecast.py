"""What a clerk is told before a file fills a day, or spends a month's money."""

import time
from datetime import timedelta

import pytest

from smsgateway.asking.forecast import forecast
from smsgateway.asking.request import Request
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN

SEGMENTS = 2  # of the first text here
HEAD = "With this file, and without reminders:"


@pytest.fixture
def make(tmp_path):
    lines = []

    def open_line(name="a", **policy):
        folder = tmp_path / name
        folder.mkdir()
        policy = {"right_time": None, "remind_after": None, **policy}
        lines.append(AskingLine(folder, **policy))
        return lines[-1]

    yield open_line
    for line in lines:
        line.desk.log.close()


def people(line, many, ago=timedelta(hours=30), start=0):
    return [
        Request(f"+447700900{n:03}", "ROWAN", line.now - ago)
        for n in range(start, start + many)
    ]


def told(line, requests):
    return forecast(line.desk.log, line.desk.asking, requests, line.now)


def test_where_there_is_room_nothing_is_told(make):
    line = make(daily_segments=100)
    assert told(line, people(line, 39)) == []
    assert told(line, []) == []


def test_a_day_that_is_nearly_full_is_told_at_the_policys_mark(make):
    line = make(daily_segments=100)
    assert told(line, people(line, 40)) == [
        HEAD,
        "  Tuesday 24 November 2026: 80 of 100 segments a day (80 in 100)",
    ]
    other = make("b", daily_segments=100, warn_at=0.9)
    assert told(other, people(other, 40)) == []


def test_a_day_that_is_too_full_is_told_with_what_becomes_of_the_rest(make):
    line = make(daily_segments=100)
    _, day = told(line, people(line, 60))

    assert "120 of 100 segments a day (120 in 100); what does not fit waits" in day


def test_what_was_sent_and_what_waits_counts_too_and_nobody_twice(make):
    line = make(daily_segments=100)
    line.ask_all(people(line, 30))
    for _ in range(10):
        line.send()
    assert told(line, people(line, 30)) == []  # the same file again adds nothing
    assert "80 of 100" in told(line, people(line, 40))[1]  # ten are new


def test_the_day_is_the_one_on_which_it_goes_out(make):
    line = make(daily_segments=100)
    (_, day) = told(line, people(line, 50, ago=timedelta(hours=1)))
    assert day.startswith("  Wednesday 25 November 2026: 100 of 100")

    both = make("b", daily_segments=100, right_time=(timedelta(14), timedelta(14)))
    days = told(both, people(both, 50))
    assert [line.split(":")[0].strip() for line in days[1:]] == [
        "Tuesday 24 November 2026",
        "Monday 07 December 2026",
    ]


def test_a_months_money_is_told(make):
    line = make(month_pence=1000)
    line.ask(ANN, ago=timedelta(hours=28))
    line.send()
    said = told(line, people(line, 120, start=200))

    over = "£10.16 of £10.00 a month (101 in 100); what there is no money for is not"
    assert said == [HEAD, f"  November 2026: {over} sent"]
    _, near = told(line, people(line, 100, start=200))
    assert near.endswith("£8.48 of £10.00 a month (84 in 100)")


def test_many_days_are_counted_after_the_first_ten(make):
    line = make(daily_segments=1, right_time=(timedelta(14), timedelta(60)))
    said = told(line, people(line, 400))

    assert len([one for one in said if "segments a day" in one]) == 10
    assert any(one.startswith("  and 3") for one in said)


def test_it_says_nothing_of_anybody_and_changes_nothing(make):
    line = make(daily_segments=10)
    before = line.rows("SELECT count(*) FROM sms_invitations")
    said = "".join(told(line, people(line, 40)))

    assert "7700" not in said
    assert line.rows("SELECT count(*) FROM sms_invitations") == before


def test_a_long_file_is_soon_weighed(make):
    line = make(right_time=(timedelta(14), timedelta(21)))
    many = people(line, 1000) * 10
    began = time.perf_counter()
    told(line, many)

    assert time.perf_counter() - began < 20
