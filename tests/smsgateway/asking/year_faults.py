"""Faults planted on purpose, one for each *never*: the simulation must find them.

Each takes one wall away. A simulation that stays green with it proves nothing of that
wall.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from smsgateway.asking import (
    alerts,
    asker,
    book,
    hours,
    numbers,
    outbox,
    outcomes,
    sender,
)
from smsgateway.twilio import rest
from tests.smsgateway.asking import year_carrier
from tests.smsgateway.asking.year_trust import Plan

DAY = timedelta(days=1)
FAR = datetime(2099, 1, 1, tzinfo=UTC)
# Easter, and the clocks go forward on the first Sunday.
SCENE = Plan(datetime(2027, 3, 24, 4, tzinfo=UTC), 8, seed=3, a_day=30, alerts=1)
POOR = replace(SCENE, daily=60, floods=(0,), month=900)
ALARMED = replace(SCENE, alerts=24, a_day=5, unreachable=((1, 9),), bursts=(2.6,))
AWAY = replace(SCENE, off=((2.4, 110),))
SILENT = replace(SCENE, much_trouble=12, days=4)
SCENES = (SCENE, POOR, ALARMED, AWAY, SILENT)


@dataclass(frozen=True)
class Fault:
    breaks: str
    plant: Callable[..., None] = lambda patch: None
    scene: Plan = SCENE


def _forget(*facts: str) -> Callable[..., None]:
    """What is known of a person is not looked at, and nothing planned is ended."""
    known = asker.Facts

    def forgetful(**said):
        return known(**{name: said[name] for name in said if name not in facts})

    def plant(patch) -> None:
        patch.setattr(asker, "Facts", forgetful)
        patch.setattr(book.Book, "end_all", lambda *_: [])

    return plant


def _set(owner, name: str, value) -> Callable[..., None]:
    return lambda patch: patch.setattr(owner, name, value)


def _any_number(said: str) -> str:
    digits = re.sub("[^0-9]", "", said)
    return f"+44{digits.lstrip('0').removeprefix('44')}"


def _no_end(patch) -> None:
    known = asker.Plan
    patch.setattr(asker, "Plan", lambda *said: replace(known(*said), valid_to=FAR))
    patch.setattr(book.Book, "too_old", lambda *_: [])


def _no_stay_is_known_again(patch) -> None:
    patch.setattr(book.Book, "episode", lambda *_: secrets.token_hex(16))
    patch.setattr(book.Book, "last_asked", lambda *_: None)


def _reminded_again(patch) -> None:
    known = outcomes.reminder

    def reminder(sent, *said):
        again = known(replace(sent, kind="soon"), *said)
        return again and replace(again, episode=f"{again.episode} again")

    patch.setattr(outcomes, "reminder", reminder)
    patch.setattr(book.Book, "last_asked", lambda *_: None)


def _reminded_soon(patch) -> None:
    patch.setattr(book.Book, "drop_reminder", lambda *_: None)
    patch.setattr(year_carrier, "ENDS_BADLY", {30003: 0.3})


def _in_one_heap(patch) -> None:
    """All that was sent today counts, and nobody knows for which ward."""
    known = outbox.Outbox.segments_on
    patch.setattr(
        outbox.Outbox, "segments_on", lambda *said: {"": sum(known(*said).values())}
    )


def _no_look(patch) -> None:
    patch.setattr(sender, "_match", lambda *_, **__: None)
    patch.setattr(year_carrier, "STATUSES", {"never": 1.0})


def _every_status_counts(patch) -> None:
    patch.setattr(outbox.Outbox, "status", lambda *_: True)
    patch.setattr(year_carrier, "STATUSES", {"two ends": 0.5})


def _no_alert_ends(patch) -> None:
    for name in ("sending", "end"):
        patch.setattr(alerts.Alerts, name, lambda *_: None)


def _with(**policy) -> Plan:
    return replace(SCENE, policy=tuple(policy.items()))


FAULTS = {
    "who stopped": Fault("out: stopped", _forget("has_stopped")),
    "who is excluded": Fault("out: died", _forget("excluded")),
    "whom no text reaches": Fault("out: unreachable", _forget("is_ended")),
    "who may have stopped": Fault("held for review", _forget("is_held")),
    "who talks to us": Fault("in a conversation", _forget("is_talking")),
    "when they were asked": Fault("too soon for another stay", _forget("last_asked")),
    "children": Fault("under 16", scene=_with(under_16="ask")),
    "which are mobiles": Fault("no mobile", _set(numbers, "mobile", _any_number)),
    "the stay": Fault("twice", _no_stay_is_known_again),
    "one reminder": Fault(
        "a second reminder", _reminded_again, replace(SCENE, days=11)
    ),
    "when it arrived": Fault("reminded too soon", _reminded_soon),
    "what was answered": Fault(
        "a reminder of what was answered",
        _set(book.Book, "end_others", lambda *_: None),
    ),
    "summer time": Fault("outside hours", _set(hours, "LONDON", UTC)),
    "bank holidays": Fault("outside hours", scene=_with(holidays=frozenset())),
    "the time to wait": Fault("too early", scene=_with(soon_after=timedelta())),
    "its end": Fault("too old", _no_end, AWAY),
    "the day's cap": Fault(
        "over the day's cap", _set(outbox.Outbox, "segments_on", lambda *_: {}), POOR
    ),
    "the month's money": Fault(
        "over the month's money",
        _set(outbox.Outbox, "segments_in", lambda *_: 0),
        replace(SCENE, month=200),
    ),
    "the wards' shares": Fault("unfair between wards", _in_one_heap, POOR),
    "what the carrier lists": Fault("twice", _no_look, SILENT),
    "that it may have gone": Fault(
        "blindly again", _set(sender, "NotDone", rest.NotNow), SILENT
    ),
    "how long to wait": Fault(
        "in spite of a 429", _set(rest, "_retry_after_s", lambda _: None), SILENT
    ),
    "the rate": Fault(
        "faster than the rate", _set(sender.Sender, "_is_free", lambda *_: True)
    ),
    "the first end": Fault("too soon for another stay", _every_status_counts),
    "that an alert went": Fault("an alert twice", _no_alert_ends, ALARMED),
    "an alert's end": Fault("an old alert", _set(alerts, "VALID_FOR", DAY), ALARMED),
    "the cap of alerts": Fault(
        "too many alerts", _set(outbox.Outbox, "many_on", lambda *_: 0), ALARMED
    ),
    "alerts": Fault(
        "an invitation before an alert",
        _set(asker.Asker, "_alert_due", lambda *_: None),
        replace(SCENE, alerts=24),
    ),
}
