"""Where do a ward's limits come from: all weeks, those before a change, those since?

A ward writes down what it changed, and when. Either the limits of the weeks before
stay, so that a change shows against them; or new limits begin, once it is clear that it
lasts. Limits of too few points are not drawn, and nothing is then called special.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from central.summaries.series import By, Value, begin_of, first_from
from central.summaries.spc import (
    COMMON,
    ENOUGH,
    FIX_AFTER,
    INCREASE,
    Improvement,
    Point,
    xmr,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A change: what was done, when, by whom. `begins_anew`: new limits begin with it,
    else those of the points before it stay."""

    on: date
    note: str
    by: str
    begins_anew: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The points that share their limits. `since`: the changes that began it; `held`:
    the one before which its limits were found. `known`: how many points have a value;
    of fewer than ENOUGH there are no limits."""

    points: tuple[Point, ...]
    since: tuple[Dated, ...]
    held: Dated | None
    known: int

    @property
    def is_enough(self) -> bool:
        return self.known >= ENOUGH


def parts_of(
    series: Sequence[Value],
    changes: Sequence[Dated],
    by: By,
    improvement: Improvement = INCREASE,
    bounds: tuple[float, float] | None = None,
) -> tuple[Part, ...]:
    """The series in parts, one for each time that its limits began anew."""
    dates = [one.date for one in series]
    begun: dict[int, list[Dated]] = {}
    for change in changes:
        begin = first_from(change.on, by)
        if change.begins_anew and begin in dates[1:]:
            begun.setdefault(dates.index(begin), []).append(change)
    cuts = [0, *sorted(begun), len(dates)]
    held = [one for one in changes if not one.begins_anew]
    return tuple(
        _part(series[begin:end], begun.get(begin, []), held, by, improvement, bounds)
        for begin, end in pairwise(cuts)
        if begin < end
    )


def _part(
    series: Sequence[Value],
    since: Sequence[Dated],
    held: Sequence[Dated],
    by: By,
    improvement: Improvement,
    bounds: tuple[float, float] | None,
) -> Part:
    known = sum(one.value is not None for one in series)
    change, fix_after = _held(series, held, by)
    pairs = [(one.date, one.value) for one in series]
    chart = xmr(pairs, improvement=improvement, fix_after=fix_after, bounds=bounds)
    points = chart.points if known >= ENOUGH else tuple(map(_bare, chart.points))
    return Part(points, tuple(since), change, known)


def _held(
    series: Sequence[Value], held: Sequence[Dated], by: By
) -> tuple[Dated | None, int | None]:
    """The first change of this part that has points enough before it to hold to, and
    how many those are."""
    for change in sorted(held, key=lambda one: one.on):
        # The point in which it falls is already another one's than those before.
        before = [one for one in series if one.date < begin_of(change.on, by)]
        known = sum(one.value is not None for one in before)
        if known >= FIX_AFTER and len(before) < len(series):
            return change, len(before)
    return None, None


def _bare(point: Point) -> Point:
    return replace(point, mean=None, lpl=None, upl=None, special_cause_type=COMMON)
