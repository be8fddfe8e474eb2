"""A trust's month, and in the soak its year: every *never* holds in every text.

A carrier of the tests' own takes the texts at times, refuses some, is busy, and is away
for days. Patients answer, opt out, or are put on the list of exclusions. Time is an
argument: a minute of it costs nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from smsgateway.asking.hours import is_open
from smsgateway.asking.request import Request
from smsgateway.asking.rules import Facts
from smsgateway.segments import segments
from smsgateway.text import ARRIVED, NOT_ARRIVED
from tests.smsgateway.asking.asking_line import AskingLine

LONDON = ZoneInfo("Europe/London")
STEP = timedelta(minutes=20)
A_STEP = 40  # texts that a number's rate lets through in that time


@dataclass
class Patient:
    number: str
    out: datetime | None = None  # never again from then on
    sent: list = field(default_factory=list)  # (when, episode's ward)


class Trust:
    """`seed` draws all that happens."""

    def __init__(self, folder, seed, begins, people, **policy) -> None:
        self.dice = random.Random(seed)
        policy = {"daily_segments": 2_000, "month_pence": 50_000_00, **policy}
        self.line = AskingLine(folder, **policy)
        self.policy = self.line.settings.asking
        self.line.clock.moment = begins
        self.people = [Patient(f"+4477{n:08d}") for n in range(people)]
        self.by_number = {one.number: one for one in self.people}
        self.away: list[tuple[datetime, datetime]] = []
        self.day = Counter()
        self.month = Counter()
        self.seen = Counter()
        self.broken: list[str] = []

    # ── what happens ─────────────────────────────────────────────────────────

    def live(self, until, a_day) -> None:
        while self.line.now < until:
            moment = self.line.now.astimezone(LONDON)
            if moment.hour == 7 and moment.minute < 20:
                self.discharge(a_day)
                with self.line.desk.log.transaction():
                    self.line.desk.purge(self.line.now)
            self.step()
            self.line.clock.moment += STEP

    def discharge(self, a_day) -> None:
        requests = []
        for _ in range(a_day):
            patient = self.dice.choice(self.people)
            ago = timedelta(hours=self.dice.uniform(8, 32))
            ward = self.dice.choice(["ROWAN", "ROWAN", "ROWAN", "BIRCH"])
            under_16 = self.dice.random() < 0.02
            requests.append(
                Request(patient.number, ward, self.line.now - ago, under_16=under_16)
            )
        self.line.ask_all(requests)
        for patient in self.dice.sample(self.people, max(1, a_day // 50)):
            patient.out = patient.out or self.line.now
            if self.dice.random() < 0.5:
                self.line.exclude(patient.number, "died")
            else:
                self.line.text(patient.number, "STOP")

    def is_away(self) -> bool:
        return any(begins <= self.line.now < ends for begins, ends in self.away)

    def step(self) -> None:
        if self.is_away():
            return  # the gateway is off: nothing runs
        for _ in range(A_STEP):
            handing = self.line.hand()
            if handing is None:
                return
            self.carry(handing)

    def carry(self, handing) -> None:
        draw = self.dice.random()
        outcomes, now, log = self.line.outcomes, self.line.now, self.line.desk.log
        if draw < 0.02:
            with log.transaction():
                outcomes.busy(handing.send, now + timedelta(seconds=30))
            return
        if draw < 0.03:
            with log.transaction():
                outcomes.refused(handing.send, 21614, now)
            self.by_number[handing.to].out = now
            return
        if draw < 0.04:  # no answer, and it went all the same
            self.receive(handing)
            with log.transaction():
                outcomes.doubt(handing.send)
            if self.dice.random() < 0.5:
                self.line.restart()
            self.line.tell(handing)
            return
        if draw < 0.05:  # no answer, and it did not go
            self.line.restart()
            with self.line.desk.log.transaction():
                self.line.outcomes.lost(handing.send, now)
            return
        self.receive(handing)
        with log.transaction():
            outcomes.taken(handing.send, self.line.new_sid(), now)
        self.follow(handing)

    def follow(self, handing) -> None:
        draw = self.dice.random()
        if draw < 0.03:
            self.line.tell(handing, NOT_ARRIVED, 30005)
            self.by_number[handing.to].out = self.line.now
            return
        self.line.tell(handing, ARRIVED)
        if draw < 0.3:
            self.line.text(handing.to, "2", line=handing.line)
            self.line.text(handing.to, "The staff were kind", line=handing.line)

    # ── what must hold of every text that a patient gets ─────────────────────

    def receive(self, handing) -> None:
        now, patient = self.line.now, self.by_number[handing.to]
        self.seen["texts"] += 1
        ward = "ROWAN" if handing.line.endswith("0") else "BIRCH"
        self.must(
            is_open(now, self.policy.hours_of(ward), self.policy.holidays), "hours"
        )
        self.must(patient.out is None or now < patient.out, "out")
        row = self.line.rows(
            "SELECT episode, kind, due, valid_to, under_16 FROM sms_invitations "
            "JOIN sms_sends ON sms_sends.of = sms_invitations.id "
            "WHERE sms_sends.id = ?",
            handing.send,
        )[0]
        episode, kind, due, valid_to, under_16 = row
        said = now.astimezone(UTC).isoformat()
        self.must(due[:19] <= said[:19] <= valid_to[:19], "validity")
        self.must(not under_16, "under 16")
        self.must((episode, kind) not in [s[1:3] for s in patient.sent], "twice")
        near = [
            s
            for s in patient.sent
            if now - s[0] < timedelta(days=self.policy.days_between)
        ]
        self.must(all(s[1] == episode for s in near), "too soon for another stay")
        patient.sent.append((now, episode, kind))
        local = now.astimezone(LONDON)
        self.day[local.date()] += segments(handing.words)
        self.must(self.day[local.date()] <= self.policy.daily_segments, "daily cap")
        self.month[local.year, local.month] += segments(handing.words)
        spent = self.month[local.year, local.month] * self.policy.segment_pence
        self.must(spent <= self.policy.month_pence, "month cap")

    def must(self, holds, what) -> None:
        if not holds:
            self.broken.append(f"{what} at {self.line.now}")


def test_a_month_with_the_clocks_going_back_and_an_outage(tmp_path):
    begins = datetime(2026, 10, 10, 6, 0, tzinfo=UTC)
    trust = Trust(tmp_path, 1, begins, people=1_500, daily_segments=150)
    trust.away = [(begins + timedelta(days=9), begins + timedelta(days=13))]
    trust.live(begins + timedelta(days=31), a_day=40)

    assert trust.broken == []
    assert trust.seen["texts"] > 700
    reasons = trust.line.counted() | trust.line.counted("BIRCH")
    for why in ("opted_out", "excluded", "asked_lately", "too_old", "unreachable"):
        assert f"refused {why}" in reasons, reasons


@pytest.mark.parametrize("forgets", ["has_stopped", "excluded", "last_asked"])
def test_a_rule_that_is_forgotten_is_found(tmp_path, monkeypatch, forgets):
    """The planted faults: without each of these facts the month above turns red."""
    from smsgateway.asking import asker

    def forgetful(**facts):
        facts.pop(forgets)
        return Facts(**facts)

    monkeypatch.setattr(asker, "Facts", forgetful)
    begins = datetime(2026, 10, 10, 6, 0, tzinfo=UTC)
    trust = Trust(tmp_path, 1, begins, people=300)
    trust.line.asker.book.end_all = (
        lambda *_: []
    )  # what is planned is not ended at once
    trust.live(begins + timedelta(days=10), a_day=40)

    assert trust.broken


@pytest.mark.soak
def test_a_year_of_a_trust(tmp_path):
    begins = datetime(2028, 1, 1, 6, 0, tzinfo=UTC)  # a leap year
    trust = Trust(tmp_path, 2, begins, people=250_000, daily_segments=6_000)
    trust.away = [
        (begins + timedelta(days=n), begins + timedelta(days=n, hours=h))
        for n, h in ((40, 30), (160, 100), (300, 60))
    ]
    trust.live(begins + timedelta(days=366), a_day=700)

    assert trust.broken == []
