"""Asked, answered and opted out: people, each once about a stay."""

from datetime import timedelta

import pytest

from smsgateway.opt_outs import NOT_MEANT, STOPPED
from smsgateway.text import NOT_ARRIVED
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN

HELD = "why do you keep messaging me"


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path, right_time=None)
    yield asking
    asking.desk.log.close()


def tally(line):
    counted = line.counted()
    names = ("asked", "asked_answered", "asked_opted_out")
    return tuple(counted.get(name, 0) for name in names)


def decide(line, decision):
    ((review,),) = line.rows("SELECT id FROM sms_reviews WHERE decided_at = ''")
    with line.desk.log.transaction():
        line.desk.decide(review, decision, "ann", line.now)


def test_who_answers_and_then_opts_out_counts_as_both_once(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, "1")
    line.text(ANN, "STOP")
    line.clock.pass_(minutes=2)
    line.text(ANN, "START")
    line.clock.pass_(minutes=2)
    line.text(ANN, "STOP")

    assert tally(line) == (1, 1, 1)


@pytest.mark.parametrize(
    ("decision", "then"), [(STOPPED, (1, 0, 1)), (NOT_MEANT, (1, 1, 0))]
)
def test_a_text_that_may_be_an_opt_out_counts_when_it_is_decided(line, decision, then):
    line.ask(ANN)
    line.send()
    line.text(ANN, HELD)
    assert tally(line) == (1, 0, 0)
    decide(line, decision)
    assert tally(line) == then
    assert HELD in line.standing().values()


def test_who_says_themselves_that_they_meant_no_stop_has_answered(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, HELD)
    line.clock.pass_(minutes=2)
    line.text(ANN, "START")

    assert tally(line) == (1, 1, 0)


def test_an_answer_before_an_opt_out_that_somebody_finds_counts_as_both(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, "1")
    line.text(ANN, HELD)
    decide(line, STOPPED)

    assert tally(line) == (1, 1, 1)


def test_tries_and_reminders_are_texts_and_no_more_people(tmp_path):
    line = AskingLine(tmp_path, right_time=None, remind_after=timedelta(days=4))
    line.ask(ANN)
    line.tell(line.send(), NOT_ARRIVED, 30003)
    line.clock.pass_(hours=7)
    line.send()
    line.clock.pass_(days=5)
    line.send()

    assert len(line.sent) == 3
    assert tally(line) == (1, 0, 0)
    assert line.counted()["asked_sent"] == 3
    days = line.desk.asked.overview(line.now).days
    assert sum(day.sent for day in days) == 3


def test_two_texts_about_one_stay_make_no_more_answers_than_people(tmp_path):
    line = AskingLine(tmp_path, remind_after=None)
    line.ask(ANN)
    line.send()
    line.text(ANN, "1")
    for _ in range(22):
        line.clock.pass_(days=1)
        line.send()
    line.text(ANN, "2")

    assert len(line.sent) == 2
    assert tally(line) == (1, 1, 0)


def test_a_reply_before_the_carrier_said_that_it_took_the_text_counts_both(line):
    line.ask(ANN)
    handing = line.hand()
    line.text(ANN, "1")
    with line.desk.log.transaction():
        line.outcomes.taken(handing.send, line.new_sid(), line.now)

    assert tally(line) == (1, 1, 0)
