"""What became of a text that we handed to the carrier?

taken    the carrier has it            refused   it says no, for good
busy     it did nothing: wait          doubt     nobody knows: ask, never repeat
lost     asked after, and not there    status    how far it is, never back
"""

from __future__ import annotations

from datetime import datetime, timedelta

from smsgateway.asking.books import Books
from smsgateway.asking.invitation import Invitation, Planned
from smsgateway.asking.outbox import ALERT, INVITATION, LOST, NOT_DONE, REFUSED, Send
from smsgateway.asking.planning import reminder
from smsgateway.asking.policy import Policy
from smsgateway.asking.reasons import AGAIN, BUSY, FAILED, UNREACHABLE, UNREADABLE
from smsgateway.asking.reasons import OURS as OURS_WHY
from smsgateway.asking.rules import OPTED_OUT
from smsgateway.counts import ASKED, ASKED_DELIVERED
from smsgateway.own_key import WrongKey
from smsgateway.text import ARRIVED, ENDS, Status

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
# Staff who are told twice lose a moment, and who are told too late may lose more: an
# alert is worth nothing an hour later.
ALERT_ASK_AFTER = timedelta(seconds=20)
ALERT_GIVEN_UP_AFTER = timedelta(minutes=2)


def given_up_after(what: str) -> timedelta:
    return ALERT_GIVEN_UP_AFTER if what == ALERT else GIVEN_UP_AFTER


class Outcomes:
    """Written in the log's transactions."""

    def __init__(self, books: Books, policy: Policy) -> None:
        self._books, self._policy = books, policy
        self._book, self._outbox, self._alerts = books.book, books.outbox, books.alerts

    def begin(self) -> None:
        """After a start: what was being handed over when we died is in doubt."""
        for send in self._outbox.left_posting():
            self.doubt(send.id)

    def taken(self, send_id: str, sid: str, now: datetime) -> None:
        """The carrier has it."""
        send = self._outbox.get(send_id)
        if send is None or not self._outbox.taken(send_id, sid):
            return
        if send.what == ALERT:
            self._alerts.end(send.of, "sent")
            return
        invitation = self._book.get(send.of)
        if invitation is None or not self._book.sent(send.of, send.at):
            return
        self._books.counts.add(send.ward, ASKED, send.at)
        again = self._reminder(invitation, send.at)
        if again is not None:
            self._book.stage(OF_NO_FILE, [again])

    def _reminder(self, invitation: Invitation, at: datetime) -> Planned | None:
        try:
            number = self._book.number(invitation)
        except WrongKey:
            return None
        return reminder(invitation, number, at, self._policy)

    def busy(self, send_id: str, until: datetime) -> None:
        """The carrier did not do it, and says so."""
        send = self._outbox.get(send_id)
        if send is not None and self._outbox.over(send_id, NOT_DONE):
            self._wait(send, until, BUSY)

    def _wait(self, send: Send, until: datetime, why: str, tried: bool = False) -> None:
        if send.what == ALERT:
            self._alerts.wait(send.of, until)
        else:
            self._book.wait(send.of, until, why, tried)

    def refused(self, send_id: str, code: int, now: datetime) -> None:
        """The carrier says no."""
        send = self._outbox.get(send_id)
        if send is None or not self._outbox.over(send_id, REFUSED, code):
            return
        if code in OURS or not code:
            after = ALERT_AFTER if send.what == ALERT else OURS_AFTER
            self._wait(send, now + after, OURS_WHY, tried=True)
        elif send.what == ALERT:
            self._alerts.end(send.of, "failed")
        else:
            self._failed(send, code, now)

    def doubt(self, send_id: str) -> None:
        """No answer came: it may have gone."""
        self._outbox.doubt(send_id)
        send = self._outbox.get(send_id)
        if send is not None and send.what == INVITATION:
            self._book.unknown(send.of)

    def lost(self, send_id: str, now: datetime) -> None:
        """The carrier was asked after it, long enough after, and has it not."""
        send = self._outbox.get(send_id)
        if send is None or not self._outbox.over(send_id, LOST):
            return
        invitation = self._book.get(send.of) if send.what == INVITATION else None
        # Twice lost: something lies.
        if invitation is not None and invitation.tries:
            self._books.never(invitation, FAILED, now)
        elif send.what == ALERT and self._outbox.many_lost(send.of) > 1:
            self._alerts.end(send.of, FAILED)
        else:
            self._wait(send, now, AGAIN, tried=True)

    def in_doubt(self, now: datetime, what: str = INVITATION) -> list[tuple[Send, str]]:
        """Those that the carrier is to be asked after, each with its number."""
        found = []
        after = ALERT_ASK_AFTER if what == ALERT else ASK_AFTER
        for send in self._outbox.in_doubt(now - after, what):
            try:
                found.append((send, self._outbox.number(send)))
            except (
                WrongKey
            ):  # nobody can be asked after it, and so it is never repeated
                self._outbox.over(send.id, LOST)
                if what == ALERT:
                    self._alerts.end(send.of, UNREADABLE)
                else:
                    self._book.end(send.of, UNREADABLE, now)
        return found

    def status(self, status: Status, now: datetime) -> None:
        """The carrier says how far one is. That it has it, it says so too."""
        send = self._outbox.get(status.own)
        if send is None:
            return
        self.taken(status.own, status.id, now)
        if not self._outbox.status(status) or send.what == ALERT:
            return
        if status.stage == ARRIVED:
            self._book.forget_number(send.of)
            self._books.counts.add(send.ward, ASKED_DELIVERED, now)
        elif status.stage in ENDS and self._outbox.is_newest(send):
            self._failed(send, status.error, now)

    def _failed(self, send: Send, code: int, now: datetime) -> None:
        """It did not arrive: never again, or once more when the handset may be on."""
        invitation = self._book.get(send.of)
        if invitation is None:
            return
        names = (invitation.person, invitation.person)
        if code == STOPPED_THERE:
            self._books.opt_outs.stop(names, now, by_carrier=True)
            self._books.end_all(names, OPTED_OUT, now)
            return
        if code in FOR_GOOD:
            self._books.exclusions.unreachable(invitation.person, code, now)
            self._books.end_all(names, UNREACHABLE, now)
            return
        again = now + AGAIN_AFTER
        may_again = invitation.tries + 1 < TRIES and again <= invitation.valid_to
        if may_again and invitation.state != "ended":
            self._book.drop_reminder(invitation)
            self._book.wait(invitation.id, again, AGAIN, tried=True)
        else:
            self._books.never(invitation, FAILED, now)
