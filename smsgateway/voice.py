"""How do we say it, in the person's language?

The phrases are data (assets/wording/sms.toml). Nothing that a person wrote is ever
said back: a phrase is filled with the survey's words and the ward's name only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback.survey import Question, Wording, in_language
from feedback.surveys import SurveyError, read_wording

PHRASES = frozenset(
    "opening other_language ask again why kept watched thanks help pictures "
    "stopped resumed concern hear hear_kept".split()
)

Phrases = Mapping[str, Wording]


def read_phrases(path: Path) -> Phrases:
    """The phrases of the text line; SurveyError when one is missing."""
    phrases = read_wording(path)
    missing = sorted(PHRASES - phrases.keys())
    if missing:
        raise SurveyError(path.name, 0, f"lacks the phrase [{missing[0]}]")
    return phrases


@dataclass(frozen=True, slots=True)
class Voice:
    """The line of one ward. `on`: languages that the ward turned on, checked or not.
    `days`: how long the number of who asks to hear from us is kept; 0 where nobody is
    asked."""

    phrases: Phrases
    organisation: str = ""
    ward: str = ""
    on: tuple[str, ...] = ()
    days: int = 0

    @property
    def languages(self) -> frozenset[str]:
        """Those that every phrase has."""
        return frozenset.intersection(*map(frozenset, self.phrases.values()))

    def say(self, phrase: str, language: str) -> str:
        words = in_language(self.phrases[phrase], language)
        return words.format(
            organisation=self.organisation, ward=self.ward, days=self.days
        )

    def put(self, phrase: str, question: Question, language: str) -> str:
        """A question in the shape of the phrase, its options numbered from 1."""
        options = "\n".join(
            f"{number} {in_language(option.wording, language)}"
            for number, option in enumerate(question.options, 1)
        )
        words = in_language(self.phrases[phrase], language)
        return words.format(
            # The usual words of a language before the English ones for a text.
            question=question.sms.get(language)
            or in_language(question.wording, language),
            options=options,
        )
