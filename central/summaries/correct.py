"""Which days were changed by answers that came late, and what was said of them before?

A day is read as it stood on the morning after it. What counts otherwise now is told,
with the number that stood there: people compare what they remember.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from central.summaries.late import went_on
from central.summaries.models import Late
from central.summaries.standing import Arrived, arrived_rows, contacts_of
from central.summaries.when import day_words, local_day, on, when
from central.surveys.published import surveys_apart

ADDED_MOST = 500  # looked through: so many in one go came from a tablet that was away


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many people of this day were heard of after it `closed`, count no longer, or
    said something else; `apart`: the same of those whom another survey asked, and who
    only asked for something; `passed`: came and went. `last`: when the last of it
    came. `added`: how many of those who `changed` only went on after the day."""

    closed: datetime
    last: datetime
    came: int = 0
    gone: int = 0
    changed: int = 0
    apart: int = 0
    passed: int = 0
    added: int = 0

    @property
    def is_added(self) -> bool:
        """Whether people went on, and nothing else: then nothing was wrong before."""
        others = self.came or self.gone or self.apart or self.passed
        return not others and 0 < self.added == self.changed

    def before(self, answered: int) -> int:
        """How many had answered then, of whom so many have now."""
        return answered - self.came + self.gone


@dataclass(frozen=True, slots=True)
class Stood:
    """One stretch, as it is kept."""

    response: str
    day: date
    counted: bool  # among those who answered the national question's surveys
    since: datetime
    until: datetime | None

    def at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or self.until > moment)


def corrections(
    ward: str, first: date, last: date, closes: Callable[[date], datetime]
) -> dict[date, Corrected]:
    """The days from `first` to `last` on which anything counts otherwise now than it
    did when the day closed."""
    words = ("response", "day", "survey", "answered", "since", "until")
    late = Late.objects.filter(ward=ward, day__range=(first, last))
    rows = list(late.values_list(*words))
    if not rows:
        return {}
    apart = frozenset(surveys_apart())
    people: dict[tuple[date, str], list[Stood]] = {}
    for response, day, survey, answered, since, until in rows:
        one = Stood(response, day, answered and survey not in apart, since, until)
        people.setdefault((day, response), []).append(one)
    return _corrected(people, closes)


def _corrected(
    people: Mapping[tuple[date, str], Sequence[Stood]],
    closes: Callable[[date], datetime],
) -> dict[date, Corrected]:
    found: dict[date, Corrected] = {}
    changed: dict[str, tuple[date, datetime]] = {}
    for (day, response), several in sorted(people.items()):
        closed = closes(day)
        if kind := _kind(several, closed):
            last_of_it = max(at for one in several for at in _moments(one))
            known = found.get(day, Corrected(closed, last_of_it))
            found[day] = replace(
                known,
                last=max(known.last, last_of_it),
                **{kind: getattr(known, kind) + 1},
            )
            if kind == "changed":
                changed[response] = (day, closed)
    for response in _who_went_on(changed):
        day, _ = changed[response]
        found[day] = replace(found[day], added=found[day].added + 1)
    return found


def _who_went_on(changed: Mapping[str, tuple[date, datetime]]) -> Iterator[str]:
    """Of these, each with its day and when that closed."""
    if not changed or len(changed) > ADDED_MOST:
        return
    rows = arrived_rows(list(changed), {})
    contacts = contacts_of(row for several in rows.values() for row in several)
    for response, several in rows.items():
        day, closed = changed[response]
        new = [row for row in several if row.since > closed or _went(row, closed)]
        if new and went_on(new, day, contacts):
            yield response


def _went(row: Arrived, closed: datetime) -> bool:
    return row.erased is not None and row.erased > closed


def _moments(one: Stood) -> Iterator[datetime]:
    yield one.since
    if one.until is not None:
        yield one.until


def _kind(several: Sequence[Stood], closed: datetime) -> str:
    """What became of one person: a word of Corrected's; "" when nothing did."""
    then = [one for one in several if one.at(closed)]
    now = [one for one in several if one.until is None]
    if then == now:
        passed = not now and any(one.since > closed for one in several)
        return "passed" if passed else ""
    was, is_ = any(one.counted for one in then), any(one.counted for one in now)
    if was and is_:
        return "changed"
    if was or is_:
        return "came" if is_ else "gone"
    return "apart"


# ── words ────────────────────────────────────────────────────────────────────


def sentence(day: date, one: Corrected, answered: int, now: datetime) -> str:
    """What was corrected of this day, on which so many have answered, as of now."""
    after = after_words(one.closed, now)
    others = one.gone or one.changed or one.apart or one.passed
    only_came = one.came and not others
    heard = f"heard of {after}" if only_came else "heard of late"
    begin = "Corrected" if only_came else f"Corrected {after}"
    if one.is_added:
        begin = f"Added to {after}"
    counts = ""
    if one.came or one.gone:
        counts = f": {answered:,} answered, not {one.before(answered):,}"
    several = "; ".join(_parts(day, one, heard, now))
    came = on(when(one.last, now))
    return f"{begin}: {several}{counts}. The last of it came {came}."


def after_words(closed: datetime, now: datetime) -> str:
    """after Wednesday morning; since this morning"""
    is_today = local_day(closed) == local_day(now)
    return f"{'since' if is_today else 'after'} {when(closed, now)}"


def _parts(day: date, one: Corrected, heard: str, now: datetime) -> Iterator[str]:
    if one.came:
        who = _people(one.came)
        was = "was" if one.came == 1 else "were"
        spoken = on(day_words(day, local_day(now)))
        yield f"{who} who answered {spoken} {was} {heard}"
    if one.gone:
        yield f"{_whose(one.gone)} answers no longer count"
    if changed := one.changed - one.added:
        yield f"{_whose(changed)} answers were changed or added to"
    if one.added:
        yield f"{_people(one.added)} said more after the day was over"
    if one.apart:
        yield f"{_whose(one.apart)} requests, or answers to another survey, changed"
    if one.passed:
        yield f"{_whose(one.passed)} answers came, and count no longer"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _whose(count: int) -> str:
    return "1 person's" if count == 1 else f"{count:,} people's"


def in_short(
    corrected: Mapping[date, Corrected], answered: Mapping[date, int], now: datetime
) -> list[str]:
    """Tuesday: 9 answered, not 6; 3 March: what was said was changed"""
    today = local_day(now)
    return [
        f"{day_words(day, today)}: {_in_short(one, answered.get(day, 0))}"
        for day, one in sorted(corrected.items())
    ]


def _in_short(one: Corrected, answered: int) -> str:
    if one.came or one.gone:
        return f"{answered:,} answered, not {one.before(answered):,}"
    if one.is_added:
        return f"{_people(one.added)} said more after the day was over"
    return "what was said was changed or added to"
