"""What of the policy should a technician look at, and what happens if nobody does?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from smsgateway.asking.hours import LONDON, longest_closed
from smsgateway.asking.policy import WARN_AHEAD, Policy
from smsgateway.voice import EVERY_WARD

_HOUR = timedelta(hours=1)


def warnings(
    policy: Policy,
    now: datetime,
    wards: Collection[str] = (),
    surveys: Collection[str] = (),
) -> list[str]:
    """In words. `wards`: the codes of all that there are, and `surveys` such as
    inpatient@1; empty where they are not known yet."""
    return [
        *_of_unknown_wards(policy, wards),
        *_of_unknown_surveys(policy, surveys),
        *_of_holidays(policy, now),
        *_of_closed_days(policy, now),
        *_of_texts_that_meet(policy),
    ]


def _of_unknown_wards(policy: Policy, wards: Collection[str]) -> list[str]:
    """One that closed must not keep the gateway from starting, and a slip in a code
    must not pass unseen."""
    if not wards:
        return []
    ours = f"Its wards are {', '.join(sorted(wards))}"
    named = (
        ("[wards]", policy.ward_hours, "has the hours of all"),
        ("named_wards", policy.named_wards - {EVERY_WARD}, "is not named in texts"),
    )
    return [
        f"no ward of this gateway has the code {' or '.join(unknown)}, which the "
        f"policy names in {where}: a ward that was meant {then}. {ours}"
        for where, codes, then in named
        if (unknown := sorted(set(codes) - set(wards)))
    ]


def _of_unknown_surveys(policy: Policy, surveys: Collection[str]) -> list[str]:
    name = policy.right_time_survey
    if not name or not surveys or policy.right_time is None or name in surveys:
        return []
    return [
        f"no survey of this gateway is called {name}, which the policy names in "
        "right_time_survey: unless an earlier bundle brought it, the second text asks "
        "by the usual survey. "
        f"Its surveys are {', '.join(sorted(surveys))}"
    ]


def _of_holidays(policy: Policy, now: datetime) -> list[str]:
    known_to = policy.holidays_known_to
    if known_to >= now.astimezone(LONDON).date() + WARN_AHEAD:
        return []
    return [
        f"bank holidays are known to {known_to:%d %B %Y} only, and texts go "
        "out on later ones: name a newer list in holidays_file (gov.uk/bank-holidays)"
    ]


def _of_closed_days(policy: Policy, now: datetime) -> list[str]:
    """Where hours and holidays close a ward for so long that texts grow too old."""
    first = now.astimezone(LONDON).date()
    found: list[str] = []
    for hours in dict.fromkeys((policy.hours, *policy.ward_hours.values())):
        longest = longest_closed(hours, policy.holidays, first, WARN_AHEAD.days)
        if longest is None or longest.until - longest.since <= policy.validity:
            continue
        wards = [ward for ward, own in policy.ward_hours.items() if own == hours]
        who = "wards without hours of their own" if hours == policy.hours else ""
        since = longest.since.astimezone(LONDON)
        found.append(
            f"{', '.join(filter(None, [who, *wards]))}: closed for "
            f"{(longest.until - longest.since) // _HOUR} hours from "
            f"{since:%A %d %B %Y, %H:%M}; who is to be asked early in that time "
            f"never is, because validity_hours is {policy.validity // _HOUR}"
        )
    return found


def _of_texts_that_meet(policy: Policy) -> list[str]:
    if policy.right_time is None:
        return []
    last = policy.soon_after + policy.validity
    if policy.remind_after is not None:
        last += policy.remind_after + policy.validity
    if policy.right_time[0] >= last:
        return []
    return [
        "somebody may get two texts about one stay on the same day: the first survey's "
        f"last text goes out up to {last // _HOUR} hours after they went home, and "
        f"right_time_days begins after {policy.right_time[0] // _HOUR}"
    ]
