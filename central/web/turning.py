"""Which of a day's words are on this page?

All of a day is counted at once, but nobody reads ten thousand comments on one page, and
no ward's PC lays them out. Pages are as long as a period's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from central.summaries.day import Voice
from central.summaries.words import PEOPLE_A_PAGE, pages_for


@dataclass(frozen=True, slots=True)
class Turned:
    """One page of them, of `pages`; `people` in all, so many of them `before` it."""

    voices: tuple[Voice, ...]
    people: int
    page: int

    @property
    def pages(self) -> int:
        return pages_for(self.people)

    @property
    def before(self) -> int:
        return (self.page - 1) * PEOPLE_A_PAGE


def turned(voices: Sequence[Voice], page: int) -> Turned:
    """That page, or the last one: on a day that is not over words come and go while
    somebody reads."""
    page = min(page, pages_for(len(voices)))
    begin = (page - 1) * PEOPLE_A_PAGE
    here = tuple(voices[begin : begin + PEOPLE_A_PAGE])
    return Turned(here, len(voices), page)
