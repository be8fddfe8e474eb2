"""What changed today, in words?

One or two plain sentences from the counts, against the same ward's 28 days before, and
only where chance would seldom do it. Otherwise the day was a usual day, and the page
says that: a manager who is sent after noise stops reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from central.summaries.day import Day
from central.summaries.fft import fft_of_tally
from central.summaries.noise import chance
from central.summaries.steps import Step
from central.summaries.trend import Tally, pooled
from feedback.survey import FFT

PEOPLE_TODAY = 5  # fewer than this are people, not a share
PEOPLE_BEFORE = 30  # fewer than this do not say what is usual
FALSE_ALARM = 0.1  # of usual days at most, shared out among the comparisons
WEEK = timedelta(days=7)
SENTENCES = 2
SEVERAL = 2  # who chose a word, before it is said to be the one that most chose


@dataclass(frozen=True, slots=True)
class Changed:
    """`kind`: silent, few, young, usual, or different (then there are sentences)."""

    kind: str
    sentences: tuple[str, ...]
    usual_percent: int | None = None  # positive, over the 28 days before


@dataclass(frozen=True, slots=True)
class Compared:
    """A share of today's people beside the same share of the weeks before.
    `is_of_bad`: of those who felt bad, so that more of them is worse."""

    part: int
    whole: int
    usual_part: int
    usual_whole: int
    sentence: str
    is_of_bad: bool = False

    def is_fair(self, least: int) -> bool:
        return self.whole >= least and self.usual_whole >= PEOPLE_BEFORE

    @property
    def chance(self) -> float:
        return chance(self.part, self.whole, self.usual_part, self.usual_whole)

    @property
    def is_worse(self) -> bool:
        is_more = self.part * self.usual_whole > self.usual_part * self.whole
        return is_more == self.is_of_bad


def what_changed(
    day: Day,
    on: date,
    before: Sequence[Tally],
    *,
    for_others: bool = False,
    least: int = PEOPLE_TODAY,
) -> Changed:
    """The day of this date beside `before`, the counts of the 28 days before it.
    `for_others`: the last seven days are not told, because what others read each day
    must not have sums that differ by a day; nor what those few chose who felt bad.
    `least`: of how many people its ward wants to read."""
    least = max(least, PEOPLE_TODAY)
    if day.responses == 0 and not day.apart:
        return Changed("silent", ())
    compared = [
        _overall(day, before),
        *(() if for_others else [_week(day, on, before)]),
        *(_step(step, before, for_others) for step in day.steps),
    ]
    fair = [one for one in compared if one.is_fair(least)]
    if sentences := _told(fair):
        return Changed("different", sentences)
    if day.responses < least:
        return Changed("few", ())
    if not fair:
        return Changed("young", ())
    return Changed("usual", (), fft_of_tally(pooled(before, FFT)).positive_percent)


def _told(fair: Sequence[Compared]) -> tuple[str, ...]:
    """Of what is more than noise. What hurts comes first, two good news must not crowd
    out a bad one; then the least likely."""
    told = [one for one in fair if one.chance < FALSE_ALARM / len(fair)]
    told.sort(key=lambda one: (not one.is_worse, one.chance))
    return tuple(one.sentence for one in told[:SENTENCES])


def _overall(day: Day, before: Sequence[Tally]) -> Compared:
    usual = fft_of_tally(pooled(before, FFT))
    fft = day.fft
    said = f"{fft.positive} of {fft.total} said very good or good"
    usually = _usually(usual.positive, usual.total, fft.total)
    return Compared(
        fft.positive, fft.total, usual.positive, usual.total, f"{said}; {usually}."
    )


def _week(day: Day, on: date, before: Sequence[Tally]) -> Compared:
    """What no single day shows: a slide, or a change that holds."""
    cut = on - WEEK
    week = day.fft + fft_of_tally(pooled((t for t in before if t.day > cut), FFT))
    usual = fft_of_tally(pooled((t for t in before if t.day <= cut), FFT))
    said = (
        f"Over the last 7 days {week.positive_percent}% said very good or good "
        f"({week.positive} of {week.total}); in the 3 weeks before, "
        f"{usual.positive_percent}%."
    )
    return Compared(week.positive, week.total, usual.positive, usual.total, said)


def _step(step: Step, before: Sequence[Tally], for_others: bool) -> Compared:
    faces = pooled(before, step.key)
    usual_bad, usual_people = _bad(faces), sum(faces.values())
    said = f"{step.title}: {step.bad} of {step.people} felt bad or very bad"
    usually = _usually(usual_bad, usual_people, step.people)
    sentence = f"{said}; {usually}."
    found = Compared(step.bad, step.people, usual_bad, usual_people, sentence, True)
    word, count = next(iter(step.bad_words), ("", 0))
    if for_others or count < SEVERAL or not found.is_worse:
        return found
    return replace(found, sentence=f"{sentence} They chose most: {word} ({count}).")


def _bad(faces: Mapping[str, int]) -> int:
    return faces.get("-2", 0) + faces.get("-1", 0)


def _usually(part: int, whole: int, today: int) -> str:
    """The usual share as so many of today's number: people read "2 of 9" at once."""
    if not whole:
        return "nothing to compare with yet"
    if not part:
        return "usually nobody"
    if 2 * part * today < whole:
        return "usually hardly anyone"
    usual = (2 * part * today + whole) // (2 * whole)  # half up: a half is not none
    return f"usually about {usual} of {today}"
