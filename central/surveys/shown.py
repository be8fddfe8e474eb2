"""How does a survey look to who answers it, on a tablet and by text?

The words are the survey's own and those of assets/wording, as the kiosk and the gateway
read them; tests/central/test_shown.py compares each with what these programs show. What
they add from a person's way (the ward, how far they are) stands here in brackets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from feedback.assets import assets_folder
from feedback.survey import (
    CHOICE,
    CHOICES,
    COMMENT,
    FEELINGS,
    RATING,
    Condition,
    Question,
    Survey,
    Wording,
    in_language,
)
from feedback.surveys import read_wording

WARD, PRIVACY = "[ward]", "[address]"
KINDS = {
    RATING: "one face",
    CHOICE: "one answer",
    CHOICES: "any number of answers",
    FEELINGS: "any number of words",
    COMMENT: "their own words",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """`face` and `picture` name images; `needs` says when it is offered."""

    words: str
    easy: str
    face: str
    picture: str
    needs: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One question. `text` is empty when a text never asks it."""

    key: str
    kind: str
    title: str
    words: str
    easy: str
    picture: str
    choices: tuple[Choice, ...]
    when: tuple[str, ...]
    text: str
    translated: bool  # has its own words in this language


def shown(survey: Survey, language: str) -> tuple[Shown, ...]:
    """Each question in the survey's order. What has no words in the language is in
    English, as on the devices."""
    texts = {one.key for one in asked_by_text(survey)}
    return tuple(
        _shown(survey, one, language, one.key in texts) for one in survey.questions
    )


def asked_by_text(survey: Survey) -> list[Question]:
    """A text asks the national question, and then one of the comments."""
    return [
        one
        for one in survey.questions
        if one.fft or (one.kind == COMMENT and not one.step)
    ]


def speaks_by_text(language: str) -> bool:
    """Whether the gateway has all its phrases in it: else it stays with English."""
    return all(language in wording for wording in _phrases().values())


def first_text(organisation: str, language: str) -> str:
    """What somebody hears who texts first, before the first question."""
    parts = ("opening", "cost_free", "to_stop")
    return " ".join(
        in_language(_phrases()[part], language).format(
            organisation=organisation, ward=WARD
        )
        for part in parts
    )


def as_text(question: Question, language: str) -> str:
    """The question as a text puts it, its answers numbered."""
    phrase = "why" if question.kind == COMMENT else "ask"
    options = "\n".join(
        f"{number} {in_language(one.wording, language)}"
        for number, one in enumerate(question.options, 1)
    )
    words = question.sms.get(language) or in_language(question.wording, language)
    wording = in_language(_phrases()[phrase], language)
    return wording.format(question=words, options=options)


@cache
def _phrases() -> dict[str, Wording]:
    return dict(read_wording(assets_folder() / "wording" / "sms"))


def _shown(survey: Survey, one: Question, language: str, is_text: bool) -> Shown:
    return Shown(
        key=one.key,
        kind=KINDS[one.kind],
        title=in_language(one.title, language),
        words=in_language(one.wording, language),
        easy=one.easy.get(language, ""),
        picture=one.picture,
        choices=tuple(
            Choice(
                in_language(option.wording, language),
                option.easy.get(language, ""),
                option.face,
                option.picture,
                _needs(survey, option.needs),
            )
            for option in one.options
        ),
        when=tuple(_when(survey, condition) for condition in one.ask_if),
        text=as_text(one, language) if is_text else "",
        translated=language in one.wording,
    )


def _needs(survey: Survey, key: str) -> str:
    return f"Offered after an answer to {_called(survey, key)}." if key else ""


def _when(survey: Survey, condition: Condition) -> str:
    """For staff who read English, whatever the language of the page."""
    if condition.said:
        several = " or ".join(_called(survey, key) for key in condition.said)
        return f"Asked after an answer to {several}."
    called, words = _called(survey, condition.question), []
    if condition.any_of and _is_any(survey, condition):
        return f"Asked after an answer to {called}."
    if condition.any_of:
        words.append(f"is {_values(survey, condition.question, condition.any_of)}")
    if condition.none_of:
        values = _values(survey, condition.question, condition.none_of)
        words.append(f"is not {values}")
    return f"Asked when the answer to {called} {' and '.join(words)}."


def _is_any(survey: Survey, condition: Condition) -> bool:
    """Whether it holds for each answer there is."""
    question = survey.question(condition.question)
    every = {option.key for option in question.options} if question else set()
    return bool(every) and not condition.none_of and every <= set(condition.any_of)


def _called(survey: Survey, key: str) -> str:
    question = survey.question(key)
    if question is None:  # one of our own, such as who is answering
        return f"“{key}”"
    return (
        f"“{in_language(question.title, 'en') or in_language(question.wording, 'en')}”"
    )


def _values(survey: Survey, key: str, values: Sequence[str]) -> str:
    question = survey.question(key)
    options = [question.option(value) if question else None for value in values]
    words = [
        in_language(option.wording, "en") if option else value
        for option, value in zip(options, values, strict=True)
    ]
    return " or ".join(words)
