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
MAP = "map"  # the page of the steps that are placed on one screen, in any order

Wording = Mapping[str, str]  # language → words


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `needs`: offered when that question has an answer."""

    key: str
    wording: Wording
    face: str = ""
    easy: Wording = field(default_factory=dict)
    picture: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the earlier answer has one of `any_of` and none of `none_of`.

    Or, when it names questions in `said`, if any of those has an answer at all.
    """

    question: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def holds(self, answers: Mapping[str, str]) -> bool:
        if self.said:
            return any(answers.get(key) for key in self.said)
        given = answers.get(self.question)
        if not given:
            return not self.any_of
        keys = set(given.split())
        if self.any_of and keys.isdisjoint(self.any_of):
            return False
        return keys.isdisjoint(self.none_of)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `page` groups the questions that belong on one screen.

    `about` names the choice whose option a comment is about. Where `names` are welcome
    the words are for the staff who come, and are never published.
    """

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
    easy: Wording = field(default_factory=dict)
    picture: str = ""
    about: str = ""
    names: bool = False

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
        # No generators in here: every text and every tap walks the survey with it.
        for condition in self.ask_if:
            if not condition.holds(answers):
                return False
        for option in self.options:
            if not option.needs or answers.get(option.needs):
                return True
        return not self.options


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
    map: Wording = field(default_factory=dict)
    _by_key: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key = {one.key: one for one in reversed(self.questions)}
        object.__setattr__(self, "_by_key", by_key)

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    @property
    def is_national(self) -> bool:
        """Whether it asks the national question. Other surveys are counted apart."""
        return any(one.fft for one in self.questions)

    def question(self, key: str) -> Question | None:
        return self._by_key.get(key)

    def steps(self) -> list[Question]:
        """The first question of each step of the journey, in the journey's order."""
        return [one for one in self.questions if one.step and one.kind == RATING]


def in_language(wording: Wording, language: str) -> str:
    """The words in that language, else in English, else nothing."""
    return wording.get(language) or wording.get("en", "")


def plain(what: Question | Option, language: str, easy: bool) -> str:
    """The words to show: those for easy reading if they are wanted and there are any
    in that language, else the usual ones. English never mends another language."""
    wanted = what.easy.get(language) if easy else None
    return wanted or in_language(what.wording, language)


def offered(question: Question, answers: Mapping[str, str]) -> tuple[Option, ...]:
    """The options that these answers leave open, in the survey's order."""
    return tuple(
        option
        for option in question.options
        if not option.needs or answers.get(option.needs)
    )


def next_question(survey: Survey, answers: Mapping[str, str]) -> Question | None:
    """The first question that is asked and not answered yet; None at the end.

    `answers` maps a question's key to its value; a key with an empty value was shown
    and left, and is not asked again.
    """
    return next(left_to_ask(survey, answers), None)


def left_to_ask(survey: Survey, answers: Mapping[str, str]) -> Iterator[Question]:
    """What is asked from here on, in order, if none of it is answered."""
    way = _way(survey, answers)
    return (question for question, _ in way if question.key not in answers)


def asked(survey: Survey, answers: Mapping[str, str]) -> list[Question]:
    """The questions shown so far on the way that the answers now take, in order."""
    way = _way(survey, answers)
    return [question for question, _ in way if question.key in answers]


def revise(
    survey: Survey, answers: Mapping[str, str], key: str, value: str
) -> dict[str, str]:
    """What to write when `key` gets `value`: the answer, and an empty value for each
    standing answer that it makes unreachable, so that no reader runs survey logic. So
    too for an option that is offered no longer.

    Who goes on with `answers` drops those: a way that opens again is asked again.
    """
    question = survey.question(base_question(key))
    assert question is not None, f"{survey.name} has no question {key}"
    assert question.accepts(value), f"{key} takes no {value!r}"
    after = {**answers, key: value}
    counts = {one.key: counted for one, counted in _way(survey, after)}
    assert key not in counts or counts[key] == value, f"{key}: {value!r} is not offered"
    known = {one.key for one in survey.questions}
    changed = {key: value}
    for other, standing in answers.items():
        base = base_question(other)
        if not standing or other == key or base not in known:
            continue
        if base not in counts:
            changed[other] = ""
        elif other in counts and counts[other] != standing:
            changed[other] = counts[other]
    return changed


def _way(survey: Survey, answers: Mapping[str, str]) -> Iterator[tuple[Question, str]]:
    """Each question that is asked, with what counts of its answer."""
    # Conditions name earlier questions only (the loader refuses others), so one pass
    # is enough. An answer to a question that is itself unreachable does not count.
    seen: dict[str, str] = {}
    for question in survey.questions:
        if question.is_asked(seen):
            counts = _still_offered(question, answers.get(question.key, ""), seen)
            seen[question.key] = counts
            yield question, counts


def _still_offered(question: Question, value: str, seen: Mapping[str, str]) -> str:
    if not value or not any(option.needs for option in question.options):
        return value
    keys = {option.key for option in offered(question, seen)}
    return " ".join(key for key in value.split(" ") if key in keys)


@dataclass(frozen=True, slots=True)
class OurQuestion:
    """A question of the system's own. `values` empty: the value is free (a code).
    `several`: an answer may be more than one of them, joined by spaces."""

    key: str
    values: tuple[str, ...]
    writer: str
    meaning: str
    several: bool = False

    def accepts(self, value: str) -> bool:
        """Whether `value` is an answer to this question. Empty takes an answer back."""
        if not value or not self.values:
            return True
        keys = value.split(" ") if self.several else [value]
        return set(keys) <= set(self.values) and len(set(keys)) == len(keys)


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
        OurQuestion(
            "_concern",
            ("self_harm", "abuse", "emergency", "neglect", "help"),
            "collector",
            "words that may call for help, by what they may be about",
            several=True,
        ),
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
