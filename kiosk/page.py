"""What does this moment of a visit look like, in words?

The one setter of a question screen takes a Page, that of the map a MapPage. So the
screens know no survey, and the flow knows no wording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from feedback.survey import (
    CHOICE,
    CHOICES,
    COMMENT,
    FEELINGS,
    MAP,
    OWN,
    RATING,
    Option,
    Question,
    Wording,
    in_language,
    offered,
    plain,
)
from kiosk.flow import Visit
from kiosk.ready import Ready
from kiosk.way import Stop

SCREENS = {
    RATING: "rating",
    CHOICE: "choice",
    CHOICES: "words",
    FEELINGS: "words",
    COMMENT: "comment",
}

# How the last screen looks.
PLAIN, CODE, TAKEN_BACK = "plain", "code", "taken back"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The kiosk's own phrases in one language."""

    wording: Mapping[str, Wording]
    language: str

    def __call__(self, phrase: str, **blanks: object) -> str:
        """The phrase with its blanks filled; KeyError for a phrase that is missing."""
        return in_language(self.wording[phrase], self.language).format(**blanks)


@dataclass(frozen=True, slots=True)
class Manner:
    """How this visitor reads: `easy` words, and whether a voice `knows` the texts of
    a page in a language."""

    wording: Mapping[str, Wording]
    faces: Path
    easy: bool = False
    knows: Callable[[str, tuple[str, ...]], bool] = lambda language, texts: False


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to tap: a face, a choice or a word."""

    key: str
    text: str
    face: str
    chosen: bool
    picture: str = ""


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
    about: str = ""  # the title of the step that this question is about
    names: bool = False  # names are welcome in this comment
    easy: bool = False
    to_map: bool = False  # Back leads to the map
    listens: bool = False  # a voice can read all of `spoken`
    spoken: tuple[str, ...] = ()  # what there is to read aloud, in order


@dataclass(frozen=True, slots=True)
class MapStop:
    """A step of the journey. `level` is empty until it is placed, then "-2" to "2";
    `words` are the feelings that were chosen, a word of their own included."""

    key: str
    title: str
    picture: str
    level: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapPage:
    words: Phrases
    ward: str
    practice: str
    heading: str
    hint: str
    progress: str
    part_done: float
    can_go_back: bool
    listens: bool
    spoken: tuple[str, ...]
    stops: tuple[MapStop, ...]
    levels: tuple[Card, ...]  # the five faces with their words, best first
    easy: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class ThanksPage:
    """`code` empty: none was asked for. `address`: where a code is used, or empty."""

    words: Phrases
    practice: str = ""
    code: str = ""
    address: str = ""
    taken_back: bool = False
    offers_code: bool = True
    said: bool = True  # there is an answer that was saved

    @property
    def state(self) -> str:
        if self.taken_back:
            return TAKEN_BACK
        return CODE if self.code else PLAIN


def page_of(visit: Visit, manner: Manner) -> Page:
    """The page of the question that the visitor is at."""
    question = visit.place.at
    assert question is not None
    words = Phrases(manner.wording, visit.language)
    progress, part_done = _progress(visit, words)
    cards = _cards(visit, question, manner)
    heading = plain(question, visit.language, manner.easy)
    about = _about(visit, question)
    spoken = tuple(filter(None, (about, heading, *(card.text for card in cards))))

    return Page(
        words=words,
        ward=visit.ready.ward.name,
        practice=_practice(visit),
        heading=heading,
        progress=progress,
        part_done=part_done,
        can_go_back=visit.can_go_back,
        is_last=question.page != MAP and visit.stops()[-1] is question,
        said=visit.said,
        answered=bool(visit.place.answers.get(question.key)),
        cards=cards,
        about=about,
        names=question.names,
        easy=manner.easy,
        to_map=visit.place.entered == question.key,
        listens=manner.knows(visit.language, spoken),
        spoken=spoken,
    )


def map_page_of(visit: Visit, manner: Manner, hint: str = "map_hint") -> MapPage:
    """The page of the map of the journey. `hint` names the phrase that fits the form
    in which it is shown."""
    words = Phrases(manner.wording, visit.language)
    progress, part_done = _progress(visit, words)
    asked = visit.route()
    steps = [one for one in visit.survey.steps() if one.page == MAP and one in asked]
    heading = in_language(visit.survey.map, visit.language)
    levels = tuple(
        _card(option, visit.language, False, manner)
        for option in sorted(steps[0].options, key=lambda one: -int(one.key))
    )
    stops = tuple(_stop(visit, step) for step in steps)
    titles = (stop.title for stop in stops)
    spoken = (heading, words(hint), *titles, *(level.text for level in levels))

    return MapPage(
        words=words,
        ward=visit.ready.ward.name,
        practice=_practice(visit),
        heading=heading,
        hint=words(hint),
        progress=progress,
        part_done=part_done,
        can_go_back=visit.can_go_back,
        listens=manner.knows(visit.language, spoken),
        spoken=spoken,
        stops=stops,
        levels=levels,
        easy=manner.easy,
        is_last=visit.stops()[-1] is None,
    )


def practice_words(ready: Ready, language: str) -> str:
    return in_language(ready.survey.practice, language)


def _practice(visit: Visit) -> str:
    return in_language(visit.survey.practice, visit.language) if visit.practice else ""


def _progress(visit: Visit, words: Phrases) -> tuple[str, float]:
    """ "3 of 7", and the part of the way that is done; the map is one part of it."""
    stops = visit.stops()
    parts = list(dict.fromkeys(map(_part, stops)))
    here = stops.index(visit.place.stop)
    at = parts.index(_part(stops[here]))
    within = [place for place, stop in enumerate(stops) if _part(stop) == parts[at]]
    part_done = (at + within.index(here) / len(within)) / len(parts)
    return words("progress", at=at + 1, all=len(parts)), part_done


def _part(stop: Stop) -> str:
    return MAP if stop is None else stop.page


def _cards(visit: Visit, question: Question, manner: Manner) -> tuple[Card, ...]:
    chosen = visit.said.split() if question.kind != COMMENT else []
    return tuple(
        _card(option, visit.language, option.key in chosen, manner)
        for option in offered(question, visit.place.answers)
    )


def _card(option: Option, language: str, chosen: bool, manner: Manner) -> Card:
    text = plain(option, language, manner.easy)
    face = _face(manner.faces, option.face)
    return Card(option.key, text, face, chosen, option.picture)


@cache
def _face(folder: Path, name: str) -> str:
    """Its file; nothing where this kiosk has no such face."""
    file = folder / f"{name}.png"
    return str(file) if name and file.is_file() else ""


def _about(visit: Visit, question: Question) -> str:
    """What was chosen in the question that this one is about: "Meals"."""
    if not question.about:
        return ""
    chosen = visit.survey.question(question.about)
    assert chosen is not None, "the loader refuses such a survey"
    option = chosen.option(visit.place.answers.get(question.about, ""))
    return in_language(option.wording, visit.language) if option else ""


def _stop(visit: Visit, step: Question) -> MapStop:
    return MapStop(
        key=step.key,
        title=in_language(step.title, visit.language),
        picture=step.picture,
        level=visit.place.answers.get(step.key, ""),
        words=tuple(_words_of(visit, step)),
    )


def _words_of(visit: Visit, step: Question) -> list[str]:
    """The feelings of a step, as they are read; their own word in place of its name."""
    said, words = visit.place.answers, []
    for question in visit.survey.questions:
        if question.step != step.key or question.kind != FEELINGS:
            continue
        chosen = said.get(question.key, "").split()
        for option in question.options:
            if option.key in chosen:
                own = said.get(f"{step.key}_own", "") if option.key == OWN else ""
                words.append(own or in_language(option.wording, visit.language))
    return words
