"""How do we say it, in the person's language?

The phrases are data (assets/wording/sms, a file per language). Nothing that a person
wrote is ever said back: a phrase is filled with the survey's words and the ward's name
only. A curly quote in those would make the whole text twice as dear, so it is set
straight where all else is in the alphabet of texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from feedback.bundle import Bundle
from feedback.survey import Question, Wording, in_language
from feedback.surveys import SurveyError, read_wording
from smsgateway.segments import GSM, encoding

PHRASES = frozenset(
    "name name_latin opening opening_unnamed reminder cost_free cost_own to_stop "
    "privacy other_language ask again why kept watched thanks help pictures stopped "
    "resumed concern hear hear_kept".split()
)
LANGUAGES = ("en", "cy", "pl", "ro", "ur", "pa", "bn", "gu", "ar", "so", "zh-Hans")
COST_FREE, COST_OWN = "free", "own"
EVERY_WARD = "*"

Phrases = Mapping[str, Wording]

_STRAIGHT = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\xa0": " ",
    }
)


def read_phrases(folder: Path) -> Phrases:
    """The phrases of the text line; SurveyError when one is missing."""
    phrases = read_wording(folder)
    missing = sorted(PHRASES - phrases.keys())
    if missing:
        raise SurveyError("en.toml", 0, f"lacks the phrase {missing[0]}")
    return phrases


@dataclass(frozen=True)
class Voice:
    """How one ward writes. `privacy`: the address of the hospital's notice, if any.
    `cost`: COST_FREE or COST_OWN, what a text to us costs. `on`: languages that the
    ward turned on, checked or not. `days`: how long the number of who asks to hear from
    us is kept; 0 where nobody is asked. `is_named`: the ward's name may stand in texts
    to who did not text first; `hides_ward`: it must not in these."""

    phrases: Phrases
    organisation: str = ""
    ward: str = ""
    privacy: str = ""
    cost: str = COST_FREE
    on: tuple[str, ...] = ()
    days: int = 0
    is_named: bool = True
    hides_ward: bool = False

    def unasked(self) -> Voice:
        """As it speaks to who did not text first. Others may see their telephone, and
        know from a ward's name why they were there."""
        return replace(self, hides_ward=not self.is_named)

    def speaks(self, language: str) -> bool:
        """Whether every phrase has words in it. Half a reply would be English."""
        return language in self._spoken

    @cached_property
    def _spoken(self) -> frozenset[str]:
        return frozenset.intersection(*map(frozenset, self.phrases.values()))

    def say(self, phrase: str, language: str, **blanks: object) -> str:
        """The phrase. `blanks` are what else it needs."""
        return " ".join(
            self._fill(part, language, **blanks) for part in self._parts(phrase)
        )

    def put(self, phrase: str, question: Question, language: str) -> str:
        """A question in the shape of the phrase, its options numbered from 1."""
        options = "\n".join(
            f"{number} {in_language(option.wording, language)}"
            for number, option in enumerate(question.options, 1)
        )
        # The usual words of a language before the English ones for a text.
        words = question.sms.get(language) or in_language(question.wording, language)
        return self._fill(phrase, language, question=words, options=options)

    def offer(self, languages: Iterable[str], language: str) -> str:
        """That other languages are spoken here, or nothing where none is.

        By their own names, in Latin letters where others would take the text out of
        its alphabet and make it twice as dear.
        """
        others = (one for one in languages if one != language and self.speaks(one))
        names = ", ".join(self.phrases["name_latin"][one] for one in others)
        return self.say("other_language", language, names=names) if names else ""

    def _parts(self, phrase: str) -> tuple[str, ...]:
        if phrase not in ("opening", "reminder"):
            return (phrase,)
        is_bare = phrase == "opening" and self.hides_ward
        begins = "opening_unnamed" if is_bare else phrase
        parts = (begins, f"cost_{self.cost}", "to_stop")
        return (*parts, "privacy") if self.privacy and phrase == "opening" else parts

    def _fill(self, phrase: str, language: str, **blanks: object) -> str:
        words = in_language(self.phrases[phrase], language).format(
            organisation=self.organisation,
            ward=self.ward,
            privacy=self.privacy,
            days=self.days,
            **blanks,
        )
        straight = words.translate(_STRAIGHT)
        return straight if encoding(straight) == GSM else words


@dataclass(frozen=True, slots=True)
class Voices:
    """How all wards write. `cost` and `privacy` are what the first text says of
    them; `days` as in Voice. `named`: the wards whose names may stand in texts to who
    did not text first; EVERY_WARD: all of them."""

    phrases: Phrases
    cost: str
    privacy: str
    days: int
    named: frozenset[str] = frozenset()

    def of(self, bundle: Bundle, code: str) -> Voice:
        """How a ward writes that the bundle has."""
        ward = bundle.ward(code)
        assert ward is not None, "looked up before"
        return Voice(
            self.phrases,
            bundle.organisation,
            ward.name,
            self.privacy,
            self.cost,
            on=ward.languages,
            days=self.days,
            is_named=bool(self.named & {code, EVERY_WARD}),
        )
