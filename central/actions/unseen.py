"""What must an administrator know of those whom nobody has seen?

How many, in which ward and since when: nothing of what anybody said.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from central.actions.seen import Waits, waits_of
from central.places.models import Ward
from central.summaries.times import ZONE

LATE = timedelta(days=1)  # who came yesterday may be seen this morning
LISTED = 5


def notices(now: datetime) -> list[str]:
    """A sentence for each ward in which somebody has waited since before yesterday, the
    longest first."""
    by = now.astimezone(ZONE).date() - LATE
    names = dict(Ward.objects.values_list("code", "name"))
    late = [(one.since, names[code], one) for code, one in waits_of(names, by).items()]
    told = [_sentence(*one) for one in sorted(late, key=lambda one: one[:2])]
    if len(told) > LISTED:
        more = f"People wait to be seen in {len(told) - LISTED} more wards."
        return [*told[:LISTED], more]
    return told


def _sentence(since: date, name: str, waits: Waits) -> str:
    people = "1 person has" if waits.people == 1 else f"{waits.people} people have"
    day = f"{since:%A} {since.day} {since:%B}"
    return f"{name}: {people} waited to be seen since {day}. Ask the ward to look."
