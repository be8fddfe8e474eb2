"""What does a ward look like over time?

A period's pages: counts and words, charts, one step, one question, a search; and the
wards of a site side by side, for those who read each of them. Like the day's pages they
show one person's own wards, and everything else is not found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central.people.models import User
from central.places.models import Ward
from central.summaries.period_reading import Span
from central.summaries.series import DAY, WEEK, By
from central.summaries.steps import journey
from central.summaries.words import Words, search
from central.surveys.published import every_survey
from central.web.numbers import page_number
from central.web.over import (
    counts_over_time,
    positive_over_time,
    steps_over_time,
)
from central.web.page import ZONE
from central.web.period_page import (
    national,
    period_page,
    question_page,
    step_page,
)
from central.web.periods import Period, half_year_to, month_of, week_of
from central.web.reads import note_period, note_question, note_search, note_step
from central.web.searching import PeriodForm, asked_for
from central.web.views import my_ward
from central.web.waiting import states_of
from feedback.survey import in_language


@require_safe
def period(request: HttpRequest, code: str, first: date, last: date) -> HttpResponse:
    ward, here, today = _asked(request, code, first, last)
    if here.days == 1:
        return redirect("day", ward.code, here.first)
    now = timezone.now()
    page = period_page(ward, here, today, _page_of(request), now, request.GET)
    note_period(request, page)
    return render(request, "over_time/period.html", {"page": page})


@require_safe
def step(
    request: HttpRequest, code: str, first: date, last: date, key: str
) -> HttpResponse:
    ward, here, today = _asked(request, code, first, last)
    page = step_page(ward, here, today, key, _page_of(request))
    note_step(request, page)
    return render(request, "over_time/step.html", {"page": page})


@require_safe
def question(
    request: HttpRequest, code: str, first: date, last: date, key: str
) -> HttpResponse:
    ward, here, today = _asked(request, code, first, last)
    page = question_page(ward, here, today, key, _page_of(request))
    note_question(request, page)
    return render(request, "over_time/question.html", {"page": page})


@require_safe
def charts(request: HttpRequest, code: str, first: date, last: date) -> HttpResponse:
    """All charts of the ward; its counts by week, or by day with `?by=day`."""
    ward, here, today = _asked(request, code, first, last)
    by: Mapping[str, By] = {WEEK: WEEK, DAY: DAY}
    if (chosen := request.GET.get("by", WEEK)) not in by:
        raise Http404
    surveys = every_survey()
    asked = national(surveys)
    names = [one.name for one in asked]
    steps = {
        key: in_language(title, "en") for key, (title, _) in journey(asked).items()
    }
    page = {
        "ward": ward,
        "period": here,
        "today": today,
        "by": chosen,
        "charts": [
            positive_over_time(ward.code, here, today, names),
            counts_over_time(ward.code, here, today, by[chosen]),
        ],
        "steps": steps_over_time(ward.code, here, today, steps, names),
    }
    return render(request, "over_time/charts.html", {"page": page})


@require_safe
def find(request: HttpRequest, code: str, first: date, last: date) -> HttpResponse:
    """The patients' words of a period that have all of the words asked for."""
    ward, here, today = _asked(request, code, first, last)
    text = request.GET.get("q", "")
    wanted, trouble = asked_for(text)
    words: Words | None = None
    if wanted:
        span = Span(ward.code, here.first, here.last)
        words = search(span, wanted, _page_of(request))
        if not words.is_there:
            raise Http404
        note_search(request, ward, here, words)
    states = states_of(ward.code, words) if words else {}
    page = {"ward": ward, "period": here, "today": today, "words": words}
    page["states"] = states
    told = {"text": text.replace("\0", ""), "wanted": wanted, "trouble": trouble}
    return render(request, "over_time/search.html", {"page": {**page, **told}})


@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """A period to choose; with `first` and `last` the way to its page."""
    ward = my_ward(request, code)
    today = _today()
    form = PeriodForm(request.GET or None, today=today)
    if form.is_valid():
        chosen = form.period
        return redirect("period", ward.code, chosen.first, chosen.last)
    week, month = week_of(today), month_of(today)
    offered = [
        ("This week", week),
        ("Last week", week.previous),
        ("This month", month),
        ("Last month", month.previous),
        ("The last 26 weeks", half_year_to(today)),
        ("The last 12 months", Period(today - timedelta(364), today)),
    ]
    page = {"ward": ward, "form": form, "offered": offered, "today": today}
    return render(request, "over_time/choose.html", {"page": page})


@require_safe
def site(request: HttpRequest, site: int, first: date, last: date) -> HttpResponse:
    """The wards of one site that this person reads, by name: each with its own chart
    and none beside a rank or a mean of all."""
    today = _today()
    here = _period(first, last, today)
    mine = cast(User, request.user).open_wards().filter(site_id=site)
    wards = list(mine.select_related("site").order_by("name", "code"))
    if not wards:
        raise Http404
    names = [one.name for one in national(every_survey())]
    titles = _told_apart(wards)
    charts = [
        (one, replace(chart, key=one.code, title=titles[one.code]))
        for one in wards
        for chart in [positive_over_time(one.code, here, today, names, whole=True)]
    ]
    page = {"site": wards[0].site, "period": here, "today": today, "charts": charts}
    return render(request, "over_time/site.html", {"page": page})


def _told_apart(wards: Sequence[Ward]) -> dict[str, str]:
    """Each ward's name, by code; with the code where another has the same name."""
    same = Counter(one.name.casefold() for one in wards)
    return {
        one.code: f"{one.name} ({one.code})" if same[one.name.casefold()] > 1
        else one.name
        for one in wards
    }  # fmt: skip


def _asked(
    request: HttpRequest, code: str, first: date, last: date
) -> tuple[Ward, Period, date]:
    ward = my_ward(request, code)
    today = _today()
    return ward, _period(first, last, today), today


def _period(first: date, last: date, today: date) -> Period:
    period = Period(first, last)
    if not period.is_shown(today):
        raise Http404
    return period


def _page_of(request: HttpRequest) -> int:
    """Which page of the words: 1 unless the address says another one."""
    return page_number(request.GET.get("page", "1"))


def _today() -> date:
    return timezone.now().astimezone(ZONE).date()
