"""Who is asked, who is not, and what becomes of it; and that nobody is asked twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from feedback.log import Log
from smsgateway.asking.alerts import Alert
from smsgateway.asking.book import ANSWER_FOR
from smsgateway.asking.outcomes import GIVEN_UP_AFTER, TRIES
from smsgateway.asking.request import Request
from smsgateway.own_key import forget_key
from smsgateway.text import LEFT_CARRIER, NOT_ARRIVED, Text
from smsgateway.turns import take
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN, BOB, LINE, OTHER_LINE
from tests.smsgateway.trust import INPATIENT, WARDS

CAT = "+447700900125"


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path, right_time=None, remind_after=None)
    yield asking
    asking.desk.log.close()


# ── asking, and the answer ───────────────────────────────────────────────────


def test_who_is_asked_gets_one_text_that_says_all_the_first_text_must(line):
    line.ask(ANN)
    handing = line.send()

    assert handing.to == ANN
    assert handing.line == LINE
    assert handing.words.startswith("Harbour View Hospitals: tell us how")
    assert "To stop, text STOP." in handing.words
    assert "1 Very good" in handing.words
    assert line.send() is None
    assert line.counted()["asked"] == 1


def test_no_ward_is_named_on_a_locked_screen_unless_the_policy_says_so(line, tmp_path):
    line.ask(ANN)
    assert "Rowan" not in line.send().words
    assert "Rowan" not in line.text(ANN, "who is this?")
    assert "Rowan Ward" in line.text(BOB, "who is this?")  # they texted its number
    for name, named in (("all", {"*"}), ("one", {"ROWAN"}), ("other", {"BIRCH"})):
        folder = tmp_path / name
        folder.mkdir()
        other = AskingLine(folder, named_wards=frozenset(named))
        other.ask(ANN)
        assert ("Rowan Ward" in other.send().words) == (name != "other")
        assert ("Rowan Ward" in other.text(ANN, "who is this?")) == (name != "other")
        other.desk.log.close()


def test_the_invitation_mints_no_response_and_their_first_text_does(line):
    line.ask(ANN, ago=timedelta(days=1, hours=2))
    line.send()
    assert line.standing() == {}
    why = line.text(ANN, "4")

    assert "What could be better?" in why
    assert line.standing() == {
        "_language": "en",
        "_discharged": "2026-11-23",
        "fft": "poor",
    }
    answers = line.desk.log.after(0, 10)
    assert [one.question for one in answers] == ["_language", "_discharged", "fft"]
    assert line.counted()["asked_answered"] == 1
    assert line.states() == {"ended answered": 1}


@pytest.mark.parametrize("words", ["hello", "Who is this?", "Hi there!"])
def test_a_text_that_answers_nothing_is_no_answer_and_the_next_may_be(line, words):
    line.ask(ANN)
    line.send()
    line.text(ANN, words)
    assert "asked_answered" not in line.counted()
    assert line.states() == {"sent": 1}

    line.text(ANN, "4")
    line.text(ANN, "Nobody came")
    line.text(ANN, "2")
    assert line.standing()["fft"] == "poor"
    assert line.counted()["asked_answered"] == 1
    assert line.states() == {"ended answered": 1}


def test_who_only_said_hello_is_reminded_when_the_conversation_is_over(tmp_path):
    line = AskingLine(tmp_path, right_time=None, validity=timedelta(days=6))
    line.ask(ANN)
    line.send()
    line.text(ANN, "hello")
    for _ in range(60):
        line.clock.pass_(hours=4)
        line.send_all()

    assert len(line.sent) == 2


def test_words_of_their_own_are_an_answer(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, "The night staff were so kind to my mother")

    assert line.counted()["asked_answered"] == 1


def test_an_answer_after_a_week_of_silence_is_counted_once(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, "hello")
    line.clock.pass_(days=9)
    line.text(ANN, "1")

    assert line.standing()["fft"] == "very_good"
    assert line.counted()["asked_answered"] == 1


def test_a_conversation_that_they_began_themselves_answers_nothing(line):
    line.ask(ANN)
    line.text(ANN, "hello")
    line.clock.pass_(days=1)
    line.text(ANN, "thanks")
    line.text(ANN, "2")

    assert "asked_answered" not in line.counted()


def test_the_answer_is_in_the_language_and_of_the_ward_that_asked(line):
    line.ask(BOB, ward="BIRCH", language="cy")
    handing = line.send()
    assert handing.line == OTHER_LINE
    assert "1 Da iawn" in handing.words
    line.text(BOB, "1", line=OTHER_LINE)

    assert line.standing()["_language"] == "cy"
    assert {one.ward for one in line.desk.log.after(0, 10)} == {"BIRCH"}
    assert line.counted("BIRCH")["asked_answered"] == 1


def test_each_is_asked_by_the_survey_of_their_ward(line):
    """Birch has one of its own, which is there in Polish; Rowan what every ward has."""
    rowan, birch = WARDS
    texts = [INPATIENT, INPATIENT.with_name("inpatient-2.toml")]
    one, two = (text.read_text(encoding="utf-8") for text in texts)
    with Log.open(line.settings.log) as agent:
        line.trust.send_bundle(
            agent, version=2, surveys={"inpatient@1": one, "inpatient@2": two},
            wards=(rowan, replace(birch, sms_survey="inpatient@2")),
        )  # fmt: skip
    line.ask(ANN, "ROWAN", language="pl")
    line.ask(BOB, "BIRCH", language="pl")
    line.send_all()
    words = {to: words for to, words, _ in line.sent}
    assert "Very good" in words[ANN]
    assert "Bardzo dobrze" in words[BOB]
    line.text(BOB, "1", OTHER_LINE)
    assert {(row.ward, row.survey) for row in line.desk.log.after(0, 99)} == {
        ("BIRCH", "inpatient@2")
    }


def test_an_answer_that_comes_too_late_is_a_conversation_of_its_own(line):
    line.ask(ANN)
    line.send()
    line.clock.pass_(seconds=ANSWER_FOR.total_seconds() + 1)
    line.text(ANN, "4")

    assert "_discharged" not in line.standing()
    assert "fft" not in line.standing()


def test_a_keyword_of_another_ward_is_no_answer_to_this_one(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, "Ward BIRCH")

    assert {one.ward for one in line.desk.log.after(0, 10)} == {"BIRCH"}


def test_a_bare_keyword_of_the_ward_that_asked_begins_with_the_question(line):
    line.ask(ANN)
    line.send()

    for words in ("ROWAN", "Ward Rowan"):
        question = line.text(ANN, words)
        assert question.startswith("Overall, how was your experience")
        assert "1 Very good" in question
    assert "What could be better?" in line.text(ANN, "4")
    assert line.standing() == {
        "_language": "en",
        "_discharged": "2026-11-23",
        "fft": "poor",
    }


def test_a_text_without_words_is_still_no_answer(line):
    line.ask(ANN)
    line.send()

    assert "just one number" in line.text(ANN, "")


# ── never ────────────────────────────────────────────────────────────────────


def test_the_opted_out_are_never_asked(line):
    line.text(ANN, "STOP")
    line.ask(ANN)

    assert line.send_all() == 0
    assert line.states() == {"ended opted_out": 1}
    assert line.counted()["refused opted_out"] == 1


def test_a_stop_after_the_file_came_ends_all_that_was_planned(line):
    line.ask(ANN)
    line.ask(ANN, ward="BIRCH")
    line.text(ANN, "please stop texting me")

    assert line.send_all() == 0
    assert line.states() == {"ended opted_out": 2}
    assert line.rows("SELECT DISTINCT box FROM sms_invitations") == [(b"",)]


def test_the_excluded_are_never_asked_whether_before_or_after_the_file(line):
    line.exclude(ANN, "died")
    line.ask(ANN)
    line.ask(BOB)
    line.exclude(BOB, "pregnancy_loss")

    assert line.send_all() == 0
    assert line.states() == {"ended excluded": 2}


def test_who_excluded_somebody_first_is_kept(line):
    with line.desk.log.transaction():
        line.asker.exclude(ANN, "died", line.now, "joan")
        line.asker.exclude(ANN, "staff_asked", line.now, "ray")
        line.asker.exclude(BOB, "died", line.now)

    found = line.desk.asking.seen.exclusions()
    assert sorted((one.reason, one.who, one.count) for one in found) == [
        ("died", "", 1),
        ("died", "joan", 1),
    ]


def test_the_under_16_are_asked_only_where_the_policy_says_so(tmp_path, line):
    line.ask(ANN, under_16=True)
    assert line.send_all() == 0
    (tmp_path / "other").mkdir()
    other = AskingLine(tmp_path / "other", under_16="ask", right_time=None)
    other.ask(ANN, under_16=True)
    assert other.send_all() == 1


def test_nobody_is_asked_twice_about_one_stay(line):
    assert line.ask(ANN, episode="A1") == 1
    assert line.ask(ANN, episode="A1") == 0
    line.send_all()
    line.clock.pass_(days=40)
    assert line.ask(ANN, episode="A1") == 0

    assert line.send_all() == 0


def test_nobody_is_asked_by_two_wards_within_the_days_between(line):
    line.ask(ANN)
    line.ask(ANN, ward="BIRCH", episode="B")

    assert line.send_all() == 1
    line.clock.pass_(days=49)
    line.ask(ANN, ward="BIRCH", episode="C")
    assert line.send_all() == 1


def test_who_is_in_a_conversation_is_asked_when_it_is_over(line):
    line.text(ANN, "Hello")
    line.ask(ANN)
    assert line.send_all() == 0
    line.text(ANN, "1")
    line.text(ANN, "All of it")
    line.clock.pass_(hours=25)

    assert line.send_all() == 1


def test_who_may_have_opted_out_waits_until_somebody_has_looked(line):
    line.text(ANN, "why do you keep messaging me")
    line.ask(ANN)
    assert line.send_all() == 0
    (review,) = line.desk.opt_outs.waiting()
    with line.desk.log.transaction():
        line.desk.opt_outs.decide(review.id, "not_meant", "joan", line.now)
    line.clock.pass_(hours=26)

    assert line.send_all() == 1


def test_nothing_leaves_at_night_or_on_a_holiday(line):
    line.clock.moment = line.now.replace(month=12, day=24, hour=21)
    line.ask(ANN, ago=timedelta(hours=23))
    times = []
    while not line.sent and len(times) < 24 * 6:
        line.send()
        times.append(line.now)
        line.clock.pass_(hours=1)
    # Christmas Day and the 28th, for Boxing Day, are holidays; the 26th is a Saturday.
    assert not line.sent or 9 <= line.sent[0][2].hour < 20
    assert all(at.date().day not in (25, 28) for _, _, at in line.sent)


def test_what_is_older_than_its_validity_is_never_sent(line):
    line.ask(ANN)
    line.clock.pass_(days=5)

    assert line.send_all() == 0
    assert line.states() == {"ended too_old": 1}


def test_an_outage_of_a_week_flushes_nothing_afterwards(line):
    for n in range(30):
        line.ask(f"+4477009002{n:02d}")
    line.clock.pass_(days=7)

    assert line.send_all() == 0
    assert line.counted()["refused too_old"] == 30


def test_the_daily_cap_is_fair_between_wards(tmp_path):
    line = AskingLine(tmp_path, daily_segments=12, right_time=None, remind_after=None)
    for n in range(40):
        line.ask(f"+4477009002{n:02d}")
    for n in range(5):
        line.ask(f"+4477009003{n:02d}", ward="BIRCH")
    line.send_all()
    by_ward = dict(line.rows("SELECT ward, sum(segments) FROM sms_sends GROUP BY ward"))

    assert sum(by_ward.values()) <= 12
    assert line.counted("BIRCH")["asked"] == line.counted("ROWAN")["asked"] == 3
    line.clock.pass_(days=1)
    line.send_all()
    assert line.counted("BIRCH")["asked"] == 5
    assert line.counted("ROWAN")["asked"] == 7


def test_the_months_money_is_not_overspent(tmp_path):
    line = AskingLine(tmp_path, month_pence=30, right_time=None, remind_after=None)
    for n in range(40):
        line.ask(f"+4477009002{n:02d}")
    line.send_all()
    spent = line.rows("SELECT sum(segments) FROM sms_sends")[0][0] * 4.2

    assert 0 < spent <= 30


# ── what the carrier says ────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [21211, 21614])
def test_a_refusal_for_good_ends_all_that_this_person_has(line, code):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.refused(handing.send, code, line.now)
    line.clock.pass_(days=40)
    line.ask(ANN, episode="next")

    assert line.send_all() == 0
    assert line.counted()["refused failed_before"] == 1


@pytest.mark.parametrize("code", [30005, 30006])
def test_so_does_a_status_that_says_so(line, code):
    line.ask(ANN)
    handing = line.send()
    line.tell(handing, NOT_ARRIVED, code)
    line.clock.pass_(days=40)
    line.ask(ANN, episode="next")

    assert line.send_all() == 0


def test_a_handset_that_was_off_is_tried_again_but_not_for_ever(line):
    line.ask(ANN)
    for n in range(TRIES):
        handing = line.send()
        assert handing is not None, n
        line.tell(handing, NOT_ARRIVED, 30003)
        line.clock.pass_(hours=24)

    assert line.send_all() == 0
    assert line.states() == {"ended failed": 1}


def test_statuses_never_step_back_and_count_once(line):
    line.ask(ANN)
    handing = line.send()
    for stage in (LEFT_CARRIER, 4, LEFT_CARRIER, 4, NOT_ARRIVED, 1):
        line.tell(handing, stage, 30003 if stage == NOT_ARRIVED else 0)

    assert line.counted()["asked_delivered"] == 1
    assert line.rows("SELECT stage FROM sms_sends") == [(4,)]
    line.clock.pass_(days=1)
    assert line.send_all() == 0


def test_busy_waits_and_then_goes(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.busy(handing.send, line.now + timedelta(seconds=30))
    assert line.send_all() == 0
    line.clock.pass_(seconds=31)
    assert line.send_all() == 1


def test_what_is_in_doubt_is_not_sent_again(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.doubt(handing.send)
    for _ in range(10):
        line.clock.pass_(hours=1)
        assert line.send_all() == 0
    ((send, number),) = line.outcomes.in_doubt(line.now)
    assert (send.id, number) == (handing.send, ANN)


def test_what_was_in_doubt_and_is_at_the_carrier_was_sent(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.doubt(handing.send)
    line.tell(handing)  # its status comes, with our own id

    assert line.states() == {"sent": 1}
    assert line.counted()["asked"] == 1
    assert line.outcomes.in_doubt(line.now + GIVEN_UP_AFTER) == []


def test_a_crash_between_the_row_and_the_carrier_leaves_it_in_doubt(line):
    line.ask(ANN)
    handing = line.hand()
    line.restart()

    assert line.send_all() == 0
    assert line.states() == {"unknown": 1}
    with line.desk.log.transaction():
        line.outcomes.lost(handing.send, line.now)  # asked after, and not there
    assert line.send_all() == 1


def test_a_reply_to_one_in_doubt_proves_that_it_went(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.doubt(handing.send)
    line.text(ANN, "4")
    assert line.standing()["fft"] == "poor"
    with line.desk.log.transaction():
        line.outcomes.lost(handing.send, line.now)

    assert line.send_all() == 0


def test_a_stop_while_the_text_is_on_its_way_is_not_undone_by_its_fate(line):
    line.ask(ANN)
    handing = line.hand()
    line.text(ANN, "STOP")
    with line.desk.log.transaction():
        line.outcomes.busy(handing.send, line.now)
    assert line.states() == {"ended opted_out": 1}
    assert line.send_all() == 0


def test_who_has_stopped_at_the_carrier_has_stopped_here(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.refused(handing.send, 21610, line.now)
    names = line.desk.opt_outs.names(ANN)

    assert line.desk.opt_outs.standing(names).by_carrier


def test_with_another_key_what_is_in_doubt_is_not_repeated(line):
    line.ask(ANN)
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.doubt(handing.send)
    line.settings = replace(line.settings, own_key="another key of the gateway")
    forget_key(line.desk.log)
    line.restart()
    line.clock.pass_(hours=1)
    with line.desk.log.transaction():
        assert line.outcomes.in_doubt(line.now) == []

    assert line.states() == {"ended unreadable": 1}
    assert line.send_all() == 0


def test_a_late_status_of_one_that_was_believed_lost_stops_its_repeat(line):
    line.ask(ANN)
    handing = line.hand()
    line.restart()
    with line.desk.log.transaction():
        line.outcomes.lost(handing.send, line.now)
    line.tell(handing)

    assert line.send_all() == 0


# ── the second survey, and the reminder ──────────────────────────────────────


def test_the_right_time_survey_comes_two_to_three_weeks_after(tmp_path):
    line = AskingLine(tmp_path, remind_after=None)
    went_home = line.now - timedelta(hours=30)
    line.ask(ANN)
    line.send_all()
    line.text(ANN, "1")
    line.text(ANN, "All")
    for _ in range(30 * 4):
        line.clock.pass_(hours=6)
        line.send_all()
    _first, (_, _, second) = line.sent

    assert timedelta(days=14) <= second - went_home <= timedelta(days=22)


def test_who_has_not_answered_is_reminded_once(tmp_path):
    line = AskingLine(tmp_path, right_time=None)
    line.ask(ANN)
    for _ in range(30 * 4):
        line.send_all()
        line.clock.pass_(hours=6)

    assert len(line.sent) == 2
    assert line.sent[1][2] - line.sent[0][2] >= timedelta(days=4)


def test_a_reminder_says_what_it_is_and_that_it_is_the_only_one(tmp_path):
    line = AskingLine(tmp_path, right_time=None)
    line.ask(ANN)
    first = line.send()
    line.clock.pass_(days=4, hours=1)
    reminder = line.send()

    assert "only reminder" not in first.words
    assert "This is the only reminder." in reminder.words
    assert "To stop, text STOP." in reminder.words
    assert "1 Very good" in reminder.words
    line.desk.log.close()


@pytest.mark.parametrize("answers", [False, True])
def test_a_stay_has_at_most_one_reminder_whichever_text_it_is_of(tmp_path, answers):
    line = AskingLine(tmp_path)
    line.ask(ANN)
    words = []
    for hour in range(40 * 24):
        handing = line.send()
        if handing is not None:
            words.append("only reminder" in handing.words)
        if answers and hour == 1:
            line.text(ANN, "1")
            line.text(ANN, "good food")
        line.clock.pass_(hours=1)

    assert words == ([False, False] if answers else [False, True, False])
    line.desk.log.close()


def test_who_has_answered_is_not_reminded(tmp_path):
    line = AskingLine(tmp_path, right_time=None)
    line.ask(ANN)
    line.send_all()
    line.text(ANN, "1")
    line.clock.pass_(days=5)

    assert line.send_all() == 0


# ── the number ───────────────────────────────────────────────────────────────


def test_a_number_is_kept_locked_and_no_longer_than_it_is_needed(line, tmp_path):
    line.ask(CAT)
    line.send()
    line.text(CAT, "1")
    line.desk.log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = (tmp_path / "sms.db").read_bytes()

    assert b"7700900125" not in raw
    assert line.rows("SELECT DISTINCT box FROM sms_invitations") == [(b"",)]
    assert line.rows("SELECT DISTINCT box FROM sms_sends") == [(b"",)]


def test_a_file_that_is_not_whole_never_counts(line):
    request = Request(ANN, "ROWAN", line.now - timedelta(hours=30))
    with line.desk.log.transaction():
        batch = line.asker.book.begin(line.now)
        line.asker.take(batch, [request], line.now)
    assert line.send_all() == 0
    line.clock.pass_(days=2)
    with line.desk.log.transaction():
        line.asker.purge(line.now)
    assert line.rows("SELECT count(*) FROM sms_invitations") == [(0,)]
    assert line.ask(ANN) == 1


# ── what fresh eyes found ────────────────────────────────────────────────────


def test_one_in_doubt_counts_as_asked(line):
    line.ask(ANN)
    line.ask(ANN, ward="BIRCH", episode="B")
    handing = line.hand()
    with line.desk.log.transaction():
        line.outcomes.doubt(handing.send)

    assert line.send_all() == 0


def test_an_answer_that_is_found_late_at_the_carrier_still_answers(line):
    line.ask(ANN)
    line.send()
    sent_at = line.now
    line.clock.pass_(hours=3)
    late = Text("MM" + "9" * 32, ANN, LINE, "4", late_at=sent_at + timedelta(minutes=9))
    with line.desk.log.transaction():
        assert take(line.desk, late) == ""

    assert line.standing()["fft"] == "poor"
    assert line.states() == {"ended answered": 1}


def test_an_answer_of_who_is_held_stays_with_what_was_asked(tmp_path):
    line = AskingLine(tmp_path, right_time=None)
    line.ask(ANN)
    line.send()
    line.text(ANN, "The nurses were rude. why do you keep messaging me")
    (review,) = line.desk.opt_outs.waiting()
    with line.desk.log.transaction():
        line.desk.decide(review.id, "not_meant", "joan", line.now)
    line.clock.pass_(days=5)

    assert "_discharged" in line.standing()
    assert line.send_all() == 0  # no reminder


def test_words_with_a_stop_are_of_the_ward_that_asked(line):
    line.ask(BOB, ward="BIRCH")
    line.send()
    line.text(BOB, "please stop texting me the nurse hit me", line=OTHER_LINE)

    assert {one.ward for one in line.desk.log.after(0, 10)} == {"BIRCH"}


def test_a_text_to_another_wards_number_is_no_answer(line):
    line.ask(ANN)
    line.send()
    line.text(ANN, "Hello", line=OTHER_LINE)

    assert {one.ward for one in line.desk.log.after(0, 10)} == {"BIRCH"}
    assert line.states() == {"sent": 1}


def test_a_late_failure_of_one_that_was_lost_sends_no_third(line):
    line.ask(ANN)
    first = line.hand()
    line.restart()
    with line.desk.log.transaction():
        line.outcomes.lost(first.send, line.now)
    second = line.send()
    line.tell(second)
    line.tell(first, NOT_ARRIVED, 30003)
    line.clock.pass_(hours=12)

    assert line.send_all() == 0


def test_two_stays_do_not_text_one_person_within_the_days_between(tmp_path):
    line = AskingLine(tmp_path, days_between=7, remind_after=None)
    line.ask(ANN, episode="A")
    line.send_all()
    line.clock.pass_(days=12)
    line.ask(ANN, ward="BIRCH", episode="B")
    for _ in range(30 * 4):
        line.send_all()
        line.clock.pass_(hours=6)
    times = [at for _, _, at in line.sent]
    gaps = [later - at for at, later in pairwise(times)]

    assert min(gaps) >= timedelta(days=7)


def test_one_stay_is_one_stay_around_midnight(line):
    half_past = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)  # 00:30 in London, on the 7th
    line.clock.moment = datetime(2026, 7, 8, 12, 0, tzinfo=UTC)
    assert line.ask_all([Request(ANN, "ROWAN", half_past)]) == 1
    noon = datetime(2026, 7, 7, 11, 0, tzinfo=UTC)
    assert line.ask_all([Request(ANN, "ROWAN", noon)]) == 0


def test_a_review_that_was_a_stop_ends_what_is_planned(line):
    line.text(ANN, "why do you keep messaging me")
    line.ask(ANN)
    (review,) = line.desk.opt_outs.waiting()
    with line.desk.log.transaction():
        line.desk.decide(review.id, "stopped", "joan", line.now)

    assert line.states() == {"ended opted_out": 1}
    assert line.rows("SELECT DISTINCT box FROM sms_invitations") == [(b"",)]


def test_a_ward_whose_texts_are_due_later_gets_its_share_of_the_day(tmp_path):
    line = AskingLine(
        tmp_path, daily_segments=20, right_time=None, remind_after=None
    )  # fmt: skip
    for n in range(30):
        line.ask(f"+4477009002{n:02d}")
    for n in range(5):
        line.ask(f"+4477009003{n:02d}", ward="BIRCH", ago=timedelta(hours=24))
    line.send_all()
    line.clock.pass_(hours=4)
    line.send_all()

    assert line.counted("BIRCH")["asked"] == 5


def test_what_can_never_be_sent_any_more_loses_its_number(tmp_path):
    line = AskingLine(tmp_path, daily_segments=0, right_time=None)
    line.ask(ANN)
    line.clock.pass_(days=5)
    with line.desk.log.transaction():
        line.desk.purge(line.now)

    assert line.states() == {"ended too_old": 1}
    assert line.rows("SELECT DISTINCT box FROM sms_invitations") == [(b"",)]


def test_an_alert_that_cannot_be_read_stops_nothing(line):
    with line.desk.log.transaction():
        line.asker.alerts.add(Alert("a1", "ROWAN", BOB, "Look now."), line.now)
    line.settings = replace(line.settings, own_key="another key of the gateway")
    forget_key(line.desk.log)
    line.restart()
    line.ask(ANN)

    assert line.send_all() == 1


def test_one_answer_answers_the_reminder_too(tmp_path):
    line = AskingLine(tmp_path, right_time=None)
    line.ask(ANN)
    for _ in range(5 * 4):
        line.send_all()
        line.clock.pass_(hours=6)
    assert len(line.sent) == 2
    line.text(ANN, "1")
    line.text(ANN, "All of it")
    line.clock.pass_(days=2)
    line.text(ANN, "thanks again")

    assert line.counted()["asked_answered"] == 1
