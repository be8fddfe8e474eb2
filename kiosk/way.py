"""Which way does a visit take past its questions?

One stop after another. The steps of the journey whose page is the map are one stop:
there the visitor opens any of them, in any order, and comes back to the map. Pure: a
survey, a place and the answers go in, a place comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from feedback.survey import FEELINGS, MAP, Question, Survey, asked

FINISHED = "finished"

Stop = Question | None  # None: the map


@dataclass(frozen=True, slots=True)
class Place:
    """What the visitor said, what is before them, and how the visit ended.

    Before the visit begins there is no question, no map and no end. `entered`: the
    question of a step by which they came here from the map.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    at: Question | None = None
    on_map: bool = False
    entered: str = ""
    end: str = ""

    @property
    def going(self) -> bool:
        return self.at is not None or self.on_map

    @property
    def stop(self) -> Stop:
        """The stop of the way that this place belongs to."""
        return None if self.at is None or self.at.page == MAP else self.at


def route(survey: Survey, answers: Mapping[str, str]) -> list[Question]:
    """The questions from first to last, as far as the answers tell today."""
    # As if all that is ahead were left: what is left opens no further question.
    ahead = dict.fromkeys((one.key for one in survey.questions), "")
    return asked(survey, {**ahead, **answers})


def stops(survey: Survey, answers: Mapping[str, str]) -> list[Stop]:
    """The same way, with the map as one stop of it."""
    found: list[Stop] = []
    for question in route(survey, answers):
        stop = None if question.page == MAP else question
        if stop is not None or None not in found:
            found.append(stop)
    return found


def beginning(survey: Survey) -> Place:
    return _at(stops(survey, {})[0], {})


def samples(survey: Survey) -> Iterator[Place]:
    """A place of each kind that a visitor may come to, for who wants to see them all:
    one question of every kind, the map, and the words of a step."""
    placed = {one.key: one.options[0].key for one in survey.steps()[:1]}
    kinds = set()
    for stop in stops(survey, placed):
        if stop is None:
            words = (one for one in route(survey, placed) if one.step in placed)
            yield Place(placed, on_map=True)
            yield from (
                Place(placed, one, entered=one.key)
                for one in words
                if one.kind == FEELINGS
            )
        elif stop.kind not in kinds:
            kinds.add(stop.kind)
            yield Place(placed, stop)


def after(
    survey: Survey, place: Place, question: Question, answers: Mapping[str, str]
) -> Place:
    """Where an answer to `question` leads, from the place where it was asked."""
    if question.page == MAP:
        way = route(survey, answers)
        later = way[way.index(question) + 1 :]
        rest = [one for one in later if one.step == question.step]
        if rest:
            return Place(answers, rest[0], entered=place.entered)
        return Place(answers, on_map=True)
    return _past(survey, question, answers)


def past_the_map(survey: Survey, answers: Mapping[str, str]) -> Place:
    """Whoever leaves the map has seen all that it asks."""
    seen = {one.key: "" for one in route(survey, answers) if one.page == MAP}
    return _past(survey, None, {**seen, **answers})


def before(survey: Survey, place: Place) -> Place | None:
    """The place before; None at the first one."""
    if place.at is not None and place.at.page == MAP:
        step = [one.key for one in route(survey, place.answers) if _same(one, place)]
        here = step.index(place.at.key)
        if place.at.key == place.entered or here == 0:
            return Place(place.answers, on_map=True)
        earlier = survey.question(step[here - 1])
        return Place(place.answers, earlier, entered=place.entered)
    way = stops(survey, place.answers)
    here = way.index(place.stop)
    return _at(way[here - 1], place.answers) if here else None


def _same(question: Question, place: Place) -> bool:
    return place.at is not None and question.step == place.at.step


def _past(survey: Survey, stop: Stop, answers: Mapping[str, str]) -> Place:
    way = stops(survey, answers)
    later = way[way.index(stop) + 1 :]
    return _at(later[0], answers) if later else Place(answers, end=FINISHED)


def _at(stop: Stop, answers: Mapping[str, str]) -> Place:
    return Place(answers, stop, on_map=stop is None)
