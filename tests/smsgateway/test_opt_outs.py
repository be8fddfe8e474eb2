"""Who asked for no more texts gets none; of whom we do not know, somebody is asked."""

import io

import pytest

from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.app import build
from smsgateway.conversation import leave
from smsgateway.opening import open_desk
from smsgateway.people import People
from smsgateway.review import decide, show
from smsgateway.settings import read_settings
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import ANN, BOB, OTHER_LINE, Line
from tests.smsgateway.trust import environ_for

MAYBE = "why do you keep sending me messages"
CANARY = "quokka why do you keep sending me messages"


@pytest.fixture
def desk(settings, clock, trust):
    with Log.open(settings.log) as log:
        trust.send_bundle(log)
    opened = open_desk(settings, clock)
    yield opened
    opened.log.close()


def shown(settings):
    out = io.StringIO()
    show(settings, out)
    return out.getvalue()


def told(settings, review, decision):
    out = io.StringIO()
    decide(settings, review, decision, out)
    return out.getvalue()


# ── for ever, for all numbers ────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words", ["Stop. Thank you", "please stop texting me", "stopio", "S T O P"]
)
def test_a_stop_in_other_words_is_recorded_and_confirmed_once(line, words):
    line.text("Hello")
    assert "We will not text you again" in line.text(words)
    assert line.text(words) == ""
    assert line.text("Hello") == ""
    assert line.text("Hello", line=OTHER_LINE) == ""
    assert "Overall" in line.text("Hello", sender=BOB)


def test_an_opt_out_outlives_another_pepper_of_the_conversations(
    line, settings, tmp_path, clock, trust
):
    line.text("please stop texting me")
    changed = read_settings(
        environ_for(tmp_path, WARDVOICE_SMS_PEPPER="another-pepper-of-the-tests-01")
    )
    with Running(build(changed, clock)) as client:
        assert (
            Line(client, changed, clock, trust).text("Hello", sid="SM" + "e" * 32) == ""
        )


def test_an_opt_out_from_before_it_had_a_pepper_of_its_own_stands(line, settings):
    with Log.open(settings.log) as log, log.transaction() as connection:
        name = People(log, settings.pepper).person(ANN)
        connection.execute(
            "INSERT INTO sms_opt_outs (person, stopped_at) VALUES (?, ?)",
            (name, "2026-11-01T08:00:00.000Z"),
        )
    assert line.text("Hello") == ""
    assert "We may text you again" in line.text("Start.")
    assert "Overall" in line.text("Hello")


def test_an_opt_out_stands_when_ending_the_conversation_fails(line, monkeypatch):
    line.text("Hello")

    def fail(state):
        raise ValueError(state)

    monkeypatch.setattr("smsgateway.conversation.leave", fail)
    assert "We will not text you again" in line.text("stop please")
    monkeypatch.setattr("smsgateway.conversation.leave", leave)
    assert line.text("Hello again") == ""


def test_start_is_for_invitations_to_come_and_brings_no_old_question_back(line):
    line.text("Hello")
    line.text("stop please")
    assert "We may text you again" in line.text("Start.")
    assert "Overall" in line.text("4")  # a new conversation: nothing was asked in it


def test_a_yes_undoes_only_what_the_carrier_did(line):
    line.text("please stop texting me")
    assert line.text("Yes") == ""  # meant: yes, stop
    assert line.text("Hello") == ""
    line.text("STOP", sender=BOB)
    line.text("YES", sender=BOB)
    assert "Overall" in line.text("Hello", sender=BOB)


def test_another_opt_out_pepper_is_refused_at_the_start(line, tmp_path, clock):
    line.text("please stop texting me")
    changed = read_settings(
        environ_for(tmp_path, WARDVOICE_SMS_OPT_OUT_PEPPER="another-pepper-of-tests-1")
    )
    with pytest.raises(SettingError, match="WARDVOICE_SMS_OPT_OUT_PEPPER is not"):
        open_desk(changed, clock)


@pytest.mark.parametrize(
    "words",
    ["my mum has died", "stopp", "he died yesterday, stop messaging", "ST0P",
     "f off and stop texting"],
)  # fmt: skip
def test_nobody_who_may_mean_stop_is_put_a_question(line, settings, words):
    reply = line.text(words)
    assert "Overall" not in reply
    assert line.text("Hello") == ""


# ── of whom we do not know ───────────────────────────────────────────────────


def test_an_uncertain_one_is_held_until_somebody_has_looked(line, settings):
    line.text("Hello")
    assert line.text(MAYBE) == ""
    assert line.text("4") == ""
    assert line.text("Hello", line=OTHER_LINE) == ""
    assert "Overall" in line.text("Hello", sender=BOB)
    assert MAYBE in shown(settings)
    assert MAYBE in line.standing(line.responses()[0]).values()  # kept as it is said

    assert "may be texted again" in told(settings, 1, "go")
    assert line.text("4") != ""
    assert "No text waits" in shown(settings)


def test_who_is_held_can_say_so_themselves_and_is_one_response(line, settings):
    for words in (MAYBE, "the food was cold", "and the bed was hard"):
        assert line.text(words) == ""
    assert len(line.responses()) == 1
    assert "We may text you again" in line.text("Start.")
    assert "No text waits" in shown(settings)
    assert line.text("Hello") != ""


def test_what_nobody_can_read_is_not_let_go(line, tmp_path):
    line.text(MAYBE)
    changed = read_settings(
        environ_for(tmp_path, WARDVOICE_SMS_KEY="another-key-of-the-tests-01234")
    )
    with pytest.raises(SettingError, match="nobody can have read it"):
        decide(changed, 1, "go", io.StringIO())
    with pytest.raises(SettingError, match="no text waits"):
        decide(changed, 10**30, "stop", io.StringIO())
    assert "will not be" in told(changed, 1, "stop")


def test_one_that_meant_it_is_an_opt_out(line, settings):
    line.text(MAYBE)
    assert "will not be texted again" in told(settings, 1, "stop")
    assert line.text("Hello") == ""
    with pytest.raises(SettingError, match="no text waits with the number 1"):
        decide(settings, 1, "go", io.StringIO())


def test_its_words_lie_locked_and_are_gone_when_it_is_decided(line, settings):
    line.text(CANARY)
    with Log.open(settings.log) as log:
        (before,) = log.db.query("SELECT words FROM sms_reviews")
        assert b"quokka" not in before["words"]
        raw = b"".join(p.read_bytes() for p in settings.log.parent.glob("sms.db*"))
        assert before["words"] in raw  # the search can find what is there
    told(settings, 1, "go")
    with Log.open(settings.log) as log:
        log.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = b"".join(p.read_bytes() for p in settings.log.parent.glob("sms.db*"))
    assert before["words"] not in raw


def test_with_another_key_it_says_that_it_cannot_be_opened(line, tmp_path):
    line.text(MAYBE)
    changed = read_settings(
        environ_for(tmp_path, WARDVOICE_SMS_KEY="another-key-of-the-tests-01234")
    )
    assert MAYBE not in shown(changed)
    assert "cannot be opened" in shown(changed)


def test_a_box_that_is_moved_to_another_row_does_not_open(desk, clock):
    with desk.log.transaction() as connection:
        desk.opt_outs.hold(desk.opt_outs.names(ANN), "first", clock())
        desk.opt_outs.hold(desk.opt_outs.names(BOB), "second", clock())
        connection.execute(
            "UPDATE sms_reviews SET words = "
            "(SELECT words FROM sms_reviews WHERE id = 2)"
        )
    assert [one.words for one in desk.opt_outs.waiting()] == [None, "second"]


# ── the numbers of who asked to hear from us ─────────────────────────────────


@pytest.fixture
def telling_line(tmp_path, clock, trust):
    settings = read_settings(environ_for(tmp_path, WARDVOICE_SMS_HEAR_DAYS="60"))
    with Log.open(settings.log) as log:
        trust.send_bundle(log)
    with Running(build(settings, clock)) as client:
        yield Line(client, settings, clock, trust)


def askers(line):
    desk = open_desk(line.settings, line.clock)
    with desk.log:
        return [
            (one.number, one.ward, one.language)
            for one in desk.askers.of("ROWAN", line.clock())
        ]


def finish(line):
    line.text("Hello")
    line.text("4")
    return line.text("The food was cold")


def test_nobody_is_asked_where_it_is_not_set(line):
    assert "Reply 1" not in finish(line)
    line.text("1")
    assert askers(line) == []


def test_who_wants_to_hear_is_kept_and_forgotten_on_the_day(telling_line, clock):
    line = telling_line
    assert "keep your number for 60 days" in finish(line)
    assert "then delete your number" in line.text("1")
    assert askers(line) == [(ANN, "ROWAN", "en")]
    assert line.text("1") != ""  # another 1 is no second wish
    clock.pass_(days=59)
    purge(line)
    assert len(askers(line)) == 1
    clock.pass_(days=1)
    purge(line)
    assert askers(line) == []
    assert rows(line, "sms_askers") == 0


def test_a_stop_forgets_the_number_at_once(telling_line):
    line = telling_line
    finish(line)
    line.text("1")
    line.text("stop please")
    assert rows(line, "sms_askers") == 0


def test_other_words_are_no_wish_to_hear(telling_line):
    line = telling_line
    finish(line)
    line.text("the bed was hard too")
    assert askers(line) == []
    assert line.text("1") != ""
    assert askers(line) == [(ANN, "ROWAN", "en")]


def test_the_number_lies_locked_and_is_gone_after_its_day(telling_line, clock):
    line = telling_line
    finish(line)
    line.text("1")
    with Log.open(line.settings.log) as log:
        (row,) = log.db.query("SELECT box FROM sms_askers")
    raw = everything(line)
    assert row["box"] in raw
    assert b"7700900123" not in raw
    clock.pass_(days=60)
    purge(line)
    assert row["box"] not in everything(line)


def purge(line):
    desk = open_desk(line.settings, line.clock)
    with desk.log, desk.log.transaction():
        desk.purge(line.clock())


def everything(line):
    with Log.open(line.settings.log) as log:
        log.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = line.settings.log.parent
    return b"".join(one.read_bytes() for one in folder.glob("sms.db*"))


def rows(line, table):
    with Log.open(line.settings.log) as log:
        return log.db[table].count


# ── conversations are deleted when they are over ─────────────────────────────


def test_a_conversation_goes_with_its_day_and_replies_within_a_minute(line, clock):
    line.text("Hello", sender=BOB)
    finish(line)
    purge(line)
    assert rows(line, "sms_conversations") == 2
    clock.pass_(hours=25)
    purge(line)
    assert rows(line, "sms_conversations") == 1  # Bob's is open for a week
    with Log.open(line.settings.log) as log:
        replies = {one["reply"] for one in log.db.query("SELECT reply FROM sms_texts")}
    assert replies == {""}
    clock.pass_(days=7)
    purge(line)
    assert rows(line, "sms_conversations") == 0
    assert rows(line, "sms_texts") == 4  # an old webhook finds its own id
