"""Is this more than noise? The XmR chart of a series, as in "Making Data Count".

A mean, limits at 2.66 mean moving ranges, and four rules for what is special. The
numbers are those of NHS England's own package (NHSRplotthedots 0.2.2), with which the
tests compare every one; where it is left on purpose is said at `_Group`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import fsum
from typing import Literal

LIMIT = 2.66  # 3 / d2 for ranges of two, as everybody rounds it
SCREEN = 3.267  # D4 for ranges of two: a moving range above is not of this process
RUN = 7
ENOUGH = 13  # points; below that limits still move too much to go by
FIX_AFTER = 12

Improvement = Literal["increase", "decrease", "neutral"]
INCREASE: Improvement = "increase"
DECREASE: Improvement = "decrease"
NEUTRAL: Improvement = "neutral"

COMMON = "Common Cause"
ABOVE, BELOW = "Above UCL", "Below LCL"
RISING, FALLING = "7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"
NEAR_TOP, NEAR_BOTTOM = "2 in 3 Above CL", "2 in 3 Below CL"
SHIFT_UP, SHIFT_DOWN = "7 Points Above CL", "7 Points Below CL"
UP = frozenset({ABOVE, RISING, NEAR_TOP, SHIFT_UP})


class SpcError(ValueError):
    """A series of which no chart can be made; the text says why, for an analyst."""


@dataclass(frozen=True, slots=True)
class Point:
    """`lpl` and `upl` are the lower and upper process limit: None where every value is
    the same, `mean` too where there is none. `group`: how many rebases were before."""

    date: date
    value: float | None
    mean: float | None
    lpl: float | None
    upl: float | None
    special_cause_type: str
    group: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`variation` is what the last point is: common_cause, special_cause_improvement,
    special_cause_concern, special_cause_neutral_high or _low. `assurance` says whether
    a target will be met: consistent_pass, consistent_fail, inconsistent, or None
    without one. `is_enough`: the last group has points enough to go by its limits."""

    points: tuple[Point, ...]
    variation: str
    assurance: str | None
    is_enough: bool


def xmr(
    series: Collection[tuple[date, float | None]],
    rebase: Collection[date] = (),
    target: float | None = None,
    improvement: Improvement = INCREASE,
    fix_after: int | None = None,
    screen: bool = True,
    bounds: tuple[float, float] | None = None,
) -> Chart:
    """The chart of one series, in order of date; None is a gap. At each date of
    `rebase` new limits begin; with `fix_after` they are those of a group's first so
    many points. `bounds`: what the measure can be at all, as (0, 100) for a percentage:
    no limit is drawn beyond it. SpcError: a date that comes twice, or a rebase at a
    date that is not there (which would pass for one that was done)."""
    if fix_after is not None and fix_after < FIX_AFTER:
        raise SpcError(f"limits are fixed after at least {FIX_AFTER} points")
    ordered = sorted(series, key=lambda one: one[0])

    def number(part: Sequence[tuple[date, float | None]]) -> int:
        return sum(when <= part[0][0] for when in set(rebase))

    points = tuple(
        point
        for part in _parts(ordered, rebase)
        for point in _Group(part, fix_after, screen).points(number(part), bounds)
    )
    last = points[-1] if points else None
    return Chart(
        points,
        variation_of(last.special_cause_type if last else COMMON, improvement),
        _assurance(last, target, improvement),
        sum(p.value is not None for p in points if last and p.group == last.group)
        >= ENOUGH,
    )


def variation_of(special_cause_type: str, improvement: Improvement) -> str:
    """What a point's special cause means where `improvement` is the better way."""
    if special_cause_type == COMMON:
        return "common_cause"
    is_up = special_cause_type in UP
    if improvement == NEUTRAL:
        return f"special_cause_neutral_{'high' if is_up else 'low'}"
    is_better = is_up == (improvement == INCREASE)
    return f"special_cause_{'improvement' if is_better else 'concern'}"


def _parts(
    ordered: Sequence[tuple[date, float | None]], rebase: Collection[date]
) -> Iterator[Sequence[tuple[date, float | None]]]:
    dates = [when for when, _ in ordered]
    for one, other in pairwise(dates):
        if one == other:
            raise SpcError(f"{one} comes twice")
    for when in rebase:
        if when not in dates:
            raise SpcError(f"there is no point on {when} to rebase at")
    cuts = [0, *sorted(dates.index(when) for when in set(rebase)), len(dates)]
    for begin, end in pairwise(cuts):
        if begin < end:
            yield ordered[begin:end]


class _Group:
    """The points that share one mean and one pair of limits.

    Left on purpose: where all values are the same there are no limits and nothing is
    special (100% each week is normal here). Where most are the same one and the
    screening leaves nothing that moves, as with one blip in a flat series, nothing is
    screened and no runs are looked for: the package calls each point special.
    """

    def __init__(
        self,
        part: Sequence[tuple[date, float | None]],
        fix_after: int | None,
        screen: bool,
    ) -> None:
        self._part = part
        self.values = [value for _, value in part]
        based = self.values[:fix_after]
        known = [value for value in based if value is not None]
        self.mean = _mean(known)
        ranges = _moving_ranges(based)
        kept = _screened(ranges) if screen else ranges
        self.is_still = not any(kept) and _most_are_one(known)
        moving = _mean(ranges if self.is_still else kept)
        self.reach = LIMIT * moving if moving is not None and any(ranges) else None
        self.sides = [_sign(value, self.mean) for value in self.values]

    def points(self, number: int, bounds: tuple[float, float] | None) -> list[Point]:
        lpl, upl = self._limits(bounds)
        return [
            Point(when, value, self.mean, lpl, upl, special, number)
            for (when, value), special in zip(self._part, self._special(), strict=True)
        ]

    def _limits(
        self, bounds: tuple[float, float] | None
    ) -> tuple[float | None, float | None]:
        if self.mean is None or self.reach is None:
            return None, None
        lpl, upl = self.mean - self.reach, self.mean + self.reach
        if bounds is None:
            return lpl, upl
        return max(lpl, bounds[0]), min(upl, bounds[1])

    def _special(self) -> list[str]:
        """What each point is, the gravest first."""
        if self.reach is None:
            return [COMMON] * len(self.values)
        found = self._outside()
        if not self.is_still:
            found = {
                **self._runs(self.sides, SHIFT_UP, SHIFT_DOWN, RUN),
                **self._near(),
                **self._runs(self._steps(), RISING, FALLING, RUN - 1, back=1),
                **found,
            }
        return [found.get(place, COMMON) for place in range(len(self.values))]

    def _beyond(self, share: float) -> list[int]:
        """1 or -1 for who lies outside this share of the limits, else 0."""
        assert self.mean is not None
        assert self.reach is not None
        low, high = (self.mean + way * self.reach * share for way in (-1, 1))
        return [
            0 if value is None else (value > high) - (value < low)
            for value in self.values
        ]

    def _outside(self) -> dict[int, str]:
        names = {1: ABOVE, -1: BELOW}
        return {i: names[side] for i, side in enumerate(self._beyond(1)) if side}

    def _near(self) -> dict[int, str]:
        """Two of three in the last third before a limit, and all on one side."""
        outside = self._beyond(1)
        near = [
            0 if o else n for n, o in zip(self._beyond(2 / 3), outside, strict=True)
        ]
        found = {}
        for begin in range(len(near) - 2):
            three = range(begin, begin + 3)
            side = self.sides[begin]
            if side and all(self.sides[i] == side for i in three):
                close = [i for i in three if near[i] == side]
                if len(close) >= 2:
                    name = NEAR_TOP if side > 0 else NEAR_BOTTOM
                    found.update(dict.fromkeys(close, name))
        return found

    def _steps(self) -> list[int]:
        """Up, down or level, from each point to the next."""
        return [_sign(after, before) for before, after in pairwise(self.values)]

    @staticmethod
    def _runs(
        ways: Sequence[int], up: str, down: str, long: int, back: int = 0
    ) -> dict[int, str]:
        """`long` of the same way in a row, marked at all of its points."""
        found: dict[int, str] = {}
        for begin in range(len(ways) - long + 1):
            way = ways[begin]
            if way and all(ways[i] == way for i in range(begin, begin + long)):
                places = range(begin, begin + long + back)
                found.update(dict.fromkeys(places, up if way > 0 else down))
        return found


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None


def _moving_ranges(values: Sequence[float | None]) -> list[float]:
    """Between neighbours; a gap has none on either side."""
    return [
        abs(after - before)
        for before, after in pairwise(values)
        if before is not None and after is not None
    ]


def _screened(ranges: Sequence[float]) -> list[float]:
    """Once, without those that are not of this process."""
    mean = _mean(ranges)
    return [one for one in ranges if mean is None or one < SCREEN * mean]


def _most_are_one(values: Sequence[float]) -> bool:
    return any(values.count(one) * 2 > len(values) for one in set(values))


def _sign(value: float | None, other: float | None) -> int:
    if value is None or other is None:
        return 0
    return (value > other) - (value < other)


def _assurance(
    last: Point | None, target: float | None, improvement: Improvement
) -> str | None:
    """By the last group's limits; without any nothing is sure."""
    if target is None or improvement == NEUTRAL or last is None:
        return None
    if last.lpl is None or last.upl is None:
        return "inconsistent"
    below, above = target < last.lpl, target > last.upl
    if improvement == DECREASE:
        below, above = above, below
    return (
        "consistent_pass" if below else "consistent_fail" if above else "inconsistent"
    )
