"""What is written down of those whom we ask, and what ends with an invitation?

Each book answers its own question; an end stands in more than one, and is written here
alone: in the invitation itself, and in the counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from smsgateway.asking.alerts import Alerts
from smsgateway.asking.book import Book, Invitation
from smsgateway.asking.exclusions import Exclusions
from smsgateway.asking.outbox import Outbox
from smsgateway.counts import HERE_ONLY, Counts
from smsgateway.opt_outs import Names, OptOuts


@dataclass(frozen=True, slots=True)
class Books:
    """Written in the log's transactions."""

    book: Book
    outbox: Outbox
    exclusions: Exclusions
    alerts: Alerts
    opt_outs: OptOuts
    counts: Counts

    def never(self, invitation: Invitation, why: str, now: datetime) -> None:
        """This one is not sent, or not again."""
        if self.book.end(invitation.id, why, now):
            self.counts.add(invitation.ward, f"{HERE_ONLY}{why}", now)

    def end_all(self, names: Names, why: str, now: datetime) -> None:
        """Nothing is sent to this person, whatever was planned."""
        for ward in self.book.end_all(names, why, now):
            self.counts.add(ward, f"{HERE_ONLY}{why}", now)
