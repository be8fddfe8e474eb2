"""What the state machine of late_machine.py knows of one tablet: facts, as they happen.

Nothing here asks central. Which rows may come in, for which wards, and what a tablet
still holds of a day follows from what was done to it, and when.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nacl.signing import SigningKey

from feedback.answer import device_id

BOUND = timedelta(minutes=2)
SOON = timedelta(minutes=30)
A_DAY = timedelta(hours=24)
A_VISIT = timedelta(minutes=10)  # between two taps of one person


@dataclass
class Given:
    """An administrator gave it this ward, and perhaps took it away again."""

    ward: str
    since: datetime
    until: datetime | None = None


@dataclass
class Visit:
    """One response: on which tablet, for which ward it began, and its newest tap."""

    log: "Log"
    ward: str
    at: datetime


@dataclass
class Accepted:
    """What a removed tablet holds may come in once, up to what it declares first."""

    at: datetime
    last: int | None = None
    done: bool = False


@dataclass
class Log:
    """One tablet's file, and when each row was truly written. `knows`: the wards that
    it asks for, as of its last contact. `astray`: rows that name a ward which nobody
    gave it. `line`: the wards that it and those before and after it were ever given.
    `word`: what was said to be left on it when it was removed."""

    key: SigningKey = field(default_factory=SigningKey.generate)
    rows: list = field(default_factory=list)
    written: dict = field(default_factory=dict)
    given: list = field(default_factory=list)
    line: set = field(default_factory=set)
    knows: tuple = ()
    astray: set = field(default_factory=set)
    begins: int = 1
    have: int = 0
    enrolled: datetime | None = None
    contacts: list = field(default_factory=list)
    removed: datetime | None = None
    word: str = ""
    accepted: Accepted | None = None
    succeeded: bool = False

    @property
    def id(self):
        return device_id(bytes(self.key.verify_key))

    @property
    def last(self):
        return self.begins + len(self.rows) - 1

    @property
    def unsent(self):
        return [row for row in self.rows if row.seq > self.have]

    @property
    def is_ours(self):
        return self.removed is None and not self.succeeded

    @property
    def wards(self):
        return tuple(one.ward for one in self.given if one.until is None)

    @property
    def told_to_wait(self):
        """Whether it has said itself that there is more than has come."""
        return bool(self.contacts) and self.contacts[-1][0] > self.have

    def give(self, wards, now):
        for one in self.given:
            if one.until is None and one.ward not in wards:
                one.until = now
        new = sorted(ward for ward in wards if ward not in self.wards)
        self.given += [Given(ward, now) for ward in new]
        self.line |= set(new)

    def may_say(self, visit, now):
        """Its next row may be of this visit: one of before a move is soon over."""
        mine = visit.log is self
        return mine and (visit.ward in self.knows or now - visit.at <= A_VISIT)

    # ── what central may take ────────────────────────────────────────────────

    def is_heard(self, now):
        if self.removed is None:
            return True
        one = self.accepted
        return one is not None and not one.done and one.at <= now < one.at + A_DAY

    def taken(self, rows):
        """Those of the rows that come in with this contact."""
        if self.removed is None:
            return rows
        if self.accepted.last is None:
            self.accepted.last = self.last
        return [row for row in rows if row.seq <= self.accepted.last]

    def came(self, rows):
        if rows:
            self.have = max(self.have, rows[-1].seq)
        if self.removed is not None and self.have >= self.accepted.last:
            self.accepted.done = True

    # ── what it still holds ──────────────────────────────────────────────────

    def keeps(self, now):
        """The rows that have not come, and that somebody must be told of."""
        if self.is_said_to_be_empty:
            return []
        end = self.removed or now
        return [
            row
            for row in self.unsent
            if row.seq not in self.astray and self.written[row.seq] < end
        ]

    @property
    def is_said_to_be_empty(self):
        """By whoever removed it; or nobody said a word, and it had just spoken."""
        if self.removed is None or self.told_to_wait:
            return False
        heard = max([self.enrolled, *(at for _, at in self.contacts)])
        return self.word == "nothing" or (
            not self.word and self.removed - heard <= SOON + BOUND
        )

    def was_here(self, ward, begin, end):
        gone = self.removed or end
        return any(
            one.ward == ward and one.since < end and min(one.until or end, gone) > begin
            for one in self.given
        )

    def is_done_with(self, end):
        """Whether nobody waits for what it heard before this midnight."""
        if self.removed is not None:
            return self.word == "lost" or (
                self.word == "nothing" and not self.told_to_wait
            )
        if not self.contacts:
            return False
        last, at = self.contacts[-1]
        return at >= end + BOUND and last == self.have
