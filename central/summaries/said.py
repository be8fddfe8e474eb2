"""What stands of a day's answers, before anything is counted?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Answers = Mapping[str, str]  # question → value, of one response
Opened = Mapping[tuple[str, str], str]  # (response, question) → a comment's text


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


def is_response(visit: Iterable[Said]) -> bool:
    """Someone who chose only a language has not answered anything yet."""
    return any(not one.question.startswith("_") for one in visit)


def answers_of(visit: Iterable[Said]) -> dict[str, str]:
    return {one.question: one.value for one in visit}
