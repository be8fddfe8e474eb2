"""What does this moment of a visit look like, in words?

The one setter of a question screen takes a Page. So the screens know no survey, and
the flow knows no wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback.survey import (
    CHOICE,
    CHOICES,
    COMMENT,
    FEELINGS,
    RATING,
    Option,
    Wording,
    in_language,
)
from kiosk.flow import Visit
from kiosk.ready import Ready

SCREENS = {
    RATING: "rating",
    CHOICE: "choice",
    CHOICES: "words",
    FEELINGS: "words",
    COMMENT: "comment",
}


class Phrases:
    """The kiosk's own phrases in one language."""

    def __init__(self, wording: Mapping[str, Wording], language: str) -> None:
        self._wording = wording
        self.language = language

    def __call__(self, phrase: str, **blanks: object) -> str:
        """The phrase with its blanks filled; KeyError for a phrase that is missing."""
        return in_language(self._wording[phrase], self.language).format(**blanks)


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to tap: a face, a choice or a word."""

    key: str
    text: str
    face: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    words: Phrases
    ward: str
    practice: str  # what a practice visit says of itself; empty when it counts
    heading: str
    progress: str
    part_done: float  # of the whole way, 0 to 1
    can_go_back: bool
    is_last: bool
    said: str
    answered: bool  # said before: they have come back to it
    cards: tuple[Card, ...]


def page_of(visit: Visit, wording: Mapping[str, Wording], faces: Path) -> Page:
    """The page of the question that the visitor is at."""
    words = Phrases(wording, visit.language)
    question = visit.place.at
    assert question is not None
    route = visit.route()
    place = route.index(question)
    parts = list(dict.fromkeys(one.page for one in route))
    part = parts.index(question.page)
    within = [one.key for one in route if one.page == question.page]
    chosen = visit.said.split()

    return Page(
        words=words,
        ward=visit.ready.ward.name,
        practice=practice_words(visit.ready, visit.language) if visit.practice else "",
        heading=in_language(question.wording, visit.language),
        progress=words("progress", at=part + 1, all=len(parts)),
        part_done=(part + within.index(question.key) / len(within)) / len(parts),
        can_go_back=visit.can_go_back,
        is_last=place == len(route) - 1,
        said=visit.said,
        answered=bool(visit.place.answers.get(question.key)),
        cards=tuple(
            _card(option, visit.language, option.key in chosen, faces)
            for option in question.options
        ),
    )


def practice_words(ready: Ready, language: str) -> str:
    return in_language(ready.survey.practice, language)


def _card(option: Option, language: str, chosen: bool, faces: Path) -> Card:
    face = str(faces / f"{option.face}.png") if option.face else ""
    return Card(option.key, in_language(option.wording, language), face, chosen)
