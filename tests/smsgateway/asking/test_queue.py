"""What waits, and why: each in plain words."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from smsgateway.asking.hours import Hours
from smsgateway.asking.queue import waiting
from smsgateway.asking.reasons import REASONS
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN, BOB, LINE

CAT = "+447700900125"
HOUR = timedelta(hours=1)


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path, right_time=None, remind_after=None)
    yield asking
    asking.desk.log.close()


def asking(tmp_path, **changes):
    return AskingLine(tmp_path, right_time=None, remind_after=None, **changes)


def whys(line):
    found = waiting(line.desk.log, line.asker, line.now)
    assert all(one.why in REASONS for one in found)
    return {one.why: one.count for one in found}


def until(line, why):
    found = waiting(line.desk.log, line.asker, line.now)
    return next(one.until for one in found if one.why == why)


def test_what_is_due_is_next_in_line(line):
    line.ask(ANN)
    line.ask(BOB)

    assert whys(line) == {"next": 2}


def test_who_went_home_just_now_is_not_due_and_then_spread_out(line):
    line.ask(ANN, ago=HOUR)
    assert whys(line) == {"not_due": 1}
    line.clock.pass_(hours=23, seconds=1)

    assert whys(line) == {"spread": 1}
    assert line.now < until(line, "spread") <= line.now + 2 * HOUR


def test_a_night_is_waited_out(line):
    line.clock.moment = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    line.ask(ANN)
    line.send_all()

    assert whys(line) == {"quiet_hours": 1}
    assert until(line, "quiet_hours").date() == date(2026, 11, 25)


def test_a_night_weeks_from_now_is_not_what_it_waits_for(tmp_path):
    line = AskingLine(tmp_path, remind_after=None)
    line.clock.moment = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    for n in range(40):  # of some the second text falls into a night too
        line.ask(f"+4477009{n:05d}")
    nights = line.rows(
        "SELECT 1 FROM sms_invitations WHERE kind = 'right_time' "
        "AND waits_for = 'quiet_hours'"
    )
    assert nights

    assert whys(line) == {"quiet_hours": 40, "not_due": 40}


def test_when_the_ward_has_opened_only_the_spreading_is_left(line):
    line.clock.moment = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    line.ask(ANN, ago=25 * HOUR)
    due = until(line, "quiet_hours")
    line.clock.moment = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert line.now < due

    assert whys(line) == {"spread": 1}


def test_a_day_of_the_week_on_which_nothing_is_sent(tmp_path):
    week = Hours(time(9), time(20), frozenset(range(5)))
    line = asking(tmp_path, hours=week)
    line.clock.moment = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)  # a Saturday
    line.ask(ANN)
    line.send_all()

    assert whys(line) == {"closed_day": 1}
    assert until(line, "closed_day").date() == date(2026, 11, 30)


def test_a_bank_holiday(tmp_path):
    line = asking(tmp_path, holidays=frozenset([date(2026, 11, 24)]))
    line.ask(ANN)
    line.send_all()

    assert whys(line) == {"bank_holiday": 1}


def test_who_talks_and_who_may_have_stopped(line):
    line.text(ANN, "hello")
    line.ask(ANN)
    with line.desk.log.transaction():
        line.desk.opt_outs.hold(line.desk.opt_outs.names(BOB), "no thanks", line.now)
    line.ask(BOB)
    line.send_all()

    assert whys(line) == {"talking": 1, "held": 1}


def test_a_day_whose_segments_are_used_up(tmp_path):
    line = asking(tmp_path, daily_segments=3)
    for number in (ANN, BOB, CAT):
        line.ask(number)
    line.send_all()

    assert whys(line) == {"daily_cap": len(line.rows("SELECT 1")) + 1}
    assert until(line, "daily_cap") == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_a_month_whose_money_is_spent(tmp_path):
    line = asking(tmp_path, month_pence=0)
    line.ask(ANN)
    line.send_all()

    assert whys(line) == {"month_cap": 1}


def test_all_wait_while_the_carrier_asks_us_to(line):
    line.ask(ANN)
    line.ask(BOB)
    handing = line.hand((LINE,))
    until_when = line.now + timedelta(seconds=45)
    with line.desk.log.transaction():
        line.outcomes.busy(handing.send, until_when)

    assert whys(line) == {"carrier_busy": 2}
    assert until(line, "carrier_busy") == until_when
    line.clock.pass_(seconds=46)
    assert whys(line) == {"next": 2}


def test_an_account_that_may_not_send(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.refused(handing.send, 20003, line.now)

    assert whys(line) == {"carrier_refuses_us": 1}


def test_one_that_did_not_arrive_is_tried_again(line):
    line.ask(ANN)
    handing = line.send()
    line.tell(handing, stage=3, error=30003)
    found = whys(line)

    assert found == {"again": 1}


def test_what_is_sent_waits_for_nothing(line):
    line.ask(ANN)
    line.send_all()

    assert whys(line) == {}
