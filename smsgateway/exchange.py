"""Which conversation does a text go on with, and what is kept and said then?

What the words mean is decided in conversation.py, which keeps nothing. Here the person
is found again, the conversation and its ward, and what came of the text is written:
rows into the log, the state for their next text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from feedback.bundle import Bundle
from feedback.survey import FFT, Survey
from smsgateway import conversation, late
from smsgateway.asking.invitation import Invitation
from smsgateway.asking.wording import DISCHARGED
from smsgateway.desk import Desk
from smsgateway.kept import drafts, practised
from smsgateway.keywords import keyword_in
from smsgateway.opt_outs import Names, Standing
from smsgateway.people import ADD_FOR, OPEN_FOR, Held
from smsgateway.talk import Row, State, Turn
from smsgateway.text import Text

# Words that come twice within this time were sent again by a thumb, not thought again.
REPEAT_WITHIN = timedelta(minutes=2)

REPEAT = "_repeat"
_NOTHING_STANDS = Standing(has_stopped=False, by_carrier=False, is_held=False)


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
class _Came:
    """A text, and the conversation that it comes into: `held` is that conversation
    where it goes on, `asked` what we asked this person and they have not answered, and
    `first` the rows with which that begins. `words`: beside a bare keyword."""

    sender: Sender
    text: Text
    words: str
    at: datetime
    standing: Standing
    held: Held | None
    asked: Invitation | None
    state: State
    survey: Survey
    first: tuple[Row, ...]


def converse(
    desk: Desk, sender: Sender, text: Text, now: datetime, is_held: bool = False
) -> tuple[str, str]:
    """The reply, and the ward that the text is about. `is_held`: somebody has yet to
    say whether this text is an answer. NoBundle, NoWard: nothing is kept."""
    bundle = desk.bundles.current()
    if bundle is None:
        raise NoBundle
    came = _came(desk, sender, text, bundle, now)
    turn = _understood(desk, came, bundle)
    if came.first:
        turn = replace(turn, rows=(*came.first, *turn.rows))
    if text.late_at is not None:
        turn = late.unsaid(came.state, turn)
    turn = _marked_if_said_before(desk, came, turn)
    _keep(desk, sender.person, text.line, turn, bundle, now, came.held)
    ward, asked = came.state.ward, came.asked
    if desk.asking and asked and asked.ward == ward and not is_held:
        desk.asking.heard_from(asked, turn.rows, now)
    if turn.asks_to_hear:
        person, _ = sender.names
        desk.askers.keep(person, text.sender, ward, turn.state.language, now)
    return turn.reply, ward


def leave(desk: Desk, person: str, held: Iterable[Held], now: datetime) -> None:
    """End these conversations of a person's as they stand."""

    def end(one: Held) -> None:
        turn = conversation.leave(one.state)
        _keep(desk, person, one.line, turn, None, now, one)

    for one in held:
        desk.apart(partial(end, one))


# ── which conversation ───────────────────────────────────────────────────────


def _came(
    desk: Desk, sender: Sender, text: Text, bundle: Bundle, now: datetime
) -> _Came:
    """One of another ward than its text is about is left."""
    person = sender.person
    held = desk.people.conversation(person, text.line) if person else None
    standing = desk.opt_outs.standing(sender.names) if person else _NOTHING_STANDS
    # What is said in silence is one response, and so are texts that we missed.
    is_late = text.late_at is not None
    is_unheard = standing.has_stopped or standing.is_held or is_late
    if held is not None and _is_over(held, is_unheard, now):
        held = None
    asked: Invitation | None = None
    if desk.asking and person and not text.answered:
        asked = desk.asking.asked(sender.names, text.line, held, now)
    here = asked.ward if asked else desk.wards[text.line]
    ward, words = _ward_of(text, bundle, held, here)
    if held is not None and ward != held.state.ward:
        leave(desk, person, [held], now)
        held = None
    if bundle.ward(ward) is None:
        raise NoWard(ward)
    first: tuple[Row, ...] = ()
    if desk.asking and asked and asked.ward == ward and held is None:
        state, first, survey = desk.asking.begun(asked, desk.new_response(), now)
    else:
        state, survey = _resumed(desk, held, bundle, ward)
    return _Came(sender, text, words, now, standing, held, asked, state, survey, first)


def _is_over(held: Held, is_unheard: bool, now: datetime) -> bool:
    if held.state.left and not is_unheard:
        return True  # who comes back after a STOP begins anew
    return now - held.since > (ADD_FOR if held.state.ended else OPEN_FOR)


def _ward_of(
    text: Text, bundle: Bundle, held: Held | None, here: str
) -> tuple[str, str]:
    """The ward that this text is about, and what it says beside a bare keyword.

    In the middle of a conversation a keyword counts only alone, and not as the words
    that were asked for.
    """
    code, is_alone = keyword_in(text.words, tuple(ward.code for ward in bundle.wards))
    here = held.state.ward if held else here
    if held is not None and not held.state.ended:
        asks_for_words = held.state.asking not in ("", FFT)
        if not is_alone or asks_for_words:
            return here, text.words
    return code or here, "" if is_alone else text.words


def _resumed(
    desk: Desk, held: Held | None, bundle: Bundle, ward: str
) -> tuple[State, Survey]:
    if held is not None:
        survey = desk.bundles.survey(held.state.survey)
        if survey is not None:
            return held.state, survey
    name = bundle.texted_on(ward)
    state = State(desk.new_response(), name, ward)
    return state, bundle.surveys[name]


# ── what is said ─────────────────────────────────────────────────────────────


def _understood(desk: Desk, came: _Came, bundle: Bundle) -> Turn:
    state, words = came.state, came.words
    concerns = desk.concerns.kinds_in(words)
    if not _may_reply(came, bool(concerns)):
        return conversation.overhear(state, came.survey, words, desk.heard, concerns)
    voice = desk.voices.of(bundle, state.ward)
    if DISCHARGED in state.answers:  # they did not text first
        voice = voice.unasked()
    is_keyword = bool(came.text.words) and not words
    return conversation.hear(
        state, came.survey, words, voice, desk.heard, came.text.pictures, concerns,
        is_keyword,
    )  # fmt: skip


def _may_reply(came: _Came, may_be_in_danger: bool) -> bool:
    """Who may be in danger is told where help is, also while a person has yet to say
    whether an earlier text of theirs was an opt-out."""
    standing = came.standing
    if not came.sender.person or came.text.answered or standing.has_stopped:
        return False
    return _may_answer(came) and (may_be_in_danger or not standing.is_held)


def _may_answer(came: _Came) -> bool:
    """Whether this text can be an answer: one that is found late seldom is."""
    if came.text.late_at is None:
        return True
    held = came.held
    return held is not None and late.may_answer(held.state, held.since, came.at)


# ── what is kept ─────────────────────────────────────────────────────────────


def _marked_if_said_before(desk: Desk, came: _Came, turn: Turn) -> Turn:
    """The same words a moment later: kept, and the response is marked."""
    if not desk.heard.is_story(came.words):
        return turn
    digest, held = desk.people.digest(came.words), came.held
    again = (
        held is not None
        and held.state.last == digest
        and came.at - held.since <= REPEAT_WITHIN
        and REPEAT not in turn.state.answers
    )
    state = replace(turn.state, last=digest)
    if not again:
        return replace(turn, state=state)
    state = replace(state, answers={**state.answers, REPEAT: "yes"})
    return replace(turn, state=state, rows=(*turn.rows, Row(REPEAT, "yes")))


def _keep(
    desk: Desk,
    person: str,
    line: str,
    turn: Turn,
    bundle: Bundle | None,
    now: datetime,
    before: Held | None,
) -> None:
    if desk.practice:
        turn = practised(turn)
    desk.log.add_all(drafts(turn.state, turn.rows, bundle, now))
    goes_on = before is not None and _same(before.state, turn.state)
    desk.counts.rows(turn.state.ward, turn.rows, not goes_on, now)
    if not person or not (turn.rows or turn.reply):
        return
    since = now
    if before and goes_on:
        # The day for adding runs from the end; and a late text makes nothing older.
        since = before.since if before.state.ended else max(now, before.since)
    desk.people.keep(person, Held(line, turn.state, since))


def _same(one: State, other: State) -> bool:
    return one.response == other.response
