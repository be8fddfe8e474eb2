"""What do we say in each language, and what does it cost?

Whole texts, put together as a patient gets them: the ones of a conversation are made
by the conversation itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from string import Formatter

from feedback.survey import FFT, Survey, in_language
from smsgateway.asking.wording import words_of
from smsgateway.conversation import hear
from smsgateway.segments import encoding, segments
from smsgateway.talk import State
from smsgateway.voice import Voice
from smsgateway.words import Heard

NOTHING_KNOWN = "xyzzy"  # no answer to any question

# What each is called. A phrase that is not here is called by its key.
NAMES: Mapping[str, str] = {
    "asked": "When we ask",
    "reminder": "The one reminder",
    "first": "First reply, with the question",
    "again": "When an answer is not understood",
    "help": "Reply to HELP",
    "why_good": "After a good score",
    "why_better": "After a poor score",
    "thanks": "Thank you",
    "concern": "When words call for help",
    "stopped": "After STOP",
    "resumed": "After START",
    "hear": "Offer to tell what changed",
    "hear_kept": "When they want to be told",
}
# Phrases that are parts of a text, or are said in the conversation below. Whatever else
# the wording has, now or later, is a text of its own.
_PARTS = frozenset(
    "name name_latin opening opening_unnamed reminder cost_free cost_own to_stop "
    "privacy other_language ask again why kept watched thanks help pictures".split()
)
_OFFER = ("hear", "hear_kept")  # said only where it is offered
_AT_THE_END = ("concern", "stopped", "resumed", *_OFFER)


@dataclass(frozen=True, slots=True)
class Priced:
    """One text in one language. `pence`: what sending it once costs."""

    name: str
    language: str
    words: str
    encoding: str
    segments: int
    pence: Decimal


def priced_texts(
    voice: Voice, survey: Survey, heard: Heard, segment_pence: Decimal
) -> list[Priced]:
    """Every text in each language in which this ward's patients may be answered."""
    found = []
    on = survey.reviewed.union(voice.on)
    for language in survey.languages:
        if language not in on or not voice.speaks(language):
            continue  # whoever writes in it is answered in English
        for name, words in _said(voice, survey, heard, language):
            many = segments(words)
            pence = many * segment_pence
            code = encoding(words)
            found.append(Priced(name, language, words, code, many, pence))
    return found


def _said(
    voice: Voice, survey: Survey, heard: Heard, language: str
) -> Iterator[tuple[str, str]]:
    for phrase in sorted(voice.phrases.keys() - _PARTS - {*_AT_THE_END}):
        yield _named(phrase), _alone(voice, phrase, language)
    for name, words in _conversation(voice, survey, heard, language):
        yield _named(name), words
    if survey.question(FFT) is not None:  # no other is texted
        for name, reminds in (("asked", False), ("reminder", True)):
            yield _named(name), words_of(survey, language, voice, heard, reminds)
    for phrase in _AT_THE_END:
        if phrase not in _OFFER or voice.days:
            yield _named(phrase), _alone(voice, phrase, language)


def _conversation(
    voice: Voice, survey: Survey, heard: Heard, language: str
) -> Iterator[tuple[str, str]]:
    """What a person is told who answers well, badly and not at all."""

    def say(state: State, words: str) -> tuple[State, str]:
        turn = hear(state, survey, words, voice, heard)
        return turn.state, turn.reply

    fresh = State("response", survey.name, "", language)
    opened, first = say(fresh, in_language(voice.phrases["name"], language))
    yield "first", first
    yield "again", say(opened, NOTHING_KNOWN)[1]
    yield "help", say(opened, "help")[1]
    many = _scores(survey)
    good, why_good = say(opened, "1")
    yield "why_good", why_good
    yield "why_better", say(opened, str(many))[1]
    yield "thanks", say(good, NOTHING_KNOWN)[1]


def _scores(survey: Survey) -> int:
    """The number of the worst score: before the last, which is "don't know"."""
    question = survey.question(FFT)
    return len(question.options) - 1 if question is not None else 1


def _alone(voice: Voice, phrase: str, language: str) -> str:
    """A blank that this page cannot fill is shown as what it is."""
    words = in_language(voice.phrases[phrase], language)
    own = ("organisation", "ward", "privacy", "days")
    blanks = {name for _, name, _, _ in Formatter().parse(words) if name}
    return voice.say(phrase, language, **{b: f"{{{b}}}" for b in blanks - {*own}})


def _named(phrase: str) -> str:
    return NAMES.get(phrase, phrase.replace("_", " ").capitalize())
