"""Who would like someone to come, and where are they?

Not feedback but a request: also of someone who answered nothing else. What they wrote
about themselves, a name perhaps, is for the staff who go there, and is never a voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from central.summaries.said import (
    Concerned,
    Opened,
    Visits,
    answers_of,
    concerns_of,
)
from feedback.answer import ERASED
from feedback.seal import is_sealed
from feedback.survey import Survey

TALK = "_talk"


@dataclass(frozen=True, slots=True)
class Talk:
    """`where`: what they wrote; "" when they wrote nothing, or it is erased; None when
    it cannot be opened. `concerns`: the help that their words may call for."""

    response: str
    where: str | None
    part: str
    mode: str
    who: str
    language: str
    moved: bool
    concerns: tuple[str, ...] = ()


def talks_of(
    visits: Visits,
    surveys: Mapping[str, Survey],
    opened: Opened,
    concerned: Concerned,
) -> tuple[Talk, ...]:
    """One for each person who asked: whose words may call for help, then the first of
    the day first."""
    found = []
    for response, visit in visits.items():
        answers = answers_of(visit)
        if answers.get(TALK) != "yes":
            continue
        place = where_key(surveys.get(visit[0].survey))
        if answers.get(place) == ERASED:
            continue  # they had it deleted
        sealed = is_sealed(answers.get(place, ""))
        found.append(
            Talk(
                response=response,
                where=opened.get((response, place)) if sealed else "",
                part=visit[0].part,
                mode=visit[0].mode,
                who=answers.get("_who", ""),
                language=answers.get("_language", ""),
                moved=visit[0].moved,
                concerns=concerns_of(visit, concerned),
            )
        )
    return tuple(sorted(found, key=lambda talk: not talk.concerns))


def where_key(survey: Survey | None) -> str:
    """The comment in which names are welcome; "" when the survey has none."""
    asked = (one.key for one in survey.questions if one.names) if survey else iter(())
    return next(asked, "")
