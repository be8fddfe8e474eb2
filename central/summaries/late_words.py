"""Whose words came on this day, and speak of a day before it?

Who reads the page of each day once would never see them: the day that they speak of is
read already.
"""

from __future__ import annotations

from datetime import date

from central.summaries.day import voice_of
from central.summaries.late import went_on
from central.summaries.models import Late
from central.summaries.reading import said_by
from central.summaries.said import visits_of
from central.summaries.standing import (
    Arrived,
    Contacts,
    arrived_rows,
    contacts_of,
)
from central.summaries.times import begin_of, end_of
from central.summaries.words import Spoken, Words
from central.surveys.published import every_survey
from feedback.seal import is_sealed

# The day that it is of, which of its words came, and what bounds their times.
_Came = tuple[date, list[Arrived], Contacts]

MOST = 40  # people; a tablet that was away for a month has them on its days' pages


def late_words(ward: str, day: date, most: int | None = None) -> Words:
    """What may call for help first, then the newest day. All of what one person wrote
    stands together, though a part of it may have come before."""
    came = _came_on(ward, day)
    if not came:
        return Words((), 0, 1)
    said, opened, concerned = said_by(ward, list(came))
    visits, surveys = visits_of(said), every_survey()
    spoken = []
    for response in sorted(came, key=lambda one: (came[one][0], one), reverse=True):
        visit = visits.get(response, [])
        if visit and (
            voice := voice_of(response, visit, surveys, opened, concerned, True)
        ):
            of, new, contacts = came[response]
            spoken.append(Spoken(of, voice, went_on(new, of, contacts)))
    spoken.sort(key=lambda one: not one.voice.concerns)  # sorting keeps the rest
    return Words(tuple(spoken[: most or MOST]), len(spoken), 1)


def _came_on(ward: str, day: date) -> dict[str, _Came]:
    """Each response with words that came on this day."""
    begins, ends = begin_of(day), end_of(day)
    late = Late.objects.filter(
        ward=ward, day__lt=day, since__gte=begins, since__lt=ends
    )
    of = dict(late.values_list("response", "day"))
    if not of:
        return {}
    rows = arrived_rows(of, {})
    contacts = contacts_of(row for several in rows.values() for row in several)
    new = {
        response: [
            row
            for row in several
            if begins <= row.since < ends and is_sealed(row.answer.value)
        ]
        for response, several in rows.items()
    }
    return {one: (of[one], new[one], contacts) for one in new if new[one]}
