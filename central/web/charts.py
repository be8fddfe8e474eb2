"""Where does each mark of a chart over time stand?

Geometry only, as in pictures.py: a series with its limits goes in, coordinates come
out. Scales are fixed (per cent, faces) or end at a round number (counts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from central.summaries.causes import (
    FOR_THE_BETTER,
    FOR_THE_WORSE,
    TRENDS,
    Cause,
    Measure,
    kind_of,
)
from central.summaries.limits import Dated, Part
from central.summaries.series import DAYS_OF, FEW, By, Value, begin_of
from central.summaries.spc import COMMON, UP

# Above the plot is room for the letters of changes, and under them for a number.
TOP, PLOT, BELOW_PLOT, RIGHT = 42, 170, 26, 16
LETTERS_Y = 14
COLUMNS_WIDTH, COLUMN_LEAST, COLUMN_MOST = 600, 4.5, 22.0
LABEL_GAP = 62  # a date's width, with air
MIN_COLUMNS = 9  # so that a first date fits
WIDE, LONG = 380, 720  # px: wider ones keep some of their width on any screen

# The shape says the same on paper.
COLOURS = {FOR_THE_BETTER: "better", FOR_THE_WORSE: "worse"}

Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with a name for some levels; `left`: their width."""

    low: float
    high: float
    levels: tuple[tuple[float, str], ...]
    left: int


PERCENT = Axis(0, 100, ((0, "0%"), (50, "50%"), (100, "100%")), 46)
UPPER_HALF = Axis(50, 100, ((50, "50%"), (75, "75%"), (100, "100%")), 46)
FACES = Axis(
    -2, 2,
    ((2, "very good"), (1, "good"), (0, "in between"), (-1, "bad"), (-2, "very bad")),
    92,
)  # fmt: skip
UPPER_FACES = Axis(0, 2, FACES.levels[:3], FACES.left)


def percent_axis(parts: Sequence[Part]) -> Axis:
    """The upper half where nothing lies in the lower one: most wards' ups and downs
    would be a flat line on the whole."""
    return UPPER_HALF if _lies_above(50, parts) else PERCENT


def faces_axis(parts: Sequence[Part]) -> Axis:
    """The same of the faces: from "in between" up where nothing lies under it."""
    return UPPER_FACES if _lies_above(0, parts) else FACES


def _lies_above(level: float, parts: Sequence[Part]) -> bool:
    values = [v for one in parts for p in one.points for v in (p.value, p.lpl)]
    return all(v is None or v >= level for v in values)


def count_axis(parts: Sequence[Part]) -> Axis:
    """From 0 to the next round number."""
    values = [v for part in parts for p in part.points for v in (p.value, p.upl) if v]
    top = _round_up(max(values, default=1))
    half = top / 2
    middle = ((half, f"{half:,.0f}"),) if half == int(half) else ()
    return Axis(0, top, ((0, "0"), *middle, (top, f"{top:,.0f}")), 46)


def _round_up(most: float) -> int:
    """1, 2, 5, 10, 20 … whichever is not less."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power >= most:
                return digit * power
        power *= 10


@dataclass(frozen=True, slots=True)
class Mark:
    """`shape`: dot, few (hollow), up or down; `kind`: better, worse, other, common."""

    x: float
    y: float
    shape: str
    kind: str


@dataclass(frozen=True, slots=True)
class Band:
    """A part's middle line and limits."""

    left: float
    right: float
    mean: float
    upper: float | None
    lower: float | None


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    left: float
    right: float
    top: float
    bottom: float
    levels: tuple[Label, ...]
    bands: tuple[Band, ...]
    lines: tuple[str, ...]  # points of each run of values without a gap
    marks: tuple[Mark, ...]
    numbers: tuple[Label, ...]  # of the special causes
    changes: tuple[Label, ...]
    dates: tuple[Label, ...]
    width: int
    height: int

    @property
    def size(self) -> str:
        if self.width > LONG:
            return "long"
        return "wide" if self.width > WIDE else "short"

    @property
    def far_levels(self) -> tuple[Label, ...]:
        """The levels' names once more, at the newest end: of a chart that is wider
        than a telephone that is the end to be seen."""
        if self.size == "short":
            return ()
        return tuple(Label(self.right + 6, one.y, one.text) for one in self.levels)


def chart_of(
    series: Sequence[Value],
    parts: Sequence[Part],
    causes: Sequence[Cause],
    changes: Sequence[tuple[str, Dated]],
    axis: Axis,
    measure: Measure,
    by: By,
) -> Chart:
    """`changes`: each with its letter."""
    column = min(COLUMN_MOST, max(COLUMN_LEAST, COLUMNS_WIDTH / max(1, len(series))))
    columns = max(MIN_COLUMNS, len(series))
    right = axis.left + column * columns
    width = ceil(right + RIGHT)
    if width > WIDE:
        width = ceil(right + axis.left)

    def x(place: float) -> float:
        return round(axis.left + column * (place + 0.5), 1)

    def y(value: float) -> float:
        inside = min(axis.high, max(axis.low, value))
        share = (inside - axis.low) / (axis.high - axis.low)
        return round(TOP + PLOT * (1 - share), 1)

    places = {one.date: place for place, one in enumerate(series)}
    return Chart(
        left=axis.left,
        right=round(right, 1),
        top=TOP,
        bottom=TOP + PLOT,
        levels=tuple(Label(axis.left - 6, y(v), text) for v, text in axis.levels),
        bands=tuple(_bands(parts, places, column, x, y)),
        lines=tuple(_lines(series, parts, x, y)),
        marks=tuple(_marks(series, parts, measure, x, y)),
        numbers=tuple(_numbers(series, causes, places, x, y)),
        changes=tuple(_changes(changes, places, column, x, by)),
        dates=tuple(_dates(series, column, x)),
        width=width,
        height=TOP + PLOT + BELOW_PLOT,
    )


def _bands(
    parts: Sequence[Part], places: dict[date, int], column: float, x: Scale, y: Scale
) -> Iterator[Band]:
    for part in parts:
        first, last = part.points[0], part.points[-1]
        if first.mean is None:
            continue
        yield Band(
            left=round(x(places[first.date]) - column / 2, 1),
            right=round(x(places[last.date]) + column / 2, 1),
            mean=y(first.mean),
            upper=None if first.upl is None else y(first.upl),
            lower=None if first.lpl is None else y(first.lpl),
        )


def _lines(
    series: Sequence[Value], parts: Sequence[Part], x: Scale, y: Scale
) -> Iterator[str]:
    """A gap breaks the line, and so does the beginning of new limits."""
    begins = {part.points[0].date for part in parts}
    run: list[str] = []
    for place, one in enumerate(series):
        if one.value is None or one.date in begins:
            yield from _line(run)
            run = []
        if one.value is not None:
            run.append(f"{x(place):g},{y(one.value):g}")
    yield from _line(run)


def _line(run: Sequence[str]) -> Iterator[str]:
    if len(run) > 1:
        yield " ".join(run)


def _marks(
    series: Sequence[Value],
    parts: Sequence[Part],
    measure: Measure,
    x: Scale,
    y: Scale,
) -> Iterator[Mark]:
    special = {
        point.date: point.special_cause_type
        for part in parts
        for point in part.points
        if point.special_cause_type != COMMON
    }
    for place, one in enumerate(series):
        if one.value is None:
            continue
        shape, kind = "few" if one.people < FEW else "dot", "common"
        if found := special.get(one.date):
            shape = "up" if found in UP else "down"
            kind = COLOURS.get(kind_of(found, measure), "other")
        yield Mark(x(place), y(one.value), shape, kind)


def _numbers(
    series: Sequence[Value],
    causes: Sequence[Cause],
    places: dict[date, int],
    x: Scale,
    y: Scale,
) -> Iterator[Label]:
    """Each cause's number over (or under) the point in the middle of its run."""
    for cause in causes:
        # A trend's at its end, so that a run's that it is part of has room.
        is_trend = cause.special_cause_type in TRENDS.values()
        middle = len(cause.dates) - 1 if is_trend else len(cause.dates) // 2
        place = places[cause.dates[middle]]
        near = series[max(0, place - 1) : place + 2]
        ys = [y(one.value) for one in near if one.value is not None]
        # Clear of the line that leads to the neighbours, and of the dates below.
        over, under = min(ys) - 9, max(ys) + 19
        is_over = cause.is_up or under > TOP + PLOT
        yield Label(x(place), over if is_over else under, f"{cause.number}")


def _changes(
    changes: Sequence[tuple[str, Dated]],
    places: dict[date, int],
    column: float,
    x: Scale,
    by: By,
) -> Iterator[Label]:
    """A line where each change lies: within its week, or where its day begins."""
    for letter, change in changes:
        begin = begin_of(change.on, by)
        if begin in places:
            within = (change.on - begin).days / DAYS_OF[by]
            there = x(places[begin]) + column * (within - 0.5)
            yield Label(round(there, 1), LETTERS_Y, letter)


def _dates(series: Sequence[Value], column: float, x: Scale) -> Iterator[Label]:
    step = ceil(LABEL_GAP / column)
    for place in range(0, len(series), step):
        day = series[place].date
        yield Label(x(place), TOP + PLOT + 18, f"{day.day} {day:%b}")
