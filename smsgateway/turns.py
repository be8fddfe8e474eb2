"""What becomes of one text, from its arrival to the reply that is kept for it?

    seen before ─▶ the reply it was given          (within a minute; then nothing)
    stop        ─▶ recorded before anything else
    a stop?     ─▶ kept for somebody to look at; until then nothing is sent
    else        ─▶ the conversation's rows, its new state and the reply

Everything here is written in the one transaction that the caller holds open, so a
reply exists only together with what it answers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from feedback.answer import new_response
from feedback.bundle import Bundle
from feedback.concern import Concerns
from feedback.log import Log, LogError
from feedback.survey import FFT, Survey
from feedback.text import clean_comment
from smsgateway import conversation, late
from smsgateway.askers import Askers
from smsgateway.asking.desk import Asking
from smsgateway.asking.invitation import Invitation
from smsgateway.asking.seen import Seen
from smsgateway.asking.wording import DISCHARGED
from smsgateway.bundles import Bundles
from smsgateway.counts import OPTED_OUT, TEXTS, Counts
from smsgateway.deliveries import Deliveries
from smsgateway.gaps import Gaps
from smsgateway.kept import drafts, practised
from smsgateway.keywords import keyword_in
from smsgateway.letters import language_by_letters
from smsgateway.logs import place_of
from smsgateway.opt_outs import STOPPED, Names, OptOuts, Standing
from smsgateway.people import ADD_FOR, OPEN_FOR, SAME_REPLY_FOR, Given, Held, People
from smsgateway.talk import Row, State, Turn
from smsgateway.text import HELP, START, STOP, Status, Text
from smsgateway.voice import Voice, Voices
from smsgateway.words import STOP_MAYBE, STOP_SURE, Heard

# Words that come twice within this time were sent again by a thumb, not thought again.
REPEAT_WITHIN = timedelta(minutes=2)

REPEAT = "_repeat"
_NOTHING_STANDS = Standing(has_stopped=False, by_carrier=False, is_held=False)
STOP_ALONE_WORDS = 6  # a longer opt-out says more, which is kept

logger = structlog.get_logger()


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
class Sender:
    """Who wrote a text, as our tables know them; `person` is empty where no number is
    shown."""

    person: str = ""
    names: Names = ("", "")


@dataclass(frozen=True, slots=True)
class Desk:
    """All that one text needs. `wards` maps our numbers to the wards' codes.
    `asking` is None where nobody is asked by text. In `practice` every response that a
    text adds to is marked, and never counts.
    """

    log: Log
    people: People
    opt_outs: OptOuts
    askers: Askers
    concerns: Concerns
    counts: Counts
    deliveries: Deliveries
    gaps: Gaps
    bundles: Bundles
    voices: Voices
    heard: Heard
    wards: Mapping[str, str]
    now: Callable[[], datetime]
    asking: Asking | None = None
    new_response: Callable[[], str] = new_response
    practice: bool = False

    @property
    def asked(self) -> Seen:
        """What the team sees. Only where people are asked."""
        assert self.asking is not None, "nobody is asked here"
        return self.asking.seen

    def unknown_wards(self) -> list[str]:
        """The codes of our numbers' wards that the bundle, if there is one, lacks."""
        bundle = self.bundles.current()
        if bundle is None:
            return []
        codes = sorted(set(self.wards.values()))
        return [code for code in codes if bundle.ward(code) is None]

    def take(self, text: Text) -> str:
        """The reply to this text, or nothing. Inside `log.transaction()` only."""
        now = text.late_at or self.now()
        given = self.people.given(text.id)
        if given is not None:
            return _repeated(given, now)
        text = replace(text, words=clean_comment(text.words))
        reply, ward = self._reply(text, now)
        if text.late_at is not None:
            reply = ""  # why: smsgateway/late.py
        self.people.give(text.id, reply, now)
        self.counts.add(ward or self.wards[text.line], TEXTS, now)
        return reply

    def _reply(self, text: Text, now: datetime) -> tuple[str, str]:
        """The reply, and the ward that the text is about, if it is about one."""
        if not text.sender:
            return self._converse(Sender(), text, now)
        if text.sender in self.wards:
            return "", ""  # our own number: two machines would talk for ever
        person, names = (
            self.people.person(text.sender),
            self.opt_outs.names(text.sender),
        )
        sender = Sender(person, names)
        stop = STOP_SURE if text.order == STOP else self.heard.stop_in(text.words)
        if stop == STOP_SURE:
            return self._stop(sender, text, now), ""
        is_held = stop == STOP_MAYBE and not text.order
        if is_held:
            self.opt_outs.hold(names, text.words, now)
        if self._starts(sender, text):
            return self._start(sender, text, now), ""
        if text.order == HELP and text.answered:
            return "", ""
        return self._converse(sender, text, now, is_held)

    def hear_of(self, status: Status) -> None:
        """How far a text of ours is. Inside `log.transaction()` only."""
        if status.own:
            if self.asking is not None:
                self.asking.outcomes.status(status, self.now())
            return
        person = self.people.person(status.to)
        held = self.people.conversation(person, status.line)
        ward = held.state.ward if held else self.wards[status.line]
        self.deliveries.note(status, ward, self.now())

    def decide(self, review: int, decision: str, who: str, now: datetime) -> None:
        """What somebody says of a text that may be an opt-out (`OptOuts.decide`)."""
        person = self.opt_outs.decide(review, decision, who, now)
        if self.asking is not None:
            self.asking.asker.reviewed((person, person), decision == STOPPED, now)

    def purge(self, now: datetime) -> None:
        """Delete what has had its time. Inside `log.transaction()` only."""
        self.people.purge(now)
        self.deliveries.purge(now)
        self.askers.purge(now)
        if self.asking is not None:
            self.asking.asker.purge(now)

    # ── stop and start ───────────────────────────────────────────────────────

    def _stop(self, sender: Sender, text: Text, now: datetime) -> str:
        is_new = self.opt_outs.stop(sender.names, now, text.answered)
        if is_new:
            self.counts.add(self.wards[text.line], OPTED_OUT, now)
        self.askers.forget(sender.names)
        held = self.people.conversations(sender.person)
        self._leave(sender.person, held, now)
        concerns = self.concerns.kinds_in(text.words)
        if concerns or len(text.words.split()) > STOP_ALONE_WORDS:
            self._apart(lambda: self._converse(sender, text, now))
        if self.asking is not None:  # after their words: what was asked says the ward
            self.asking.asker.opted_out(sender.names, now)
        if text.answered or not is_new:
            return ""
        language = held[-1].state.language if held else language_by_letters(text.words)
        phrases = ("concern", "stopped") if concerns else ("stopped",)
        voice = Voice(self.voices.phrases)
        return "\n".join(voice.say(phrase, language or "en") for phrase in phrases)

    def _leave(self, person: str, held: Iterable[Held], now: datetime) -> None:
        def leave(one: Held) -> None:
            turn = conversation.leave(one.state)
            self._keep(person, one.line, turn, None, now, one)

        for one in held:
            self._apart(partial(leave, one))

    def _apart(self, work: Callable[[], object]) -> None:
        """Do this so that no fault in it takes an opt-out back."""
        connection = self.log.db.conn
        connection.execute("SAVEPOINT apart")
        try:
            work()
        except (sqlite3.Error, LogError):
            raise  # then nothing at all is on the disk, and the carrier asks again
        except Exception as error:  # noqa: BLE001, the opt-out stands
            logger.error("our fault", kind=type(error).__name__, where=place_of(error))
            connection.execute("ROLLBACK TO apart")
        connection.execute("RELEASE apart")

    def _starts(self, sender: Sender, text: Text) -> bool:
        if text.order == START or self.heard.asks_to_start(text.words):
            return True
        # The carrier takes a YES of somebody whom it stopped for a START.
        is_yes = self.heard.says_yes(text.words)
        return is_yes and self.opt_outs.standing(sender.names).by_carrier

    def _start(self, sender: Sender, text: Text, now: datetime) -> str:
        released = self.opt_outs.release(sender.names, now)
        if released and self.asking is not None:
            self.asking.asker.reviewed(sender.names, False, now)
        resumed = self.opt_outs.start(sender.names, now) or released
        # To a YES the carrier has replied itself, if it was the one that stopped.
        if text.answered or not resumed or self.heard.says_yes(text.words):
            return ""
        return Voice(self.voices.phrases).say("resumed", "en")

    # ── the conversation ─────────────────────────────────────────────────────

    def _converse(
        self, sender: Sender, text: Text, now: datetime, is_held: bool = False
    ) -> tuple[str, str]:
        """`is_held`: somebody has yet to say whether this text is an answer."""
        bundle = self.bundles.current()
        if bundle is None:
            raise NoBundle
        person = sender.person
        held = self.people.conversation(person, text.line) if person else None
        standing = self.opt_outs.standing(sender.names) if person else _NOTHING_STANDS
        is_late = text.late_at is not None
        # What is said in silence is one response, and so are texts that we missed.
        is_unheard = standing.has_stopped or standing.is_held or is_late
        if held is not None and _is_over(held, is_unheard, now):
            held = None
        # Who was asked by us, and has not answered yet.
        asked: Invitation | None = None
        if self.asking and person and not text.answered:
            asked = self.asking.asked(sender.names, text.line, held, now)
        here = asked.ward if asked else self.wards[text.line]
        ward, words = self._ward_of(text, bundle, held, here)
        if held is not None and ward != held.state.ward:
            self._leave(person, [held], now)
            held = None
        if bundle.ward(ward) is None:
            raise NoWard(ward)
        first: tuple[Row, ...] = ()
        if self.asking and asked and asked.ward == ward and held is None:
            state, first, survey = self.asking.begun(asked, self.new_response(), now)
        else:
            state, survey = self._resume(held, bundle, ward)
        is_keyword = bool(text.words) and not words
        concerns = self.concerns.kinds_in(words)
        is_silent = not person or text.answered or standing.has_stopped
        may_hear = not is_silent and _may_answer(text, held, now)
        # Who may be in danger is told where help is, also while a person has yet to say
        # whether an earlier text of theirs was an opt-out.
        if may_hear and (concerns or not standing.is_held):
            voice = self.voices.of(bundle, state.ward)
            if DISCHARGED in state.answers:  # they did not text first
                voice = voice.unasked()
            turn = conversation.hear(
                state, survey, words, voice, self.heard, text.pictures, concerns,
                is_keyword,
            )  # fmt: skip
        else:
            turn = conversation.overhear(state, survey, words, self.heard, concerns)
        if first:
            turn = replace(turn, rows=(*first, *turn.rows))
        if is_late:
            turn = late.unsaid(state, turn)
        turn = self._marked_if_said_before(turn, held, words, now)
        self._keep(person, text.line, turn, bundle, now, held)
        if self.asking and asked and asked.ward == state.ward and not is_held:
            self.asking.heard_from(asked, turn.rows, now)
        if turn.asks_to_hear:
            self._keep_number(sender, text, turn.state, now)
        return turn.reply, state.ward

    def _ward_of(
        self, text: Text, bundle: Bundle, held: Held | None, here: str
    ) -> tuple[str, str]:
        """The ward that this text is about, and what it says beside a bare keyword.

        In the middle of a conversation a keyword counts only alone, and not as the
        words that were asked for.
        """
        code, is_alone = keyword_in(
            text.words, tuple(ward.code for ward in bundle.wards)
        )
        here = held.state.ward if held else here
        if held is not None and not held.state.ended:
            asks_for_words = held.state.asking not in ("", FFT)
            if not is_alone or asks_for_words:
                return here, text.words
        return code or here, "" if is_alone else text.words

    def _marked_if_said_before(
        self, turn: Turn, held: Held | None, words: str, now: datetime
    ) -> Turn:
        """The same words a moment later: kept, and the response is marked."""
        if not self.heard.is_story(words):
            return turn
        digest = self.people.digest(words)
        again = (
            held is not None
            and held.state.last == digest
            and now - held.since <= REPEAT_WITHIN
            and REPEAT not in turn.state.answers
        )
        state = replace(turn.state, last=digest)
        if not again:
            return replace(turn, state=state)
        state = replace(state, answers={**state.answers, REPEAT: "yes"})
        return replace(turn, state=state, rows=(*turn.rows, Row(REPEAT, "yes")))

    def _keep_number(
        self, sender: Sender, text: Text, state: State, now: datetime
    ) -> None:
        person, _ = sender.names
        self.askers.keep(person, text.sender, state.ward, state.language, now)

    def _resume(
        self, held: Held | None, bundle: Bundle, ward: str
    ) -> tuple[State, Survey]:
        if held is not None:
            survey = self.bundles.survey(held.state.survey)
            if survey is not None:
                return held.state, survey
        name = bundle.texted_on(ward)
        state = State(self.new_response(), name, ward)
        return state, bundle.surveys[name]

    def _keep(
        self,
        person: str,
        line: str,
        turn: Turn,
        bundle: Bundle | None,
        now: datetime,
        before: Held | None,
    ) -> None:
        if self.practice:
            turn = practised(turn)
        self.log.add_all(drafts(turn.state, turn.rows, bundle, now))
        goes_on = before is not None and _same(before.state, turn.state)
        self.counts.rows(turn.state.ward, turn.rows, not goes_on, now)
        if not person or not (turn.rows or turn.reply):
            return
        since = now
        if before and goes_on:
            # The day for adding runs from the end; and a late text makes nothing older.
            since = before.since if before.state.ended else max(now, before.since)
        self.people.keep(person, Held(line, turn.state, since))


def _repeated(given: Given, now: datetime) -> str:
    return given.reply if abs(now - given.at) <= SAME_REPLY_FOR else ""


def _same(one: State, other: State) -> bool:
    return one.response == other.response


def _is_over(held: Held, is_unheard: bool, now: datetime) -> bool:
    if held.state.left and not is_unheard:
        return True  # who comes back after a STOP begins anew
    return now - held.since > (ADD_FOR if held.state.ended else OPEN_FOR)


def _may_answer(text: Text, held: Held | None, now: datetime) -> bool:
    """Whether this text can be an answer: one that is found late seldom is."""
    if text.late_at is None:
        return True
    return held is not None and late.may_answer(held.state, held.since, now)
