"""What is written down of those whom we ask, and what ends with an invitation?

Each book answers its own question; an end stands in more than one, and is written here
alone: in the invitation itself, and in the list of those who were not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from smsgateway.asking.alerts import Alerts
from smsgateway.asking.book import Book
from smsgateway.asking.exclusions import Exclusions
from smsgateway.asking.invitation import Invitation
from smsgateway.asking.outbox import Outbox
from smsgateway.asking.refusals import Refusals, refusal_of
from smsgateway.counts import Counts
from smsgateway.opt_outs import Names, OptOuts


@dataclass(frozen=True, slots=True)
class Books:
    """Written in the log's transactions."""

    book: Book
    outbox: Outbox
    exclusions: Exclusions
    alerts: Alerts
    refusals: Refusals
    opt_outs: OptOuts
    counts: Counts

    def never(
        self, invitation: Invitation, why: str, now: datetime, waited_for: str = ""
    ) -> None:
        """This one is not sent, or not again."""
        if self.book.end(invitation.id, why, now):
            refusal = refusal_of(invitation, why, now)
            if waited_for:
                refusal = replace(refusal, waited_for=waited_for)
            self.refusals.add(refusal)

    def end_all(self, names: Names, why: str, now: datetime) -> None:
        """Nothing is sent to this person, whatever was planned."""
        for one in self.book.end_all(names, why, now):
            self.refusals.add(refusal_of(one, why, now))

    def release(self, batch: str) -> None:
        """The file is whole, and from now on all of it counts."""
        self.refusals.release(batch)
        self.book.release(batch)

    def purge(self, now: datetime) -> None:
        """Delete what has had its time."""
        for batch in self.book.stale(now):
            self.refusals.drop(batch)
            self.book.drop(batch)
        self.book.purge(now)
        self.refusals.purge(now)
        self.outbox.purge(now)
        self.alerts.purge(now)
