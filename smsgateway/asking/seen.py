"""What can the team see of those whom we ask, and change?

Figures by ward and day out of the gateway's own table of figures, what waits out of the
book, what it cost out of the outbox.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from feedback.answer import utc_moment
from smsgateway.asking.asker import Asker
from smsgateway.asking.outcomes import (
    ASKED,
    ASKED_ANSWERED,
    ASKED_DELIVERED,
    ASKED_OPTED_OUT,
)
from smsgateway.asking.policy import warnings
from smsgateway.asking.rules import WORDS
from smsgateway.asking.team.overview import (
    DAY,
    DAYS,
    MONTH,
    Cap,
    Excluded,
    Overview,
    Waiting,
    WardDay,
)
from smsgateway.bundles import Bundles
from smsgateway.counts import HERE_ONLY, Counts, day_of

# The reasons that are not a rule's: what happened on the way.
REASONS = {
    **WORDS,
    "unreachable": "texts to this number fail for good",
    "failed": "the text did not arrive, also when it was tried again",
    "no_ward": "this gateway does not know the ward any more",
    "unreadable": "the number cannot be read: the gateway's key was changed",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the team's pages ask for (`team.overview.Asked`)."""

    asker: Asker
    counts: Counts
    bundles: Bundles

    def overview(self, now: datetime) -> Overview:
        bundle, policy = self.bundles.current(), self.asker.policy
        wards = {ward.code: ward.name for ward in bundle.wards} if bundle else {}
        return Overview(
            at=now,
            wards=wards,
            reasons=REASONS,
            days=self._days(),
            waiting=self._waiting(now),
            caps=self._caps(now),
            warn_at=policy.warn_at,
            holidays_known_to=policy.holidays_known_to,
            unknown=self.asker.outbox.many_in_doubt(),
            warnings=tuple(warnings(policy, now, wards)),
        )

    def _days(self) -> tuple[WardDay, ...]:
        return tuple(
            WardDay(
                date.fromisoformat(day),
                ward,
                sent=what.get(ASKED, 0),
                delivered=what.get(ASKED_DELIVERED, 0),
                answered=what.get(ASKED_ANSWERED, 0),
                opted_out=what.get(ASKED_OPTED_OUT, 0),
                refused={
                    name.removeprefix(HERE_ONLY): count
                    for name, count in what.items()
                    if name.startswith(HERE_ONLY)
                },
            )
            for day, wards in self.counts.days(DAYS).items()
            for ward, what in wards.items()
        )

    def _waiting(self, now: datetime) -> tuple[Waiting, ...]:
        return tuple(
            Waiting(ward, "", count, utc_moment(after))
            for ward, (count, after) in self.asker.book.waiting().items()
        )

    def _caps(self, now: datetime) -> tuple[Cap, ...]:
        policy, day = self.asker.policy, day_of(now)
        segments, pence = self.asker.used(day)
        return (
            Cap(DAY, Decimal(segments), Decimal(policy.daily_segments)),
            Cap(MONTH, pence, Decimal(policy.month_pence)),
        )

    def exclude(self, number: str, reason: str, now: datetime) -> bool:
        return self.asker.exclude(number, reason, now)

    def include(self, number: str) -> bool:
        return self.asker.include(number)

    def exclusions(self) -> list[Excluded]:
        found = Counter(
            (date.fromisoformat(day_of(utc_moment(at))), reason)
            for at, reason in self.asker.exclusions.all()
        )
        newest_first = sorted(found.items(), reverse=True)
        return [Excluded(day, reason, n) for (day, reason), n in newest_first]
