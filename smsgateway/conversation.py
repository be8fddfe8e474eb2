"""What did this text mean, and what do we say back?

Pure: a state and a person's words go in; rows, a reply and a new state come out. It
knows neither who carries the texts nor where the rows are kept.

    opening text ─▶ fft asked ─▶ why asked ─▶ finished ─▶ texts are added comments
                     └─ unclear: kept, asked once more

A text counts as an answer only to a question that was put. So a bare "5" that opens
a conversation is no score: to who has not seen our scale, 5 may mean the best.
Words are never dropped for coming at the wrong moment. They are kept as an *added*
comment (`better.2`, `better.3` …), which takes no question's place: it was given
unasked, so no later answer takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from feedback.survey import (
    COMMENT,
    FFT,
    Question,
    Survey,
    left_to_ask,
    revise,
)
from feedback.text import clean_comment
from smsgateway import words as meaning
from smsgateway.voice import Voice

MODE = "sms"
GOOD, BETTER = "good", "better"
# Who had it bad or middling is asked what could be better, anyone else what was good.
ASK_BETTER = frozenset(("poor", "very_poor", "neither", ""))
SAID = "said"  # stands for a comment's words, which the state never holds
TRIES = 2
# A machine at the other end answers each reply with a text. Its words are still kept.
REPLIES = 12


@dataclass(frozen=True, slots=True)
class State:
    """Where one conversation is. It holds no words of the person's and no number."""

    response: str
    survey: str
    ward: str
    language: str = "en"
    answers: Mapping[str, str] = field(default_factory=dict)
    asking: str = ""
    tries: int = 0
    told: bool = False
    ended: bool = False
    left: bool = False
    replies: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to keep. A comment is in plain words here; the keeper seals it."""

    question: str
    value: str
    is_comment: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    state: State
    rows: tuple[Row, ...] = ()
    reply: str = ""


def hear(
    state: State, survey: Survey, words: str, voice: Voice, pictures: bool = False
) -> Turn:
    """One text of a person who may be answered."""
    words = clean_comment(words)
    turn = _heard(_Talk(state, survey, voice), words)
    reply = turn.reply
    if pictures:
        reply = _lines(voice.say("pictures", turn.state.language), reply)
    if not reply or state.replies >= REPLIES:
        return replace(turn, reply="")
    return replace(
        turn, state=replace(turn.state, replies=state.replies + 1), reply=reply
    )


def overhear(state: State, survey: Survey, words: str) -> Turn:
    """One text of someone who must not, or cannot, be answered: words are kept.

    Nothing was asked, so a number is no answer here.
    """
    words = clean_comment(words)
    is_number = meaning.number_in(words) is not None
    if not words or is_number or meaning.is_greeting(words):
        return Turn(state)
    talk = _Talk(replace(state, ended=True, left=True, asking=""), survey, None)
    talk.open()
    talk.add(words)
    return talk.turn("")


def leave(state: State) -> Turn:
    """The person wants no more texts in the middle of a conversation."""
    if state.ended or not state.answers:
        return Turn(state)
    ended = replace(state, ended=True, left=True, asking="")
    return Turn(ended, (Row("_end", "left"),))


def _heard(talk: _Talk, words: str) -> Turn:
    opens = not talk.state.answers
    language = meaning.language_in(words)
    if opens:
        talk.open(language)
        return _first(talk, words)
    if language and len(words.split()) == 1 and talk.speak(language):
        return talk.turn(talk.put_again())
    if meaning.asks_for_help(words):
        return _help(talk, words)
    if talk.state.ended:
        return _later(talk, words)
    question = talk.survey.question(talk.state.asking)
    assert question is not None, "an open conversation asks something"
    heard = _rating if question.fft else _why
    return heard(talk, question, words)


def _first(talk: _Talk, words: str) -> Turn:
    fft = talk.survey.question(FFT)
    named = meaning.option_in(words, fft) if fft else None
    if fft and named:
        talk.speak(named[1])
        talk.answer(fft, named[0])
        return talk.go_on(talk.say("opening"))
    if meaning.asks_for_help(words):
        return _help(talk, words)
    is_number = meaning.number_in(words) is not None
    kept = not is_number and talk.keep(words)
    lead = talk.say("kept", "watched") if kept else talk.say("opening")
    return talk.go_on(lead, talk.offer_language())


def _rating(talk: _Talk, question: Question, words: str) -> Turn:
    value = meaning.value_in(words, question)
    if value:
        named = meaning.option_in(words, question)
        if named:
            talk.speak(named[1])
        talk.answer(question, value)
        return talk.go_on()
    kept = talk.keep(words)
    lead = talk.say("kept", "watched") if kept else ""
    if talk.state.tries < TRIES:
        talk.change(tries=talk.state.tries + 1)
        return talk.turn(_lines(lead, talk.put("again", question)))
    talk.answer(question, "")
    return talk.go_on(lead)


def _why(talk: _Talk, question: Question, words: str) -> Turn:
    fft = talk.survey.question(FFT)
    number = meaning.number_in(words)
    if fft and number and FFT in talk.state.answers and number <= len(fft.options):
        # Another number is a changed mind about the rating, not a reason for it.
        talk.answer(fft, fft.options[number - 1].key)
        return talk.go_on()
    if words:
        talk.rows.append(Row(question.key, words, is_comment=True))
    talk.note(question.key, SAID if words else "")
    return talk.go_on()


def _later(talk: _Talk, words: str) -> Turn:
    fft = talk.survey.question(FFT)
    if fft and talk.state.answers.get(FFT) == "":  # asked, and not understood then
        value = meaning.value_in(words, fft)
        if value and not talk.would_erase(fft, value):
            talk.answer(fft, value)
            return talk.turn(talk.say("thanks", "watched"))
    if talk.keep(words):
        return talk.turn(talk.say("kept", "watched"))
    thanked = meaning.is_courtesy(words)
    return talk.turn("" if thanked else talk.say("thanks", "watched"))


def _help(talk: _Talk, words: str) -> Turn:
    if not meaning.is_bare_help(words):
        talk.add(words)
    lead = talk.say("help", "watched")
    if talk.state.ended:
        return talk.turn(lead)
    if talk.state.asking:
        return talk.turn(_lines(lead, talk.put_again()))
    return talk.go_on(lead)


class _Talk:
    """One turn in the making: the state so far, and the rows it has led to."""

    def __init__(self, state: State, survey: Survey, voice: Voice | None) -> None:
        self.state = state
        self.survey = survey
        self.voice = voice
        self.rows: list[Row] = []

    def change(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def turn(self, reply: str) -> Turn:
        return Turn(self.state, tuple(self.rows), reply)

    # ── what is kept ─────────────────────────────────────────────────────────

    def open(self, language: str = "") -> None:
        if self.state.answers:
            return
        language = language if self._can_speak(language) else "en"
        self.change(language=language)
        self.rows.append(Row("_language", language))
        self.note("_language", language)

    def speak(self, language: str) -> bool:
        if language == self.state.language or not self._can_speak(language):
            return False
        self.change(language=language)
        self.rows.append(Row("_language", language))
        self.note("_language", language)
        return True

    def _can_speak(self, language: str) -> bool:
        # A survey may have languages that our own phrases have not: half of each reply
        # would be English.
        spoken = self.voice.languages if self.voice else ()
        return language in spoken and language in self.survey.languages

    def note(self, key: str, value: str) -> None:
        self.change(answers={**self.state.answers, key: value})

    def answer(self, question: Question, value: str) -> None:
        """An answer, and the empty values of all that it makes unreachable."""
        if not value:
            self.note(question.key, "")
            return
        for key, now in self._revised(question, value).items():
            self.rows.append(Row(key, now))
            self.note(key, now)

    def would_erase(self, question: Question, value: str) -> bool:
        """Whether this answer would take back what stands, such as a reason."""
        return len(self._revised(question, value)) > 1

    def _revised(self, question: Question, value: str) -> dict[str, str]:
        # Added words were given unasked, so no answer can make them unasked for:
        # only what the survey itself asked can be taken back.
        asked = {
            key: standing
            for key, standing in self.state.answers.items()
            if self.survey.question(key) is not None
        }
        return revise(self.survey, asked, question.key, value)

    def keep(self, words: str) -> bool:
        """Keep words that say more than hello; whether there were any."""
        if not words or self._is_greeting(words):
            return False
        self.add(words)
        return True

    def add(self, words: str) -> None:
        base = _base_for_added(self.survey, self.state.answers)
        number = 2
        while f"{base}.{number}" in self.state.answers:
            number += 1
        self.rows.append(Row(f"{base}.{number}", words, is_comment=True))
        self.note(f"{base}.{number}", SAID)
        self.change(told=self.state.told or meaning.is_story(words))

    def _is_greeting(self, words: str) -> bool:
        names = (self.voice.ward, self.voice.organisation) if self.voice else ()
        return meaning.is_greeting(words, names)

    # ── what is said ─────────────────────────────────────────────────────────

    def say(self, *phrases: str) -> str:
        assert self.voice is not None
        said = (self.voice.say(phrase, self.state.language) for phrase in phrases)
        return " ".join(said)

    def put(self, phrase: str, question: Question) -> str:
        assert self.voice is not None
        return self.voice.put(phrase, question, self.state.language)

    def put_again(self) -> str:
        question = self.survey.question(self.state.asking)
        if question is None:
            return self.say("thanks", "watched")
        return self.put("why" if question.kind == COMMENT else "ask", question)

    def offer_language(self) -> str:
        others = set(self.survey.languages) - {self.state.language}
        return self.say("other_language") if others & {"en", "cy"} else ""

    def go_on(self, lead: str = "", tail: str = "") -> Turn:
        """Put the next question, or thank and finish."""
        question = _next_to_ask(self.survey, self.state)
        if question is None:
            self.change(asking="", ended=True)
            self.rows.append(Row("_end", "finished"))
            return self.turn(self.say("thanks", "watched"))
        self.change(asking=question.key, tries=1)
        phrase = "why" if question.kind == COMMENT else "ask"
        return self.turn(_lines(lead, self.put(phrase, question), tail))


def _next_to_ask(survey: Survey, state: State) -> Question | None:
    """The national question, then one "why"; nothing more to who has told it all."""
    offered = list(left_to_ask(survey, state.answers))
    if FFT not in state.answers:
        fft = next((question for question in offered if question.fft), None)
        if fft is not None:
            return fft
    comments = _comment_keys(survey)
    if state.told or any(key in state.answers for key in comments):
        return None
    asked = {question.key: question for question in offered if question.key in comments}
    wanted = BETTER if state.answers.get(FFT, "") in ASK_BETTER else GOOD
    return asked.get(wanted) or next(iter(asked.values()), None)


def _comment_keys(survey: Survey) -> list[str]:
    # A word of their own for a step belongs to that step's faces, not to a "why".
    return [q.key for q in survey.questions if q.kind == COMMENT and not q.step]


def _base_for_added(survey: Survey, answers: Mapping[str, str]) -> str:
    """The question that added words belong to: the "why" that was put, else `better`.

    Praise filed under "what could be better" harms nobody; a complaint filed as
    praise would hide it.
    """
    comments = _comment_keys(survey)
    put = [key for key in comments if key in answers]
    return next(iter([*put, *(k for k in comments if k == BETTER), *comments]), BETTER)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
