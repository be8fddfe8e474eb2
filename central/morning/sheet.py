"""What may hang on the huddle board of a ward's day?

A board is read by whoever passes. So: no patient's words, nobody who asked for help, no
group of fewer than five, no collection modes (they are published for a trust only), and
what was shown once does not change by one. Staff's own "You said, we did" is there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from central.actions.models import Card
from central.morning.models import Sheet
from central.places.models import Ward
from central.summaries import reading
from central.summaries.changed import what_changed
from central.summaries.complete import Complete
from central.summaries.day import Day, day_of
from central.summaries.fft import Fft
from central.summaries.leaving import Counts, Leaving, alone, enough, settled
from central.summaries.steps import Step
from central.summaries.times import ZONE
from central.summaries.trend import DAYS
from central.surveys.published import surveys_named
from central.web.completed import complete_on
from central.web.pictures import StepPicture, step_pictures
from feedback.survey import FFT, FFT_VALUES

CARDS = 2
WORDS = 3  # of a step, those chosen most

Words = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step; `picture` is None where fewer people rated it than may be shown."""

    title: str
    people: int
    picture: StepPicture | None
    words: Words


@dataclass(frozen=True, slots=True)
class SheetPage:
    """`is_late`: answers have come in that are not told here. `complete`: what of that
    day had not come, and what will not. `least`: of fewer people nothing is shown."""

    ward: Ward
    date: dt.date
    printed: dt.date
    overall: Leaving
    changed: tuple[str, ...]
    steps: tuple[SheetStep, ...]
    apart: tuple[tuple[str, int], ...]
    cards: tuple[Card, ...]
    is_late: bool
    complete: Complete
    least: int


def sheet_page(ward: Ward, date: dt.date, now: dt.datetime) -> SheetPage:
    """The sheet of a day that is over."""
    said, opened, concerned = reading.said_on(ward.code, date)
    surveys = surveys_named({one.survey for one in said})
    day = day_of(said, opened, surveys, concerned)
    live = _live(ward, date, day)
    shown = _shown(ward, date, live, now)
    fft = Fft(**dict(zip(FFT_VALUES, shown.counts[FFT], strict=True)))
    return SheetPage(
        ward=ward,
        date=date,
        printed=now.astimezone(ZONE).date(),
        overall=alone(fft, ward.least_shared),
        changed=_sentences(shown, live, ward.least_shared),
        steps=_steps(day, shown, ward.least_shared),
        apart=tuple((part.title, part.responses) for part in day.apart),
        cards=tuple(Card.objects.filter(ward=ward, on__lte=date)[:CARDS]),
        is_late=shown.counts != live.counts,
        complete=complete_on(ward.code, date, now),
        least=ward.least_shared,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything on the sheet that comes from answers. `counts` and `words`: by
    question."""

    counts: dict[str, Counts]
    words: dict[str, Words]
    changed: tuple[str, ...]


def _live(ward: Ward, date: dt.date, day: Day) -> _Told:
    before = reading.tallies(
        ward.code,
        date - dt.timedelta(DAYS),
        date - dt.timedelta(1),
        [step.key for step in day.steps],
    )
    steps: dict[str, Counts] = {step.key: step.spread for step in day.steps}
    return _Told(
        counts={FFT: tuple(day.fft.counts().values()), **steps},
        words={step.key: step.words[:WORDS] for step in day.steps},
        changed=what_changed(
            day, date, before, for_others=True,
            least=max(ward.least_compared, ward.least_shared),
        ).sentences,
    )  # fmt: skip


def _sentences(shown: _Told, live: _Told, least: int) -> tuple[str, ...]:
    """Those that were kept; but where the ward has come to ask for more people since,
    and there is a group between, only what would be said today as well."""
    sums = map(sum, shown.counts.values())
    if not any(enough(people) and not enough(people, least) for people in sums):
        return shown.changed
    return tuple(one for one in shown.changed if one in live.changed)


def _shown(ward: Ward, date: dt.date, live: _Told, now: dt.datetime) -> _Told:
    """What is shown now, remembered for whoever asks next. Words go with the counts of
    their step; the sentences tell counts, and follow when all of these may be told."""
    with transaction.atomic():
        Sheet.objects.get_or_create(ward=ward, day=date, defaults={"first_at": now})
        sheet = Sheet.objects.select_for_update().get(ward=ward, day=date)
        before = dict(sheet.counts)
        counts = {key: _settle(sheet, key, live) for key in live.counts}
        if sheet.counts != before and counts == live.counts:
            sheet.changed = list(live.changed)
        sheet.save(update_fields=["counts", "words", "changed"])
    words = {
        key: tuple((word, count) for word, count in sheet.words.get(key, []))
        for key in live.words
    }
    return _Told(counts, words, tuple(sheet.changed))


def _settle(sheet: Sheet, key: str, live: _Told) -> Counts:
    """The counts of one question that are shown; a new state is written down."""
    states = [tuple(state) for state in sheet.counts.get(key, [])]
    shown = settled(states, live.counts[key])
    if states[-1:] != [shown]:
        sheet.counts = {**sheet.counts, key: [*states, shown]}
        sheet.words = {**sheet.words, key: live.words.get(key, ())}
    return shown


def _steps(day: Day, shown: _Told, least: int) -> tuple[SheetStep, ...]:
    spreads = [
        Step(step.key, step.title, _five(shown.counts[step.key]), (), ())
        for step in day.steps
    ]
    drawn = [step for step in spreads if enough(step.people, least)]
    pictures = dict(zip((one.key for one in drawn), step_pictures(drawn), strict=True))
    return tuple(
        SheetStep(
            title=step.title,
            people=step.people,
            picture=pictures.get(step.key),
            words=shown.words[step.key] if step.key in pictures else (),
        )
        for step in spreads
    )


def _five(counts: Counts) -> tuple[int, int, int, int, int]:
    low, lower, middle, higher, high = counts
    return low, lower, middle, higher, high
