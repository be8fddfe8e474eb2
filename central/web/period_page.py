"""What is on the pages of a period: all of it, one step, one question?

Reads what the page shows and no more: counts that the database has grouped, and the
words of one page of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404

from central.actions.seen import Calling
from central.places.models import Ward
from central.summaries.period import Came, Counts, Grouped, counts_of
from central.summaries.period_reading import (
    Asked,
    Span,
    came_in,
    closed_in,
    grouped_in,
    moved_in,
    own_in,
    tallies_in,
)
from central.summaries.series import WEEK, begin_of
from central.summaries.steps import Step, journey
from central.summaries.words import Words, count_of, words_of
from central.surveys.published import every_survey
from central.web.completed import PeriodCompleted, period_completed
from central.web.filters import NEWEST, Filter, filter_of
from central.web.over import (
    OverTime,
    answered_over_time,
    changes_of,
    days_of,
    points_shown,
    positive_over_time,
    steps_over_time,
)
from central.web.periods import Period
from central.web.pictures import StepPicture, step_pictures
from central.web.waiting import states_of
from feedback.survey import COMMENT, FFT, Question, Survey, in_language

NOTHING = Step("", "", (0, 0, 0, 0, 0), (), ())


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """`day` is what a day's templates call the counts that they show."""

    ward: Ward
    period: Period
    today: date
    day: Counts
    steps: tuple[tuple[Step, StepPicture], ...]
    moved: int
    closed: int
    words: Words
    filter: Filter
    all_voices: int  # so many people wrote, without the filter
    states: Mapping[str, Calling]
    questions: tuple[tuple[str, str], ...]
    completed: PeriodCompleted


@dataclass(frozen=True, slots=True)
class StepPage:
    """`apart`: what those said of it who were asked another survey, as the survey's
    title, the step, and what that survey calls its faces."""

    ward: Ward
    period: Period
    today: date
    key: str
    title: str
    step: Step
    picture: StepPicture
    chart: OverTime
    apart: tuple[tuple[str, Step, tuple[str, ...]], ...]
    words: Words
    states: Mapping[str, Calling]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """`given`: each answer that can be chosen, and how many chose it; of `people`.
    `weeks`: how many chose each of them, the newest week first."""

    ward: Ward
    period: Period
    today: date
    key: str
    title: str
    day: Counts
    given: tuple[tuple[str, int], ...]
    weeks: tuple[tuple[date, tuple[int, ...]], ...]
    charts: tuple[OverTime, ...]
    words: Words | None
    states: Mapping[str, Calling]

    @property
    def is_national(self) -> bool:
        return self.key == FFT

    @property
    def people(self) -> int:
        return sum(count for _, count in self.given)


def period_page(
    ward: Ward,
    period: Period,
    today: date,
    page: int,
    now: datetime,
    asked: Mapping[str, str],
) -> PeriodPage:
    """`asked`: what its words are filtered by. Http404: no such filter, or page."""
    span = Span(ward.code, period.first, period.last)
    surveys = every_survey()
    chosen = filter_of(asked, surveys.values())
    newest = chosen.order == NEWEST
    words = _there(words_of(span, page, chosen=chosen.chosen, newest=newest))
    # The further pages are of words alone.
    came = came_in(span) if page == 1 else []
    counts = _counts(span, surveys, came)[0] if came else counts_of([], [], [], {})
    pictures = step_pictures(counts.steps)
    return PeriodPage(
        ward=ward,
        period=period,
        today=today,
        day=counts,
        steps=tuple(zip(counts.steps, pictures, strict=True)),
        moved=moved_in(span),
        closed=closed_in(span),
        words=words,
        filter=chosen,
        all_voices=count_of(span) if chosen.is_on else words.people,
        states=states_of(ward.code, words),
        questions=tuple(
            (key, in_language(one.wording, "en"))
            for key, (_, one) in _askers(_answered(surveys, came)).items()
        ),
        completed=period_completed(
            ward.code, period.first, min(period.last, today), now
        ),
    )


def step_page(ward: Ward, period: Period, today: date, key: str, page: int) -> StepPage:
    """Http404: no survey has such a step."""
    span = Span(ward.code, period.first, period.last)
    surveys = every_survey()
    having = [one for one in surveys.values() if key in journey([one])]
    if not having:
        raise Http404
    # The national surveys' step if they have it; else the one of those asked apart.
    ours = [one for one in having if one.is_national] or having
    title = in_language(journey(ours)[key][0], "en")
    counts, _ = _counts(span, surveys, came_in(span))
    apart = [(part, one) for part in counts.apart for one in part.steps]
    step = _named(counts.steps, key)
    (picture,) = step_pictures([step])
    words = _there(words_of(span, page, _about(key, surveys.values())))
    names = [one.name for one in ours]
    (chart,) = steps_over_time(ward.code, period, today, {key: title}, names)
    return StepPage(
        ward=ward,
        period=period,
        today=today,
        key=key,
        title=title,
        step=step,
        picture=picture,
        chart=chart,
        apart=tuple((p.title, one, p.faces) for p, one in apart if one.key == key),
        words=words,
        states=states_of(ward.code, words),
    )


def question_page(
    ward: Ward, period: Period, today: date, key: str, page: int
) -> QuestionPage:
    """Http404: no such question, or one whose words are for the staff who come."""
    span = Span(ward.code, period.first, period.last)
    surveys = every_survey()
    came = came_in(span)
    here = _askers(_answered(surveys, came))
    asker = here.get(key) or _askers(surveys).get(key)
    if asker is None:
        raise Http404
    survey, question = asker
    counts, grouped = _counts(span, surveys, came)
    names = [one.name for one in surveys.values() if _asks(one, survey, question)]
    charts = [answered_over_time(ward.code, period, today, key, names)]
    if key == FFT:
        charts.insert(0, positive_over_time(ward.code, period, today, names))
    is_comment = question.kind == COMMENT
    words = _there(words_of(span, page, Asked((key,)))) if is_comment else None
    return QuestionPage(
        ward=ward,
        period=period,
        today=today,
        key=key,
        title=in_language(question.wording, "en"),
        day=counts,
        given=_given(question, (one for one in grouped if one.survey in names)),
        weeks=tuple(_weeks(ward.code, period, today, question, names)),
        charts=tuple(charts),
        words=words,
        states=states_of(ward.code, words) if words else {},
    )


def _askers(surveys: Mapping[str, Survey]) -> dict[str, tuple[Survey, Question]]:
    """Who asks each question that has a page: neither our own nor a step's, and none in
    which people may name themselves. National surveys first, the newest version."""
    found: dict[str, tuple[Survey, Question]] = {}
    order = sorted(
        surveys.values(), key=lambda one: (not one.is_national, one.id, -one.version)
    )
    for survey in order:
        for one in survey.questions:
            if not (one.names or one.step or one.key.startswith("_")):
                found.setdefault(one.key, (survey, one))
    return found


def _answered(surveys: Mapping[str, Survey], came: Iterable[Came]) -> dict[str, Survey]:
    """Those that somebody answered: other wards of a trust ask what they like."""
    names = {one.survey for one in came}
    return {name: one for name, one in surveys.items() if name in names}


def _asks(one: Survey, survey: Survey, question: Question) -> bool:
    """Whether this one asks the same as that survey does, in whatever version: another
    survey may have its key for something else. Comments are told with their question,
    and the national one is the same wherever it is asked."""
    asked = one.question(question.key)
    if asked is None or asked.kind != question.kind:
        return False
    if question.fft or question.kind == COMMENT or one.id == survey.id:
        return True
    return in_language(asked.wording, "en") == in_language(question.wording, "en")


def national(surveys: Mapping[str, Survey]) -> list[Survey]:
    return [one for one in surveys.values() if one.is_national]


def _counts(
    span: Span, surveys: Mapping[str, Survey], came: Sequence[Came]
) -> tuple[Counts, list[Grouped]]:
    grouped = grouped_in(span, surveys.values())
    return counts_of(grouped, own_in(span), came, surveys), grouped


def _named(steps: Iterable[Step], key: str) -> Step:
    return next((one for one in steps if one.key == key), NOTHING)


def _given(
    question: Question, grouped: Iterable[Grouped]
) -> tuple[tuple[str, int], ...]:
    counts = dict.fromkeys((one.key for one in question.options), 0)
    for one in grouped:
        if one.question == question.key:
            for value in one.value.split():
                if value in counts:
                    counts[value] += one.people
    return tuple(
        (in_language(one.wording, "en"), counts[one.key]) for one in question.options
    )


def _weeks(
    ward: str, period: Period, today: date, question: Question, names: Sequence[str]
) -> Iterator[tuple[date, tuple[int, ...]]]:
    """By the weeks of its charts, since the first answer."""
    options = [one.key for one in question.options]
    if not options or question.fft:
        return  # nothing to choose; or its own table is beside its chart
    points = points_shown(period, today, WEEK, changes_of(ward))
    found: dict[date, Counter[str]] = {}
    for tally in tallies_in(days_of(ward, points, WEEK), [question.key], names):
        week = found.setdefault(begin_of(tally.day, WEEK), Counter())
        for value in tally.value.split():
            week[value] += tally.people
    for point in reversed([one for one in points if found and one >= min(found)]):
        counts = found.get(point, Counter())
        yield point, tuple(counts[one] for one in options)


def _about(key: str, surveys: Iterable[Survey]) -> Asked:
    """Who wrote of this step: a word of their own, or why it felt like that."""
    chooses = [one.about for s in surveys for one in s.questions if one.about]
    return Asked((f"{key}_own",), (chooses[0], key) if chooses else None)


def _there(words: Words) -> Words:
    if not words.is_there:
        raise Http404
    return words
