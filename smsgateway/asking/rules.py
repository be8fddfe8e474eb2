"""May this person be asked now; if not, when, or why never?

    never  ─▶ somebody's wish, a rule of the service, or its time has passed
    wait   ─▶ until it may be looked at again; past `valid_to` that is never
    go     ─▶ everything allows it

A reason for never goes before a reason to wait, and among each the first one that holds
is given, in the order of WORDS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from smsgateway.asking.hours import LONDON, next_day, next_open
from smsgateway.asking.policy import Policy

OPTED_OUT = "opted_out"
EXCLUDED = "excluded"
ASKED_LATELY = "asked_lately"
TOO_OLD = "too_old"
FAILED_BEFORE = "failed_before"
NOT_DUE = "not_due"
HELD = "held"
TALKING = "talking"
QUIET_HOURS = "quiet_hours"
CLOSED_DAY = "closed_day"
BANK_HOLIDAY = "bank_holiday"
DAILY_CAP = "daily_cap"
MONTH_CAP = "month_cap"

# Each reason in words for people: "Not asked, because …".
WORDS: Mapping[str, str] = MappingProxyType(
    {
        OPTED_OUT: "this person wants no texts from us",
        EXCLUDED: "this person is on the list of those who must not be asked",
        ASKED_LATELY: "this person was asked only a short while ago",
        TOO_OLD: "the time in which this text would still be right is over",
        FAILED_BEFORE: "texts to this number fail for good",
        NOT_DUE: "its time has not come: it is too soon after they went home",
        HELD: "a text of theirs may be a wish to stop, and nobody has looked at it yet",
        TALKING: "this person is in the middle of a conversation with us",
        QUIET_HOURS: "the ward sends no texts at this time of day",
        CLOSED_DAY: "the ward sends no texts on this day of the week",
        BANK_HOLIDAY: "it is a bank holiday",
        DAILY_CAP: "the ward's share of today's texts is used up",
        MONTH_CAP: "this month's money for texts is spent",
    }
)
WHYS = tuple(WORDS)

# A person's own text, or somebody in the office, ends these at any moment.
LOOK_AGAIN = timedelta(hours=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person, and of this stay.

    `excluded`: why they are on that list; empty when they are not. `is_talking`: a
    conversation of theirs is open. `last_asked`: by any ward, about another stay: what
    follows a first text may come sooner. `is_ended`: their number fails for good.
    """

    has_stopped: bool = False
    is_held: bool = False
    excluded: str = ""
    is_talking: bool = False
    last_asked: datetime | None = None
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A text that is to be sent from `due` on, and after `valid_to` never."""

    ward: str
    due: datetime
    valid_to: datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left in segments and pence, and the `segments` of the text itself."""

    day_left: int
    ward_left: int
    month_left_pence: Decimal
    segments: int


@dataclass(frozen=True, slots=True)
class Go:
    """Now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """`until`: when to decide again, in UTC; the ward is open then."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Never:
    """`waited_for`: what it still had to wait for when its time was over. A list of
    texts that came too late must tell whether a cap or the ward's hours did it."""

    why: str
    waited_for: str = field(default="", compare=False)


Verdict = Go | Wait | Never


def decide(
    plan: Plan, facts: Facts, policy: Policy, budget: Budget, now: datetime
) -> Verdict:
    """Asked when a text is planned, and again right before it is sent: what is known
    of a person may have changed since."""
    why = next(_never(plan, facts, policy, now), "")
    if why:
        return Never(why)
    for until, waits_for in _waits(plan, facts, policy, budget, now):
        opening = _opening(until, plan, policy)
        if opening > plan.valid_to:
            return Never(TOO_OLD, waited_for=waits_for)
        return Wait(opening, waits_for)
    return Go()


def fair_shares(waiting: Mapping[str, int], left: int) -> dict[str, int]:
    """How many of the segments that are left each ward may have.

    Max-min fair: no ward has more than it has waiting, and none could have one more
    but from a ward that has no more than that itself. A remainder goes to the wards
    where most wait, so with less than one a ward they take turns.

    For a whole day: `left` is the day's cap, and `waiting` counts what was sent to a
    ward today too; what was sent comes off its share.
    """
    shares: dict[str, int] = {}
    wards = sorted(waiting, key=lambda ward: (waiting[ward], ward))
    left = max(left, 0)
    for place, ward in enumerate(wards):
        even = left // (len(wards) - place)
        shares[ward] = max(min(waiting[ward], even), 0)
        left -= shares[ward]
    return shares


def why_closed(moment: datetime, ward: str, policy: Policy) -> str:
    """Why this ward sends nothing at this moment, at which it is closed."""
    day, hours = moment.astimezone(LONDON).date(), policy.hours_of(ward)
    if day in policy.holidays and not hours.on_holidays:
        return BANK_HOLIDAY
    return QUIET_HOURS if day.weekday() in hours.days else CLOSED_DAY


# ── the reasons ──────────────────────────────────────────────────────────────


def _never(plan: Plan, facts: Facts, policy: Policy, now: datetime) -> Iterator[str]:
    if facts.has_stopped:
        yield OPTED_OUT
    if facts.excluded:
        yield EXCLUDED
    rested = _rested(plan, facts, policy)
    if rested > now and _opening(rested, plan, policy) > plan.valid_to:
        yield ASKED_LATELY
    if now > plan.valid_to:
        yield TOO_OLD
    if facts.is_ended:
        yield FAILED_BEFORE


def _waits(
    plan: Plan, facts: Facts, policy: Policy, budget: Budget, now: datetime
) -> Iterator[tuple[datetime, str]]:
    """From when on it may be looked at again, and what for."""
    soonest = max(now, plan.due)
    opening = _opening(soonest, plan, policy)
    rested = _rested(plan, facts, policy)
    if opening > plan.valid_to:
        yield opening, why_closed(soonest, plan.ward, policy)
    if rested > now:
        yield rested, ASKED_LATELY
    if now < plan.due:
        yield plan.due, NOT_DUE
    if facts.is_held:
        yield now + LOOK_AGAIN, HELD
    if facts.is_talking:
        yield now + LOOK_AGAIN, TALKING
    if opening > now:
        yield opening, why_closed(now, plan.ward, policy)
    if budget.segments > min(budget.day_left, budget.ward_left):
        yield next_day(now), DAILY_CAP
    # Tomorrow, not next month: the cap may be raised while the text is still right.
    if budget.segments * policy.segment_pence > budget.month_left_pence:
        yield next_day(now), MONTH_CAP


def _rested(plan: Plan, facts: Facts, policy: Policy) -> datetime:
    """When enough days lie between their last text and this one; long ago if they do
    anyway."""
    if facts.last_asked is None:
        return _LONG_AGO
    rested = facts.last_asked + timedelta(days=policy.days_between)
    return rested if rested > plan.due else _LONG_AGO


def _opening(moment: datetime, plan: Plan, policy: Policy) -> datetime:
    return next_open(moment, policy.hours_of(plan.ward), policy.holidays)
