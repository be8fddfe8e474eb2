"""How many of the patients' words are on this page, and who is reading them?

Counted from what the page shows, so that a page which shows more writes down more. A
page without any is not written down; a search and a sheet for the board always are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from central.audit.reading import note_reading
from central.places.models import Ward
from central.summaries.day import Voice
from central.summaries.steps import Step
from central.summaries.words import Words
from central.web.filters import Filter
from central.web.page import DayPage
from central.web.period_page import PeriodPage, QuestionPage, StepPage
from central.web.periods import Period
from central.web.turning import Turned

DAY, PERIOD, SEARCH, BOARD = "day", "period", "search", "board"


def note_day(request: HttpRequest, page: DayPage) -> None:
    waiting = sum(one.texts for one in page.waiting.people)
    seen = sum(bool(one.where) for one in page.waiting.seen)
    steps = [step for step, _ in page.steps]
    steps += [step for part in page.day.apart for step in part.steps]
    late = texts_of(one.voice for one in page.late.spoken)
    words = waiting + seen + late + texts_of(page.here.voices) + own_words(steps)
    if words:
        days = (page.date, page.date)
        chosen = _chosen(page.filter, page.here)
        _note(request, page.ward, DAY, days, words, chosen)


def note_period(request: HttpRequest, page: PeriodPage) -> None:
    steps = [step for step, _ in page.steps]
    steps += [step for part in page.day.apart for step in part.steps]
    chosen = _chosen(page.filter, page.words)
    _note_words(
        request, page.ward, PERIOD, page.period, page.words, own_words(steps), chosen
    )


def note_step(request: HttpRequest, page: StepPage) -> None:
    own = own_words([page.step, *(step for _, step, _ in page.apart)])
    chosen = _chosen(None, page.words)
    name = f"step {page.key}"
    _note_words(request, page.ward, name, page.period, page.words, own, chosen)


def note_question(request: HttpRequest, page: QuestionPage) -> None:
    if page.words is not None:
        chosen = _chosen(None, page.words)
        name = f"question {page.key}"
        _note_words(request, page.ward, name, page.period, page.words, 0, chosen)


def note_search(request: HttpRequest, ward: Ward, period: Period, words: Words) -> None:
    """Never what was searched for: it may be a name."""
    days = (period.first, period.last)
    found = texts_of(one.voice for one in words.spoken)
    _note(request, ward, SEARCH, days, found, _chosen(None, words))


def note_board(request: HttpRequest, ward: Ward, day: date) -> None:
    """It has no words, and leaves the ward."""
    _note(request, ward, BOARD, (day, day), 0)


def texts_of(voices: Iterable[Voice]) -> int:
    return sum(one.text is not None for voice in voices for one in voice.remarks)


def own_words(steps: Iterable[Step]) -> int:
    """Words of their own that stand among those of a step."""
    return sum(people for step in steps for _, people in step.own)


def _note_words(
    request: HttpRequest,
    ward: Ward,
    name: str,
    period: Period,
    words: Words,
    own: int,
    chosen: str,
) -> None:
    if count := texts_of(one.voice for one in words.spoken) + own:
        days = (period.first, period.last)
        _note(request, ward, name, days, count, chosen)


def _chosen(chosen: Filter | None, words: Words | Turned) -> str:
    """The filter in words, and which page of the words."""
    parts = [chosen.words if chosen else ""]
    parts.append(f"page {words.page}" if words.page > 1 else "")
    return "; ".join(part for part in parts if part)


def _note(
    request: HttpRequest,
    ward: Ward,
    page: str,
    days: tuple[date, date],
    words: int,
    chosen: str = "",
) -> None:
    who, now = request.user.get_username(), timezone.now()
    note_reading(who, ward.code, page, days, words, now, chosen)
