"""Tablets that come late, in any order and with wrong clocks, beside a brute force that
counts the raw answers anew after each step and remembers what it counted before. They
go from ward to ward, to a new name, and out of the house (late_tablets.py).

What the pages show must be what it counts; what they say was corrected must be the
difference to what it counted when the day closed; and a day is complete when nothing
that the tablets truly hold can be of it.
"""

from dataclasses import replace
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

from feedback.answer import Answer, new_response, utc_moment, utc_text
from feedback.survey import FFT_VALUES
from feedback.wire import pack, unpack
from tests.web import world
from tests.web.late_tablets import BOUND, Accepted, Log, Visit

LONDON = ZoneInfo("Europe/London")
BASE = datetime(2026, 10, 23, 9, tzinfo=UTC)  # the clocks go back two days later
NUMBERS = count(1)
VALUES = {
    "fft": ("very_good", "poor", "dont_know", ""),
    "night": ("2", "-1", ""),
    "_talk": ("yes", "no", ""),
}
FLAGS = (("_end", "withdrawn"), ("_practice", "yes"))
ONE = timedelta(1)
WORDS = ("", "nothing", "perhaps", "lost")  # of who removes a tablet


class Wrong(AssertionError):
    """A page shows what is not so."""


def demand(holds, *words):
    if not holds:
        raise Wrong(" ".join(map(str, words)))


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
        self.wards = [f"P{number}", f"Q{number}", f"R{number}"]
        for code in self.wards:
            Ward.objects.create(code=code, site=site, name=code)
        self.now, self.logs = BASE, []
        self.visits, self.lost, self.held, self.came = {}, {}, {}, {}
        self.counts = []  # what was counted after each step, and when
        self.complete = {}  # days that were, with what was counted then
        self.new_log()

    # ── what happens ─────────────────────────────────────────────────────────

    def time_passes(self, data):
        minutes = data.draw(st.sampled_from([0, 0, 1, 3, 50, 400, 1300]))
        self.now += timedelta(minutes=minutes)

    @rule(data=st.data(), new=st.booleans())
    def say(self, data, new):
        self.time_passes(data)
        log = data.draw(
            st.sampled_from([one for one in self.logs if not one.succeeded])
        )
        mine = [one for one, of in self.visits.items() if log.may_say(of, self.now)]
        response = (
            new_response() if new or not mine else data.draw(st.sampled_from(mine))
        )
        if response not in self.visits:
            self.begin(response, log, data.draw(st.sampled_from(log.knows)))
        question = data.draw(st.sampled_from(sorted(VALUES)))
        value = data.draw(st.sampled_from(VALUES[question]))
        is_astray = data.draw(st.integers(0, 3)) == 0
        self.write(log, response, question, value, is_astray, self.skew(data))

    def begin(self, response, log, ward):
        self.visits[response] = Visit(log, ward, self.now)

    @rule(data=st.data(), flag=st.sampled_from(FLAGS))
    def set_apart(self, data, flag):
        self.time_passes(data)
        several = [
            one for one, of in self.visits.items() if of.log.may_say(of, self.now)
        ]
        if several:
            response = data.draw(st.sampled_from(several))
            log = self.visits[response].log
            self.write(log, response, *flag, skew=self.skew(data))

    def skew(self, data):
        return data.draw(st.sampled_from([0, 0, 0, 0, -1, 1, -1500, 1500]))

    def write(self, log, response, question, value, is_astray=False, skew=0):
        if response not in self.visits:
            self.begin(response, log, log.knows[0])
        visit, foreign = self.visits[response], self.foreign(log)
        ward = foreign[0] if is_astray and foreign else visit.ward
        visit.at = self.now
        said = utc_text(self.now + timedelta(minutes=skew))
        row = Answer(
            log.id, log.last + 1, response, world.SURVEY, question, value, ward,
            "kiosk", said,
        )  # fmt: skip
        log.rows.append(row)
        log.written[row.seq] = self.now
        if ward != visit.ward:
            log.astray.add(row.seq)

    def foreign(self, log):
        """The wards that nobody gave it, nor one of its line."""
        return [ward for ward in self.wards if ward not in log.line]

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
        is_heard = log.is_heard(self.now)
        demand(isinstance(outcome, Unknown) != is_heard, "is it heard", log.accepted)
        if not is_heard:
            return
        rows = log.taken(rows)
        log.contacts.append((log.last, self.now))
        if first > log.have + 1 and not purged_to:
            return  # a gap
        self.take_in(log, rows)
        log.came(rows)
        if log.removed is None:
            log.knows = log.wards

    def take_in(self, log, rows):
        found = [row for row in rows if self.lost.pop((row.device, row.seq), None)]
        came = found + [row for row in rows if row.seq > log.have]
        self.came |= {(row.device, row.seq): self.now for row in came}
        self.held |= {
            (row.device, row.seq): row for row in came if row.ward not in log.line
        }

    @rule(data=st.data())
    def trouble(self, data):
        """The rarer things."""
        several = [self.lose_rows, self.another_tablet, self.rebuild]
        data.draw(st.sampled_from(several))(data)

    def lose_rows(self, data):
        several = [log for log in self.ours if len(log.unsent) > 1]
        if several:
            self.lose_one(data.draw(st.sampled_from(several)))

    def lose_one(self, log):
        first = log.have + 2
        self.contact(log, first, 99)  # a gap
        self.lost[log.id, log.have + 1] = log.unsent[0]
        self.contact(log, first, 99, purged_to=first - 1)

    @property
    def ours(self):
        return [log for log in self.logs if log.is_ours]

    # ── what administrators do ───────────────────────────────────────────────

    @precondition(lambda self: self.ours)
    @rule(data=st.data(), how=st.sampled_from(["move", "give", "take away"]))
    def other_wards(self, data, how):
        self.time_passes(data)
        log = data.draw(st.sampled_from(self.ours))
        ward = data.draw(st.sampled_from(self.wards))
        if how == "move":
            self.give(log, [ward])
        elif how == "give":
            self.give(log, {*log.wards, ward})
        elif len(log.wards) > 1:
            self.give(log, set(log.wards) - {ward})

    def give(self, log, wards):
        """As on the tablet's page: it hears of it with its next contact."""
        from central.devices.models import Device, Stint
        from central.intake.held import try_again

        stints = Stint.objects.filter(device=log.id)
        known = dict(stints.values_list("id", "until"))
        Device.objects.get(id=log.id).wards.set(wards)
        for stint in stints.all():  # noted by the clock of today
            if stint.id not in known:
                Stint.objects.filter(id=stint.id).update(since=self.now)
            elif stint.until != known[stint.id]:
                Stint.objects.filter(id=stint.id).update(until=self.now)
        log.give(wards, self.now)
        try_again(self.now)
        lines = {one.id: one.line for one in self.logs}
        self.held = {
            place: row
            for place, row in self.held.items()
            if row.ward not in lines[row.device]
        }

    @precondition(lambda self: self.held)
    @rule()
    def let_held_rows_in(self):
        held = list(self.held.values())
        for log in self.logs:
            wards = {row.ward for row in held if row.device == log.id}
            if wards:
                self.give(log, {*log.wards, *wards})

    @precondition(lambda self: self.ours)
    @rule(data=st.data(), word=st.sampled_from(WORDS))
    def remove(self, data, word):
        self.time_passes(data)
        self.remove_one(data.draw(st.sampled_from(self.ours)), word)

    def remove_one(self, log, word=""):
        from central.devices.removal import remove_device

        remove_device(log.id, self.now, word)
        log.removed, log.word, log.accepted = self.now, word, None

    @property
    def removed(self):
        return [one for one in self.logs if one.removed and not one.succeeded]

    @precondition(lambda self: self.removed)
    @rule(data=st.data(), most=st.sampled_from([0, 1, 99]))
    def take_back(self, data, most):
        """A removed tablet is found, and what it holds is accepted."""
        self.time_passes(data)
        log = data.draw(st.sampled_from(self.removed))
        self.accept(log)
        self.contact(log, log.have + 1, most)

    def accept(self, log):
        from central.devices.backlog import accept_backlog

        accept_backlog(log.id, self.now)
        log.accepted, log.word = Accepted(self.now), "perhaps"

    @precondition(lambda self: self.removed)
    @rule(data=st.data(), word=st.sampled_from(WORDS[1:]))
    def think_again(self, data, word):
        """An administrator says on the tablet's page what is left on it."""
        self.say_of(data.draw(st.sampled_from(self.removed)), word)

    def say_of(self, log, word):
        from central.devices.models import Device

        Device.objects.filter(id=log.id).update(still_holds=word)
        log.word = word

    @precondition(lambda self: self.removed)
    @rule(data=st.data())
    def one_of_ours_again(self, data):
        """With a new code and its old key its log goes on."""
        log = data.draw(st.sampled_from(self.removed))
        self.enrolled(log, log.wards)
        log.removed, log.word, log.accepted = None, "", None

    @precondition(lambda self: self.ours and len(self.logs) <= 4)
    @rule(data=st.data())
    def enrol_again(self, data):
        """What is not sent is the successor's; the fork itself is test_succession's."""
        self.time_passes(data)
        old = data.draw(st.sampled_from(self.ours))
        self.succeed(old, data.draw(st.sampled_from([*self.wards, *old.wards])))

    def succeed(self, old, ward):
        new = self.new_log(old, ward)
        old.succeeded, old.rows = True, [r for r in old.rows if r.seq <= old.have]
        for visit in self.visits.values():
            visit.log = new if visit.log is old else visit.log
        return new

    @precondition(lambda self: self.visits)
    @rule(data=st.data())
    def erase(self, data):
        self.time_passes(data)
        self.erase_one(data.draw(st.sampled_from(sorted(self.visits))))

    def erase_one(self, response):
        from central.deriving import follow
        from central.intake.erasure import erase_response

        erase_response(response, self.now)
        for log in self.logs:
            follow(log.id)

    def another_tablet(self, _data):
        if len(self.logs) < 3:
            self.new_log()

    def new_log(self, old=None, ward=None):
        log = Log()
        if old is not None:
            log.begins, log.have = old.have + 1, old.have
            log.rows = [replace(row, device=log.id) for row in old.unsent]
            log.written, log.astray = dict(old.written), set(old.astray)
            log.line = old.line  # one for all of them
        self.enrolled(log, [ward or self.wards[0]], old)
        self.logs.append(log)
        return log

    def enrolled(self, log, wards, old=None):
        """By a code for these wards, of which it knows from now on."""
        from central.devices.enrolment import Wish, enrol, make_code
        from central.devices.models import Stint

        stints = Stint.objects.filter(device=log.id)
        known = list(stints.values_list("id", flat=True))
        wish = Wish(make_code(wards, "kiosk", self.now), bytes(log.key.verify_key))
        if old is not None:
            wish = replace(wish, succeeds=old.id, begins=log.begins)
        demand(enrol(wish, self.now) is not None, "it is enrolled")
        stints.exclude(id__in=known).update(since=self.now)
        log.give(wards, self.now)
        log.knows, log.enrolled = tuple(wards), log.enrolled or self.now

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
        log = self.log_of(row)
        before = [at for last, at in log.contacts if last < row.seq]
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
        self.check_held()
        days = [local(self.now) - timedelta(back) for back in range(3)]
        given = {one.ward for log in self.logs for one in log.given}
        places = {(ward, day) for ward in given for day in days}
        places |= {(row.ward, self.said_on(row)) for row in self.held.values()}
        for place in sorted(places | self.counts[-1][1].keys()):
            if place[1] <= local(self.now):
                self.check_day(place)
        self.check_period()

    def check_held(self):
        """An answer goes to the ward that it names if its tablet was ever given it."""
        from central.intake.models import Held

        ours = Held.objects.filter(device__in=[log.id for log in self.logs])
        held = set(ours.values_list("device", "seq"))
        demand(held == self.held.keys(), "held", held ^ self.held.keys())

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
        told, is_complete = completed.complete, completed.complete.is_complete
        if is_complete:
            demand(not (kept := self.truly_kept(*place)), "not complete", place, kept)
            demand(self.now >= closing(place[1]), "too early", place)
        if self.is_simple(*place):
            demand(is_complete or told.state == "lost", "complete", place, told)
        gone = self.kept_by([log for log in self.logs if log.word == "lost"], *place)
        demand(not gone or told.lost, "told as lost", place, gone)
        known = self.complete.setdefault(place, here) if is_complete else None
        known = self.complete.get(place, known)
        demand(known in (None, here) or completed.corrected, "silently", place)

    def truly_kept(self, ward, day):
        """Rows of this ward that were written on this day and are not counted."""
        found = [
            row
            for row in self.lost.values()
            if row.seq not in self.log_of(row).astray and self.is_of(row, ward, day)
        ]
        for row in self.held.values():
            if row.ward == ward and self.said_on(row) == day:
                found.append(row)
        return found + self.kept_by(self.logs, ward, day)

    def kept_by(self, logs, ward, day):
        return [
            row
            for log in logs
            for row in log.keeps(self.now)
            if self.is_of(row, ward, day)
        ]

    def log_of(self, row):
        return next(log for log in self.logs if log.id == row.device)

    def said_on(self, row):
        said, came = utc_moment(row.answered_at), self.came[row.device, row.seq]
        return local(came if said > came + BOUND else said)

    def is_of(self, row, ward, day):
        return row.ward == ward and local(self.log_of(row).written[row.seq]) == day

    def is_simple(self, ward, day):
        """Some tablet was there, nothing is lost or held, and each was heard after the
        day with nothing unsent, or is removed for good."""
        if self.now < closing(day) or self.lost or self.held:
            return False
        speaking = [log for log in self.logs if not log.succeeded]
        was_here = any(
            log.was_here(ward, over(day - ONE), over(day)) for log in speaking
        )
        return was_here and all(log.is_done_with(over(day)) for log in speaking)

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
