"""Is this day of the ward complete, and if not, what is missing?

A day is complete when every device of the ward was heard after it with nothing unsent,
nothing of it is kept aside, and the morning after it has come: until then the numbers
may grow without anybody being told. What is lost is not waited for, and the day is not
called complete either. Facts in, words out: no clock and no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from central.summaries.times import TOLERANCE, begin_of, end_of
from central.summaries.when import day_of, on, when

EVER = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)

TODAY, OPEN, MISSING = "today", "open", "missing"
COMPLETE, LOST, NOBODY = "complete", "lost", "nobody"

# What keeps a device's words from coming. Of one that was removed they may come; of one
# that is gone with them they will not.
FORKED, REMOVED, GONE = "forked", "removed", "gone"

# What a device that spoke so lately had heard since is no matter of days.
LATELY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Keeper:
    """What one device of the ward may still keep. It was this ward's from `since` to
    `until`; what was said on it before `settled` has come (NEVER: nothing is known to
    have). `waiting`: so many answers are known to wait on it. `missed`: it is quiet
    for longer than it may be; `quiet_to`: up to then its silence is as expected.
    `by_file`: some of it came by a file since it was heard."""

    name: str
    since: datetime
    until: datetime
    settled: datetime
    heard: datetime | None
    waiting: int = 0
    state: str = ""
    missed: bool = True
    quiet_to: datetime = NEVER
    by_file: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """Answers that came and cannot be counted yet, of this day as far as known. `more`:
    there are others, of this day or of any before it, that nobody looked through."""

    day: date
    count: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Answers that a device lost before they came, at some time between these."""

    name: str
    count: int
    after: datetime
    before: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides about a ward's days. `uncounted`: answers that came a moment ago
    and do not stand yet."""

    keepers: tuple[Keeper, ...]
    aside: tuple[Aside, ...] = ()
    lost: tuple[Lost, ...] = ()
    uncounted: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """`state`: today, open (until the morning after it), missing, complete, lost
    (complete but for what will not come), or nobody (no device was this ward's).
    `missing`: a sentence for each thing that is; `lost`: for each that will not come;
    `expected`: for each that is as the ward wants it: nobody has to look."""

    state: str
    missing: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.state == COMPLETE

    @property
    def is_over(self) -> bool:
        return self.state != TODAY

    @property
    def waits(self) -> bool:
        """Whether anything of it may still come, as far as is known."""
        return bool(self.missing or self.expected)

    @property
    def lacks(self) -> tuple[str, ...]:
        """All that is not in the numbers, and that people should know of."""
        return self.missing + self.lost


def complete(day: date, facts: Facts, now: datetime, closes: datetime) -> Complete:
    """`closes`: the moment on the next morning from which late answers are told as
    such."""
    missing = tuple(_missing(day, facts, now))
    lost = tuple(_lost(day, facts, now))
    if now < end_of(day):
        return Complete(TODAY, missing, lost=lost)
    expected = tuple(_expected(day, facts, now))
    waits = bool(missing or expected)
    if not (any(_was_there(one, day) for one in facts.keepers) or waits or lost):
        return Complete(NOBODY)
    whole = LOST if lost else COMPLETE
    state = OPEN if now < closes else MISSING if waits else whole
    return Complete(state, missing, expected, lost)


def _missing(day: date, facts: Facts, now: datetime) -> Iterator[str]:
    silent: dict[str, list[Keeper]] = {}
    for one in _keeping(day, facts, now):
        if one.state == GONE or _is_quiet(one, day):
            continue
        if one.waiting or one.by_file or one.state:
            yield _of_keeper(one, now)
        else:
            silent.setdefault(_heard(one, now), []).append(one)
    for heard, several in silent.items():
        yield _of_silent(several, heard)
    if count := sum(one.count for one in facts.aside if one.day == day):
        yield (
            f"{answers(count)} came and {_are(count)} kept aside: tell the person who "
            "looks after Wardvoice."
        )
    if any(one.more and day <= one.day for one in facts.aside):
        yield (
            "Many more are kept aside than were looked through, and some may be of "
            "this day: tell the person who looks after Wardvoice."
        )
    if count := sum(one.count for one in facts.uncounted if one.day == day):
        yield f"{answers(count)} came just now and {_are(count)} being counted."


def _lost(day: date, facts: Facts, now: datetime) -> Iterator[str]:
    for one in _keeping(day, facts, now):
        if one.state == GONE:
            yield _is_gone(one, now)
    for lost in facts.lost:
        if lost.after < end_of(day) and lost.before >= begin_of(day):
            yield _of_lost(lost, now)


def _keeping(day: date, facts: Facts, now: datetime) -> Iterator[Keeper]:
    may_keep = _may_keep if end_of(day) <= now else _keeps_so_far
    return (one for one in facts.keepers if may_keep(one, day, now))


def _expected(day: date, facts: Facts, now: datetime) -> Iterator[str]:
    quiet: dict[str, list[Keeper]] = {}
    for one in facts.keepers:
        if _is_quiet(one, day) and _may_keep(one, day, now):
            heard = on(when(one.heard or one.settled, now))
            quiet.setdefault(heard, []).append(one)
    for heard, several in quiet.items():
        yield _of_quiet(several, heard)


def _is_quiet(one: Keeper, day: date) -> bool:
    """Whether nobody has to look why the rest of this day has not come from it."""
    return end_of(day) <= one.quiet_to and not (one.waiting or one.state)


def _was_there(one: Keeper, day: date) -> bool:
    return one.since < end_of(day) and one.until > begin_of(day)


def _may_keep(one: Keeper, day: date, _now: datetime) -> bool:
    """Whether there is a moment of this day that is of its time here, and of which not
    all has come."""
    begins = max(begin_of(day), one.since, one.settled)
    return begins < min(end_of(day), one.until)


def _keeps_so_far(one: Keeper, day: date, now: datetime) -> bool:
    """The same of a day that goes on: one that speaks each minute keeps nothing."""
    if not (one.missed or one.waiting or one.state):
        return False
    return _may_keep(one, day, now) and max(one.since, one.settled) < now


def settled_at(contact: datetime) -> datetime:
    """What was said before this moment was in the log that spoke at `contact`."""
    return contact - TOLERANCE


# ── words ────────────────────────────────────────────────────────────────────


def _of_keeper(one: Keeper, now: datetime) -> str:
    name = _begins(one.name)
    if one.state == REMOVED:
        return _is_removed(name, one, now)
    if one.state == FORKED:
        return _is_forked(name, one, now)
    if one.waiting:
        return _waits(one, now)
    heard = _heard(one, now)
    return (
        f"{name} was {f'last heard {heard}' if heard else 'not heard yet'}; what has "
        "come since came by a file. What is not in that file is not in these numbers "
        "yet."
    )


def _heard(one: Keeper, now: datetime) -> str:
    """When it was last heard; "" when it was not heard yet."""
    return "" if one.heard is None else on(when(one.heard, now))


def _of_silent(several: list[Keeper], heard: str) -> str:
    """Of those that were last heard at about the same time."""
    (was, it), names = _was_it(several), _names(several)
    if not heard:
        return f"{names} {was} not heard yet: nothing said on {it} is in these numbers."
    return (
        f"{names} {was} last heard {heard}; what was said on {it} since then is not in "
        "these numbers yet."
    )


def _of_quiet(several: list[Keeper], heard: str) -> str:
    was, _ = _was_it(several)
    its = "its" if len(several) == 1 else "their"
    return (
        f"{_names(several)} {was} last heard {heard}; {its} silence up to the end of "
        f"this day is as expected. The day is complete after {its} next contact."
    )


def _was_it(several: list[Keeper]) -> tuple[str, str]:
    return ("was", "it") if len(several) == 1 else ("were", "them")


def _names(several: list[Keeper]) -> str:
    *first, last = (one.name for one in several)
    return _begins(f"{', '.join(first)} and {last}" if first else last)


def _is_removed(name: str, one: Keeper, now: datetime) -> str:
    waited = f" {answers(one.waiting)} had waited on it." if one.waiting else ""
    return (
        f"{name} was removed {on(day_of(one.until, now))}: what was said on it"
        f"{_after(one, now)} has not come.{waited}"
    )


def _is_gone(one: Keeper, now: datetime) -> str:
    """Nobody knows how much it was, but for what was known to wait."""
    said = f"said on it{_after(one, now)}"
    lost = f"Whatever was {said} is lost."
    if one.waiting:
        count, are = answers(one.waiting), _are(one.waiting)
        lost = (
            f"{count} that waited on it {are} lost, and so is whatever else was {said}."
        )
    return f"{_begins(one.name)} was removed {on(day_of(one.until, now))}. {lost}"


def _after(one: Keeper, now: datetime) -> str:
    return f" after {when(one.settled, now)}" if one.settled != NEVER else ""


def _is_forked(name: str, one: Keeper, now: datetime) -> str:
    since = f" since {when(one.settled, now)}" if one.settled != NEVER else ""
    waits = f"{_wait(one.waiting)} safely on it until then, and " if one.waiting else ""
    return (
        f"{name} must be enrolled again: {waits}what was said on it{since} is not in "
        "these numbers yet. Tell the person who looks after Wardvoice."
    )


def _waits(one: Keeper, now: datetime) -> str:
    heard = ""
    if one.heard is not None and now - one.heard > LATELY:
        heard = f", which was last heard {on(when(one.heard, now))}"
    return (
        f"{_wait(one.waiting)} on {one.name}{heard}: what is of this day is "
        "not in these numbers yet."
    )


def _of_lost(one: Lost, now: datetime) -> str:
    it, was = ("it", "was") if one.count == 1 else ("they", "were")
    time = f"before {when(one.before, now)}"
    if one.after != NEVER:
        time = f"between {when(one.after, now)} and {when(one.before, now)}"
    return (
        f"{answers(one.count)} of {one.name} {was} lost before {it} came, some time "
        f"{time}."
    )


def _begins(name: str) -> str:
    """As it begins a sentence."""
    return name[:1].upper() + name[1:]


def answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count:,} answers"


def _wait(count: int) -> str:
    return f"{answers(count)} wait{'s' if count == 1 else ''}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
