"""P4: a text that we failed to answer is fetched later, or listed as lost."""

import asyncio
import random
import sqlite3

import pytest

from feedback.log import BUNDLE, Log
from smsgateway import app, reconcile, writer
from smsgateway.app import build
from smsgateway.settings import read_settings
from smsgateway.twilio import rest, signed_webhook
from tests.smsgateway import standin
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import ANN, BOB, LINE, OTHER_LINE, Line
from tests.smsgateway.standin import StandIn
from tests.smsgateway.trust import environ_for

SEED = 20261128
HOUR = 3_600.0


class Naps:
    """A sleep that is over at once, but for the minute's and the hour's: those last."""

    def __init__(self) -> None:
        self.s: list[float] = []

    async def __call__(self, seconds: float) -> None:
        if seconds == app.EVERY_S or seconds >= HOUR:
            await asyncio.Event().wait()
        self.s.append(seconds)
        await asyncio.sleep(0)


class Reconciled(Line):
    """The text line with a Twilio behind it that may fail to reach it."""

    twilio: StandIn
    naps: Naps

    def missed(self, words, sender=ANN, line=LINE, **changes) -> str:
        """A text that Twilio received and could not hand over; its sid."""
        return self.twilio.receive(words, sender, line, self.clock(), **changes)

    def webhook(self, words, sid, sender=ANN) -> dict:
        """What Twilio posts, for a request of a test's own."""
        made = signed_webhook(self.settings.account, sender, LINE, words, sid)
        return {"content": made.content, "headers": made.headers}

    def reconcile(self, minutes=10) -> None:
        self.clock.pass_(minutes=minutes)
        self.client.run(self.client.app.state.reconciler.run())

    def health(self) -> dict:
        answer = self.client.get("/health")
        assert answer.status_code == 200
        return answer.json()

    def rows(self, sql) -> list[tuple]:
        with sqlite3.connect(self.settings.log) as connection:
            found = connection.execute(sql).fetchall()
        connection.close()
        return found

    def taken(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT id FROM sms_texts")]

    def lost(self) -> dict[str, str]:
        return dict(self.rows("SELECT id, why FROM sms_lost"))


@pytest.fixture
def twilio():
    with StandIn() as started:
        yield started


def running(twilio, tmp_path, clock, trust, **settings):
    environ = environ_for(
        tmp_path,
        **{
            "WARDVOICE_SMS_RECONCILE": "yes",
            "WARDVOICE_SMS_REST_URL": twilio.url,
            **settings,
        },
    )
    read = read_settings(environ)
    naps = Naps()
    client = Running(build(read, clock, naps))
    line = Reconciled(client, read, clock, trust)
    line.twilio, line.naps = twilio, naps
    return line


@pytest.fixture
def line(twilio, tmp_path, clock, trust):
    with Log.open(tmp_path / "sms.db") as log:
        trust.send_bundle(log)
    started = running(twilio, tmp_path, clock, trust)
    started.reconcile(0)  # the one of the start is over
    twilio.requests.clear()
    with started.client:
        yield started


# ── the gap ──────────────────────────────────────────────────────────────────


def test_a_missed_text_is_kept_with_the_time_at_which_twilio_had_it(line):
    line.missed("the food was cold again")
    line.reconcile(minutes=50)

    assert {row.answered_at for row in line.answers()} == {"2026-11-22T08:00:00.000Z"}
    assert line.standing()["better.2"] == "the food was cold again"
    assert line.health()["lost"] == 0


def _week(twilio, line, chance):
    """Many texts of many people; of 30 in 100 nothing reaches us. The sids of those."""
    dropped = set()
    for n in range(120):
        line.clock.pass_(minutes=2)
        sender = f"+447700900{chance.randrange(100, 120)}"
        words = chance.choice(["Hello", "4", "2", f"story number {n} of the ward"])
        number = chance.choice([LINE, OTHER_LINE])
        sid = twilio.receive(words, sender, number, line.clock())
        if chance.random() < 0.3:
            dropped.add(sid)
        else:
            line.text(words, sender, line=number, sid=sid)
    return dropped


def _gap(twilio, line) -> set[str]:
    """What Twilio received and is neither in the log nor listed as lost."""
    taken = line.taken()
    assert len(taken) == len(set(taken))
    return set(twilio.messages) - set(taken) - set(line.lost())


def test_of_texts_that_were_dropped_each_is_in_the_log_once(line, twilio):
    dropped = _week(twilio, line, random.Random(SEED))
    sent = {m["body"] for m in twilio.messages.values() if "story" in m["body"]}
    assert _gap(twilio, line) == dropped
    line.reconcile()
    line.reconcile()

    assert _gap(twilio, line) == set()
    kept = [
        line.trust.plain(row) for row in line.answers() if row.value.startswith("seal")
    ]
    assert sorted(words for words in kept if "story" in words) == sorted(sent)


def test_without_the_reconciler_the_gap_stays(line, twilio, monkeypatch):
    """The control: what the test above would see if nothing were fetched."""
    dropped = _week(twilio, line, random.Random(SEED))

    async def off(self, run):
        pass

    monkeypatch.setattr(reconcile.Reconciler, "_compare", off)
    line.reconcile()

    assert dropped
    assert _gap(twilio, line) == dropped


def test_the_start_fetches_what_was_missed_while_we_were_away(
    line, twilio, tmp_path, clock, trust
):
    line.client.close()
    sid = twilio.receive("three days of cold soup", ANN, LINE, clock())
    clock.pass_(days=3)
    with (restarted := running(twilio, tmp_path, clock, trust)).client:
        restarted.reconcile(0)

        assert restarted.taken() == [sid]
    line.client = Running(build(line.settings, clock, Naps()))


def test_it_goes_on_each_hour_and_whatever_happened_within_two(line, twilio):
    """The run of an hour fails; that of the next closes the gap."""
    worst_s = reconcile.EVERY_S + reconcile.JITTER_S + reconcile.GRACE.total_seconds()
    assert worst_s < 2 * HOUR
    reconciler = line.client.app.state.reconciler
    waits = []

    async def hours(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError
        line.clock.pass_(seconds=seconds)
        line.missed(f"cold soup of hour {len(waits)}")
        line.clock.pass_(minutes=10)

    reconciler._patience = reconcile.Patience(hours, lambda: 0.5)
    twilio.faults.append(standin.says({}))
    with pytest.raises(asyncio.CancelledError):
        line.client.run(reconciler.keep_on())

    assert waits == [HOUR + reconcile.JITTER_S / 2] * 3
    assert len(line.taken()) == 2


def test_a_text_whose_webhook_may_still_come_is_left_to_it(line):
    sid = line.missed("Hello")
    line.reconcile(minutes=4)
    assert line.taken() == []

    assert "1 Very good" in line.text("Hello", sid=sid)


def test_a_webhook_that_comes_after_all_is_the_same_text(line):
    sid = line.missed("nobody came when I rang")
    line.reconcile()

    assert line.text("nobody came when I rang", sid=sid) == ""
    assert line.taken() == [sid]
    assert len([row for row in line.answers() if row.question == "better.2"]) == 1


def test_a_webhook_and_the_reconciler_at_once_are_one_text(line):
    sids = [line.missed(f"the bed was hard, part {n}") for n in range(30)]
    line.clock.pass_(minutes=10)
    posts = [line.webhook(f"the bed was hard, part {n}", sids[n]) for n in range(30)]

    async def both():
        posting = [line.client.client.post("/sms", **what) for what in posts]
        run = line.client.app.state.reconciler.run()
        return await asyncio.gather(run, *posting)

    answers = line.client.run(both())[1:]

    assert {answer.status_code for answer in answers} == {200}
    assert sorted(line.taken()) == sorted(sids)
    stories = [row for row in line.answers() if row.value.startswith("seal")]
    assert len(stories) == 30


# ── what a late text means ───────────────────────────────────────────────────


def test_a_late_text_answers_what_was_asked_and_asks_nothing(line):
    line.text("Hello")
    line.missed("4")
    line.reconcile()

    assert line.standing() == {"_language": "en", "fft": "poor"}
    added = line.text("the food was cold")  # nothing was asked: it is added
    assert "What could be better?" not in added
    assert line.standing()["better.2"] == "the food was cold"


def test_a_late_answer_does_not_undo_one_given_since(line):
    line.text("Hello")
    line.clock.pass_(minutes=1)
    line.missed("5")
    line.missed("the light was too bright")
    line.clock.pass_(minutes=1)
    line.text("1")
    line.reconcile()

    assert line.standing()["fft"] == "very_good"
    assert line.standing()["better.2"] == "the light was too bright"
    line.text("kind nurses")
    assert line.standing()["good"] == "kind nurses"  # what was asked is still asked


def test_who_opened_with_a_late_text_is_asked_at_the_next_one(line):
    line.missed("Hello")
    line.reconcile()
    assert line.answers() == []

    assert "1 Very good" in line.text("Hello?")


def test_texts_missed_together_are_taken_in_the_order_in_which_they_were_sent(line):
    for words in ("first thing", "second thing", "third thing"):
        line.missed(words)
        line.clock.pass_(minutes=1)
    line.reconcile()

    assert line.standing() == {
        "_language": "en",
        "better.2": "first thing",
        "better.3": "second thing",
        "better.4": "third thing",
    }


@pytest.mark.parametrize("words", ["STOP", "please stop texting me", "stop. thank you"])
def test_a_late_stop_is_recorded(line, words):
    line.missed(words)
    line.reconcile()

    assert line.rows("SELECT reply FROM sms_texts") == [("",)]
    assert line.text("Hello") == ""
    assert line.health()["opt_outs"] == 1


def test_a_late_start_does_not_undo_a_newer_stop(line):
    line.text("STOP")
    line.clock.pass_(minutes=1)
    line.missed("START")
    line.clock.pass_(minutes=1)
    line.text("START")
    line.clock.pass_(minutes=1)
    line.text("STOP")
    line.reconcile()

    assert line.text("Hello") == ""


def test_help_that_twilio_answered_itself_is_no_comment(line):
    sid = line.missed("HELP")
    line.reconcile()

    assert line.taken() == [sid]
    assert line.answers() == []


# ── what cannot be taken ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"body": None}, "body_gone"),
        ({"body": ""}, "body_gone"),
        ({"body": None, "status": "failed"}, "failed"),
        ({"body": None, "status": "failed", "error_code": 30009}, "part_missing"),
        ({"body": 5}, "unreadable"),
        ({"from": ["x"]}, "unreadable"),
        ({"date_created": "soon"}, None),
    ],
)
def test_what_cannot_be_taken_is_listed_as_lost_with_its_time(line, changes, why):
    sid = line.missed("some words", **changes)
    line.reconcile()

    if why is None:  # its other date will do
        assert line.taken() == [sid]
        return
    assert (line.taken(), line.lost()) == ([], {sid: why})
    said = line.health()
    assert (said["lost"], said["lost_latest"]) == (1, "2026-11-22T08:00:00.000Z")
    assert sid in line.twilio.messages  # there a person can still look


def test_a_text_with_a_part_missing_is_kept_as_far_as_it_goes_and_listed(line):
    sid = line.missed("I fell and nobody", error_code=30009)
    line.reconcile()

    assert (line.taken(), line.lost()) == ([sid], {sid: "part_missing"})
    assert line.standing()["better.2"] == "I fell and nobody"
    assert line.health()["lost"] == 1


def test_a_text_that_is_still_coming_in_is_waited_for_and_then_lost(line):
    sid = line.missed(None, status="receiving")
    line.reconcile(minutes=20)
    assert line.lost() == {}
    line.reconcile(minutes=60)
    assert line.lost() == {sid: "receiving"}

    line.twilio.messages[sid].update(body="whole at last", status="received")
    line.reconcile(minutes=60)
    assert line.taken() == [sid]
    assert line.health()["lost"] == 0


def test_a_text_that_has_no_name_is_lost_once(line, twilio):
    good = line.missed("the soup was fine")
    line.missed("nameless", sid="SM-not-a-sid")
    line.reconcile()
    line.reconcile(minutes=60)

    assert line.taken() == [good]
    assert list(line.lost().values()) == ["unreadable"]
    assert "nameless" not in str(line.rows("SELECT * FROM sms_lost"))


def test_what_our_own_fault_kept_out_is_lost_until_it_is_taken(line, monkeypatch):
    take = writer.take

    def fails(desk, text):
        if "soup" in text.words:
            raise ValueError(text.words)
        return take(desk, text)

    monkeypatch.setattr(writer, "take", fails)
    bad, good = line.missed("cold soup"), line.missed("cold tea", sender=BOB)
    line.reconcile()
    assert (line.taken(), line.lost()) == ([good], {bad: "our_fault"})
    monkeypatch.setattr(writer, "take", take)
    line.reconcile(minutes=60)

    assert sorted(line.taken()) == sorted([bad, good])
    assert line.health()["lost"] == 0


def test_without_a_bundle_texts_are_listed_and_taken_when_it_comes(
    twilio, tmp_path, clock, trust
):
    line = running(twilio, tmp_path, clock, trust)
    with line.client:
        sid = line.missed("the bed was too short")
        line.reconcile()
        assert line.lost() == {sid: "no_bundle"}
        with Log.open(line.settings.log) as log:
            trust.send_bundle(log)
            assert log.note(BUNDLE)
        line.reconcile(minutes=60)

        assert line.taken() == [sid]
        assert line.health()["lost"] == 0


# ── a Twilio that fails ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fault",
    [
        standin.status(429, Retry_After="7"),
        standin.status(429, Retry_After="-1"),
        standin.status(429, Retry_After="soon"),
        standin.status(429, Retry_After="Sun, 22 Nov 2026 09:00:00 GMT"),
        standin.status(429, Retry_After="²"),
        standin.status(500),
        standin.status(503, Retry_After="99999999999999999999"),
        standin.half,
        standin.cut,
    ],
)
def test_after_a_failure_it_is_asked_again(line, twilio, fault):
    sid = line.missed("cold soup")
    twilio.faults.append(fault)
    line.reconcile()

    assert line.taken() == [sid]
    (waited,) = line.naps.s
    assert 0 <= waited <= rest.RETRY_AFTER_MOST_S + reconcile.WAIT_MOST_S


def test_it_waits_as_long_as_twilio_says(line, twilio):
    twilio.faults.append(standin.status(429, Retry_After="7"))
    line.reconcile()

    assert 7 <= line.naps.s[0] <= 7 + 2


def test_no_answer_is_no_answer_for_ever(line, twilio, monkeypatch):
    monkeypatch.setattr(rest, "CALL_TIMEOUT_S", 0.2)
    sid = line.missed("cold soup")
    twilio.faults.append(standin.hang)
    line.reconcile()

    assert line.taken() == [sid]


def test_webhooks_are_answered_while_twilio_hangs(line, twilio):
    twilio.faults.append(standin.hang)

    async def meanwhile():
        run = asyncio.create_task(line.client.app.state.reconciler.run())
        await asyncio.sleep(0.1)
        what = line.webhook("Hello", line.new_id())
        answer = await asyncio.wait_for(line.client.client.post("/sms", **what), 1)
        assert not run.done()
        await run
        return answer

    assert "1 Very good" in line.client.run(meanwhile()).text


def test_a_twilio_that_stays_away_is_said_so_since_when(line, twilio):
    succeeded = line.health()["reconciliation"]["succeeded_at"]
    sid = line.missed("cold soup")
    for _ in range(2):
        twilio.faults += [standin.status(500)] * 2 * reconcile.TRIES
        line.reconcile(minutes=60)

    assert line.health()["reconciliation"] == {
        "on": True,
        "succeeded_at": succeeded,
        "failing_since": "2026-11-22T09:00:00.000Z",
        "why": "http_500",
    }
    line.reconcile(minutes=60)
    assert line.health()["reconciliation"]["failing_since"] is None
    assert line.taken() == [sid]


def test_a_wrong_token_is_asked_with_once(line, twilio):
    twilio.faults += [standin.status(401)] * 2
    line.reconcile()

    assert line.health()["reconciliation"]["why"] == "http_401"
    assert line.naps.s == []


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/2010-04-01/Accounts/{a}/Messages.json?Page=1",
        "//evil.example/2010-04-01/Accounts/{a}/Messages.json?Page=1",
        "/2010-04-01/Accounts/{a}/Calls.json?Page=1",
        "/2010-04-01/Accounts/{a}/Messages.json/../../x",
        "@evil.example/2010-04-01/Accounts/{a}/Messages.json",
        "http://[::1/x",
        7,
    ],
)
def test_a_next_page_elsewhere_is_not_followed(line, twilio, following):
    sid = line.missed("cold soup")
    page = {
        "messages": [],
        "next_page_uri": following.format(a=line.settings.account.sid)
        if isinstance(following, str)
        else following,
    }
    twilio.faults.append(standin.says(page))
    line.reconcile()

    assert line.health()["reconciliation"]["why"] == "strange_page"
    assert len(twilio.requests) == 2  # the first page of each number, and no more
    assert line.taken() == []
    line.reconcile(minutes=60)
    assert line.taken() == [sid]


def test_pages_that_go_round_in_a_circle_end_and_what_they_held_is_taken(line, twilio):
    sid = line.missed("cold soup")
    here = f"/2010-04-01/Accounts/{line.settings.account.sid}/Messages.json?Page=1"
    page = {"messages": [twilio.messages[sid]], "next_page_uri": here}
    twilio.faults += [standin.says(page)] * 2
    line.reconcile()

    assert line.taken() == [sid]
    assert line.health()["reconciliation"]["why"] == "page_loop"


def test_a_message_on_two_pages_is_one(line, twilio):
    sids = [line.missed(f"cold soup number {n}") for n in range(12)]
    first = twilio.page({"To": LINE, "DateSent>": "2026-11-22T00:00:00Z"})
    twilio.faults.append(standin.says(first))
    twilio.page_messages = 3  # so the second page begins inside the first one
    line.reconcile()

    assert sorted(line.taken()) == sorted(sids)
    assert line.health()["reconciliation"]["why"] is None


@pytest.mark.parametrize("page", [{}, {"messages": 5}, {"messages": [None, 5, "x"]}])
def test_a_page_that_makes_no_sense_harms_nobody(line, twilio, page):
    sid = line.missed("cold soup", line=OTHER_LINE)
    twilio.faults.append(standin.says(page))
    line.reconcile()

    assert line.taken() == [sid]


def test_other_peoples_messages_are_left_alone(line, twilio):
    line.missed("ours to them", direction="outbound-reply")
    line.missed("not our number", line="+447700900999")
    line.reconcile(minutes=180)

    assert (line.taken(), line.lost()) == ([], {})
    assert len(twilio.messages) == 2


# ── what stays at Twilio ─────────────────────────────────────────────────────


def test_what_is_safely_here_is_deleted_there_two_hours_later(line, twilio):
    sid = line.missed("cold soup")
    line.reconcile(minutes=60)
    assert len(twilio.messages) == 1
    line.reconcile(minutes=61)

    assert twilio.messages == {}
    assert line.taken() == [sid]


def test_a_failed_deletion_is_tried_again_even_days_later(line, twilio):
    for _ in range(5):
        line.missed("cold soup")
    line.reconcile()
    line.clock.pass_(hours=3)
    # Both numbers are listed, and then each of three deletions fails as often as tried.
    twilio.faults += [lambda h: h.well()] * 2
    twilio.faults += [standin.status(503)] * 3 * reconcile.TRIES
    line.reconcile()
    assert len(twilio.messages) == 5
    twilio.faults += [standin.status(500)] * 2 * reconcile.TRIES
    line.reconcile(minutes=60)  # this one does not even list them
    line.clock.pass_(days=4)
    line.reconcile()

    assert twilio.messages == {}


def test_what_is_gone_there_already_is_no_failure(line, twilio):
    sid = line.missed("cold soup")
    line.reconcile()
    line.clock.pass_(hours=3)
    twilio.faults += [lambda h: h.well()] * 2

    def gone(handler):
        del twilio.messages[sid]
        handler.well()

    twilio.faults.append(gone)
    line.reconcile()

    assert line.health()["reconciliation"]["why"] is None
    assert twilio.messages == {}


def test_nothing_is_deleted_where_that_is_switched_off(twilio, tmp_path, clock, trust):
    with Log.open(tmp_path / "sms.db") as log:
        trust.send_bundle(log)
    off = {"WARDVOICE_SMS_DELETE_AT_TWILIO": "no"}
    line = running(twilio, tmp_path, clock, trust, **off)
    with line.client:
        line.missed("cold soup")
        line.reconcile()
        line.reconcile(minutes=180)

    assert len(twilio.messages) == 1
    assert twilio.asked("DELETE") == 0


def test_switched_off_it_says_so_and_asks_nothing(twilio, tmp_path, clock, trust):
    off = {"WARDVOICE_SMS_RECONCILE": "no"}
    line = running(twilio, tmp_path, clock, trust, **off)
    with line.client:
        said = line.health()

    assert said["reconciliation"]["on"] is False
    assert said["lost"] is None  # not known is not 0
    assert twilio.requests == []
