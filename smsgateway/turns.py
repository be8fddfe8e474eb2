"""What becomes of one text, from its arrival to the reply that is kept for it?

    seen before ─▶ the reply it was given          (within a minute; then nothing)
    stop        ─▶ recorded before anything else
    a stop?     ─▶ kept for somebody to look at; until then nothing is sent
    else        ─▶ the conversation's rows, its new state and the reply (exchange.py)

Everything here is written in the one transaction that the caller holds open, so a
reply exists only together with what it answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from feedback.text import clean_comment
from smsgateway.counts import OPTED_OUT, TEXTS
from smsgateway.desk import Desk
from smsgateway.exchange import Sender, converse, leave
from smsgateway.letters import language_by_letters
from smsgateway.people import SAME_REPLY_FOR, Given
from smsgateway.text import HELP, START, STOP, Text
from smsgateway.voice import Voice
from smsgateway.words import STOP_MAYBE, STOP_SURE

STOP_ALONE_WORDS = 6  # a longer opt-out says more, which is kept


def take(desk: Desk, text: Text) -> str:
    """The reply to this text, or nothing. Inside `log.transaction()` only. NoBundle,
    NoWard: it cannot be taken yet."""
    now = text.late_at or desk.now()
    given = desk.people.given(text.id)
    if given is not None:
        return _repeated(given, now)
    text = replace(text, words=clean_comment(text.words))
    reply, ward = _reply(desk, text, now)
    if text.late_at is not None:
        reply = ""  # why: smsgateway/late.py
    desk.people.give(text.id, reply, now)
    desk.counts.add(ward or desk.wards[text.line], TEXTS, now)
    return reply


def _repeated(given: Given, now: datetime) -> str:
    return given.reply if abs(now - given.at) <= SAME_REPLY_FOR else ""


def _reply(desk: Desk, text: Text, now: datetime) -> tuple[str, str]:
    """The reply, and the ward that the text is about, if it is about one."""
    if not text.sender:
        return converse(desk, Sender(), text, now)
    if text.sender in desk.wards:
        return "", ""  # our own number: two machines would talk for ever
    sender = Sender(desk.people.person(text.sender), desk.opt_outs.names(text.sender))
    stop = STOP_SURE if text.order == STOP else desk.heard.stop_in(text.words)
    if stop == STOP_SURE:
        return _stop(desk, sender, text, now), ""
    is_held = stop == STOP_MAYBE and not text.order
    if is_held:
        desk.opt_outs.hold(sender.names, text.words, now)
    if _starts(desk, sender, text):
        return _start(desk, sender, text, now), ""
    if text.order == HELP and text.answered:
        return "", ""
    return converse(desk, sender, text, now, is_held)


# ── stop and start ───────────────────────────────────────────────────────────


def _stop(desk: Desk, sender: Sender, text: Text, now: datetime) -> str:
    is_new = desk.opt_outs.stop(sender.names, now, text.answered)
    if is_new:
        desk.counts.add(desk.wards[text.line], OPTED_OUT, now)
    desk.askers.forget(sender.names)
    held = desk.people.conversations(sender.person)
    leave(desk, sender.person, held, now)
    concerns = desk.concerns.kinds_in(text.words)
    if concerns or len(text.words.split()) > STOP_ALONE_WORDS:
        desk.apart(lambda: converse(desk, sender, text, now))
    if desk.asking is not None:  # after their words: what was asked says the ward
        desk.asking.asker.opted_out(sender.names, now)
    if text.answered or not is_new:
        return ""
    language = held[-1].state.language if held else language_by_letters(text.words)
    phrases = ("concern", "stopped") if concerns else ("stopped",)
    voice = Voice(desk.voices.phrases)
    return "\n".join(voice.say(phrase, language or "en") for phrase in phrases)


def _starts(desk: Desk, sender: Sender, text: Text) -> bool:
    if text.order == START or desk.heard.asks_to_start(text.words):
        return True
    # The carrier takes a YES of somebody whom it stopped for a START.
    is_yes = desk.heard.says_yes(text.words)
    return is_yes and desk.opt_outs.standing(sender.names).by_carrier


def _start(desk: Desk, sender: Sender, text: Text, now: datetime) -> str:
    released = desk.opt_outs.release(sender.names, now)
    if released and desk.asking is not None:
        desk.asking.asker.reviewed(sender.names, False, now)
    resumed = desk.opt_outs.start(sender.names, now) or released
    # To a YES the carrier has replied itself, if it was the one that stopped.
    if text.answered or not resumed or desk.heard.says_yes(text.words):
        return ""
    return Voice(desk.voices.phrases).say("resumed", "en")
