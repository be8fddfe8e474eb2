"""What a trust's half a million texts a year showed: looks that read whole tables,
reminders too many and too soon, and an answer that a clock hid."""

import random
from datetime import timedelta

import pytest

from smsgateway.asking.invitation import REMINDER
from smsgateway.text import ARRIVED, NOT_ARRIVED
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN, BOB

BIG = ("sms_sends", "sms_invitations")
FROM = "sms_sends WHERE state NOT IN ('refused', 'not_done', 'lost') AND"


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path)
    yield asking
    asking.desk.log.close()


def said_to_sqlite(line, work) -> list[str]:
    said = []
    connection = line.desk.log.db.conn
    connection.set_trace_callback(said.append)
    with line.desk.log.transaction():
        work()
    connection.set_trace_callback(None)
    words = ("SELECT", "UPDATE", "DELETE", "WITH")
    return [one for one in said if one.startswith(words)]


def test_no_look_before_a_text_or_in_a_minute_reads_a_whole_table(line):
    line.ask(ANN)
    line.send()
    line.ask(BOB)

    def looks():
        line.outcomes.begin()
        line.outcomes.in_doubt(line.now)
        line.desk.asking.next(line.settings.account.lines, line.now)
        line.desk.purge(line.now)

    found = said_to_sqlite(line, looks)
    assert len(found) > 20
    for sql in found:
        for *_, step in line.rows(f"EXPLAIN QUERY PLAN {sql}"):
            is_whole = step.startswith(tuple(f"SCAN {table}" for table in BIG))
            assert not is_whole or "INDEX" in step, (step, sql)


def test_the_caps_are_not_counted_from_the_texts_of_a_month(line):
    line.ask(ANN)
    lines = line.settings.account.lines
    found = said_to_sqlite(line, lambda: line.desk.asking.next(lines, line.now))
    sums = [sql for sql in found if "sum(" in sql]

    assert sums
    assert not [sql for sql in sums if "sms_sends" in sql]


def test_what_was_spent_is_what_the_texts_come_to_whatever_became_of_them(line):
    dice = random.Random(5)
    for n in range(60):
        line.ask(f"+4477009{n:05d}", ward=dice.choice(["ROWAN", "BIRCH"]))
        line.clock.pass_(hours=dice.choice([0, 0, 1]))
        handing = line.hand()
        if handing is None:
            continue
        with line.desk.log.transaction():
            fate(line, handing.send, dice)
    outbox = line.asker.outbox
    month = f"{line.now:%Y-%m}"
    sql = f"SELECT coalesce(sum(segments), 0) FROM {FROM} day LIKE ?"
    counted = line.rows(sql, f"{month}%")[0][0]

    assert len(line.rows("SELECT DISTINCT state FROM sms_sends")) >= 5
    assert outbox.segments_in(month, "invitation") == counted > 0
    for (day,) in line.rows("SELECT DISTINCT day FROM sms_sends"):
        sql = f"SELECT ward, sum(segments) FROM {FROM} day = ? GROUP BY ward"
        assert outbox.segments_on(day, "invitation") == dict(line.rows(sql, day))


def fate(line, send, dice) -> None:
    outcomes, now = line.outcomes, line.now
    what = dice.choice(["taken", "busy", "refused", "doubt", "lost", "lost and found"])
    if what == "busy":
        outcomes.busy(send, now + timedelta(days=9))
    elif what == "refused":
        outcomes.refused(send, 21614, now)
    elif what != "taken":
        outcomes.doubt(send)
    if what.startswith("lost"):
        outcomes.lost(send, now)
    if what in ("taken", "lost and found"):
        outcomes.taken(send, line.new_sid(), now)


def test_a_stay_has_one_reminder_whichever_of_its_texts_went(line):
    line.ask(ANN)
    for _ in range(30 * 24):
        handing = line.send()
        if handing is not None:
            line.tell(handing, ARRIVED)
        line.clock.pass_(hours=1)

    assert len(line.sent) == 3  # soon, the reminder, and at the right time
    assert line.states(REMINDER).total() == 1


def test_the_reminder_comes_days_after_the_text_that_arrived(line):
    line.ask(ANN)
    line.tell(line.send(), NOT_ARRIVED, 30003)
    line.clock.pass_(hours=6, minutes=1)
    again = line.send()
    line.tell(again, ARRIVED)
    arrived = line.now
    while line.send() is None:
        line.clock.pass_(hours=1)

    assert line.now - arrived >= line.settings.asking.remind_after


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=20)])
def test_an_answer_after_the_clock_was_set_back_is_an_answer(line, back):
    line.ask(ANN)
    line.send()
    line.clock.moment -= back
    line.text(ANN, "1")

    assert line.counted()["asked_answered"] == 1
    assert line.states() == {"ended answered": 1}
    assert line.states(REMINDER) == {"ended answered": 1}
