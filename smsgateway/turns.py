"""What becomes of one text, from its arrival to the reply that is kept for it?

    seen before ─▶ the reply it was given          (within a minute; then nothing)
    stop        ─▶ recorded before anything else
    else        ─▶ the conversation's rows, its new state and the reply

Everything here is written in the one transaction that the caller holds open, so a
reply exists only together with what it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedback.answer import Draft, new_response, utc_text
from feedback.bundle import Bundle
from feedback.log import Log
from feedback.seal import seal
from feedback.survey import Survey
from feedback.text import clean_comment
from smsgateway import conversation
from smsgateway import words as meaning
from smsgateway.bundles import Bundles
from smsgateway.conversation import MODE, Row, State, Turn
from smsgateway.people import Given, Held, People
from smsgateway.text import HELP, START, STOP, Text
from smsgateway.voice import Phrases, Voice

# A carrier that repeats a webhook does so at once. Later than this the person has
# had the reply, or a person is replaying it.
SAME_REPLY_FOR = timedelta(seconds=60)
# An open question may be answered for a week; who has finished may add for a day.
OPEN_FOR = timedelta(days=7)
ADD_FOR = timedelta(hours=24)


class NoBundle(Exception):
    """There is no bundle yet: nobody has said what to ask, or whom to seal for."""


class NoWard(Exception):
    """This number's ward is not one of this gateway's; `code`: what the setting says.

    Central would hold every such answer, so none is taken.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Desk:
    """All that one text needs. `wards` maps our numbers to the wards' codes."""

    log: Log
    people: People
    bundles: Bundles
    phrases: Phrases
    wards: Mapping[str, str]
    now: Callable[[], datetime]
    new_response: Callable[[], str] = new_response

    def unknown_wards(self) -> list[str]:
        """The codes of our numbers' wards that the bundle, if there is one, lacks."""
        bundle = self.bundles.current()
        if bundle is None:
            return []
        codes = sorted(set(self.wards.values()))
        return [code for code in codes if bundle.ward(code) is None]

    def take(self, text: Text) -> str:
        """The reply to this text, or nothing. Inside `log.transaction()` only."""
        now = self.now()
        given = self.people.given(text.id)
        if given is not None:
            return _repeated(given, now)
        text = replace(text, words=clean_comment(text.words))
        reply = self._reply(text, now)
        self.people.give(text.id, reply, now)
        return reply

    def _reply(self, text: Text, now: datetime) -> str:
        if text.sender in self.wards:
            return ""  # our own number: two machines would talk for ever
        person = self.people.person(text.sender) if text.sender else ""
        if person and (text.order == STOP or meaning.asks_to_stop(text.words)):
            return self._stop(person, text, now)
        if person and self._starts(person, text):
            self.people.start(person, now)
            return ""
        if text.order == HELP and text.answered:
            return ""
        return self._converse(person, text, now)

    # ── stop and start ───────────────────────────────────────────────────────

    def _stop(self, person: str, text: Text, now: datetime) -> str:
        is_new = self.people.stop(person, now)
        language = "en"
        for held in self.people.conversations(person):
            language = held.state.language
            turn = conversation.leave(held.state)
            self._keep(person, held.line, turn, None, now, held)
        if text.answered or not is_new:
            return ""
        return Voice(self.phrases).say("stopped", language)

    def _starts(self, person: str, text: Text) -> bool:
        if text.order == START or meaning.asks_to_start(text.words):
            return True
        return meaning.says_yes(text.words) and self.people.has_stopped(person)

    # ── the conversation ─────────────────────────────────────────────────────

    def _converse(self, person: str, text: Text, now: datetime) -> str:
        bundle = self.bundles.current()
        if bundle is None:
            raise NoBundle
        if bundle.ward(self.wards[text.line]) is None:
            raise NoWard(self.wards[text.line])
        held = self.people.conversation(person, text.line) if person else None
        has_stopped = bool(person) and self.people.has_stopped(person)
        if held is not None and _is_over(held, has_stopped, now):
            held = None
        state, survey = self._resume(held, bundle, text.line)
        if not person or text.answered or has_stopped:
            turn = conversation.overhear(state, survey, text.words)
        else:
            voice = self._voice(bundle, state.ward)
            turn = conversation.hear(state, survey, text.words, voice, text.pictures)
        self._keep(person, text.line, turn, bundle, now, held)
        return turn.reply

    def _resume(
        self, held: Held | None, bundle: Bundle, line: str
    ) -> tuple[State, Survey]:
        if held is not None:
            survey = self.bundles.survey(held.state.survey)
            if survey is not None:
                return held.state, survey
        name = bundle.sms_survey
        state = State(self.new_response(), name, self.wards[line])
        return state, bundle.surveys[name]

    def _voice(self, bundle: Bundle, code: str) -> Voice:
        ward = bundle.ward(code)
        return Voice(self.phrases, bundle.organisation, ward.name if ward else code)

    def _keep(
        self,
        person: str,
        line: str,
        turn: Turn,
        bundle: Bundle | None,
        now: datetime,
        before: Held | None,
    ) -> None:
        self.log.add_all(_drafts(turn.state, turn.rows, bundle, now))
        if not person or not (turn.rows or turn.reply):
            return
        since = now
        if before and before.state.ended and _same(before.state, turn.state):
            since = before.since  # the day for adding runs from the end
        self.people.keep(person, Held(line, turn.state, since))


def _repeated(given: Given, now: datetime) -> str:
    return given.reply if abs(now - given.at) <= SAME_REPLY_FOR else ""


def _same(one: State, other: State) -> bool:
    return one.response == other.response


def _is_over(held: Held, has_stopped: bool, now: datetime) -> bool:
    if held.state.left and not has_stopped:
        return True  # who comes back after a STOP begins anew
    return now - held.since > (ADD_FOR if held.state.ended else OPEN_FOR)


def _drafts(
    state: State, rows: Iterable[Row], bundle: Bundle | None, now: datetime
) -> list[Draft]:
    return [
        Draft(
            response=state.response,
            survey=state.survey,
            question=row.question,
            value=_sealed(state, row, bundle) if row.is_comment else row.value,
            ward=state.ward,
            mode=MODE,
            answered_at=utc_text(now),
        )
        for row in rows
    ]


def _sealed(state: State, row: Row, bundle: Bundle | None) -> str:
    assert bundle is not None, "a comment with nobody to seal it for"
    return seal(
        row.value,
        state.response,
        row.question,
        bundle.comment_key_id,
        bundle.comment_public_key,
    )
