"""What does a manager hear of the ward's day, before they open its page?

Counted as the page counts it. The mail shows the day that is over; what has come in
since midnight is told as well, in so far as somebody waits.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from central.actions.seen import NOBODY, Waits, waits_of
from central.devices.models import Device
from central.morning.health import Health, health_of
from central.morning.models import wants_words
from central.places.models import Ward
from central.summaries import reading
from central.summaries.causes import Cause
from central.summaries.changed import Changed, what_changed
from central.summaries.day import Day, Voice, day_of
from central.summaries.late_words import late_words
from central.summaries.models import Standing
from central.summaries.times import ZONE
from central.summaries.trend import DAYS
from central.surveys.published import surveys_named
from central.web.completed import Completed, Since, completed, corrected_since
from central.web.over import newest_week

ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """`weeks`: what makes the newest week's per cent positive special. `since`: what
    came in on the days after, up to now; None when the day before
    yesterday or an older one is shown. `words`: whether the ward wants patients' words
    in the mail. `corrected`: the days before that were changed since the last mails.
    `late_words`: how many people's words of such days came only on this one; `went_on`:
    how many began on one and wrote more after it, which came on this one. `waits`: whom
    nobody has seen, whatever day they came on; `waits_before`: those of them who came
    before midnight, `older`: before `date`."""

    ward: Ward
    date: dt.date
    day: Day
    changed: Changed
    weeks: Cause | None
    since: Day | None
    health: Health
    words: bool
    completed: Completed
    corrected: Since
    late_words: int
    went_on: int
    waits: Waits
    waits_before: Waits
    older: Waits

    @property
    def talks(self) -> int:
        return self.waits.talks

    @property
    def talks_since(self) -> int:
        return self.waits.talks - self.waits_before.talks

    @property
    def concerns(self) -> int:
        return self.waits.concerns

    @property
    def concerns_since(self) -> int:
        return self.waits.concerns - self.waits_before.concerns

    @property
    def wrote(self) -> int:
        return len(self.day.voices) + self.wrote_since

    @property
    def wrote_since(self) -> int:
        return len(self.since.voices) if self.since else 0

    @property
    def came_since(self) -> bool:
        return bool(self.talks_since or self.concerns_since or self.wrote_since)

    @property
    def is_empty(self) -> bool:
        """Nobody answered, wrote or asked for anything, and nobody waits."""
        nobody = self.day.responses == 0 and not self.day.apart
        return nobody and not (self.day.talks or self.waits.people or self.wrote)

    @property
    def calm_voices(self) -> tuple[Voice, ...]:
        """The words that may stand in a mail: what may call for help is on the page."""
        return tuple(voice for voice in self.day.voices if not voice.concerns)


def picture_of(ward: Ward, date: dt.date, now: dt.datetime) -> Picture:
    """The picture of `date` as it stands `now`."""
    day, today = _day(ward, date), now.astimezone(ZONE).date()
    before = reading.tallies(
        ward.code,
        date - dt.timedelta(DAYS),
        date - dt.timedelta(1),
        [step.key for step in day.steps],
    )
    late = late_words(ward.code, date, most=ALL)
    went_on = sum(one.went_on for one in late.spoken)
    is_fresh = date == today - dt.timedelta(1)
    return Picture(
        ward=ward,
        date=date,
        day=day,
        changed=what_changed(day, date, before, least=ward.least_compared),
        weeks=newest_week(ward.code, date),
        since=_day(ward, today) if is_fresh else None,
        health=health_of(ward, date, now),
        words=wants_words(ward),
        completed=completed(ward.code, date, day.responses, now),
        corrected=corrected_since(ward.code, date, now),
        late_words=late.people - went_on,
        went_on=went_on,
        waits=_waits(ward),
        waits_before=_waits(ward, today),
        older=_waits(ward, date),
    )


def _waits(ward: Ward, before: dt.date = dt.date.max) -> Waits:
    return waits_of([ward.code], before).get(ward.code, NOBODY)


def with_mail(day: dt.date) -> list[Ward]:
    """The wards of which there is a mail of this day. One that closed before it has
    none, nor one that has no device and from which nobody was heard for weeks: it has
    not begun. On its last day a ward still heard people."""
    weeks = (day - dt.timedelta(DAYS), day + dt.timedelta(1))
    # Ward by ward, along the index: looking for the wards in all rows reads them all.
    heard = Standing.objects.filter(ward=OuterRef("code"), day__range=weeks)
    has_device = Device.objects.filter(wards=OuterRef("code"), removed_at=None)
    is_open = Q(closed_on=None) | Q(closed_on__gte=day)
    begun = Ward.objects.filter(is_open, Exists(has_device) | Exists(heard))
    return list(begun.order_by("code"))


def _day(ward: Ward, date: dt.date) -> Day:
    said, opened, concerned = reading.said_on(ward.code, date)
    surveys = surveys_named({one.survey for one in said})
    return day_of(said, opened, surveys, concerned)
