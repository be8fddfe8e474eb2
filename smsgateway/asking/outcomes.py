"""What became of a text that we handed to the carrier?

taken    the carrier has it            refused   it says no, for good
busy     it did nothing: wait          doubt     nobody knows: ask, never repeat
lost     asked after, and not there    status    how far it is, never back
"""

from __future__ import annotations

from datetime import datetime, timedelta

from smsgateway.asking.alerts import Alerts
from smsgateway.asking.book import Book, Invitation, Planned
from smsgateway.asking.exclusions import Exclusions
from smsgateway.asking.outbox import (
    ALERT,
    INVITATION,
    LOST,
    NOT_DONE,
    REFUSED,
    Outbox,
    Send,
)
from smsgateway.asking.planning import reminder
from smsgateway.asking.policy import Policy
from smsgateway.counts import HERE_ONLY, Counts
from smsgateway.opt_outs import Names, OptOuts
from smsgateway.own_key import WrongKey
from smsgateway.text import ARRIVED, ENDS, Status

ASKED, ASKED_DELIVERED, ASKED_ANSWERED = "asked", "asked_delivered", "asked_answered"
ASKED_OPTED_OUT, REFUSED_FOR = "asked_opted_out", HERE_ONLY

# Twilio's numbers for "never": opted out there; no number, no mobile, not reachable.
STOPPED_THERE = 21610
FOR_GOOD = frozenset((21211, 21614, 30005, 30006))
# What is wrong with us, not with who is asked: nothing is held against them.
OURS = frozenset((20003, 20403, 21408, 21603, 21606, 21608, 21609, 21612, 21617))

OF_NO_FILE = ""  # the batch of what needs none
TRIES = 3
AGAIN_AFTER = timedelta(hours=6)  # a handset that was off
OURS_AFTER = timedelta(hours=1)
ALERT_AFTER = timedelta(minutes=5)
# When the carrier is asked after one in doubt, and when it is believed that it has it
# not: what it takes it lists at once.
ASK_AFTER = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(minutes=15)


class Outcomes:
    """Written in the log's transactions."""

    def __init__(
        self,
        book: Book,
        outbox: Outbox,
        exclusions: Exclusions,
        alerts: Alerts,
        opt_outs: OptOuts,
        counts: Counts,
        policy: Policy,
    ) -> None:
        self.book, self.outbox = book, outbox
        self.exclusions, self.alerts = exclusions, alerts
        self._opt_outs, self._counts, self.policy = opt_outs, counts, policy

    def begin(self) -> None:
        """After a start: what was being handed over when we died is in doubt."""
        for send in self.outbox.left_posting():
            self.doubt(send.id)

    def taken(self, send_id: str, sid: str, now: datetime) -> None:
        """The carrier has it."""
        send = self.outbox.get(send_id)
        if send is None or not self.outbox.taken(send_id, sid):
            return
        if send.what == ALERT:
            self.alerts.end(send.of, "sent")
            return
        invitation = self.book.get(send.of)
        if invitation is None or not self.book.sent(send.of, send.at):
            return
        self._counts.add(send.ward, ASKED, send.at)
        again = self._reminder(invitation, send.at)
        if again is not None:
            self.book.stage(OF_NO_FILE, [again])

    def _reminder(self, invitation: Invitation, at: datetime) -> Planned | None:
        try:
            number = self.book.number(invitation)
        except WrongKey:
            return None
        return reminder(invitation, number, at, self.policy)

    def busy(self, send_id: str, until: datetime) -> None:
        """The carrier did not do it, and says so."""
        send = self.outbox.get(send_id)
        if send is not None and self.outbox.over(send_id, NOT_DONE):
            self._wait(send, until)

    def _wait(self, send: Send, until: datetime, tried: bool = False) -> None:
        if send.what == ALERT:
            self.alerts.wait(send.of, until)
        else:
            self.book.wait(send.of, until, tried)

    def refused(self, send_id: str, code: int, now: datetime) -> None:
        """The carrier says no."""
        send = self.outbox.get(send_id)
        if send is None or not self.outbox.over(send_id, REFUSED, code):
            return
        if code in OURS or not code:
            after = ALERT_AFTER if send.what == ALERT else OURS_AFTER
            self._wait(send, now + after, tried=True)
        elif send.what == ALERT:
            self.alerts.end(send.of, "failed")
        else:
            self._failed(send, code, now)

    def doubt(self, send_id: str) -> None:
        """No answer came: it may have gone."""
        self.outbox.doubt(send_id)
        send = self.outbox.get(send_id)
        if send is not None and send.what == INVITATION:
            self.book.unknown(send.of)

    def lost(self, send_id: str, now: datetime) -> None:
        """The carrier was asked after it, long enough after, and has it not."""
        send = self.outbox.get(send_id)
        if send is None or not self.outbox.over(send_id, LOST):
            return
        invitation = self.book.get(send.of) if send.what == INVITATION else None
        if invitation is not None and invitation.tries:
            self._never(invitation, "failed", now)  # twice lost: something lies
        else:
            self._wait(send, now, tried=True)

    def in_doubt(self, now: datetime) -> list[tuple[Send, str]]:
        """Those that the carrier is to be asked after, each with its number."""
        found = []
        for send in self.outbox.in_doubt(now - ASK_AFTER):
            try:
                found.append((send, self.outbox.number(send)))
            except (
                WrongKey
            ):  # nobody can be asked after it, and so it is never repeated
                self.outbox.over(send.id, LOST)
                self.book.end(send.of, "unreadable", now)
        return found

    def status(self, status: Status, now: datetime) -> None:
        """The carrier says how far one is. That it has it, it says so too."""
        send = self.outbox.get(status.own)
        if send is None:
            return
        self.taken(status.own, status.id, now)
        if not self.outbox.status(status) or send.what == ALERT:
            return
        if status.stage == ARRIVED:
            self.book.forget_number(send.of)
            self._counts.add(send.ward, ASKED_DELIVERED, now)
        elif status.stage in ENDS and self.outbox.is_newest(send):
            self._failed(send, status.error, now)

    def _failed(self, send: Send, code: int, now: datetime) -> None:
        """It did not arrive: never again, or once more when the handset may be on."""
        invitation = self.book.get(send.of)
        if invitation is None:
            return
        names = (invitation.person, invitation.person)
        if code == STOPPED_THERE:
            self._opt_outs.stop(names, now, by_carrier=True)
            self._end_all(names, "opted_out", now)
            return
        if code in FOR_GOOD:
            self.exclusions.unreachable(invitation.person, code, now)
            self._end_all(names, "unreachable", now)
            return
        again = now + AGAIN_AFTER
        may_again = invitation.tries + 1 < TRIES and again <= invitation.valid_to
        if may_again and invitation.state != "ended":
            self.book.drop_reminder(invitation)
            self.book.wait(invitation.id, again, tried=True)
        else:
            self._never(invitation, "failed", now)

    def _end_all(self, names: Names, why: str, now: datetime) -> None:
        for ward in self.book.end_all(names, why, now):
            self._counts.add(ward, f"{REFUSED_FOR}{why}", now)

    def _never(self, invitation: Invitation, why: str, now: datetime) -> None:
        if self.book.end(invitation.id, why, now):
            self._counts.add(invitation.ward, f"{REFUSED_FOR}{why}", now)
