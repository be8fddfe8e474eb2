"""What is on a ward's page of a day?

Reads the ward's rows, has them counted, and lays out what the template shows. The
clock comes in from the view.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from central.actions.models import Card
from central.places.models import Ward
from central.summaries import reading
from central.summaries.changed import Changed, what_changed
from central.summaries.day import Day, day_of
from central.summaries.steps import Step
from central.summaries.trend import DAYS, trend
from central.surveys.published import surveys_named
from central.web.devices import devices_of, kept_aside
from central.web.heard import Heard
from central.web.pictures import (
    StepPicture,
    TrendPicture,
    step_pictures,
    trend_picture,
)

ZONE = ZoneInfo("Europe/London")  # a ward's day is a local day
CARDS = 3


@dataclass(frozen=True, slots=True)
class DayPage:
    ward: Ward
    date: dt.date
    is_today: bool
    previous: dt.date
    next: dt.date | None
    day: Day
    changed: Changed
    steps: tuple[tuple[Step, StepPicture], ...]
    trend: TrendPicture
    devices: tuple[Heard, ...]
    kept_aside: int  # answers of this ward's devices that cannot stand yet
    cards: tuple[Card, ...]
    closed: Mapping[str, int]  # comments that could not be opened, by the trouble


def day_page(ward: Ward, day: dt.date, now: dt.datetime) -> DayPage:
    """The page of `day`, as it stands `now`."""
    said, opened, concerned = reading.said_on(ward.code, day)
    surveys = surveys_named({one.survey for one in said})
    result = day_of(said, opened, surveys, concerned)
    tallies = reading.tallies(
        ward.code, day - dt.timedelta(DAYS), day, [step.key for step in result.steps]
    )
    responses = reading.responses_by_day(ward.code, day - dt.timedelta(DAYS - 1), day)
    today = now.astimezone(ZONE).date()
    return DayPage(
        ward=ward,
        date=day,
        is_today=day == today,
        previous=day - dt.timedelta(1),
        next=day + dt.timedelta(1) if day < today else None,
        day=result,
        changed=what_changed(result, day, [t for t in tallies if t.day < day]),
        steps=tuple(zip(result.steps, step_pictures(result.steps), strict=True)),
        trend=trend_picture(trend(tallies, responses, day)),
        devices=devices_of(ward, now, ZONE),
        kept_aside=kept_aside(ward),
        cards=tuple(Card.objects.filter(ward=ward, on__lte=day)[:CARDS]),
        closed=reading.closed_on(ward.code, day) if result.unopened else {},
    )
