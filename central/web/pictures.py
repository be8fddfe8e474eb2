"""Where does each mark of a picture stand?

Geometry only: counts go in, coordinates come out, and the templates in `pictures/`
draw them as SVG. Measured against Altair and vl-convert in docs/adr/0003.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from central.summaries.steps import Step
from central.summaries.trend import Point, fft_together

# One step of the journey: five rows from very happy (2) down to very sad (-2).
STEP_WIDTH, ROW_HEIGHT = 150, 32
DOTS_LEFT, DOTS_RIGHT = 28, 118  # beyond stands how many: four figures at most
RANKS_A_ROW = 3
DOT_GAP_MOST, DOT_GAP_LEAST = 10.0, 4.0
FELT = (2, 1, 0, -1, -2)


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Row:
    """The people who felt one way. `y` is the row's middle."""

    felt: int
    count: int
    y: float
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class StepPicture:
    rows: tuple[Row, ...]
    radius: float
    people_a_dot: int
    middle_y: float | None
    width: int = STEP_WIDTH
    height: int = ROW_HEIGHT * len(FELT)


def step_pictures(steps: Sequence[Step]) -> tuple[StepPicture, ...]:
    """A picture for each step, all to one scale, so that they can be compared."""
    most = max((count for step in steps for count in step.spread), default=0)
    gap, people_a_dot = _scale(most)
    return tuple(_step_picture(step, gap, people_a_dot) for step in steps)


def _scale(most: int) -> tuple[float, int]:
    """How far dots stand apart, and how many people a dot is, for the fullest row."""
    width = DOTS_RIGHT - DOTS_LEFT
    room = int(width / DOT_GAP_LEAST) * RANKS_A_ROW
    people_a_dot = max(1, ceil(most / room))
    columns = max(1, ceil(most / people_a_dot / RANKS_A_ROW))
    return min(DOT_GAP_MOST, width / columns), people_a_dot


def _step_picture(step: Step, gap: float, people_a_dot: int) -> StepPicture:
    rows = tuple(
        _row(felt, step.spread[felt + 2], gap, people_a_dot, place)
        for place, felt in enumerate(FELT)
    )
    middle = step.middle
    middle_y = None if middle is None else round((2.5 - middle) * ROW_HEIGHT, 1)
    return StepPicture(rows, round(gap * 0.4, 2), people_a_dot, middle_y)


def _row(felt: int, count: int, gap: float, people_a_dot: int, place: int) -> Row:
    y = (place + 0.5) * ROW_HEIGHT
    marks = ceil(count / people_a_dot)
    columns = int((DOTS_RIGHT - DOTS_LEFT + 0.001) / gap)
    ranks = ceil(marks / columns) if marks else 0
    dots = []
    for rank in range(ranks):
        here = marks // ranks + (rank < marks % ranks)
        for column in range(here):
            x = (DOTS_LEFT + DOTS_RIGHT) / 2 + (column - (here - 1) / 2) * gap
            dots.append(Dot(round(x, 1), round(y + (rank - (ranks - 1) / 2) * gap, 1)))
    return Row(felt, count, y, tuple(dots))


# The trend: one column a day; per cent above, how many answered below.
DAY_WIDTH, TREND_LEFT, TREND_RIGHT = 12, 34, 14
TREND_TOP, TREND_BOTTOM = 12, 92
BARS_BOTTOM, BARS_HEIGHT = 134, 26
TREND_HEIGHT = 154
FEW = 5  # people: a share of fewer jumps with each one


@dataclass(frozen=True, slots=True)
class TrendDay:
    day: date
    percent: int | None
    people: int
    responses: int
    x: float
    y: float | None
    bar: float
    last: bool

    @property
    def is_few(self) -> bool:
        return self.people < FEW


@dataclass(frozen=True, slots=True)
class TrendPicture:
    days: tuple[TrendDay, ...]
    lines: tuple[str, ...]  # points of each run of days with answers
    levels: tuple[tuple[int, float], ...]  # per cent and its y
    usual: int | None
    usual_y: float | None
    most: int
    width: int
    height: int = TREND_HEIGHT


def trend_picture(points: Sequence[Point]) -> TrendPicture:
    """The days as marks; a day with nothing breaks the line and has no mark."""
    most = max((point.responses for point in points), default=0)
    days = tuple(
        _trend_day(place, point, most, last=place == len(points) - 1)
        for place, point in enumerate(points)
    )
    usual = fft_together(points[:-1]).positive_percent
    return TrendPicture(
        days=days,
        lines=_lines(days),
        levels=tuple((percent, _trend_y(percent)) for percent in (0, 50, 100)),
        usual=usual,
        usual_y=None if usual is None else _trend_y(usual),
        most=most,
        width=TREND_LEFT + DAY_WIDTH * len(points) + TREND_RIGHT,
    )


def _trend_day(place: int, point: Point, most: int, *, last: bool) -> TrendDay:
    percent = point.fft.positive_percent
    return TrendDay(
        day=point.day,
        percent=percent,
        people=point.fft.total,
        responses=point.responses,
        x=TREND_LEFT + DAY_WIDTH * (place + 0.5),
        y=None if percent is None else _trend_y(percent),
        bar=round(BARS_HEIGHT * point.responses / most, 1) if most else 0.0,
        last=last,
    )


def _trend_y(percent: int) -> float:
    return round(TREND_BOTTOM - (TREND_BOTTOM - TREND_TOP) * percent / 100, 1)


def _lines(days: Sequence[TrendDay]) -> tuple[str, ...]:
    runs: list[list[str]] = [[]]
    for day in days:
        if day.y is None:
            runs.append([])
        else:
            runs[-1].append(f"{day.x:g},{day.y:g}")
    return tuple(" ".join(run) for run in runs if len(run) > 1)
