"""Who waits to be seen, and what do they say?

Whoever nobody has seen stands on top: on today's page from all days, so that nobody
sinks out of sight, and on the page of the day that they came on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from central.actions.seen import Calling, calling_by, calling_on, waiting_in
from central.summaries.day import Voice, voice_of
from central.summaries.models import Call
from central.summaries.reading import said_by
from central.summaries.said import (
    Concerned,
    Opened,
    Said,
    answers_of,
    concerns_of,
    visits_of,
)
from central.summaries.talks import TALK, where_key
from central.summaries.words import Words
from central.surveys.published import surveys_named
from feedback.answer import ERASED
from feedback.seal import is_sealed
from feedback.survey import Survey

FIRST = 8  # before the fold: a ward's day must not sink under who waited for weeks
MOST = 40  # of other days in full on one page; of the rest it says on which they came


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who calls for somebody. `asks`: for someone to come; `where`: as in a
    Talk; `voice`: what they wrote besides, None when that is nothing."""

    calling: Calling
    part: str
    mode: str
    language: str
    who: str
    moved: bool
    asks: bool
    where: str | None
    concerns: tuple[str, ...]
    voice: Voice | None

    @property
    def texts(self) -> int:
        """How many of their words can be read here."""
        remarks = self.voice.remarks if self.voice else ()
        return bool(self.where) + sum(one.text is not None for one in remarks)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page's people: who waits, `others` by the day they came when they are too many,
    who of this day asked and was seen, and the state of all by response. `elsewhere`:
    how many came on other days and wait, with the first of these days."""

    people: tuple[Person, ...]
    others: tuple[tuple[date, int], ...]
    seen: tuple[Person, ...]
    states: dict[str, Calling]
    elsewhere: int
    since: date | None

    @property
    def all(self) -> int:
        return len(self.people) + sum(count for _, count in self.others)

    @property
    def first(self) -> tuple[Person, ...]:
        """Before the fold: everybody whose words may call for help, whom `place` puts
        first, and others as far as there is room."""
        urgent = sum(Call.CONCERN in one.calling.waits_for for one in self.people)
        return self.people[: max(FIRST, urgent)]

    @property
    def folded(self) -> tuple[Person, ...]:
        return self.people[len(self.first) :]

    @property
    def responses(self) -> frozenset[str]:
        """Whose words stand on top, and not once more below."""
        return frozenset(one.calling.response for one in self.people)


def waiting_on(ward: str, day: date, is_today: bool) -> Waiting:
    """Who stands on the page of this day."""
    here, unseen = calling_on(ward, day), waiting_in(ward)
    own = [one for one in here if one.is_waiting]
    away = [one for one in unseen if one.day != day]
    shown = away[:MOST] if is_today else []
    seen = [one for one in here if not one.is_waiting]
    people = _people(ward, [*sorted([*own, *shown], key=_place), *seen])
    return Waiting(
        people=tuple(one for one in people if one.calling.is_waiting),
        others=_by_day(away[MOST:]) if is_today else (),
        seen=tuple(one for one in people if one.asks and not one.calling.is_waiting),
        states={one.response: one for one in here},
        elsewhere=0 if is_today else len(away),
        since=min((one.day for one in unseen), default=None),
    )


def states_of(ward: str, words: Words) -> dict[str, Calling]:
    """Who of these people calls for somebody, and whether anybody has seen it."""
    marked = [one.voice.response for one in words.spoken if one.voice.concerns]
    return {one.response: one for one in calling_by(ward, marked)}


def _place(one: Calling) -> tuple[bool, int, str]:
    return one.place


def _by_day(callings: Iterable[Calling]) -> tuple[tuple[date, int], ...]:
    return tuple(sorted(Counter(one.day for one in callings).items(), reverse=True))


def _people(ward: str, callings: Sequence[Calling]) -> list[Person]:
    if not callings:
        return []
    said, opened, concerned = said_by(ward, [one.response for one in callings])
    visits = visits_of(said)
    surveys = surveys_named({one.survey for one in said})
    return [
        _person(one, visits[one.response], surveys, opened, concerned)
        for one in callings
        if one.response in visits  # else it was withdrawn a moment ago
    ]


def _person(
    calling: Calling,
    visit: Sequence[Said],
    surveys: dict[str, Survey],
    opened: Opened,
    concerned: Concerned,
) -> Person:
    answers, first = answers_of(visit), visit[0]
    place = where_key(surveys.get(first.survey))
    told = answers.get(place, "")
    asks = answers.get(TALK) == "yes" and told != ERASED
    spot = (calling.response, place)
    is_shown = is_sealed(told) and (asks or spot in concerned)
    return Person(
        calling=calling,
        part=first.part,
        mode=first.mode,
        language=answers.get("_language", ""),
        who=answers.get("_who", ""),
        moved=first.moved,
        asks=asks,
        where=opened.get(spot) if is_shown else "",
        concerns=concerns_of(visit, concerned),
        voice=voice_of(calling.response, visit, surveys, opened, concerned),
    )
