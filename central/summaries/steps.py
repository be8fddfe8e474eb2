"""How did each step of the journey make people feel?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from central.summaries.said import Opened, Said, Visits
from feedback.seal import is_sealed
from feedback.survey import OWN, STEP_VALUES, Survey, in_language

# A word of their own is shown among the words while it is short enough to be one.
OWN_CHARS = 24
FELT_BAD = ("-2", "-1")


@dataclass(frozen=True, slots=True)
class Step:
    """How one step of the journey made people feel. `spread` goes from -2 to 2;
    `bad_words`: those of who felt bad there, which a day alone asks for: a period is
    counted from rows that do not say who chose both."""

    key: str
    title: str
    spread: tuple[int, int, int, int, int]
    words: tuple[tuple[str, int], ...]
    own: tuple[tuple[str, int], ...]  # words of people's own, as they wrote them
    bad_words: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def people(self) -> int:
        return sum(self.spread)

    @property
    def said(self) -> bool:
        """Whether anyone said anything of it; a face may have been left out."""
        return bool(self.people or self.words or self.own)

    @property
    def bad(self) -> int:
        return self.spread[0] + self.spread[1]

    @property
    def middle(self) -> float | None:
        """The mean on -2 … 2: shown beside the spread, never instead of it."""
        total = sum(n * int(v) for n, v in zip(self.spread, STEP_VALUES, strict=True))
        return total / self.people if self.people else None


def steps_of(
    visits: Visits, surveys: Iterable[Survey], opened: Opened
) -> tuple[Step, ...]:
    all_said = [one for visit in visits.values() for one in visit]
    return tuple(
        _step(key, in_language(title, "en"), labels, all_said, opened)
        for key, (title, labels) in journey(surveys).items()
    )


def journey(
    surveys: Iterable[Survey],
) -> dict[str, tuple[Mapping[str, str], dict[str, str]]]:
    """Each step's title and words, in the newest survey's order; steps that only an
    older version has come after.
    """
    steps: dict[str, tuple[Mapping[str, str], dict[str, str]]] = {}
    for survey in sorted(surveys, key=lambda one: (one.id, -one.version)):
        for first in survey.steps():
            feelings = survey.question(f"{first.key}_feelings")
            options = feelings.options if feelings else ()
            words = {one.key: in_language(one.wording, "en") for one in options}
            title = first.title or first.wording
            steps.setdefault(first.key, (title, {}))[1].update(
                {key: word for key, word in words.items() if key != OWN}
            )
    return steps


def _step(
    key: str,
    title: str,
    labels: Mapping[str, str],
    said: Sequence[Said],
    opened: Opened,
) -> Step:
    face = {one.response: one.value for one in said if one.question == key}
    faces = Counter(face.values())
    chosen = [
        (word, face.get(one.response) in FELT_BAD)
        for one in said
        if one.question == f"{key}_feelings"
        for word in one.value.split()
        if word in labels
    ]
    own = Counter(
        text
        for one in said
        if one.question == f"{key}_own" and is_sealed(one.value)  # not erased since
        if (text := opened.get((one.response, one.question))) and is_word(text)
    )
    low, lower, middle, higher, high = (faces[value] for value in STEP_VALUES)
    return Step(
        key=key,
        title=title,
        spread=(low, lower, middle, higher, high),
        words=most_first((word for word, _ in chosen), labels),
        own=tuple(sorted(own.items(), key=lambda item: (-item[1], item[0]))),
        bad_words=most_first((word for word, is_bad in chosen if is_bad), labels),
    )


def most_first(
    words: Iterable[str], labels: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    """Each word as it is called, and how often it was chosen; of words that were chosen
    equally often, in the order in which they are offered."""
    places = list(labels)
    counts = Counter(words).items()
    ranked = sorted(counts, key=lambda item: (-item[1], places.index(item[0])))
    return tuple((labels[word], count) for word, count in ranked)


def is_word(text: str) -> bool:
    return len(text) <= OWN_CHARS and "\n" not in text
