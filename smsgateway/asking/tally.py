"""How many people were asked, answered and opted out, each once about a stay?

A stay may have two texts and a reminder, and each of them several tries: whoever is
counted more than once makes no rate of "asked 34, answered 11".
"""

from __future__ import annotations

from datetime import datetime

from feedback.answer import utc_moment
from smsgateway.asking.book import ANSWERED, Book
from smsgateway.asking.invitation import Invitation
from smsgateway.counts import ASKED, ASKED_ANSWERED, ASKED_OPTED_OUT, Counts
from smsgateway.opt_outs import Names

_ASKED, _ANSWERED, _OPTED_OUT = "s", "a", "o"


class Tally:
    """Written in the log's transactions."""

    def __init__(self, book: Book, counts: Counts) -> None:
        self._book, self._counts = book, counts

    def asked(self, invitation: Invitation, at: datetime) -> None:
        """A text about this stay has left us."""
        self._once(invitation, _ASKED, ASKED, at)

    def answered(self, invitation: Invitation, now: datetime) -> None:
        """Nobody is reminded any more."""
        self._book.end_others(invitation, ANSWERED, now)
        if self._book.end(invitation.id, ANSWERED, now):
            self._replied(invitation, _ANSWERED, ASKED_ANSWERED, now)

    def opted_out(self, names: Names, now: datetime) -> None:
        """Before what they have ends: also who had answered may want no more texts."""
        last = self._book.last_sent(names, now)
        if last is not None:
            self._replied(last, _OPTED_OUT, ASKED_OPTED_OUT, now)

    def meant_no_stop(self, names: Names, now: datetime) -> None:
        """What they wrote was held, and is an answer after all."""
        asked = self._book.open_of(names, now)
        if asked is not None:
            self.answered(asked, now)

    def _replied(self, one: Invitation, figure: str, what: str, now: datetime) -> None:
        # A reply proves that it went, also when the carrier has not said so.
        self.asked(one, utc_moment(one.sent_at))
        self._once(one, figure, what, now)

    def _once(self, one: Invitation, figure: str, what: str, at: datetime) -> None:
        if self._book.counts(one, figure):
            self._counts.add(one.ward, what, at)
