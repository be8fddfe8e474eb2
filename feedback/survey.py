"""Which question comes next?

For a finger, a phone and a web page alike. This room knows no screen, no phone, no
SQL, no clock and no file: a survey and the answers so far go in, a question comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

RATING, CHOICE, CHOICES = "rating", "choice", "choices"
FEELINGS, COMMENT = "feelings", "comment"
KINDS = (RATING, CHOICE, CHOICES, FEELINGS, COMMENT)

FFT = "fft"
FFT_VALUES = ("very_good", "good", "neither", "poor", "very_poor", "dont_know")
STEP_VALUES = ("-2", "-1", "0", "1", "2")
OWN = "own"  # the feeling "a word of my own", which asks for the word

Wording = Mapping[str, str]  # language → words


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    wording: Wording
    face: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the earlier answer has one of `any_of` and none of `none_of`."""

    question: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def holds(self, answers: Mapping[str, str]) -> bool:
        given = set(answers.get(self.question, "").split())
        if self.any_of and given.isdisjoint(self.any_of):
            return False
        return given.isdisjoint(self.none_of)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `page` groups the questions that belong on one screen."""

    key: str
    kind: str
    wording: Wording
    sms: Wording = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    ask_if: tuple[Condition, ...] = ()
    page: str = ""
    title: Wording = field(default_factory=dict)
    step: str = ""
    fft: bool = False
    qs15: int = 0

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def accepts(self, value: str) -> bool:
        """Whether `value` is an answer to this question. Empty takes an answer back."""
        if value == "" or self.kind == COMMENT:
            return True
        keys = value.split(" ")
        if self.kind in (RATING, CHOICE) and len(keys) != 1:
            return False
        known = all(self.option(key) is not None for key in keys)
        return known and len(set(keys)) == len(keys)

    def is_asked(self, answers: Mapping[str, str]) -> bool:
        return all(condition.holds(answers) for condition in self.ask_if)


@dataclass(frozen=True, slots=True)
class Survey:
    """A published version of a survey: it never changes."""

    id: str
    version: int
    title: Wording
    languages: tuple[str, ...]
    reviewed: frozenset[str]
    questions: tuple[Question, ...]
    practice: Wording = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    def question(self, key: str) -> Question | None:
        return next((one for one in self.questions if one.key == key), None)

    def steps(self) -> list[Question]:
        """The first question of each step of the journey, in the journey's order."""
        return [one for one in self.questions if one.step and one.kind == RATING]


def in_language(wording: Wording, language: str) -> str:
    """The words in that language, else in English, else nothing."""
    return wording.get(language) or wording.get("en", "")


def next_question(survey: Survey, answers: Mapping[str, str]) -> Question | None:
    """The first question that is asked and not answered yet; None at the end.

    `answers` maps a question's key to its value; a key with an empty value was shown
    and left, and is not asked again.
    """
    return next((q for q in _reachable(survey, answers) if q.key not in answers), None)


def asked(survey: Survey, answers: Mapping[str, str]) -> list[Question]:
    """The questions shown so far on the way that the answers now take, in order."""
    return [q for q in _reachable(survey, answers) if q.key in answers]


def revise(
    survey: Survey, answers: Mapping[str, str], key: str, value: str
) -> dict[str, str]:
    """What to write when `key` gets `value`: the answer, and an empty value for each
    standing answer that it makes unreachable, so that no reader runs survey logic.

    Who goes on with `answers` drops those: a way that opens again is asked again.
    """
    question = survey.question(base_question(key))
    assert question is not None, f"{survey.name} has no question {key}"
    assert question.accepts(value), f"{key} takes no {value!r}"
    after = {**answers, key: value}
    reachable = {q.key for q in _reachable(survey, after)}
    known = {q.key for q in survey.questions}
    orphans = [
        other
        for other, standing in answers.items()
        if standing and other != key and base_question(other) in known - reachable
    ]
    return {key: value, **dict.fromkeys(orphans, "")}


def _reachable(survey: Survey, answers: Mapping[str, str]) -> Iterator[Question]:
    # Conditions name earlier questions only (the loader refuses others), so one pass
    # is enough. An answer to a question that is itself unreachable does not count.
    seen: dict[str, str] = {}
    for question in survey.questions:
        if question.is_asked(seen):
            seen[question.key] = answers.get(question.key, "")
            yield question


@dataclass(frozen=True, slots=True)
class OurQuestion:
    """A question of the system's own. `values` empty: the value is free (a code)."""

    key: str
    values: tuple[str, ...]
    writer: str
    meaning: str


OUR_QUESTIONS: Mapping[str, OurQuestion] = {
    one.key: one
    for one in (
        OurQuestion(
            "_language", (), "collector", "the language that the person chose to use"
        ),
        OurQuestion(
            "_who",
            ("patient", "carer", "young_person", "staff_helping"),
            "person",
            "who is answering",
        ),
        OurQuestion(
            "_end",
            ("finished", "left", "withdrawn"),
            "collector",
            "how it ended; no _end means left; withdrawn: nothing counts",
        ),
        OurQuestion("_talk", ("yes", "no"), "person", "would you like someone to come"),
        OurQuestion("_repeat", ("yes",), "collector", "said again within a short time"),
        OurQuestion("_concern", (), "collector", "words that may call for help"),
        OurQuestion("_share", ("yes", "no"), "person", "may the words be published"),
        OurQuestion("_receipt", (), "collector", "hash of the code to come back with"),
        OurQuestion("_discharged", (), "collector", "the day the person went home"),
        OurQuestion("_practice", ("yes",), "collector", "a practice run: never counts"),
    )
}


def base_question(key: str) -> str:
    """`better` for `better.2`: an added comment belongs to the question it adds to."""
    base, dot, number = key.partition(".")
    return base if dot and number.isdecimal() else key
