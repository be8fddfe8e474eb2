"""What does the welcome screen say, in the language that it wears now?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback.survey import Survey, Wording, in_language
from kiosk.page import Manner, Phrases, practice_words
from kiosk.ready import Ready


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to choose, named in itself."""

    code: str
    name: str
    checked: bool  # a speaker has read its wording


@dataclass(frozen=True, slots=True)
class Start:
    """A survey to begin. `survey` is its id with its version."""

    survey: str
    title: str


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """`starts`: the ward's own survey first. `practice` and `staff` may be empty.
    `checked`: a speaker has read the wording of the language that it wears."""

    words: Phrases
    organisation: str
    ward: str
    starts: tuple[Start, ...]
    languages: tuple[Tongue, ...]
    checked: bool
    practice: str
    staff: str
    listens: bool  # a voice can read all of `spoken`
    spoken: tuple[str, ...]


def welcome_page(
    ready: Ready, manner: Manner, language: str, practice: bool
) -> WelcomePage:
    words = Phrases(manner.wording, language)
    starts = tuple(_starts(ready, language))
    spoken = (
        starts[0].title,
        words("no_name"),
        words("not_watched"),
        words("start"),
    )
    return WelcomePage(
        words=words,
        organisation=ready.bundle.organisation,
        ward=ready.ward.name,
        starts=starts,
        languages=tongues(ready, ready.survey, manner.wording),
        checked=language in ready.survey.reviewed,
        practice=practice_words(ready, language) if practice else "",
        staff=words(ready.staff) if ready.staff else "",
        listens=manner.knows(language, spoken),
        spoken=spoken,
    )


def _starts(ready: Ready, language: str) -> Iterator[Start]:
    for key in ready.offered:
        title = ready.bundle.surveys[key].title
        yield Start(key, in_language(title, language))


def tongues(
    ready: Ready, survey: Survey, wording: Mapping[str, Wording]
) -> tuple[Tongue, ...]:
    """What a visitor may choose for this survey."""
    return tuple(
        Tongue(code, wording["name"][code], code in survey.reviewed)
        for code in ready.languages(survey)
    )
