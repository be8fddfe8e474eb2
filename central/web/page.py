"""What is on a ward's page of a day?

Reads the ward's rows, has them counted, and lays out what the template shows. The
clock comes in from the view.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from central.actions.models import Card
from central.places.models import Ward
from central.summaries import reading
from central.summaries.causes import Cause
from central.summaries.changed import Changed, what_changed
from central.summaries.day import Day, Voice, day_of
from central.summaries.late_words import late_words
from central.summaries.period_reading import Span
from central.summaries.steps import Step
from central.summaries.trend import DAYS, trend
from central.summaries.words import Words, chosen_on
from central.surveys.published import every_survey, surveys_named
from central.web.completed import Completed, completed
from central.web.devices import devices_of, kept_aside
from central.web.filters import Filter, filter_of
from central.web.heard import Heard
from central.web.over import newest_week
from central.web.pictures import (
    StepPicture,
    TrendPicture,
    step_pictures,
    trend_picture,
)
from central.web.turning import Turned, turned
from central.web.waiting import Waiting, waiting_on

ZONE = ZoneInfo("Europe/London")  # a ward's day is a local day
CARDS = 3
EVERYTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class DayPage:
    ward: Ward
    date: dt.date
    is_today: bool
    previous: dt.date
    next: dt.date | None
    day: Day
    changed: Changed
    weeks: Cause | None  # what makes the last week special, by how many were positive
    steps: tuple[tuple[Step, StepPicture], ...]
    trend: TrendPicture
    waiting: Waiting
    filter: Filter
    voices: tuple[Voice, ...]  # whose words stand below; those who wait are on top
    here: Turned  # those of them on this page
    all_voices: int  # so many without the filter
    devices: tuple[Heard, ...]
    kept_aside: int  # answers of this ward's devices that cannot stand yet
    cards: tuple[Card, ...]
    closed: Mapping[str, int]  # comments that could not be opened, by the trouble
    completed: Completed
    late: Words  # that came on this day, and are of days before it


def day_page(
    ward: Ward,
    day: dt.date,
    now: dt.datetime,
    asked: Mapping[str, str] = EVERYTHING,
    number: int = 1,
) -> DayPage:
    """The page of `day`, as it stands `now`. `asked`: what filters its words; `number`:
    which page of them."""
    chosen = filter_of(asked, every_survey().values())
    said, opened, concerned = reading.said_on(ward.code, day)
    surveys = surveys_named({one.survey for one in said})
    result = day_of(said, opened, surveys, concerned)
    changed, lately = _beside_before(ward, day, result)
    today = now.astimezone(ZONE).date()
    waiting = waiting_on(ward.code, day, day == today)
    below = [v for v in result.voices if v.response not in waiting.responses]
    voices = _chosen(ward, day, below, chosen)
    return DayPage(
        ward=ward,
        date=day,
        is_today=day == today,
        previous=day - dt.timedelta(1),
        next=day + dt.timedelta(1) if day < today else None,
        day=result,
        changed=changed,
        weeks=newest_week(ward.code, day),
        steps=tuple(zip(result.steps, step_pictures(result.steps), strict=True)),
        trend=lately,
        waiting=waiting,
        filter=chosen,
        voices=voices,
        here=turned(voices, number),
        all_voices=len(below),
        devices=devices_of(ward, now, ZONE),
        kept_aside=kept_aside(ward),
        cards=tuple(Card.objects.filter(ward=ward, on__lte=day)[:CARDS]),
        closed=reading.closed_on(ward.code, day) if result.unopened else {},
        completed=completed(ward.code, day, result.responses, now),
        late=late_words(ward.code, day).without(waiting.responses),
    )


def _beside_before(
    ward: Ward, day: dt.date, result: Day
) -> tuple[Changed, TrendPicture]:
    """What is more than noise beside the days before it, and a picture of all."""
    first, keys = day - dt.timedelta(DAYS), [step.key for step in result.steps]
    tallies = reading.tallies(ward.code, first, day, keys)
    before = [tally for tally in tallies if tally.day < day]
    changed = what_changed(result, day, before, least=ward.least_compared)
    responses = reading.responses_by_day(ward.code, first + dt.timedelta(1), day)
    return changed, trend_picture(trend(tallies, responses, day))


def _chosen(
    ward: Ward, day: dt.date, voices: Sequence[Voice], chosen: Filter
) -> tuple[Voice, ...]:
    if not chosen.is_on:
        return tuple(voices)
    here = chosen_on(Span(ward.code, day, day), chosen.chosen)
    return tuple(voice for voice in voices if voice.response in here)
