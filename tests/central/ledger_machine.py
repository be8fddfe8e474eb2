"""Random logs of a tablet and its successor beside a model of what became of each row:
the ledger says the same, and every sum closes."""

from collections import Counter

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

from central import deriving
from central.devices.enrolment import make_code
from central.devices.models import Device
from central.intake.erasure import erase_response
from central.ledger.book import KINDS, ledger
from feedback.answer import new_response
from tests.central.tablet import WARD, Tablet

QUESTIONS = ("fft", "_who")
SAID = {"fft": ("very_good", "poor", ""), "_who": ("patient", "carer", "")}
FLAGS = {("_practice", "yes"): "practice", ("_end", "withdrawn"): "withdrawn"}


class Wrong(AssertionError):
    """The ledger says what is not so."""


def demand(holds, words):
    if not holds:
        raise Wrong(words)


class Book(RuleBasedStateMachine):
    """`sent`: the rows that central has. `gone`: those of holes, as (device, seq)."""

    @initialize()
    def enrol(self):
        self.tablets = [Tablet(Client())]
        assert self.tablet.enrol(code()).status == 200
        self.responses = []
        self.sent = {}
        self.spoken = {self.tablet.id: 0}
        self.gone = set()
        self.erased = set()

    @property
    def tablet(self):
        return self.tablets[-1]

    @rule(data=st.data(), new=st.booleans(), strange=st.integers(0, 5))
    def say(self, data, new, strange):
        if new or not self.responses:
            self.responses.append(new_response())
        response = data.draw(st.sampled_from(self.responses))
        question = data.draw(st.sampled_from(QUESTIONS))
        value = data.draw(st.sampled_from(SAID[question]))
        ward = "W-GONE" if strange == 0 else WARD
        self.tablet.say(value, question, response, ward=ward)

    @precondition(lambda self: self.responses)
    @rule(data=st.data(), flag=st.sampled_from(sorted(FLAGS)))
    def set_apart(self, data, flag):
        question, value = flag
        response = data.draw(st.sampled_from(self.responses))
        self.tablet.say(value, question, response)

    @rule(count=st.integers(0, 6))
    def send(self, count):
        have = self.have
        rows = self.tablet.rows[have - self.tablet.begins + 1 :][:count]
        assert self.tablet.send(have + 1, count).have == have + len(rows)
        self.came(rows)

    @precondition(lambda self: self.tablet.last > self.have + 1)
    @rule(data=st.data())
    def purge(self, data):
        """The device has lost rows that never came, and says so."""
        have = self.have
        first = data.draw(st.integers(have + 2, self.tablet.last))
        assert self.tablet.send(first).why == "gap"
        assert self.tablet.send(first, purged_to=first - 1).status == 200
        lost = range(have + 1, first)
        self.gone |= {(self.tablet.id, seq) for seq in lost}
        self.came(row for row in self.tablet.rows if row.seq >= first)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def find_again(self, data):
        device, seq = data.draw(st.sampled_from(sorted(self.gone)))
        tablet = next(one for one in self.tablets if one.id == device)
        if tablet is self.tablet:
            assert tablet.send(seq, 1).status == 200
            self.gone.remove((device, seq))
            self.came([tablet.rows[seq - tablet.begins]])

    @precondition(lambda self: self.responses)
    @rule(data=st.data())
    def erase(self, data):
        response = data.draw(st.sampled_from(self.responses))
        erase_response(response, timezone.now())
        self.erased.add(response)
        for tablet in self.tablets:
            deriving.follow(tablet.id)

    @precondition(lambda self: len(self.tablets) < 3 and self.have > self.tablet.begins)
    @rule()
    def fork(self):
        """What is not sent becomes the successor's; what is, stays the old one's."""
        old, at = self.tablet, self.have + 1
        new = old.successor(at)
        old.rows = [row for row in old.rows if row.seq < at]
        assert new.enrol(code(), succeeds=old.id, begins=at).status == 200
        self.tablets.append(new)
        self.spoken[new.id] = at - 1

    @property
    def have(self):
        return Device.objects.get(id=self.tablet.id).have

    def came(self, rows):
        for row in rows:
            self.sent[row.device, row.seq] = row
        self.spoken[self.tablet.id] = self.tablet.last

    @invariant()
    def every_sum_closes(self):
        if not hasattr(self, "tablets"):
            return
        today = timezone.localdate()
        balances = {balance.device: balance for balance in ledger(today, today)}
        kinds = self.kinds()
        for name in (tablet.id for tablet in self.tablets):
            balance = balances[name]
            wanted = Counter(kind for place, kind in kinds.items() if place[0] == name)
            said = {kind: count for kind, count in balance.kinds.items() if count}
            lost = len([place for place in self.gone if place[0] == name])
            demand(balance.closes, f"it does not close: {balance}")
            demand(said == wanted, f"other kinds: {said}, not {wanted}")
            demand(
                (balance.last, balance.lost) == (self.spoken[name], lost), f"{balance}"
            )
            demand(set(balance.kinds) == set(KINDS), "not each kind")

    def kinds(self):
        """Of what kind each row is, told from the rows alone."""
        order = {tablet.id: place for place, tablet in enumerate(self.tablets)}
        rows = sorted(self.sent.values(), key=lambda row: (order[row.device], row.seq))
        stored = [row for row in rows if row.ward == WARD]
        apart = {}
        for row in stored:
            flag = FLAGS.get((row.question, row.value))
            if flag:
                apart[row.response] = "practice" if "practice" in (
                    flag, apart.get(row.response)) else flag  # fmt: skip
        latest = {(row.response, row.question): row for row in stored}
        return {(row.device, row.seq): self.kind(row, apart, latest) for row in rows}

    def kind(self, row, apart, latest):
        if row.ward != WARD:
            return "held"
        if row.response in apart:
            return apart[row.response]
        if row.response in self.erased and row.value and row.question == "fft":
            return "erased"
        if latest[row.response, row.question] is not row:
            return "superseded"
        return "standing" if row.value else "taken_back"


def code():
    return make_code([WARD], "kiosk", timezone.now())


def run_the_ledger(examples=15, always_the_same=False):
    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=examples,
            derandomize=always_the_same,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
