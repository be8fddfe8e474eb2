"""Whom does a trust send home in a simulated year, and what do they do then?"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from smsgateway.asking.invite import read_for, take
from tests.smsgateway.asking.year_nevers import LONDON, is_open, latest, opening

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAYBE = "why do you keep sending me messages"
STORY = "The tea was cold and the nurses were kind"
NEVER_MOBILE = (
    *("020 7946 0018", "01632 960001", "0909 879 0001", "+33 6 12 34 56 78"),
    *("0800 111 222 3", "03069 990001"),
)
DOES = {  # who was texted
    "answers": 0.22,
    "begins to answer": 0.05,
    "STOP": 0.012,
    "please stop texting me": 0.006,
    MAYBE: 0.008,
}
BEFORE = {  # who went home yesterday, before they are asked
    "died": 0.01,
    "staff_asked": 0.005,
    "writes": 0.02,
    "STOP": 0.004,
    "please stop texting me": 0.006,
    MAYBE: 0.006,
}
ROWS = {  # that are odd
    "under 16": 0.02,
    "deceased": 0.01,
    "no mobile": 0.02,
}


@dataclass(slots=True, eq=False)
class Stay:
    """`sent`: of each text that the carrier took when, its kind, and whether it
    arrived."""

    ward: str
    discharged: datetime
    under_16: bool
    sent: list[tuple[datetime, str, bool]] = field(default_factory=list)
    answered: datetime | None = None


@dataclass(slots=True, eq=False)
class Person:
    """`out`: why never again. `asked`: by ward, when a text arrived last. Of their own
    texts: when the last one came, and the one since which a conversation is open."""

    number: str
    stays: dict[str, Stay] = field(default_factory=dict)
    asked: dict[str, datetime] = field(default_factory=dict)
    out: str = ""
    held: bool = False
    has_written: bool = False
    said_at: datetime | None = None
    open_since: datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing is known that could be in the way of asking them."""
        odd = self.out or self.has_written or len(self.stays) > 1
        return not odd


class People:
    """`trust` is the simulation; `a_day`: how many go home."""

    def __init__(self, trust, dice, a_day: int, wards) -> None:
        self.trust, self.dice, self.a_day, self.wards = trust, dice, a_day, wards
        self.invited = 0  # texts that the gateway has planned
        self.lately: deque[tuple[Person, Stay]] = deque()
        self.yesterday: list[str] = []
        self.reviews: list[tuple[int, Person]] = []
        self._many = 0

    # ── the day's file ───────────────────────────────────────────────────────

    def morning(self, flood: int = 0) -> None:
        rows = [*self._rows(flood), *self._odd_rows()]
        self.yesterday, again = rows, self._some(self.yesterday, 0.05)
        lines = ["number,ward,discharged,under_16,deceased", *rows, *again]
        data = "\n".join(lines).encode()

        def invite(desk) -> int:
            policy = self.trust.policy
            sheet = read_for(desk, data, policy, self.trust.wall)
            assert not sheet.problems, sheet.problems[:3]
            return take(desk, sheet, self.trust.wall)

        self.invited += self.trust.outside(invite)

    def _rows(self, flood: int) -> Iterator[str]:
        for n in range(self.a_day + flood):
            person = self._person()
            free = [ward for ward in self.wards if ward not in person.stays]
            ward = "W02" if n < flood and "W02" in free else self._ward(free)
            ago = timedelta(minutes=self.dice.randrange(24 * 60))
            at = (self.trust.true - ago).replace(second=0, microsecond=0)
            odd = self.trust.carrier.draw(ROWS)
            if odd == "deceased":
                person.out = "died"
            stay = Stay(ward, at, odd == "under 16")
            person.stays[ward] = stay
            self.lately.append((person, stay))
            yield (
                f"{person.number},{ward},{at:%Y-%m-%dT%H:%MZ},"
                f"{'yes' if stay.under_16 else ''},{'yes' if odd == 'deceased' else ''}"
            )

    def _ward(self, free: list[str]) -> str:
        """Some wards send home many more than others."""
        return free[min(int(self.dice.expovariate(4 / len(free))), len(free) - 1)]

    def _person(self) -> Person:
        """Mostly somebody new; or who was here lately."""
        if self.lately and self.dice.random() < 0.15:
            person = self.dice.choice(self.lately)[0]
            if len(person.stays) < len(self.wards):
                return person
        self._many += 1
        person = Person(f"+447400{self._many:06d}")
        self.trust.people[person.number] = person
        return person

    def _odd_rows(self) -> Iterator[str]:
        at = f"{self.trust.true - 5 * HOUR:%Y-%m-%dT%H:%MZ}"
        for number in NEVER_MOBILE:
            yield f"{number},{self.wards[0]},{at},,"

    def _some(self, rows, share) -> list[str]:
        return self.dice.sample(rows, int(len(rows) * share))

    # ── what people do ───────────────────────────────────────────────────────

    def noon(self) -> None:
        """Some of those who are asked today are not to be asked any more, or write."""
        now = self.trust.true
        while self.lately and now - self.lately[0][1].discharged > 45 * DAY:
            self.lately.popleft()
        for person, stay in list(self.lately)[-2 * self.a_day :]:
            what = None if stay.sent else self.trust.carrier.draw(BEFORE)
            if what in ("died", "staff_asked"):
                self.exclude(person, what)
            elif what == "writes":
                is_first = person.said_at is None
                self.writes(person, STORY)  # a second one may end it
                person.open_since = person.said_at if is_first else None
            elif what:
                self.writes(person, what)

    def exclude(self, person: Person, why: str) -> None:
        """On the team's page."""
        if not self.trust.is_on:
            return
        self.trust.do(
            lambda desk: desk.asked.exclude(person.number, why, "ann", self.trust.wall)
        )
        person.out = person.out or why

    def arrives(self, message) -> None:
        """On their phone."""
        person = self.trust.people.get(message.to)
        what = self.trust.carrier.draw(DOES) if person else None
        if what:
            after_s = self.dice.expovariate(1 / 7_200)
            self.trust.later(after_s, lambda: self._does(person, message, what))

    def _does(self, person: Person, message, what: str) -> None:
        if person.out:
            return
        if not what.endswith("answer") and what != "answers":
            self.writes(person, what, message.line)
            return
        if not self.writes(person, "2", message.line):
            return
        person.stays[message.ward].answered = self.trust.wall
        person.open_since = person.said_at
        if what == "answers":
            self.trust.later(90, lambda: self._ends(person, message.line))

    def _ends(self, person: Person, line: str) -> None:
        if self.writes(person, STORY, line):
            person.open_since = None

    def writes(self, person: Person, words: str, line: str = "") -> bool:
        """Whether the gateway was there."""
        if words == "STOP":
            self.trust.carrier.stopped.add(person.number)
        if not self.trust.is_on:
            return False
        self.trust.text(person.number, words, line or self.trust.lines[0])
        person.has_written = True
        if not person.held:  # else nothing is replied, and it is no conversation
            person.said_at = self.trust.wall
        if "stop" in words.lower():
            person.out = person.out or "stopped"
        if words == MAYBE:
            self._is_held(person)
        return True

    def _is_held(self, person: Person) -> None:
        person.held, person.open_since = True, None
        waiting = self.trust.do(lambda desk: desk.opt_outs.waiting())
        self.reviews.append((waiting[-1].id, person))

    def decide(self) -> None:
        """The team looks at what may have been an opt-out, a day or more later."""
        ready = self.reviews[:-5]
        now = self.trust.wall
        for review, person in ready:
            said = self.dice.choice(("stopped", "not_meant"))
            self.trust.do(lambda desk, r=review, s=said: desk.decide(r, s, "ann", now))
            person.held = any(one is person for _, one in self.reviews[len(ready) :])
            if said == "stopped":
                person.out = person.out or "stopped"
        self.reviews = self.reviews[len(ready) :]

    # ── who waits ────────────────────────────────────────────────────────────

    def waiting(self) -> Counter[str]:
        """By ward, of whom nothing is known, who could have been asked by now, and
        whom nobody tried to ask."""
        wall, found = self.trust.wall, Counter()
        noon = wall.astimezone(LONDON).replace(hour=15).astimezone(UTC)
        for person, stay in reversed(self.lately):
            if wall - stay.discharged > 4 * DAY:
                break
            if stay.sent or stay.under_16 or not person.is_plain:
                continue
            if person.number in self.trust.tried or self.trust.nature(person.number):
                continue
            due = opening(stay.discharged + 26 * HOUR, stay.ward) + 2 * HOUR
            if (
                due <= noon
                and is_open(noon, stay.ward)
                and wall < stay.discharged + 24 * HOUR + 72 * HOUR
            ):
                found[stay.ward] += 1
        return found

    def missed(self) -> list[Stay]:
        """Whom nothing was in the way of asking, and who never were."""
        return [
            stay
            for person, stay in self.lately
            if person.is_plain
            and person.number not in self.trust.tried
            and not (stay.under_16 or self.trust.nature(person.number))
            and self.trust.wall > latest(stay.discharged + 26 * HOUR, stay.ward)
        ]
