"""What was each week, or each day, of a ward?

Counts by day go in, one value for each week or day comes out, with how many people it
rests on. A week in which nobody answered has no value: never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from central.summaries.fft import fft_of_tally
from central.summaries.trend import Tally
from feedback.survey import FFT, STEP_VALUES

By = Literal["week", "day"]
WEEK: By = "week"
DAY: By = "day"
DAYS_OF = {WEEK: 7, DAY: 1}

# So many points at least are shown, so that there are limits to see a period against.
LEAST = {WEEK: 26, DAY: 56}
FEW = 5  # people: a value of fewer jumps with each of them


@dataclass(frozen=True, slots=True)
class Value:
    """A week (by its Monday) or a day. `people`: how many it rests on; `parts`: the
    counts from which it follows."""

    date: date
    value: float | None
    people: int
    parts: tuple[int, ...] = ()


def begin_of(day: date, by: By) -> date:
    """The day itself, or its week's Monday."""
    return day if by == DAY else day - timedelta(day.weekday())


def first_from(day: date, by: By) -> date:
    """Where the first whole week (or day) that is not before this day begins."""
    begin = begin_of(day, by)
    return begin if begin == day else begin + timedelta(DAYS_OF[by])


def points_of(
    first: date, last: date, today: date, by: By, held: Iterable[date] = ()
) -> list[date]:
    """The whole weeks (or days) that are over and end with this period, oldest first:
    those of the period, and before them as many as make LEAST. `held`: days of changes
    whose limits are those of the points before them; of one that is among these points
    LEAST more are there, else its limits would move each week, and then be gone."""
    long = timedelta(DAYS_OF[by])
    over = min(last, today - timedelta(1)) + timedelta(1)
    end = begin_of(over, by)
    begin = min(begin_of(first, by), end - LEAST[by] * long)
    seen = [one for day in held if begin <= (one := begin_of(day, by)) < end]
    if seen:
        begin = min(begin, min(seen) - LEAST[by] * long)
    return [begin + n * long for n in range((end - begin) // long)]


def positive_series(
    tallies: Iterable[Tally], points: Sequence[date], by: By
) -> list[Value]:
    """Per cent positive; `parts`: how many were positive, and how many negative."""
    pooled = _pooled(tallies, FFT, by)
    found = []
    for point in points:
        fft = fft_of_tally(pooled.get(point, {}))
        share = 100 * fft.positive / fft.total if fft.total else None
        found.append(Value(point, share, fft.total, (fft.positive, fft.negative)))
    return found


def step_series(
    tallies: Iterable[Tally], key: str, points: Sequence[date], by: By
) -> list[Value]:
    """The middle of the faces, from -2 to 2; `parts`: how many chose each of them."""
    pooled = _pooled(tallies, key, by)
    found = []
    for point in points:
        counts = pooled.get(point, {})
        spread = tuple(counts.get(value, 0) for value in STEP_VALUES)
        people = sum(spread)
        total = sum(n * int(v) for n, v in zip(spread, STEP_VALUES, strict=True))
        found.append(Value(point, total / people if people else None, people, spread))
    return found


def count_series(
    people: Mapping[date, int], points: Sequence[date], by: By
) -> list[Value]:
    """How many answered. None where nobody did: central cannot tell whether anybody
    could have."""
    counts: dict[date, int] = {}
    for day, number in people.items():
        begin = begin_of(day, by)
        counts[begin] = counts.get(begin, 0) + number
    return [
        Value(one, float(counts[one]) if counts.get(one) else None, counts.get(one, 0))
        for one in points
    ]


def since_the_first(series: Sequence[Value]) -> list[Value]:
    """Without what lies before the first answer: that is no gap."""
    known = [place for place, one in enumerate(series) if one.value is not None]
    return list(series[known[0] :]) if known else []


def _pooled(
    tallies: Iterable[Tally], question: str, by: By
) -> dict[date, dict[str, int]]:
    found: dict[date, dict[str, int]] = {}
    for tally in tallies:
        if tally.question == question:
            counts = found.setdefault(begin_of(tally.day, by), {})
            counts[tally.value] = counts.get(tally.value, 0) + tally.people
    return found
