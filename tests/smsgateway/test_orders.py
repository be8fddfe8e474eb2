"""Texts in any order of arrival, repeated, cut off by crashes: all ends right.

A machine that hands texts to a real desk on a real file, and a model beside it that
knows only what a person would expect.
"""

import contextlib
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from feedback.log import Log
from feedback.survey import FFT, FFT_VALUES
from smsgateway.opening import open_desk
from smsgateway.settings import read_settings
from smsgateway.text import STOP, Text
from smsgateway.turns import take
from tests.smsgateway.conftest import ANN, BOB, LINE, OTHER_LINE, Clock
from tests.smsgateway.trust import Trust, environ_for

STORY = "the bed was hard at night"
MAYBE = "why do you keep sending me messages"
WORDS = st.sampled_from(
    ["Hello", "1", "4", "6", "555", "4 or 5", "CYMRAEG", "ROWAN", "BIRCH", "thanks",
     "help me", "the nurse hit me", STORY, STORY, STORY, MAYBE, "stop please", "Start."]
)  # fmt: skip


EXAMPLES = examples(
    max_examples=250,  # of what forgets: the fault is found long before
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    database=None,
)


class Crash(Exception):
    pass


class Texts(RuleBasedStateMachine):
    sent = Bundle("sent")

    @initialize()
    def open(self):
        self.folder = Path(tempfile.mkdtemp(prefix="wardvoice-"))
        self.settings = read_settings(environ_for(self.folder))
        self.clock, self.trust = Clock(), Trust()
        with Log.open(self.settings.log) as log:
            self.trust.send_bundle(log)
        self.desk = open_desk(self.settings, self.clock)
        self.many = 0
        self.taken = {}  # id → the reply, and when
        self.told = []  # a mark in each story that was taken
        self.quiet = set()  # who said stop
        self.perhaps = set()  # who may have: they still hear where help is (ADR 11)

    def teardown(self):
        self.desk.log.close()
        shutil.rmtree(self.folder)

    # ── what the carrier does ────────────────────────────────────────────────

    @rule(
        target=sent,
        sender=st.sampled_from([ANN, BOB]),
        line=st.sampled_from([LINE, OTHER_LINE]),
        words=WORDS,
    )
    def send(self, sender, line, words):
        self.many += 1
        if words == STORY:
            words = f"mark{self.many}x {STORY}"
        order = STOP if words == "STOP" else ""
        return Text(f"SM{self.many:032x}", sender, line, words, order=order)

    @rule(text=sent)
    def arrive(self, text):
        reply = self._take(text)
        self._expect(text, reply)

    @rule(text=sent)
    def arrive_and_be_killed_before_the_commit(self, text):
        before = self._file()
        with contextlib.suppress(Crash), self.desk.log.transaction():
            take(self.desk, text)
            raise Crash
        self.restart()
        assert self._file() == before

    @rule(text=sent)
    def arrive_and_be_killed_before_the_reply(self, text):
        self._expect(text, self._take(text))
        self.restart()
        self._expect(text, self._take(text))

    @rule()
    def restart(self):
        self.desk.log.close()
        self.desk = open_desk(self.settings, self.clock)

    @rule(how_long=st.sampled_from([1, 59, 61, 3_600, 90_000, 700_000]))
    def time_passes(self, how_long):
        self.clock.moment += timedelta(seconds=how_long)

    @rule()
    def purge(self):
        with self.desk.log.transaction():
            self.desk.purge(self.clock())

    # ── what a person expects ────────────────────────────────────────────────

    def _take(self, text):
        with self.desk.log.transaction():
            return take(self.desk, text)

    def _expect(self, text, reply):
        assert "mark" not in reply
        if text.id in self.taken:
            first, at = self.taken[text.id]
            soon = self.clock() - at <= timedelta(seconds=60)
            assert reply == (first if soon else "")
            return
        self.taken[text.id] = (reply, self.clock())
        self.told += [one for one in text.words.split() if one.startswith("mark")]
        if text.words == "Start.":
            held = self.desk.opt_outs.standing(
                self.desk.opt_outs.names(text.sender)
            ).is_held
            if not held:
                self.quiet.discard(text.sender)
                self.perhaps.discard(text.sender)
        elif text.words == "stop please":
            if text.sender not in self.quiet | self.perhaps or reply:
                assert reply.startswith(("We will not", "Ni fyddwn"))
            self.quiet.add(text.sender)
        elif text.words == MAYBE:
            assert reply == ""
            self.perhaps.add(text.sender)
        elif text.sender in self.quiet:
            assert reply == ""
        elif text.words in ("help me", "the nurse hit me"):
            assert "999" in reply or self._is_worn_out(text)
        elif text.sender in self.perhaps:
            assert reply == ""

    def _is_worn_out(self, text):
        person = self.desk.people.person(text.sender)
        held = self.desk.people.conversation(person, text.line)
        return held is not None and held.state.replies >= 12

    # ── what always holds ────────────────────────────────────────────────────

    @invariant()
    def every_text_is_taken_once(self):
        rows = self.desk.log.db.conn.execute("SELECT id FROM sms_texts").fetchall()
        assert sorted(one for (one,) in rows) == sorted(self.taken)

    @invariant()
    def every_story_is_kept_once_and_in_order_of_arrival(self):
        answers = self.desk.log.after(0, 100_000)
        assert [answer.seq for answer in answers] == list(range(1, len(answers) + 1))
        words = [self.trust.plain(answer) for answer in answers]
        marks = [w.split()[0] for w in words if w.startswith("mark")]
        assert marks == self.told

    @invariant()
    def a_response_is_of_one_ward_one_survey_and_one_score(self):
        responses = {}
        for answer in self.desk.log.after(0, 100_000):
            responses.setdefault(answer.response, []).append(answer)
        for rows in responses.values():
            assert rows[0].question == "_language"
            assert len({(row.ward, row.survey, row.mode) for row in rows}) == 1
            scores = {row.value for row in rows if row.question == FFT}
            assert scores <= {*FFT_VALUES, ""}

    def _file(self):
        tables = ("answers", "sms_texts", "sms_conversations", "sms_opt_outs",
                  "sms_reviews", "sms_askers")  # fmt: skip
        read = self.desk.log.db.conn.execute
        return [read(f"SELECT * FROM {table}").fetchall() for table in tables]


@pytest.mark.parametrize("many", [100, pytest.param(2_500, marks=pytest.mark.soak)])
def test_any_order_of_arrival_with_repeats_and_crashes_ends_right(many):
    run_state_machine_as_test(Texts, settings=examples(EXAMPLES, max_examples=many))


class Forgetful(Texts):
    """The planted fault: the gateway does not know a text again after a restart."""

    def restart(self):
        super().restart()
        with self.desk.log.transaction() as connection:
            connection.execute("DELETE FROM sms_texts")


def test_a_gateway_that_forgets_what_it_took_is_caught():
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Forgetful,
            settings=examples(EXAMPLES, phases=[Phase.generate]),  # found is enough
        )
