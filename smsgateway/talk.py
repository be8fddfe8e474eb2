"""One turn of a conversation in the making: what is kept, what is said, what is asked.

Pure. `conversation.py` decides what a text means; this is what it does then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from feedback.concern import KINDS
from feedback.survey import COMMENT, FFT, Question, Survey, left_to_ask, revise
from smsgateway.voice import Voice
from smsgateway.words import Heard

MODE = "sms"
GOOD, BETTER = "good", "better"
# Who had it bad or middling is asked what could be better, anyone else what was good.
ASK_BETTER = frozenset(("poor", "very_poor", "neither", ""))
SAID = "said"  # stands for a comment's words, which the state never holds
CONCERN = "_concern"


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
    offered: bool = False  # to hear what the ward did
    last: str = ""  # a keyed digest of the last story, to know it if it comes again


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to keep. A comment is in plain words here; the keeper seals it."""

    question: str
    value: str
    is_comment: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """`asks_to_hear`: the person wants to be told what the ward did."""

    state: State
    rows: tuple[Row, ...] = ()
    reply: str = ""
    asks_to_hear: bool = False


class Talk:
    """One turn in the making: the state so far, and the rows it has led to."""

    def __init__(
        self, state: State, survey: Survey, heard: Heard, voice: Voice | None = None
    ) -> None:
        self.state = state
        self.survey = survey
        self.heard = heard
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
        self._speak(language if self._can_speak(language) else "en")

    def speak(self, language: str) -> bool:
        if language == self.state.language or not self._can_speak(language):
            return False
        self._speak(language)
        return True

    def _speak(self, language: str) -> None:
        self.rows.append(Row("_language", language))
        answers = {**self.state.answers, "_language": language}
        self.change(language=language, answers=answers)

    def _can_speak(self, language: str) -> bool:
        # A survey may have languages that our own phrases have not: half of each reply
        # would be English. One that no speaker has checked is off until the ward
        # turns it on.
        if self.voice is None or language not in self.survey.languages:
            return False
        on = self.survey.reviewed.union(self.voice.on)
        return language in on and self.voice.speaks(language)

    def note(self, key: str, value: str) -> None:
        self.change(answers={**self.state.answers, key: value})

    def mark(self, concerns: tuple[str, ...]) -> None:
        """Add these calls for help to those that this response is marked with."""
        marked = self.state.answers.get(CONCERN, "").split()
        if not set(marked).issuperset(concerns):
            value = " ".join(one for one in KINDS if one in (*marked, *concerns))
            self.rows.append(Row(CONCERN, value))
            self.note(CONCERN, value)

    def finish(self) -> None:
        self.change(asking="", ended=True)
        self.rows.append(Row("_end", "finished"))

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
        self.change(told=self.state.told or self.heard.is_story(words))

    def _is_greeting(self, words: str) -> bool:
        names = (self.voice.ward, self.voice.organisation) if self.voice else ()
        return self.heard.is_greeting(words, names)

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
        assert self.voice is not None
        on = filter(self._can_speak, self.survey.languages)
        return self.voice.offer(on, self.state.language)

    def offer(self) -> str:
        """To hear what the ward did, where the ward does that; "1" must mean nothing
        else then, such as a score that was given up."""
        assert self.voice is not None
        if not self.voice.days or self.state.answers.get(FFT, "") == "":
            return ""
        self.change(offered=True)
        return self.say("hear")

    def go_on(self, lead: str = "", tail: str = "") -> Turn:
        """Put the next question, or thank and finish."""
        question = _next_to_ask(self.survey, self.state)
        if question is None:
            self.finish()
            return self.turn(lines(self.say("thanks", "watched"), self.offer()))
        self.change(asking=question.key, tries=1)
        phrase = "why" if question.kind == COMMENT else "ask"
        return self.turn(lines(lead, self.put(phrase, question), tail))


def _next_to_ask(survey: Survey, state: State) -> Question | None:
    """The national question, then one "why"; nothing more to who has told it all."""
    left = left_to_ask(survey, state.answers)
    if FFT not in state.answers:
        fft = next((question for question in left if question.fft), None)
        if fft is not None:
            return fft
        left = left_to_ask(survey, state.answers)
    comments = _comment_keys(survey)
    if state.told or any(key in state.answers for key in comments):
        return None
    asked = {question.key: question for question in left if question.key in comments}
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


def lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
