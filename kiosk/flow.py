"""Where is this visitor now?

A visit is one person at the tablet, from the first tap until the screen is clear
again. It knows no widget and no pixel. Every answer is in the log before the visit
moves: if the log cannot keep it, the visit stays where it is, and the very same
answer, with the time at which it was given, is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback.answer import Draft, utc_text
from feedback.log import Log
from feedback.receipts import receipt_hash
from feedback.seal import seal
from feedback.survey import COMMENT, FEELINGS, MAP, Question, revise
from feedback.text import clean_comment
from kiosk import way
from kiosk.ready import Ready
from kiosk.way import FINISHED, Place, Stop

MODE = "kiosk"
LEFT, WITHDRAWN = "left", "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """A move that waits for its answers to be safe on the disk. `None` in `language`
    and `receipt`: they stay as they are."""

    drafts: tuple[Draft, ...]
    to: Place
    question: str = ""
    language: str | None = None
    receipt: str | None = None
    erases: bool = False


class Visit:
    """One visit. Its methods raise NotSaved when the disk refuses: see `retry`.

    `survey` names one of those that the ward offers; empty: the ward's first one.
    `repeat`: begun so soon after the visit before it that it may be the same person.
    """

    def __init__(
        self,
        log: Log,
        ready: Ready,
        response: str,
        practice: bool,
        survey: str = "",
        repeat: bool = False,
    ) -> None:
        self.ready = ready
        self.survey = ready.bundle.surveys[survey] if survey else ready.survey
        self.response = response
        self.practice = practice
        self.repeat = repeat
        self.language = "en"
        self.receipt = ""
        self.place = Place()
        self._log = log
        self._step: Step | None = None
        self._unsaid: dict[str, str] = {}

    # ── what a visitor does ──────────────────────────────────────────────────

    def start(self, language: str, now: datetime) -> None:
        assert language in self.survey.languages
        self.language = language
        marks = {"_practice": self.practice, "_repeat": self.repeat}
        first = {key: "yes" for key, so in marks.items() if so}
        to = way.beginning(self.survey)
        self._take(Step(self._drafts({**first, "_language": language}, now), to))

    def answer(self, value: str, now: datetime) -> None:
        """The value for the question they are at; empty leaves or takes it back."""
        question = self._question()
        if question.kind == COMMENT:
            value = clean_comment(value)
        changes, answers = self._changed(question, value)
        to = way.after(self.survey, self.place, question, answers)
        self._go(changes, to, now, question.key)

    def skip(self, now: datetime) -> None:
        self.answer("", now)

    def back(self, unsaid: str | None = None) -> None:
        """To the place before. `unsaid` was chosen or typed here, but not sent."""
        self.hold(unsaid)
        place = way.before(self.survey, self.place)
        assert place is not None, "nothing lies before the first question"
        self.place = place

    def hold(self, unsaid: str | None) -> None:
        """Keep what was chosen or typed here, while the screen is shown anew."""
        if unsaid is not None and self.place.at is not None:
            self._unsaid[self.place.at.key] = unsaid

    def speak(self, language: str, now: datetime) -> None:
        """Go on in another language, from where they are. It is a row like an answer:
        the last one tells in which language a person ended."""
        assert language in self.survey.languages
        if self.place.end or not self.place.going:
            self.language = language
        elif language != self.language:
            drafts = self._drafts({"_language": language}, now)
            self._take(Step(drafts, self.place, language=language))

    # ── the map ──────────────────────────────────────────────────────────────

    def place_step(self, key: str, level: str, now: datetime) -> None:
        """Put a step of the journey higher or lower; empty takes it off the map."""
        question = self._on_map(key)
        changes, answers = self._changed(question, level)
        self._go(changes, Place(answers, on_map=True), now, key)

    def open(self, key: str) -> None:
        """To a question of the map: a step's faces, or its words if it is placed."""
        question = self._on_map(key)
        assert question in self.route(), f"{key} is not asked now"
        self.place = Place(self.place.answers, question, entered=key)

    def open_words(self, key: str) -> None:
        step = self._on_map(key).step
        words = (one for one in self.survey.questions if one.step == step)
        self.open(next(one.key for one in words if one.kind == FEELINGS))

    def go_on(self, now: datetime) -> None:
        """Past the map, whatever is placed there."""
        assert self.place.on_map
        self._go({}, way.past_the_map(self.survey, self.place.answers), now)

    # ── how it ends ──────────────────────────────────────────────────────────

    def leave(self, now: datetime, unsaid: str | None = None) -> None:
        """They stop here, or have gone. What waits for the disk goes with it, and so
        does what they chose or typed here and did not send: they are thanked for it."""
        if not self.place.going:
            return
        waiting = self._step or self._as_sent(unsaid, now)
        if waiting.to.end:
            self._take(waiting)
            return
        end = self._drafts({"_end": LEFT}, now)
        self._take(Step(waiting.drafts + end, Place(waiting.to.answers, end=LEFT)))

    def gone(self, now: datetime) -> None:
        """Nobody is there any more: the ward says what becomes of the answers."""
        finished = self._step is not None and self._step.to.end
        if self.ready.ward.when_left == WITHDRAWN and not finished:
            self.withdraw(now)
        else:
            self.leave(now)

    def withdraw(self, now: datetime) -> None:
        """They take everything back. Words that central has not got yet never go."""
        if self.place.end == WITHDRAWN or self.place == Place():
            return
        end = self._drafts({"_end": WITHDRAWN}, now)
        self._unsaid.clear()
        self._take(Step(end, Place(end=WITHDRAWN), receipt="", erases=True))

    def take_receipt(self, code: str, now: datetime) -> None:
        """A code to come back with: only its hash is written."""
        assert self.place.end in (FINISHED, LEFT), "there is nothing to come back to"
        assert not self.receipt, "one code to a visit"
        drafts = self._drafts({"_receipt": receipt_hash(code)}, now)
        self._take(Step(drafts, self.place, receipt=code))

    def retry(self) -> None:
        """Write what waits, then move. NotSaved: nothing has moved, call it again."""
        step = self._step
        assert step is not None, "nothing waits"
        self._write(step)
        self._step = None
        self._unsaid.pop(step.question, None)
        self.place = step.to
        self.language = self.language if step.language is None else step.language
        self.receipt = self.receipt if step.receipt is None else step.receipt

    # ── where they are ───────────────────────────────────────────────────────

    @property
    def unsaved(self) -> bool:
        return self._step is not None

    @property
    def said(self) -> str:
        """What they said to this question, or had begun to say."""
        key = self._question().key
        return self._unsaid.get(key, self.place.answers.get(key, ""))

    @property
    def can_go_back(self) -> bool:
        return way.before(self.survey, self.place) is not None

    def route(self) -> list[Question]:
        """The questions from first to last, as far as the answers tell today."""
        return way.route(self.survey, self.place.answers)

    def stops(self) -> list[Stop]:
        """The same way; the map, None, is one stop of it."""
        return way.stops(self.survey, self.place.answers)

    def _as_sent(self, unsaid: str | None, now: datetime) -> Step:
        """What stands on the screen, as if they had gone on with it."""
        question = self.place.at
        if question is None or not unsaid:
            return Step((), self.place)
        value = clean_comment(unsaid) if question.kind == COMMENT else unsaid
        changes, answers = self._changed(question, value)
        return Step(self._drafts(changes, now), Place(answers, question))

    # ── within ───────────────────────────────────────────────────────────────

    def _question(self) -> Question:
        assert self.place.at is not None, "the visit has no question now"
        return self.place.at

    def _on_map(self, key: str) -> Question:
        question = self.survey.question(key)
        assert self.place.on_map, "the visit is not on the map now"
        assert question is not None, f"{self.survey.name} has no question {key}"
        assert question.page == MAP, f"{key} is not on the map"
        return question

    def _changed(
        self, question: Question, value: str
    ) -> tuple[dict[str, str], dict[str, str]]:
        """What to write for this answer, and all answers after it."""
        before = self.place.answers
        changes = revise(self.survey, before, question.key, value)
        gone = {k for k, v in changes.items() if not v} - {question.key}
        after = {k: v for k, v in {**before, **changes}.items() if k not in gone}
        # What stands already needs no second row, and nothing was there to take back.
        new = {k: v for k, v in changes.items() if v != before.get(k, "")}
        return new, after

    def _go(
        self, changes: Mapping[str, str], to: Place, now: datetime, key: str = ""
    ) -> None:
        end = {"_end": to.end} if to.end else {}
        self._take(Step(self._drafts({**changes, **end}, now), to, key))

    def _take(self, step: Step) -> None:
        self._step = step
        self.retry()

    def _write(self, step: Step) -> None:
        if step.erases:
            with self._log.transaction():
                self._log.add_all(step.drafts)
                self._log.erase(self.response)
        elif step.drafts:
            self._log.add_all(step.drafts)

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
