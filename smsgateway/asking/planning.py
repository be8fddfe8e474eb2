"""Which texts, and when, follow from one request?

Pure. Soon after the stay, and again when there was time to see how it went on; each at
a moment when the ward may send, and not all of a morning's at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from smsgateway.asking.hours import next_open, spread
from smsgateway.asking.invitation import REMINDER, RIGHT_TIME, SOON, Invitation, Planned
from smsgateway.asking.policy import Policy
from smsgateway.asking.request import Request, day_of_discharge
from smsgateway.asking.rules import NOT_DUE, why_closed

SPREAD_OVER = timedelta(hours=2)


def planned(
    request: Request, person: str, episode: str, policy: Policy
) -> Iterator[Planned]:
    """What to send to this person about this stay, the first one first."""
    first = request.discharged + policy.soon_after
    soon = spread(first, (timedelta(), SPREAD_OVER), f"{person} {episode}")
    yield _planned(
        SOON, request, person, episode, (first, soon), request.survey, policy
    )
    if policy.right_time is not None:
        later = spread(request.discharged, policy.right_time, f"{episode} {person}")
        survey = policy.right_time_survey or request.survey
        times = request.discharged + policy.right_time[0], later
        yield _planned(RIGHT_TIME, request, person, episode, times, survey, policy)


def _planned(
    kind: str, request: Request, person: str, episode: str,
    times: tuple[datetime, datetime], survey: str, policy: Policy,
) -> Planned:  # fmt: skip
    """`times`: from when on it might go, and its own moment after that."""
    first, at = times
    why, hours = NOT_DUE, policy.hours_of(request.ward)
    due = next_open(at, hours, policy.holidays)
    if due != at:  # not all of a night's at the moment of opening
        first, why = due, why_closed(at, request.ward, policy)
        due = spread(due, (timedelta(), SPREAD_OVER), f"{kind} {episode}")
        due = next_open(due, hours, policy.holidays)
    return Planned(
        kind=kind,
        number=request.number,
        person=person,
        episode=episode,
        ward=request.ward,
        language=request.language,
        survey=survey,
        discharged=day_of_discharge(request),
        under_16=request.under_16,
        due=due,
        valid_to=due + policy.validity,
        row=request.row,
        waits_for=why,
        spread_from=first,
    )


def reminder(
    sent: Invitation, number: str, at: datetime, policy: Policy
) -> Planned | None:
    """The one reminder of a stay, if there is to be one: of this invitation, which went
    out at this moment. The book takes no second one of the same stay."""
    if policy.remind_after is None or sent.kind == REMINDER:
        return None
    hours = policy.hours_of(sent.ward)
    due = next_open(at + policy.remind_after, hours, policy.holidays)
    return Planned(
        kind=REMINDER,
        number=number,
        person=sent.person,
        episode=sent.episode,
        ward=sent.ward,
        language=sent.language,
        survey=sent.survey,
        discharged=sent.discharged,
        under_16=sent.under_16,
        due=due,
        valid_to=due + policy.validity,
        row=sent.row,
        waits_for=NOT_DUE,
        spread_from=due,
    )
