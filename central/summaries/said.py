"""What stands of a day's answers, before anything is counted?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback.concern import KINDS
from feedback.survey import base_question

Answers = Mapping[str, str]  # question → value, of one response
Opened = Mapping[tuple[str, str], str]  # (response, question) → a comment's text
# The same → what kinds of help those words may call for, in the order of KINDS.
Concerned = Mapping[tuple[str, str], tuple[str, ...]]
CONCERN = "_concern"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer that stands, and the part of the day in which it was given; `moved`
    when the device's clock cannot have been right."""

    response: str
    survey: str
    question: str
    value: str
    mode: str
    part: str
    moved: bool = False


Visits = Mapping[str, Sequence[Said]]  # by response, in order


def visits_of(said: Iterable[Said]) -> dict[str, list[Said]]:
    """One list for each person who answered or asked anything, in order of time."""
    visits: dict[str, list[Said]] = {}
    for one in said:
        visits.setdefault(one.response, []).append(one)
    return dict(sorted(visits.items()))


def concerns_of(visit: Iterable[Said], concerned: Concerned) -> tuple[str, ...]:
    """The kinds of help that one person may need: as central reads their words, and as
    the collector did, which may have heard what central cannot open."""
    found: set[str] = set()
    for one in visit:
        found.update(concerned.get((one.response, one.question), ()))
        if base_question(one.question) == CONCERN:
            found.update(one.value.split())
    return tuple(kind for kind in KINDS if kind in found)


def is_response(visit: Iterable[Said]) -> bool:
    """Someone who chose only a language has not answered anything yet."""
    return any(not one.question.startswith("_") for one in visit)


def answers_of(visit: Iterable[Said]) -> dict[str, str]:
    return {one.question: one.value for one in visit}
