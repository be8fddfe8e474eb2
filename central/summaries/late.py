"""Whose answers changed a day after it was over, and when?

What counted of one person at each moment follows from their rows and when each could
be counted; so it is derived like `standing`, and can be rebuilt. Only what began or
ended after its day is kept: of a tablet that is heard there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from central.summaries.models import Late
from central.summaries.standing import (
    Arrived,
    Contacts,
    contacts_of,
    first_of,
    not_before,
    stands,
)
from central.summaries.times import began, end_of
from feedback.survey import base_question

# Our own questions that a day's page shows; the others change nothing there.
_SHOWN = ("_talk", "_concern")


@dataclass(frozen=True, slots=True)
class State:
    """What counts of one person at a moment; `said` is compared and never kept."""

    ward: str
    day: date
    survey: str
    mode: str
    answered: bool  # anything but our own questions
    said: frozenset[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when it counted so; `until` is None while it does."""

    state: State
    since: datetime
    until: datetime | None

    @property
    def is_late(self) -> bool:
        end = end_of(self.state.day)
        return self.since >= end or (self.until is not None and self.until >= end)


def late_stretches(rows: Sequence[Arrived], contacts: Contacts) -> list[Stretch]:
    """Of one response: what counted of it, as far as that began or ended late."""
    if _came_in_time(rows, contacts):
        return []
    moments = sorted({at for row in rows for at in _moments(row)})
    states = [(at, _state(rows, at, contacts)) for at in moments]
    return [one for one in _stretches(states) if one.is_late]


def _moments(row: Arrived) -> Iterator[datetime]:
    yield row.since
    if row.erased is not None:
        yield row.erased


def _came_in_time(rows: Sequence[Arrived], contacts: Contacts) -> bool:
    """Whether nothing of it can be late: its first row came first, so that it was of
    one day all the time, and all came on that day."""
    first = first_of(rows)
    if first.since > min(row.since for row in rows):
        return False
    day = began(first.answer.answered_at, not_before(first, contacts), first.at).day
    return max(at for row in rows for at in _moments(row)) < end_of(day)


def _state(
    rows: Sequence[Arrived], moment: datetime, contacts: Contacts
) -> State | None:
    """What counted at this moment; None when nothing did."""
    here = [row for row in rows if row.since <= moment]
    if not here:
        return None  # an erasure of before it was released
    standing = stands(here, not_before(first_of(here), contacts))
    if not standing or not standing[0].counts:
        return None
    # What stood in its place is not known any more, only that it was another value.
    before = {
        (row.answer.device, row.answer.seq)
        for row in here
        if row.erased is not None and row.erased > moment
    }
    said = frozenset(
        (one.question, one.value, (one.device, one.seq) in before)
        for one in standing
        if not one.question.startswith("_") or base_question(one.question) in _SHOWN
    )
    if not said:
        return None
    first = standing[0]
    answered = any(not question.startswith("_") for question, _, _ in said)
    return State(first.ward, first.day, first.survey, first.mode, answered, said)


def _stretches(
    states: Sequence[tuple[datetime, State | None]],
) -> Iterator[Stretch]:
    """Equal states that follow one another are one stretch."""
    begun: list[tuple[datetime, State | None]] = []
    for at, state in states:
        if not begun or begun[-1][1] != state:
            begun.append((at, state))
    ends = [*(at for at, _ in begun[1:]), None]
    for (since, state), until in zip(begun, ends, strict=True):
        if state is not None:
            yield Stretch(state, since, until)


def went_on(rows: Sequence[Arrived], day: date, contacts: Contacts) -> bool:
    """Whether all of these were said when the day was over, as far as anyone can know:
    a conversation that went on, and no tablet that came late."""
    end = end_of(day)
    return all(
        row.erased is None
        and began(row.answer.answered_at, not_before(row, contacts), row.at).at >= end
        for row in rows
    )


# ── the table ────────────────────────────────────────────────────────────────


def replace_late(rows: Mapping[str, Sequence[Arrived]]) -> None:
    """Write what came late of these responses, in place of what stood."""
    Late.objects.filter(response__in=list(rows)).delete()
    contacts = contacts_of(first_of(several) for several in rows.values())
    several = {
        response: arrived
        for response, arrived in rows.items()
        if not _came_in_time(arrived, contacts)
    }
    contacts = contacts_of(row for arrived in several.values() for row in arrived)
    Late.objects.bulk_create(
        _row(response, one)
        for response, arrived in several.items()
        for one in late_stretches(arrived, contacts)
    )


def _row(response: str, one: Stretch) -> Late:
    return Late(
        response=response,
        ward=one.state.ward,
        day=one.state.day,
        survey=one.state.survey,
        answered=one.state.answered,
        since=one.since,
        until=one.until,
    )
