"""Where is this visitor now?

A visit is one person at the tablet, from the first tap until the screen is clear
again. It knows no widget and no pixel. Every answer is in the log before the visit
moves: if the log cannot keep it, the visit stays where it is, and the very same
answer, with the time at which it was given, is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from feedback.answer import Draft, utc_text
from feedback.log import Log
from feedback.seal import seal
from feedback.survey import COMMENT, Question, asked, next_question, revise
from feedback.text import clean_comment
from kiosk.ready import Ready

MODE = "kiosk"
FINISHED, LEFT = "finished", "left"


@dataclass(frozen=True, slots=True)
class Place:
    """What the visitor said, the question before them, and how the visit ended.

    Before the language is chosen there is no question and no end.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    at: Question | None = None
    end: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A move that waits for its answers to be safe on the disk."""

    drafts: tuple[Draft, ...]
    to: Place
    question: str = ""


class Visit:
    """One visit. Its methods raise NotSaved when the disk refuses: see `retry`."""

    def __init__(self, log: Log, ready: Ready, response: str, practice: bool) -> None:
        self.ready = ready
        self.survey = ready.survey
        self.response = response
        self.practice = practice
        self.language = "en"
        self.place = Place()
        self._log = log
        self._step: Step | None = None
        self._unsaid: dict[str, str] = {}

    # ── what a visitor does ──────────────────────────────────────────────────

    def start(self, language: str, now: datetime) -> None:
        assert language in self.survey.languages
        self.language = language
        first = {"_practice": "yes"} if self.practice else {}
        to = Place(at=next_question(self.survey, {}))
        self._take(Step(self._drafts({**first, "_language": language}, now), to))

    def answer(self, value: str, now: datetime) -> None:
        """The value for the question they are at; empty leaves or takes it back."""
        question = self._question()
        if question.kind == COMMENT:
            value = clean_comment(value)
        before = self.place.answers
        changes = revise(self.survey, before, question.key, value)
        unreachable = changes.keys() - {question.key}
        after = {k: v for k, v in before.items() if k not in unreachable}
        to = self._after(question, {**after, question.key: value})

        # What stands already needs no second row, and nothing was there to take back.
        new = {k: v for k, v in changes.items() if v != before.get(k, "")}
        end = {"_end": to.end} if to.end else {}
        self._take(Step(self._drafts({**new, **end}, now), to, question.key))

    def skip(self, now: datetime) -> None:
        self.answer("", now)

    def back(self, unsaid: str = "") -> None:
        """To the question before. `unsaid` was chosen or typed here, but not sent."""
        question = self._question()
        route = self.route()
        place = route.index(question)
        assert place > 0, "nothing lies before the first question"
        self._unsaid[question.key] = unsaid
        self.place = Place(self.place.answers, route[place - 1])

    def leave(self, now: datetime) -> None:
        """They stop here, or have gone. What waits for the disk goes with it."""
        if self.place.end or self.place.at is None:
            return
        waiting = self._step or Step((), self.place)
        if waiting.to.end:
            self._take(waiting)
            return
        end = self._drafts({"_end": LEFT}, now)
        to = Place(waiting.to.answers, None, LEFT)
        self._take(Step(waiting.drafts + end, to))

    def retry(self) -> None:
        """Write what waits, then move. NotSaved: nothing has moved, call it again."""
        step = self._step
        assert step is not None, "nothing waits"
        self._log.add_all(step.drafts)
        self._step = None
        self._unsaid.pop(step.question, None)
        self.place = step.to

    # ── where they are ───────────────────────────────────────────────────────

    @property
    def unsaved(self) -> bool:
        return self._step is not None

    @property
    def said(self) -> str:
        """What they said to this question, or had begun to say."""
        key = self._question().key
        return self._unsaid.get(key) or self.place.answers.get(key, "")

    @property
    def can_go_back(self) -> bool:
        return self.route()[0] != self.place.at

    def route(self) -> list[Question]:
        """The questions from first to last, as far as the answers tell today."""
        return self._route(self.place.answers)

    # ── within ───────────────────────────────────────────────────────────────

    def _question(self) -> Question:
        assert self.place.at is not None, "the visit has no question now"
        return self.place.at

    def _route(self, answers: Mapping[str, str]) -> list[Question]:
        ahead = dict(answers)
        while question := next_question(self.survey, ahead):
            ahead[question.key] = ""
        return asked(self.survey, ahead)

    def _after(self, question: Question, answers: Mapping[str, str]) -> Place:
        route = self._route(answers)
        later = route[route.index(question) + 1 :]
        return Place(answers, later[0]) if later else Place(answers, None, FINISHED)

    def _take(self, step: Step) -> None:
        self._step = step
        self.retry()

    def _drafts(self, values: Mapping[str, str], now: datetime) -> tuple[Draft, ...]:
        return tuple(self._draft(key, value, now) for key, value in values.items())

    def _draft(self, key: str, value: str, now: datetime) -> Draft:
        question = self.survey.question(key)
        if question is not None and question.kind == COMMENT:
            value = self._sealed(key, value)
        return Draft(
            response=self.response,
            survey=self.survey.name,
            question=key,
            value=value,
            ward=self.ready.ward.code,
            mode=MODE,
            answered_at=utc_text(now),
        )

    def _sealed(self, key: str, text: str) -> str:
        bundle = self.ready.bundle
        return seal(
            text,
            self.response,
            key,
            bundle.comment_key_id,
            bundle.comment_public_key,
        )
