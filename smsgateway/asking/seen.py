"""What can the team see of those whom we ask, and change?

Figures by ward and day out of the gateway's own table of figures, what waits out of the
book, what it cost out of the outbox.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from feedback.answer import utc_moment
from feedback.log import Log
from smsgateway.asking.asker import Asker
from smsgateway.asking.caps import caps
from smsgateway.asking.policy import warnings
from smsgateway.asking.queue import Waiting, waiting
from smsgateway.asking.reasons import REASONS
from smsgateway.asking.refusals import Choice, Refusals
from smsgateway.asking.team.overview import (
    DAYS,
    Excluded,
    Overview,
    RefusedPage,
    WardDay,
)
from smsgateway.bundles import Bundles
from smsgateway.counts import (
    ASKED,
    ASKED_ANSWERED,
    ASKED_DELIVERED,
    ASKED_OPTED_OUT,
    HERE_ONLY,
    Counts,
    day_of,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the team's pages ask for (`team.overview.Asked`)."""

    log: Log
    asker: Asker
    refused: Refusals
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
            caps=caps(self.asker, now),
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
        return tuple(waiting(self.log, self.asker, now))

    def refusals(self, choice: Choice, page: int) -> RefusedPage:
        bundle, most = self.bundles.current(), RefusedPage.ROWS
        wards = {ward.code: ward.name for ward in bundle.wards} if bundle else {}
        listed = self.refused.listed(choice, (page - 1) * most, most)
        many = self.refused.many(choice)
        return RefusedPage(choice, wards, REASONS, page, tuple(listed), many)

    def exclude(self, number: str, reason: str, who: str, now: datetime) -> bool:
        return self.asker.exclude(number, reason, now, who)

    def include(self, number: str) -> bool:
        return self.asker.include(number)

    def exclusions(self) -> list[Excluded]:
        found = Counter(
            (date.fromisoformat(day_of(utc_moment(at))), reason, who)
            for at, reason, who in self.asker.exclusions.all()
        )
        newest_first = sorted(found.items(), reverse=True)
        return [Excluded(*found, many) for found, many in newest_first]
