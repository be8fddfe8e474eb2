"""How is a gateway's desk opened on its log?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import structlog

from feedback.assets import assets_folder
from feedback.concern import Concerns, read_concerns
from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.askers import Askers
from smsgateway.asking.alerts import Alerts
from smsgateway.asking.asker import Asker
from smsgateway.asking.book import Book
from smsgateway.asking.books import Books
from smsgateway.asking.desk import Asking
from smsgateway.asking.exclusions import Exclusions
from smsgateway.asking.outbox import Outbox
from smsgateway.asking.outcomes import Outcomes
from smsgateway.asking.policy import Policy
from smsgateway.asking.refusals import Refusals
from smsgateway.asking.seen import Seen
from smsgateway.bundles import Bundles
from smsgateway.counts import Counts
from smsgateway.deliveries import Deliveries
from smsgateway.desk import Desk
from smsgateway.gaps import Gaps
from smsgateway.heard import read_heard
from smsgateway.opt_outs import OptOuts
from smsgateway.own_key import OwnKey
from smsgateway.people import People
from smsgateway.settings import KEY, NUMBERS, OPT_OUT_PEPPER, Settings
from smsgateway.voice import Phrases, Voices, read_phrases
from smsgateway.words import Heard

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Speech:
    concerns: Concerns
    phrases: Phrases
    heard: Heard


@cache
def _read_speech() -> _Speech:
    """What we say and understand. Read once: it takes half a second, and is part of
    the program."""
    assets = assets_folder()
    return _Speech(
        read_concerns(assets / "concern"),
        read_phrases(assets / "wording" / "sms"),
        read_heard(assets / "heard"),
    )


def open_desk(settings: Settings, now: Callable[[], datetime]) -> Desk:
    """SettingError when a bundle is there and lacks the ward of one of our numbers."""
    with ExitStack() as undo:
        log = undo.enter_context(Log.open(settings.log))
        key = _own_key(settings, log)
        desk = _desk(log, key, settings, now)
        if settings.asking is not None:
            desk = replace(desk, asking=_asking(desk, key, settings, settings.asking))
        if not desk.opt_outs.has_same_pepper():
            raise SettingError(
                f"{OPT_OUT_PEPPER} is not the one under which the opt-outs of this log "
                "were kept: with it, people who asked for no texts would get some"
            )
        _check_wards(desk)
        undo.pop_all()
        return desk


def _desk(
    log: Log, key: OwnKey, settings: Settings, now: Callable[[], datetime]
) -> Desk:
    speech, counts = _read_speech(), Counts(log)
    askers = Askers(log, key, settings.hear_days)
    named = settings.asking.named_wards if settings.asking else frozenset()
    return Desk(
        log=log,
        people=People(log, settings.pepper),
        opt_outs=OptOuts(log, settings.opt_out_pepper, key, settings.pepper),
        askers=askers,
        concerns=speech.concerns,
        counts=counts,
        deliveries=Deliveries(log, counts),
        gaps=Gaps(log),
        bundles=Bundles(log),
        voices=Voices(
            speech.phrases, settings.cost, settings.privacy, askers.days, named
        ),
        heard=speech.heard,
        wards=settings.wards,
        now=now,
        practice=settings.practice,
    )


def _own_key(settings: Settings, log: Log) -> OwnKey:
    key = OwnKey(settings.own_key)
    if not key.is_of(log):
        raise SettingError(
            f"{KEY} is not the one with which the numbers in this log were locked: "
            "with it, nobody who waits to be asked can be texted. Put the right one "
            "back; if it is lost for good, `wardvoice-sms new-key` takes the new one"
        )
    return key


def _check_wards(desk: Desk) -> None:
    bundle = desk.bundles.current()
    if bundle is None:
        logger.warning("no bundle yet: texts are answered 503 until the agent has one")
        return
    for code in desk.unknown_wards():
        known = ", ".join(ward.code for ward in bundle.wards)
        raise SettingError(
            f"{NUMBERS} names the ward {code}, which this gateway was not enrolled "
            f"for; it was for {known}"
        )


def _asking(desk: Desk, key: OwnKey, settings: Settings, policy: Policy) -> Asking:
    books = _books(desk, key, settings)
    asker = Asker(books, desk.people, settings.wards, policy)
    seen = Seen(desk.log, asker, books.refusals, desk.counts, desk.bundles)
    outcomes = Outcomes(books, policy)
    return Asking(asker, outcomes, desk.bundles, desk.voices, desk.heard, seen)


def _books(desk: Desk, key: OwnKey, settings: Settings) -> Books:
    return Books(
        Book(desk.log, key, settings.opt_out_pepper),
        Outbox(desk.log, key),
        Exclusions(desk.log),
        Alerts(desk.log, key),
        Refusals(desk.log, desk.counts),
        desk.opt_outs,
        desk.counts,
    )
