"""What calls for somebody, and has anybody seen it?

A mark is for the rows that stood on the page when it was set. A row that comes later
has none, so what it says waits anew, and a button on an old page marks nothing that was
not on it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from central.actions.models import Seen
from central.audit.writing import note
from central.intake.turns import lock_all_families
from central.people.models import User
from central.places.models import Ward
from central.summaries.calls import call_again
from central.summaries.models import Call

MARKED, TAKEN_BACK = "marked as seen", "marked as not seen yet"  # the acts

# What became of a press.
DONE, ALREADY, MORE_CAME, GONE = "done", "already", "more came", "gone"

_Rows = Mapping[tuple[str, int], Seen]


@dataclass(frozen=True, slots=True)
class Calling:
    """What one person calls for, who came on `day`. `rows` stands for the rows of it.
    `mark`: the last one, when all of it is seen; `before`: the last one, when a part of
    it is and something came since. `waits_for`: the kinds of what nobody has seen."""

    response: str
    key: str
    day: date
    rows: str
    waits_for: frozenset[str]
    mark: Seen | None
    before: Seen | None

    @property
    def is_waiting(self) -> bool:
        return self.mark is None

    @property
    def place(self) -> tuple[bool, int, str]:
        """Words that may call for help first; then the newest day, in which the first
        who came is first."""
        calm = Call.CONCERN not in self.waits_for
        return (calm, -self.day.toordinal(), self.response)


@dataclass(frozen=True, slots=True)
class Waits:
    """How many people nobody has seen, by what they call for, and since when."""

    people: int
    talks: int
    concerns: int
    since: date


NOBODY = Waits(0, 0, 0, date.max)


def waiting_in(ward: str) -> list[Calling]:
    """Everyone of this ward whom nobody has seen, whatever day they came on."""
    several = _unseen(ward=ward).values_list("response", flat=True)
    return [one for one in calling_by(ward, set(several)) if one.is_waiting]


def calling_on(ward: str, day: date) -> list[Calling]:
    """Everyone who came on that day and calls for somebody."""
    return _callings(Call.objects.filter(ward=ward, day=day))


def calling_by(ward: str, responses: Collection[str]) -> list[Calling]:
    """Those of these people who call for somebody."""
    if not responses:
        return []
    return _callings(Call.objects.filter(ward=ward, response__in=responses))


def waits_of(wards: Iterable[str], before: date = date.max) -> dict[str, Waits]:
    """Of these wards, who came before that day; one in which nobody waits is not
    named."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    since: dict[str, date] = {}
    rows = _unseen(ward__in=list(wards), day__lt=before)
    for ward, day, response, kind in rows.values_list(
        "ward", "day", "response", "kind"
    ):
        found[ward][_asks_for(kind)].add(response)
        since[ward] = min(day, since.get(ward, day))
    return {
        ward: Waits(
            people=len(set().union(*kinds.values())),
            talks=len(kinds[Call.TALK]),
            concerns=len(kinds[Call.CONCERN]),
            since=since[ward],
        )
        for ward, kinds in found.items()
    }


@transaction.atomic
def mark(ward: Ward, key: str, rows: str, user: User, now: datetime) -> str:
    """What became of it: of two who do it at once one has DONE it, and the other is
    told that it was done ALREADY."""
    lock_all_families()  # what calls stays as it is meanwhile, and the other one waits
    several = list(Call.objects.filter(ward=ward.code, key=key))
    if not several:
        return GONE
    (calling,) = _callings(several)
    if calling.mark is not None:
        return ALREADY
    if calling.rows != rows:
        return MORE_CAME
    new = [
        # An index lets nobody be second, whatever was read above.
        Seen.objects.get_or_create(
            device=one.device,
            seq=one.seq,
            undone_at=None,
            defaults={"ward": ward, "response": one.response, "by": user, "at": now},
        )[1]
        for one in sorted(several, key=_row_of)
    ]
    if not any(new):
        return ALREADY
    call_again([calling.response])
    kinds = sorted(calling.waits_for)
    came = calling.day.isoformat()
    note(user.username, MARKED, f"ward {ward.code}", now, came=came, what=kinds)
    return DONE


def seen_by(ward: str, key: str) -> str:
    """Who has seen all that this person calls for; "" when nobody has."""
    several = _callings(Call.objects.filter(ward=ward, key=key))
    return str(several[0].mark.by) if several and several[0].mark else ""


@transaction.atomic
def take_back(ward: Ward, number: int, user: User, now: datetime) -> bool:
    """Whatever this mark was set with waits again. False: there is no such mark in this
    ward. One that was taken back already stays so, and nothing is written down."""
    lock_all_families()
    found = Seen.objects.filter(ward=ward, pk=number).first()
    if found is None:
        return False
    valid = Seen.objects.filter(ward=ward, response=found.response, undone_at=None)
    if valid.update(undone_by=user, undone_at=now):
        call_again([found.response])
        note(user.username, TAKEN_BACK, f"ward {ward.code}", now)
    return True


def _callings(calls: Iterable[Call]) -> list[Calling]:
    people: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        people[call.response].append(call)
    marks = Seen.objects.filter(response__in=list(people), undone_at=None)
    rows = {_row_of(one): one for one in marks.select_related("by")}
    found = [_calling(response, several, rows) for response, several in people.items()]
    return sorted(found, key=lambda one: one.place)


def _calling(response: str, calls: Sequence[Call], marks: _Rows) -> Calling:
    rows = sorted(map(_row_of, calls))
    waits = [one for one in calls if _row_of(one) not in marks]
    last = max((marks[row] for row in rows if row in marks), key=_moment, default=None)
    return Calling(
        response=response,
        key=calls[0].key,
        day=calls[0].day,
        rows=hashlib.sha256(repr(rows).encode()).hexdigest()[:32],
        waits_for=frozenset(_asks_for(one.kind) for one in waits),
        mark=None if waits else last,
        before=last if waits else None,
    )


def _moment(mark: Seen) -> tuple[datetime, int]:
    return (mark.at, mark.pk)


def _row_of(one: Call | Seen) -> tuple[str, int]:
    return (one.device, one.seq)


def _asks_for(kind: str) -> str:
    """Where to find someone is a part of their request."""
    return Call.TALK if kind == Call.PLACE else kind


def _unseen(**where: object) -> QuerySet[Call]:
    return Call.objects.filter(seen=False, **where)
