"""What stands of each response?

The row with the highest seq of a question decides; a successor's rows are later than
those of the device before it. If the value that decides is empty, nothing stands.
Derived from the answers alone, so it can be rebuilt at will.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter

from django.db import connection

from central import bulk
from central.intake.models import Altered, Contact
from central.intake.models import Answer as AnswerRow
from central.intake.row import is_withdrawal
from central.summaries.models import Standing
from central.summaries.times import began
from feedback.answer import WORDS, Answer

# device → its contacts: (last, at), both rising.
Contacts = Mapping[str, Sequence[tuple[int, datetime]]]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A stored answer, when it came, and where its device is in its family. One that
    was held counts only since it was `released`; `erased`: since when its value is
    gone."""

    answer: Answer
    at: datetime
    generation: int
    released: datetime | None = None
    erased: datetime | None = None

    @property
    def since(self) -> datetime:
        """When it could first be counted."""
        return self.released or self.at

    @property
    def place(self) -> tuple[int, int, str]:
        return (self.generation, self.answer.seq, self.answer.device)


@dataclass(frozen=True, slots=True)
class Stands:
    """A row of the table `standing`, in the order of its columns."""

    response: str
    question: str
    value: str
    device: str
    seq: int
    survey: str
    ward: str
    mode: str
    day: date
    part: str
    began_at: datetime
    moved: bool
    counts: bool


_COLUMNS = tuple(field.name for field in fields(Stands))
_columns_of = attrgetter(*_COLUMNS)


def stands(rows: Iterable[Arrived], not_before: datetime | None) -> list[Stands]:
    """What stands of one response. `not_before` bounds the time of its first row."""
    rows = sorted(rows, key=lambda row: row.place)
    first, moment = (
        rows[0].answer,
        began(rows[0].answer.answered_at, not_before, rows[0].at),
    )
    day, part = moment.day, moment.part
    counts = not any(_uncounts(row.answer) for row in rows)
    deciding = {row.answer.question: row.answer for row in rows}
    return [
        Stands(
            response=first.response,
            question=answer.question,
            value=answer.value,
            device=answer.device,
            seq=answer.seq,
            survey=first.survey,
            ward=first.ward,
            mode=first.mode,
            day=day,
            part=part,
            began_at=moment.at,
            moved=moment.moved,
            counts=counts,
        )
        for answer in deciding.values()
        if answer.value
    ]


def _uncounts(answer: Answer) -> bool:
    # Withdrawn is final, whatever comes later; practice travels and never counts.
    if answer.question == "_practice":
        return answer.value == "yes"
    return is_withdrawal(answer)


# ── the table ────────────────────────────────────────────────────────────────


def arrived_rows(
    responses: Iterable[str], generations: Mapping[str, int]
) -> dict[str, list[Arrived]]:
    """The stored rows of these responses."""
    found: dict[str, list[Arrived]] = {}
    wanted = list(responses)
    altered = {
        (device, seq, what): at
        for device, seq, what, at in Altered.objects.filter(
            response__in=wanted
        ).values_list("device", "seq", "what", "at")
    }
    rows = AnswerRow.objects.filter(response__in=wanted)
    for *words, at in rows.values_list(*WORDS, "arrived_at").iterator():
        answer = Answer(*words)
        place = (answer.device, answer.seq)
        arrived = Arrived(
            answer,
            at,
            generations.get(answer.device, 0),
            altered.get((*place, Altered.RELEASED)),
            altered.get((*place, Altered.ERASED)),
        )
        found.setdefault(answer.response, []).append(arrived)
    return found


def replace_standing(rows: Mapping[str, Sequence[Arrived]]) -> None:
    """Write what stands of these responses, in place of what stood."""
    contacts = contacts_of(first_of(several) for several in rows.values())
    records = [
        _columns_of(one)
        for several in rows.values()
        for one in stands(several, not_before(first_of(several), contacts))
    ]
    Standing.objects.filter(response__in=list(rows)).delete()
    bulk.insert("summaries_standing", _COLUMNS, records)


def first_of(rows: Iterable[Arrived]) -> Arrived:
    """The row by which a response's ward, survey, mode and time go."""
    return min(rows, key=lambda row: row.place)


def contacts_of(rows: Iterable[Arrived]) -> Contacts:
    """The contacts that bound these rows' times, with one query for each device."""
    seqs: dict[str, list[int]] = {}
    for row in rows:
        seqs.setdefault(row.answer.device, []).append(row.answer.seq)
    return {
        device: list(_contacts_of(device, min(several), max(several)))
        for device, several in seqs.items()
    }


def _contacts_of(device: str, low: int, high: int) -> Iterator[tuple[int, datetime]]:
    ours = Contact.objects.filter(device=device).order_by("last")
    nearest = ours.filter(last__lt=low).values_list("last", "at").last()
    if nearest:
        yield nearest
    yield from ours.filter(last__gte=low, last__lt=high).values_list("last", "at")


def not_before(row: Arrived, contacts: Contacts) -> datetime | None:
    """When the device last spoke before it had this row."""
    several = contacts.get(row.answer.device, ())
    place = bisect_left(several, row.answer.seq, key=lambda contact: contact[0])
    return several[place - 1][1] if place else None


def empty_the_tables() -> None:
    """What stands, and what of it came late."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM summaries_standing")
        cursor.execute("DELETE FROM summaries_late")
