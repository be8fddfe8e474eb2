"""What is on a chart over time, and beside it?

Takes a ward's counts, finds limits and special causes, and lays out the picture, the
sentences and the table that say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase

from central.actions.models import Change
from central.summaries.causes import (
    COUNT,
    FELT,
    POSITIVE,
    Cause,
    Measure,
    cause_at,
    causes_of,
    state_of,
)
from central.summaries.limits import Dated, Part, parts_of
from central.summaries.period_reading import (
    Span,
    answered_by_day,
    tallies_in,
)
from central.summaries.reading import responses_by_day
from central.summaries.series import (
    WEEK,
    By,
    Value,
    begin_of,
    count_series,
    points_of,
    positive_series,
    since_the_first,
    step_series,
)
from central.surveys.published import every_survey
from central.web.charts import (
    PERCENT,
    Axis,
    Chart,
    chart_of,
    count_axis,
    faces_axis,
    percent_axis,
)
from central.web.periods import Period
from feedback.survey import FFT


@dataclass(frozen=True, slots=True)
class Marked:
    """A change of the ward's on this chart: its letter, and what it does to the
    limits: `held`, `anew`, or `few` (too few points before it to hold to)."""

    letter: str
    change: Dated
    does: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside a chart. `causes`: which make this point special."""

    date: date
    value: Value
    mean: float | None
    lower: float | None
    upper: float | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class OverTime:
    """`key` names the chart on its page; `sort`: positive, felt or count."""

    key: str
    sort: str
    title: str
    by: By
    state: str
    chart: Chart | None
    causes: tuple[Cause, ...]
    changes: tuple[Marked, ...]
    rows: tuple[Row, ...]

    @property
    def has_limits(self) -> bool:
        return bool(self.chart and self.chart.bands)

    @property
    def now(self) -> Cause | None:
        """What makes the last week or day special; None when nobody answered in it."""
        return cause_at(self.rows[0].date, self.causes) if self.rows else None


def points_shown(
    period: Period, today: date, by: By, changes: Iterable[Dated]
) -> list[date]:
    """The points of a chart on which these changes are marked."""
    held = (one.on for one in changes if not one.begins_anew)
    return points_of(period.first, period.last, today, by, held)


def days_of(ward: str, points: Sequence[date], by: By) -> Span:
    """The days that these points stand for: no query reads more."""
    days = 7 if by == WEEK else 1
    last = date.fromordinal(points[-1].toordinal() + days - 1)
    return Span(ward, points[0], last)


def positive_over_time(
    ward: str,
    period: Period,
    today: date,
    national: Sequence[str],
    whole: bool = False,
) -> OverTime:
    """Per cent positive, by week: of six answers on one day each is 17%. `whole`:
    on a scale that is the same for every ward."""
    changes = changes_of(ward)
    points = points_shown(period, today, WEEK, changes)
    tallies = tallies_in(days_of(ward, points, WEEK), [FFT], national)
    series = positive_series(tallies, points, WEEK)
    title = "Per cent positive"
    return over_time(FFT, "positive", title, series, POSITIVE, changes, WEEK, whole)


def newest_week(ward: str, day: date) -> Cause | None:
    """What makes the newest whole week's per cent positive special, on this day. Where
    a ward slides from week to week, the 28 days to which a day is compared slide with
    it, and each day is a usual one."""
    names = [one.name for one in every_survey().values() if one.is_national]
    return positive_over_time(ward, Period(day, day), day, names).now


def steps_over_time(
    ward: str,
    period: Period,
    today: date,
    steps: Mapping[str, str],
    surveys: Sequence[str],
) -> list[OverTime]:
    """One chart for each of these steps (key → title), by week."""
    changes = {key: changes_of(ward, key) for key in steps}
    points = {
        key: points_shown(period, today, WEEK, some) for key, some in changes.items()
    }
    longest = max(points.values(), key=len, default=[])
    if not longest:
        return []
    tallies = tallies_in(days_of(ward, longest, WEEK), steps, surveys)
    return [
        over_time(
            key,
            "felt",
            title,
            step_series(tallies, key, points[key], WEEK),
            FELT,
            changes[key],
            WEEK,
        )
        for key, title in steps.items()
    ]


def counts_over_time(ward: str, period: Period, today: date, by: By) -> OverTime:
    """How many people answered the national question's surveys."""
    changes = changes_of(ward)
    points = points_shown(period, today, by, changes)
    days = days_of(ward, points, by)
    series = count_series(responses_by_day(ward, days.first, days.last), points, by)
    title = "How many people answered"
    return over_time("responses", "count", title, series, COUNT, changes, by)


def answered_over_time(
    ward: str, period: Period, today: date, question: str, surveys: Sequence[str]
) -> OverTime:
    """How many people said anything to one question, by week."""
    changes = changes_of(ward)
    points = points_shown(period, today, WEEK, changes)
    days = answered_by_day(days_of(ward, points, WEEK), question, surveys)
    series = count_series(days, points, WEEK)
    title = "How many people answered this question"
    return over_time("answered", "count", title, series, COUNT, changes, WEEK)


def over_time(
    key: str,
    sort: str,
    title: str,
    series: Sequence[Value],
    measure: Measure,
    changes: Sequence[Dated],
    by: By,
    whole: bool = False,
) -> OverTime:
    """One chart with all that stands beside it. `whole`: per cents from 0 to 100."""
    series = since_the_first(series)
    parts = parts_of(series, changes, by, measure.improvement, measure.bounds)
    causes = causes_of(parts, measure, by)
    here = _marked(changes, series, parts, by)
    lettered = [(one.letter, one.change) for one in here]
    axis = _axis(sort, parts, whole)
    return OverTime(
        key=key,
        sort=sort,
        title=title,
        by=by,
        state=state_of(parts, causes, by),
        chart=chart_of(series, parts, causes, lettered, axis, measure, by)
        if series
        else None,
        causes=causes,
        changes=tuple(here),
        rows=tuple(_rows(series, parts, causes)),
    )


def _axis(sort: str, parts: Sequence[Part], whole: bool) -> Axis:
    if sort == "count":
        return count_axis(parts)
    if sort == "felt":
        return faces_axis(parts)
    return PERCENT if whole else percent_axis(parts)


def changes_of(ward: str, step: str = "") -> list[Dated]:
    """What the ward changed, the oldest first: for all charts, or for this step's."""
    found = Change.objects.filter(ward=ward, undone_at=None, step__in=["", step])
    return [
        Dated(one.on, one.note, str(one.written_by), one.limits == Change.ANEW)
        for one in found.order_by("on", "id").select_related("written_by")
    ]


def _marked(
    changes: Sequence[Dated],
    series: Sequence[Value],
    parts: Sequence[Part],
    by: By,
) -> list[Marked]:
    dates = {one.date for one in series}
    here = [one for one in changes if begin_of(one.on, by) in dates]
    return [
        Marked(ascii_uppercase[place % 26], change, _does(change, parts))
        for place, change in enumerate(here)
    ]


def _does(change: Dated, parts: Sequence[Part]) -> str:
    if any(part.held == change for part in parts):
        return "held"
    if any(change in part.since for part in parts):
        return "anew"
    return "few"


def _rows(
    series: Sequence[Value], parts: Sequence[Part], causes: Sequence[Cause]
) -> list[Row]:
    """The newest first, as people read a table of what happened."""
    points = {point.date: point for part in parts for point in part.points}
    return [
        Row(
            one.date,
            one,
            points[one.date].mean,
            points[one.date].lpl,
            points[one.date].upl,
            tuple(cause for cause in causes if one.date in cause.dates),
        )
        for one in reversed(series)
    ]
