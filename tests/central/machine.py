"""A device and central as a state machine: whatever is sent, in whatever order, what
central has is the device's own rows, once, word for word."""

from dataclasses import replace

from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from central.devices.enrolment import make_code
from central.devices.models import Device
from central.intake.models import Answer
from central.summaries.models import Standing
from feedback.answer import ERASED, WORDS
from feedback.answer import Answer as Row
from tests.central.tablet import WARD, Tablet

VALUES = st.sampled_from(["very_good", "good", "poor", ""])


class Sending(RuleBasedStateMachine):
    @initialize()
    def enrol(self):
        self.tablet = Tablet(Client())
        self.tablet.enrol(make_code([WARD], "kiosk", timezone.now()))
        self.have = 0
        self.kept = []  # what central must have, row by row
        self.sent = []  # bodies that can be replayed

    @rule(values=st.lists(VALUES, min_size=1, max_size=4), again=st.booleans())
    def say(self, values, again):
        rows = self.tablet.rows
        response = rows[-1].response if again and rows else None
        for value in values:
            response = self.tablet.say(value, response=response).response

    @rule(data=st.data())
    def send(self, data):
        first = data.draw(st.integers(1, self.tablet.last + 2))
        count = data.draw(st.integers(0, 5))
        self.sent.append((list(self.tablet.rows), first, count))
        self.judge(self.tablet.send(first, count), self.tablet.rows, first, count)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def replay(self, data):
        """An old request comes again, by a proxy or a crash."""
        rows, first, count = data.draw(st.sampled_from(self.sent))
        said = replace(self.tablet, rows=rows).send(first, count)
        self.judge(said, rows, first, count)

    @precondition(lambda self: self.tablet.rows)
    @rule(data=st.data())
    def send_other_words(self, data):
        """A clone, or an old backup: the same place, another row."""
        twin = self.tablet.twin()
        place = data.draw(st.integers(0, len(twin.rows) - 1))
        word = data.draw(st.sampled_from(["value", "answered_at", "question"]))
        other = {
            "value": "neither",
            "answered_at": "2026-11-21T09:00:00.000Z",
            "question": "_end",
        }
        twin.rows[place] = replace(twin.rows[place], **{word: other[word]})
        first = data.draw(st.integers(1, place + 1))
        # Of a row that came erased central cannot say (test_erasure.py).
        if place < self.have and self.kept[place].value != ERASED:
            said = twin.send(first)
            assert (said.why, said.words.get("at")) == ("fork", place + 1)

    @precondition(lambda self: self.have > 1)
    @rule(data=st.data())
    def send_a_shorter_log(self, data):
        twin = self.tablet.twin()
        del twin.rows[data.draw(st.integers(0, self.have - 1)) :]
        said = twin.send(len(twin.rows) + 1)
        assert (said.why, said.words.get("at")) == ("fork", len(twin.rows) + 1)

    @precondition(lambda self: self.tablet.rows)
    @rule(data=st.data())
    def erase_on_the_device(self, data):
        rows = self.tablet.rows
        place = data.draw(st.integers(0, max(self.have, 1) - 1))
        rows[place] = replace(rows[place], value=ERASED)
        self.judge(self.tablet.send(place + 1, 1), rows, place + 1, 1)

    def judge(self, said, rows, first, count):
        """What the reply must be, and what central must have after it."""
        sent = rows[first - 1 : first - 1 + count]
        shorter = len(rows) < self.have
        if shorter:
            assert said.why == "fork"
            return
        if first > self.have + 1:
            assert (said.why, said.have) == ("gap", self.have)
            return
        self.have = max(self.have, first - 1 + len(sent))
        assert (said.status, said.have) == (200, self.have)
        for row in sent:
            if row.seq > len(self.kept):
                self.kept.append(row)
            elif row.value == ERASED:
                self.kept[row.seq - 1] = row

    @invariant()
    def central_has_the_rows_once(self):
        if not hasattr(self, "tablet"):
            return
        device = self.tablet.id
        rows = Answer.objects.filter(device=device).order_by("seq")
        assert [Row(*row) for row in rows.values_list(*WORDS)] == self.kept
        assert Device.objects.get(id=device).have == self.have

    @invariant()
    def what_stands_is_what_was_said_last(self):
        if not hasattr(self, "tablet"):
            return
        last = {row.response: row for row in self.kept}
        stands = Standing.objects.filter(device=self.tablet.id)
        assert dict(stands.values_list("response", "value")) == {
            response: row.value for response, row in last.items() if row.value
        }


def run_the_machine(examples=25, always_the_same=False):
    run_state_machine_as_test(
        Sending,
        settings=settings(
            max_examples=examples,
            derandomize=always_the_same,
            stateful_step_count=15,
            deadline=None,
            phases=[Phase.generate],  # a short story is nice, and costs minutes
            report_multiple_bugs=False,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
