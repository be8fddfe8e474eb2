"""Which of the patients' words are on this page of a period?

People, so many to a page: ten thousand comments are read like a book,
and no page reads more of the database than it shows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from central.comments.folding import found_in
from central.summaries.asking_first import asking_first
from central.summaries.calls import naming
from central.summaries.choosing import EVERYONE, Chosen, Word, where_chosen
from central.summaries.day import Voice, voice_of
from central.summaries.period_reading import (
    ANYTHING,
    NEWEST,
    Asked,
    Span,
    people_who_said,
    people_who_wrote,
    responses_of,
    some_of,
)
from central.summaries.reading import said_by
from central.summaries.said import visits_of
from central.surveys.published import every_survey

PEOPLE_A_PAGE = 25


def pages_for(people: int) -> int:
    """How many pages these people fill; an empty one is a page too."""
    return max(1, -(-people // PEOPLE_A_PAGE))


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one person wrote, and on which day they came; `went_on`: what is new was
    said after that day."""

    day: date
    voice: Voice
    went_on: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One page of them, of `pages`; `people` in all."""

    spoken: tuple[Spoken, ...]
    people: int
    page: int

    @property
    def pages(self) -> int:
        return pages_for(self.people)

    def without(self, responses: Collection[str]) -> Words:
        """The same without these people, who stand on the page already."""
        spoken = tuple(s for s in self.spoken if s.voice.response not in responses)
        return Words(spoken, self.people - len(self.spoken) + len(spoken), self.page)

    @property
    def is_there(self) -> bool:
        return self.page <= self.pages


def words_of(
    span: Span,
    page: int,
    asked: Asked = ANYTHING,
    chosen: Chosen = EVERYONE,
    newest: bool = True,
) -> Words:
    """Everyone's words of this time, or of those whom `asked` and `chosen` name: the
    newest first, or those who ask for something first."""
    every = every_survey().values()
    people = people_who_wrote(span, naming(), asked, where_chosen(chosen, every))
    if newest:
        return _page(span, *people, NEWEST, page, own=False)
    return _page(span, *asking_first(*people, every), page, own=False)


def count_of(span: Span, asked: Asked = ANYTHING) -> int:
    """How many people wrote, whatever is chosen."""
    return some_of(*people_who_wrote(span, naming(), asked), 0, 1)[1]


def chosen_on(span: Span, chosen: Chosen) -> frozenset[str]:
    """The responses of this time that are chosen, whether or not they wrote."""
    return frozenset(responses_of(span, where_chosen(chosen, every_survey().values())))


def search(span: Span, wanted: Sequence[str], page: int) -> Words:
    """Those who have all of these folded words in one comment, words of their own for
    a step too."""
    people = people_who_said(span, naming(), wanted)
    return _page(span, *people, NEWEST, page, own=True)


def marked(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of these folded words."""
    pieces, done = [], 0
    for begin, end in found_in(text, wanted):
        pieces += [(text[done:begin], False), (text[begin:end], True)]
        done = end
    pieces.append((text[done:], False))
    return [one for one in pieces if one[0]]


def _page(
    span: Span, sql: str, words: Sequence[Word], order: str, page: int, own: bool
) -> Words:
    begin = (page - 1) * PEOPLE_A_PAGE
    here, count = some_of(sql, words, begin, PEOPLE_A_PAGE, order)
    said, opened, concerned = said_by(span.ward, [response for response, _ in here])
    visits = visits_of(said)
    surveys = every_survey()
    spoken = []
    for response, day in here:
        visit = visits.get(response, [])
        # Erased or withdrawn since the line above was read: nothing to show.
        if visit and (
            voice := voice_of(response, visit, surveys, opened, concerned, own)
        ):
            spoken.append(Spoken(day, voice))
    return Words(tuple(spoken), count, page)
