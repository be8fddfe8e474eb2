"""What does a special cause mean, in plain words?

One sentence for each, beside its number on the chart. A sentence speaks of a rule that
points broke together; it never sets one point against another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from central.summaries.limits import Part
from central.summaries.series import DAY, By
from central.summaries.spc import (
    ABOVE,
    BELOW,
    ENOUGH,
    FALLING,
    INCREASE,
    NEAR_BOTTOM,
    NEAR_TOP,
    NEUTRAL,
    RISING,
    RUN,
    SHIFT_DOWN,
    SHIFT_UP,
    UP,
    Improvement,
    Point,
    variation_of,
)

SHIFTS = {1: SHIFT_UP, -1: SHIFT_DOWN}
TRENDS = {1: RISING, -1: FALLING}
ALONE = (ABOVE, BELOW, NEAR_TOP, NEAR_BOTTOM)
UP_OR_DOWN = {one: one in UP for one in (*ALONE, *SHIFTS.values(), *TRENDS.values())}

FOR_THE_BETTER, FOR_THE_WORSE = "For the better", "For the worse"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a chart is of. `high` and `low`: how a point above or below the usual reads,
    as in "felt better"; `more` and `less`: what a change is called that is neither for
    the better nor for the worse."""

    high: str
    low: str
    improvement: Improvement = INCREASE
    bounds: tuple[float, float] | None = None
    more: str = ""
    less: str = ""


POSITIVE = Measure("more positive", "less positive", bounds=(0, 100))
FELT = Measure("felt better", "felt worse", bounds=(-2, 2))
COUNT = Measure(
    "more people answered", "fewer people answered", NEUTRAL,
    more="More answers", less="Fewer answers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """A special cause: its number on the chart, and the points that it marks."""

    number: int
    special_cause_type: str
    dates: tuple[date, ...]
    kind: str  # For the better, For the worse, More answers, Fewer answers
    sentence: str

    @property
    def is_up(self) -> bool:
        return self.special_cause_type in UP


_SAYS: Mapping[str, str] = {
    ABOVE: "{when}: {high} than chance alone explains here, so something was "
    "different; ask what it was.",
    BELOW: "{when}: {low} than chance alone explains here, so something was "
    "different; ask what it was.",
    RISING: "{when}: up each time, {many} in a row; chance seldom does that, so "
    "something is changing step by step.",
    FALLING: "{when}: down each time, {many} in a row; chance seldom does that, so "
    "something is changing step by step.",
    NEAR_TOP: "{when}: two of three lie close to the upper limit ({high}); it may be "
    "the beginning of a change, so keep watching.",
    NEAR_BOTTOM: "{when}: two of three lie close to the lower limit ({low}); it may be "
    "the beginning of a change, so keep watching.",
    SHIFT_UP: "{when}: {many} in a row above the middle line ({high}); what is usual "
    "here has moved.",
    SHIFT_DOWN: "{when}: {many} in a row below the middle line ({low}); what is usual "
    "here has moved.",
}


def causes_of(parts: Sequence[Part], measure: Measure, by: By) -> tuple[Cause, ...]:
    """Each special cause of these parts, the oldest first. Every special point is of
    one of them at least."""
    found = [one for part in parts for one in _found(part.points)]
    return tuple(
        _cause(number, special, points, measure, by)
        for number, (special, points) in enumerate(found, 1)
    )


def _found(points: Sequence[Point]) -> list[tuple[str, list[Point]]]:
    """What is special, with all the points that make it so. A point outside a limit
    that stands in a run is told of with the run: it is one cause and not two."""
    runs = [*_runs(points, SHIFTS, _sides(points)), *_trends(points)]
    told = {(UP_OR_DOWN[special], point.date) for special, run in runs for point in run}
    rest = [
        one
        for one in points
        if one.special_cause_type in ALONE
        and (UP_OR_DOWN[one.special_cause_type], one.date) not in told
    ]
    every = [*runs, *_neighbours(rest, [one.date for one in points])]
    return sorted(every, key=lambda one: one[1][0].date)


def _runs(
    points: Sequence[Point], names: Mapping[int, str], ways: Sequence[int]
) -> Iterator[tuple[str, list[Point]]]:
    """The whole of each run on one side in which a point has that name."""
    for way, places in groupby(range(len(points)), key=ways.__getitem__):
        run = [points[place] for place in places]
        if any(one.special_cause_type == names.get(way) for one in run):
            yield names[way], run


def _trends(points: Sequence[Point]) -> Iterator[tuple[str, list[Point]]]:
    """The whole of each rise and fall. The last point of one may be another's first."""
    begin = 0
    steps = [_sign(b.value, a.value) for a, b in pairwise(points)]
    for way, several in groupby(steps):
        end = begin + len(list(several))
        run = list(points[begin : end + 1])
        # A short one may begin with the last point of a trend the other way.
        is_trend = any(one.special_cause_type == TRENDS.get(way) for one in run)
        if is_trend and len(run) >= RUN:
            yield TRENDS[way], run
        begin = end


def _sides(points: Sequence[Point]) -> list[int]:
    return [_sign(one.value, one.mean) for one in points]


def _sign(value: float | None, other: float | None) -> int:
    if value is None or other is None:
        return 0
    return (value > other) - (value < other)


def _neighbours(
    several: Sequence[Point], dates: Sequence[date]
) -> Iterator[tuple[str, list[Point]]]:
    """Those that stand together. Of two in three the third may lie between."""
    run: list[Point] = []
    for point in several:
        special = point.special_cause_type
        gap = 2 if special in (NEAR_TOP, NEAR_BOTTOM) else 1
        if run and (
            run[0].special_cause_type != special
            or dates.index(point.date) - dates.index(run[-1].date) > gap
        ):
            yield run[0].special_cause_type, run
            run = []
        run.append(point)
    if run:
        yield run[0].special_cause_type, run


def _cause(
    number: int, special: str, points: Sequence[Point], measure: Measure, by: By
) -> Cause:
    dates = tuple(point.date for point in points)
    when = when_of(dates, by)
    says = _SAYS[special].format(
        when=when[:1].upper() + when[1:],
        many=len(dates),
        high=measure.high,
        low=measure.low,
    )
    return Cause(number, special, dates, kind_of(special, measure), says)


def kind_of(special_cause_type: str, measure: Measure) -> str:
    """For the better, for the worse, or what the measure calls more and less."""
    variation = variation_of(special_cause_type, measure.improvement)
    return {
        "special_cause_improvement": FOR_THE_BETTER,
        "special_cause_concern": FOR_THE_WORSE,
        "special_cause_neutral_high": measure.more,
        "special_cause_neutral_low": measure.less,
    }[variation]


def when_of(dates: Sequence[date], by: By) -> str:
    """week of 2 November 2026; weeks of 7 September to 19 October 2026"""
    one = "" if by == DAY else "week of "
    several = "" if by == DAY else "weeks of "
    if len(dates) == 1:
        return f"{one}{_dated(dates[0])}"
    join = " and " if len(dates) == 2 else " to "
    return f"{several}{_dated(dates[0], dates[-1])}{join}{_dated(dates[-1])}"


def _dated(day: date, other: date | None = None) -> str:
    """With its year, unless the other one names the same."""
    told = f"{day.day} {day:%B}"
    return told if other and other.year == day.year else f"{told} {day.year}"


def cause_at(day: date, causes: Sequence[Cause]) -> Cause | None:
    """The oldest that makes this point special."""
    return next((one for one in causes if day in one.dates), None)


def state_of(parts: Sequence[Part], causes: Sequence[Cause], by: By) -> str:
    """How the newest points stand, in a sentence or two."""
    weeks = "days" if by == DAY else "weeks"
    if not parts:
        return f"No answers in these {weeks}."
    last = parts[-1]
    if not last.is_enough:
        since = f" since “{last.since[-1].note}”" if last.since else ""
        return (
            f"Not enough {weeks} yet{since}: {last.known} with answers, and it takes "
            f"{ENOUGH}. Limits of fewer would still move too much, so none are drawn "
            "and nothing is called special."
        )
    if last.points[-1].upl is None:
        return (
            f"The same in all of these {weeks}: there is nothing to tell from chance."
        )
    newest = [one.date for one in last.points if one.value is not None][-1]
    if now := cause_at(newest, causes):
        return f"The newest {weeks} are special: see {now.number} below."
    if causes:
        return (
            f"The newest {weeks} are within chance. Earlier ones were not: see the "
            "numbers below."
        )
    return (
        "Nothing special: ups and downs like these come by chance alone. Do not look "
        f"for the reason of single {weeks}."
    )
