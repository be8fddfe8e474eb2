"""What did those say who were asked another survey, such as the children's?

Their answers are not the national question's and are never counted among them. Each
survey without it is counted by itself: its overall faces and its own steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from central.summaries.said import Opened, Said, Visits
from central.summaries.steps import Step, steps_of
from feedback.survey import RATING, STEP_VALUES, Question, Survey, in_language

_BEST_FIRST = STEP_VALUES[::-1]

# The national answers, best first, beside the five faces of another scale: for the
# order in which voices are read, and for their marks. Never for counting.
LIKENED = ("very_good", "good", "neither", "poor", "very_poor")


@dataclass(frozen=True, slots=True)
class Apart:
    """One such survey's part of a day. `overall`: each answer in words, and how many
    gave it; empty when it asks no such thing. `faces`: its words for 2 down to -2."""

    title: str
    responses: int
    question: str
    overall: tuple[tuple[str, int], ...]
    faces: tuple[str, ...]
    steps: tuple[Step, ...]


def apart_of(
    visits: Visits, surveys: Mapping[str, Survey], opened: Opened
) -> tuple[Apart, ...]:
    """One for each survey that these visits answered, whatever its version."""
    by_id: dict[str, dict[str, Sequence[Said]]] = {}
    for response, visit in visits.items():
        identity = visit[0].survey.partition("@")[0]
        by_id.setdefault(identity, {})[response] = visit
    return tuple(
        _apart(several, _versions(identity, surveys), opened)
        for identity, several in sorted(by_id.items())
    )


def _versions(identity: str, surveys: Mapping[str, Survey]) -> list[Survey]:
    """Those of this id, the newest first."""
    found = [survey for survey in surveys.values() if survey.id == identity]
    return sorted(found, key=lambda survey: -survey.version)


def _apart(visits: Visits, versions: Sequence[Survey], opened: Opened) -> Apart:
    newest = versions[0]
    asked = overall_question(newest)
    return Apart(
        title=in_language(newest.title, "en"),
        responses=len(visits),
        question=in_language(asked.wording, "en") if asked else "",
        overall=_overall(asked, visits.values()) if asked else (),
        faces=faces_of(newest),
        steps=steps_of(visits, versions, opened),
    )


def faces_of(survey: Survey) -> tuple[str, ...]:
    """What the survey calls its faces, from 2 down to -2."""
    options = [
        step.option(value) for step in survey.steps()[:1] for value in _BEST_FIRST
    ]
    return tuple(in_language(option.wording, "en") for option in options if option)


def _overall(
    asked: Question, visits: Iterable[Sequence[Said]]
) -> tuple[tuple[str, int], ...]:
    given = Counter(
        one.value for visit in visits for one in visit if one.question == asked.key
    )
    return tuple(
        (in_language(option.wording, "en"), given[option.key])
        for option in asked.options
    )


def overall_question(survey: Survey) -> Question | None:
    """The one rating that belongs to no step."""
    ratings = (q for q in survey.questions if q.kind == RATING and not q.step)
    return next(ratings, None)


def likened(survey: Survey, answers: Mapping[str, str]) -> tuple[str, str]:
    """What they answered overall, in words, and the national answer in its place."""
    asked = overall_question(survey)
    chosen = asked.option(answers.get(asked.key, "")) if asked else None
    if asked is None or chosen is None:
        return "", ""
    place = asked.options.index(chosen)
    same = len(asked.options) == len(LIKENED)
    return in_language(chosen.wording, "en"), LIKENED[place] if same else ""
