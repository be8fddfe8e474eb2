"""Tablets that come late, in any order and with wrong clocks, beside a brute force that
counts the raw answers anew after each step and remembers what it counted before.

What the pages show must be what it counts; what they say was corrected must be the
difference to what it counted when the day closed; and a day is complete when nothing
that the tablets truly hold can be of it.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

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
from nacl.signing import SigningKey

from feedback.answer import Answer, device_id, new_response, utc_moment, utc_text
from feedback.survey import FFT_VALUES
from feedback.wire import pack, unpack
from tests.web import world

LONDON = ZoneInfo("Europe/London")
BASE = datetime(2026, 10, 23, 9, tzinfo=UTC)  # the clocks go back two days later
BOUND = timedelta(minutes=2)
SOON = timedelta(minutes=30)
NUMBERS = count(1)
VALUES = {
    "fft": ("very_good", "poor", "dont_know", ""),
    "night": ("2", "-1", ""),
    "_talk": ("yes", "no", ""),
}
FLAGS = (("_end", "withdrawn"), ("_practice", "yes"))


class Wrong(AssertionError):
    """A page shows what is not so."""


def demand(holds, *words):
    if not holds:
        raise Wrong(" ".join(map(str, words)))


@dataclass
class Log:
    """One tablet's file, and when each row was truly written."""

    ward: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    rows: list = field(default_factory=list)
    written: dict = field(default_factory=dict)
    begins: int = 1
    have: int = 0
    removed: datetime | None = None
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


def local(moment):
    return moment.astimezone(LONDON).date()


def over(day):
    return datetime.combine(day + timedelta(1), time(0), LONDON)


def closing(day):
    return datetime.combine(day + timedelta(1), time(6, 30), LONDON)


def answered(visit):
    return any(not question.startswith("_") for question in visit[1])


class Days(RuleBasedStateMachine):
    @initialize()
    def open(self):
        from central.places.models import Site, Ward

        number, site = next(NUMBERS), Site.objects.get()
        self.wards = [f"P{number}", f"Q{number}"]
        for code in self.wards:
            Ward.objects.create(code=code, site=site, name=code)
        self.now, self.logs, self.contacts = BASE, [], {}
        self.responses, self.lost, self.held, self.came = {}, {}, {}, {}
        self.counts = []  # what was counted after each step, and when
        self.complete = {}  # days that were, with what was counted then
        self.new_log()

    # ── what happens ─────────────────────────────────────────────────────────

    def time_passes(self, data):
        minutes = data.draw(st.sampled_from([0, 0, 1, 3, 50, 400, 1300]))
        self.now += timedelta(minutes=minutes)

    @rule(data=st.data(), new=st.booleans())
    def say(self, data, new):
        speaking = [one for one in self.logs if not one.succeeded]
        log = data.draw(st.sampled_from(speaking))
        mine = [one for one, of in self.responses.items() if of is log]
        if new or not mine:
            mine = [new_response()]
            self.responses[mine[0]] = log
        question = data.draw(st.sampled_from(sorted(VALUES)))
        value = data.draw(st.sampled_from(VALUES[question]))
        is_astray = data.draw(st.integers(0, 3)) == 0
        response = data.draw(st.sampled_from(mine))
        self.time_passes(data)
        self.write(log, response, question, value, is_astray, self.skew(data))

    @precondition(lambda self: self.responses)
    @rule(data=st.data(), flag=st.sampled_from(FLAGS))
    def set_apart(self, data, flag):
        response = data.draw(st.sampled_from(sorted(self.responses)))
        self.time_passes(data)
        self.write(self.responses[response], response, *flag, skew=self.skew(data))

    def skew(self, data):
        return data.draw(st.sampled_from([0, 0, 0, 0, -1, 1, -1500, 1500]))

    def write(self, log, response, question, value, is_astray=False, skew=0):
        self.responses.setdefault(response, log)
        ward = self.wards[1] if is_astray else log.ward
        said = utc_text(self.now + timedelta(minutes=skew))
        row = Answer(
            log.id, log.last + 1, response, world.SURVEY, question, value, ward,
            "kiosk", said,
        )  # fmt: skip
        log.rows.append(row)
        log.written[row.seq] = self.now

    @rule(data=st.data(), most=st.sampled_from([0, 1, 2, 99]))
    def send(self, data, most):
        """From where central is, or what it has already."""
        self.time_passes(data)
        log = data.draw(st.sampled_from(self.logs))
        back = data.draw(st.integers(0, 2))
        self.contact(log, max(log.begins, log.have + 1 - back), most)

    @rule(data=st.data())
    def all_send(self, data):
        self.time_passes(data)
        for log in self.logs:
            self.contact(log, log.have + 1, 99)

    def contact(self, log, first, most, purged_to=None):
        from central.deriving import follow
        from central.intake.append import Unknown, append

        if log.succeeded:
            return
        self.now += timedelta(seconds=1)  # no two things happen at once
        rows = log.rows[first - log.begins :][:most]
        batch = unpack(pack(first, log.last, rows, {}, purged_to))
        outcome = append(log.id, batch, self.now)
        follow(log.id)
        if isinstance(outcome, Unknown):
            demand(log.removed is not None, "an own tablet is refused")
            return
        self.contacts[log.id].append((log.last, self.now))
        if (rows and first <= log.have + 1) or purged_to:
            found = [row for row in rows if self.lost.pop((row.device, row.seq), None)]
            came = found + [row for row in rows if row.seq > log.have]
            self.came |= {(row.device, row.seq): self.now for row in came}
            self.held |= {
                (row.device, row.seq): row for row in came if not self.may_stand(row)
            }
            log.have = max(log.have, rows[-1].seq)

    def may_stand(self, row):
        from central.devices.models import Device

        return Device.objects.filter(id=row.device, wards=row.ward).exists()

    @rule(data=st.data())
    def trouble(self, data):
        """The rarer things."""
        several = [
            self.lose_rows, self.remove, self.take_back, self.enrol_again,
            self.another_tablet, self.rebuild,
        ]  # fmt: skip
        data.draw(st.sampled_from(several))(data)

    def lose_rows(self, data):
        ours = filter(self.is_ours, self.logs)
        several = [log for log in ours if len(log.unsent) > 1]
        if several:
            self.lose_one(data.draw(st.sampled_from(several)))

    def lose_one(self, log):
        first = log.have + 2
        self.contact(log, first, 99)  # a gap
        self.lost[log.id, log.have + 1] = log.unsent[0]
        self.contact(log, first, 99, purged_to=first - 1)

    def is_ours(self, log):
        return log.removed is None and not log.succeeded

    @precondition(lambda self: self.held)
    @rule()
    def let_held_rows_in(self):
        from central.devices.models import Device, Stint
        from central.intake.held import try_again

        for name in {device for device, _ in self.held}:
            Device.objects.get(id=name).wards.add(self.wards[1])
            Stint.objects.filter(device=name, since__gt=self.now).update(since=BASE)
        try_again(self.now)
        self.held = {}

    @precondition(lambda self: self.responses)
    @rule(data=st.data())
    def erase(self, data):
        self.time_passes(data)
        self.erase_one(data.draw(st.sampled_from(sorted(self.responses))))

    def erase_one(self, response):
        from central.deriving import follow
        from central.intake.erasure import erase_response

        erase_response(response, self.now)
        for log in self.logs:
            follow(log.id)

    def remove(self, data):
        log = data.draw(st.sampled_from(self.logs))
        if self.is_ours(log):
            self.remove_one(log)

    def remove_one(self, log):
        from central.devices.removal import remove_device

        remove_device(log.id, self.now)
        log.removed = self.now

    def take_back(self, data):
        """A removed tablet is found, and what it holds is accepted."""
        from central.devices.backlog import accept_backlog

        several = [one for one in self.logs if one.removed and not one.succeeded]
        if several:
            log = data.draw(st.sampled_from(several))
            accept_backlog(log.id, self.now)
            self.contact(log, log.have + 1, 99)

    def another_tablet(self, _data):
        if len(self.logs) < 3:
            self.new_log()

    def enrol_again(self, data):
        """What is not sent is the successor's; the fork itself is test_succession's."""
        several = [one for one in self.logs if self.is_ours(one)]
        if not several or len(self.logs) > 4:
            return
        old = data.draw(st.sampled_from(several))
        new = self.new_log(old)
        old.succeeded, old.rows = True, [r for r in old.rows if r.seq <= old.have]
        self.responses = {
            one: new if log is old else log for one, log in self.responses.items()
        }

    def new_log(self, old=None):
        from central.devices.enrolment import Wish, enrol, make_code
        from central.devices.models import Stint

        log = Log(self.wards[0])
        wish = Wish(make_code([log.ward], "kiosk", self.now), bytes(log.key.verify_key))
        if old is not None:
            log.begins, log.have = old.have + 1, old.have
            log.rows = [replace(row, device=log.id) for row in old.unsent]
            log.written = dict(old.written)
            wish = replace(wish, succeeds=old.id, begins=log.begins)
        device = enrol(wish, self.now)
        Stint.objects.filter(device=device).update(since=self.now)
        self.contacts[log.id] = []
        self.logs.append(log)
        return log

    def rebuild(self, _data):
        from central.deriving import rebuild_standing

        before = tables()
        rebuild_standing()
        demand(tables() == before, "rebuilt, it is another")

    # ── the brute force ──────────────────────────────────────────────────────

    def counted(self):
        """(ward, day) → response → (mode, what stands), from the raw answers."""
        from central.intake.models import Answer as Row

        order = {log.id: place for place, log in enumerate(self.logs)}
        people, found = {}, {}
        for row in Row.objects.filter(device__in=order):
            people.setdefault(row.response, []).append(row)
        for response, rows in people.items():
            rows.sort(key=lambda row: (order[row.device], row.seq))
            if any((row.question, row.value) in FLAGS for row in rows):
                continue
            last = {row.question: row.value for row in rows}
            said = {q: value for q, value in last.items() if value and q != "_end"}
            if said:
                place = (rows[0].ward, self.day_of(rows[0]))
                found.setdefault(place, {})[response] = (rows[0].mode, said)
        return found

    def day_of(self, row):
        said, came = utc_moment(row.answered_at), row.arrived_at
        before = [at for last, at in self.contacts[row.device] if last < row.seq]
        if said > came + BOUND:
            said = came
        elif before and said < max(before) - BOUND:
            said = max(before)
        return local(said)

    def corrected(self, place):
        """How many came, went and changed since the day closed, and had answered."""
        shut = closing(place[1])
        shown = [found.get(place, {}) for at, found in self.counts if at <= shut]
        since = [found.get(place, {}) for at, found in self.counts if at > shut]
        then, now = shown[-1] if shown else {}, self.counts[-1][1].get(place, {})
        found = {"came": 0, "gone": 0, "changed": 0, "apart": 0, "passed": 0}
        later = {one for visits in since for one in visits}
        found["passed"] = len(later - then.keys() - now.keys())
        for one in then.keys() | now.keys():
            if (
                one in then
                and one in now
                and all(s.get(one) == then[one] for s in since)
            ):
                continue
            was, is_ = (one in s and answered(s[one]) for s in (then, now))
            kind = {(0, 1): "came", (1, 0): "gone", (1, 1): "changed"}
            found[kind.get((was, is_), "apart")] += 1
        return found, sum(map(answered, then.values()))

    # ── what must be so ──────────────────────────────────────────────────────

    @invariant()
    def pages_show_what_is_counted(self):
        if not hasattr(self, "logs"):
            return
        self.counts.append((self.now, self.counted()))
        days = [local(self.now) - timedelta(back) for back in range(3)]
        places = {(self.wards[0], day) for day in days}
        places |= {(row.ward, self.said_on(row)) for row in self.held.values()}
        for place in sorted(places | self.counts[-1][1].keys()):
            if place[1] <= local(self.now):
                self.check_day(place)
        self.check_period()

    def check_day(self, place):
        from central.summaries.correct import Corrected, corrections
        from central.web.completed import closes, completed

        ward, day = place
        here = self.counts[-1][1].get(place, {})
        shown = shown_day(ward, day)
        told = completed(ward, day, shown.responses, self.now)
        real = [visit for visit in here.values() if answered(visit)]
        rated = [visit[1].get("fft") for visit in real]
        demand(shown.responses == len(real), "responses", place)
        fft = shown.fft.counts()
        demand(fft == {v: rated.count(v) for v in FFT_VALUES}, "fft", place, fft)
        talks = sum(visit[1].get("_talk") == "yes" for visit in here.values())
        demand(len(shown.talks) == talks, "talks", place)

        demand(closes(day) == closing(day), "closing")
        wanted, before = self.corrected(place)
        found = corrections(ward, day, day, closes).get(day)
        found = found or Corrected(closing(day), self.now)
        said = {kind: getattr(found, kind) for kind in wanted}
        demand(said == wanted, "corrected", place, said, wanted)
        words = told.corrected
        demand(bool(words) == any(wanted.values()), "it is said", words)
        if wanted["came"] or wanted["gone"]:
            numbers = f"{len(real)} answered, not {before}"
            demand(numbers in words, "the numbers", words, numbers)
        self.check_complete(place, here, told)

    def check_complete(self, place, here, completed):
        is_complete = completed.complete.is_complete
        if is_complete:
            demand(not (kept := self.truly_kept(*place)), "not complete", place, kept)
            demand(self.now >= closing(place[1]), "too early", place)
        if self.is_simple(*place):
            demand(is_complete, "complete", place, completed.complete)
        known = self.complete.setdefault(place, here) if is_complete else None
        known = self.complete.get(place, known)
        demand(known in (None, here) or completed.corrected, "silently", place)

    def truly_kept(self, ward, day):
        """Rows of this ward that were written on this day and are not counted."""
        found = [row for row in self.lost.values() if self.is_of(row, ward, day)]
        for row in self.held.values():
            if row.ward == ward and self.said_on(row) == day:
                found.append(row)
        for log in self.logs:
            contact = max((at for _, at in self.contacts[log.id]), default=BASE)
            end = log.removed or self.now
            for row in log.unsent:
                at = log.written[row.seq]
                in_order = log.removed and end - contact <= SOON + BOUND
                if at < end and not in_order and self.is_of(row, ward, day):
                    found.append(row)
        return found

    def said_on(self, row):
        said, came = utc_moment(row.answered_at), self.came[row.device, row.seq]
        return local(came if said > came + BOUND else said)

    def is_of(self, row, ward, day):
        log = next(log for log in self.logs if log.id == row.device)
        return row.ward == ward == log.ward and local(log.written[row.seq]) == day

    def is_simple(self, ward, day):
        """Nothing out of the way happened, and each tablet was heard after the day with
        nothing unsent."""
        from central.intake.models import Held

        if ward != self.wards[0] or self.now < closing(day) or day < local(BASE):
            return False
        if self.lost or Held.objects.filter(device__in=self.contacts).exists():
            return False
        if any(log.removed for log in self.logs):
            return False
        speaking = [log for log in self.logs if not log.succeeded]
        return all(
            self.contacts[log.id]
            and self.contacts[log.id][-1][1] >= over(day) + BOUND
            and self.contacts[log.id][-1][0] == log.have
            for log in speaking
        )

    def check_period(self):
        from central.summaries.period_reading import Span, tallies_in
        from central.summaries.reading import responses_by_day
        from central.summaries.series import DAY, count_series, positive_series
        from tests.web.test_counting_again import shown_counts

        ward, last = self.wards[0], local(self.now)
        first = last - timedelta(6)
        here = {
            day: [visit for visit in visits.values() if answered(visit)]
            for (code, day), visits in self.counts[-1][1].items()
            if code == ward and first <= day <= last
        }
        counts = shown_counts(Span(ward, first, last))
        demand(counts.responses == sum(map(len, here.values())), "a week's responses")
        points = [first + timedelta(n) for n in range(7)]
        span = Span(ward, first, last)
        positive = positive_series(
            tallies_in(span, ["fft"], [world.SURVEY]), points, DAY
        )
        people = count_series(responses_by_day(ward, first, last), points, DAY)
        for point, share, number in zip(points, positive, people, strict=True):
            rated = [v[1].get("fft") for v in here.get(point, ())]
            rated = [value for value in rated if value in FFT_VALUES]
            demand(number.people == len(here.get(point, ())), "a day of a series")
            demand(share.people == len(rated), "rated in a series")
            demand((share.value is None) == (not rated), "no data is not 0")


def a_strange_week():
    """One story in which all of it happens, looked at after each step."""
    days = Days()
    days.open()
    (log,) = days.logs
    first, second, third = new_response(), new_response(), new_response()

    def step(hours, act, *words, **more):
        days.now += timedelta(hours=hours)
        act(*words, **more)
        days.pages_show_what_is_counted()

    def send(most=99, log=log):
        days.contact(log, log.have + 1, most)

    for response, value in ((first, "very_good"), (first, "poor"), (second, "poor")):
        step(0, days.write, log, response, "fft", value)
    step(0, send)
    step(1, days.write, log, new_response(), "fft", "poor", is_astray=True)
    step(0, send)  # held
    for _ in range(2):
        step(0, days.write, log, new_response(), "fft", "very_good")
    step(24, send, 1)  # the other one waits, though it was heard
    step(1, send)
    step(1, days.let_held_rows_in)
    step(1, days.erase_one, first)
    step(1, days.write, log, second, "_end", "withdrawn")
    step(0, send)
    for _ in range(2):
        step(0, days.write, log, third, "night", "2")
    step(0, days.lose_one, log)
    other = days.new_log()
    step(24, send)
    step(0, send, log=other)  # the day before lacks what was lost alone
    step(1, days.write, other, new_response(), "fft", "poor", is_astray=True)
    step(24, send)
    step(0, send, log=other)  # that day of the other ward lacks what is held alone
    step(1, days.write, log, new_response(), "fft", "poor")
    step(3, days.remove_one, log)
    step(24, send, log=other)  # that day lacks what was on the removed one alone
    step(1, days.rebuild, None)


def shown_day(ward, day):
    """As the day's page has it counted."""
    from central.summaries.day import day_of
    from central.summaries.reading import said_on
    from central.surveys.published import surveys_named

    said, opened, concerned = said_on(ward, day)
    return day_of(said, opened, surveys_named({world.SURVEY}), concerned)


def tables():
    from central.summaries.models import Late, Standing

    return [
        sorted(tuple(row) for row in table.objects.values_list(*words))
        for table, words in (
            (Standing, ("response", "question", "value", "ward", "day", "counts")),
            (Late, ("response", "since", "day", "ward", "answered")),
        )
    ]


def run_the_days(examples=12, steps=18, always_the_same=False):
    run_state_machine_as_test(
        Days,
        settings=settings(
            max_examples=examples,
            derandomize=always_the_same,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],  # a short story is nice, and costs minutes
            report_multiple_bugs=False,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
