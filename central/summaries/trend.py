"""How have the ward's last four weeks been?

From counts by day, question and value, as the database groups them. A day without
answers is a gap: never a zero per cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from central.summaries.fft import Fft, fft_of_tally
from feedback.survey import FFT

DAYS = 28


@dataclass(frozen=True, slots=True)
class Tally:
    """So many people gave this value to this question on this day."""

    day: date
    question: str
    value: str
    people: int


@dataclass(frozen=True, slots=True)
class Point:
    """One day of the trend."""

    day: date
    responses: int
    fft: Fft


def trend(
    tallies: Iterable[Tally],
    responses: Mapping[date, int],
    last: date,
    days: int = DAYS,
) -> tuple[Point, ...]:
    """A point for each of `days` days that end with `last`, oldest first."""
    by_day: dict[date, dict[str, int]] = {}
    for tally in tallies:
        if tally.question == FFT:
            counts = by_day.setdefault(tally.day, {})
            counts[tally.value] = counts.get(tally.value, 0) + tally.people
    dates = [last - timedelta(days=back) for back in reversed(range(days))]
    return tuple(
        Point(day, responses.get(day, 0), fft_of_tally(by_day.get(day, {})))
        for day in dates
    )


def pooled(tallies: Iterable[Tally], question: str) -> dict[str, int]:
    """How many gave each value of one question, over all the days."""
    total: dict[str, int] = {}
    for tally in tallies:
        if tally.question == question:
            total[tally.value] = total.get(tally.value, 0) + tally.people
    return total


def fft_together(points: Sequence[Point]) -> Fft:
    """The six counts of all the days together."""
    return sum((point.fft for point in points), start=Fft())
