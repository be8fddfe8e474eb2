"""Who is asked next, and what did that person do?

Every step is one transaction of the log, and every *never* is looked at again in the
one that hands the text over: what was allowed when the file came may not be now. What
became of it then is `outcomes.py`'s question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from smsgateway.asking.alerts import Alert
from smsgateway.asking.book import ANSWERED, UNANSWERED
from smsgateway.asking.books import Books
from smsgateway.asking.hours import next_day
from smsgateway.asking.invitation import SOON, Invitation, Planned
from smsgateway.asking.outbox import ALERT, INVITATION
from smsgateway.asking.planning import planned
from smsgateway.asking.policy import Policy
from smsgateway.asking.reasons import NO_WARD, SAME_STAY, UNREADABLE
from smsgateway.asking.refusals import Refusal
from smsgateway.asking.request import Request, day_of_discharge
from smsgateway.asking.rules import (
    EXCLUDED,
    OPTED_OUT,
    TOO_OLD,
    Budget,
    Facts,
    Go,
    Never,
    Plan,
    Verdict,
    decide,
    fair_shares,
)
from smsgateway.counts import ASKED_ANSWERED, ASKED_OPTED_OUT, day_of
from smsgateway.opt_outs import Names
from smsgateway.own_key import WrongKey
from smsgateway.people import ADD_FOR, OPEN_FOR, People
from smsgateway.segments import segments

SEGMENTS = 3  # of a first text, about
AT_ONCE = 100  # that are looked at in one transaction, while texts wait


@dataclass(frozen=True, slots=True)
class Handing:
    """A text for the carrier; its row is on the disk."""

    send: str
    line: str
    to: str = field(repr=False)
    words: str = field(repr=False)
    segments: int


Words = Callable[[Invitation], str]


class Asker:
    """Written in the log's transactions. `wards` maps our numbers to wards' codes."""

    def __init__(
        self, books: Books, people: People, wards: Mapping[str, str], policy: Policy
    ) -> None:
        self._books, self._people, self.policy = books, people, policy
        self.book, self.outbox = books.book, books.outbox
        self.exclusions, self.alerts = books.exclusions, books.alerts
        self._opt_outs, self._counts = books.opt_outs, books.counts
        self._lines = {ward: line for line, ward in reversed([*wards.items()])}
        self._first_line = next(iter(wards))

    # ── who is to be asked ───────────────────────────────────────────────────

    def take(self, batch: str, requests: Iterable[Request], now: datetime) -> int:
        """Stage these; how many texts are new."""
        return sum(self._stage(batch, request, now) for request in requests)

    def _stage(self, batch: str, request: Request, now: datetime) -> int:
        texts = planned(request, *self._of(request), self.policy)
        new = self.book.stage(batch, texts)
        if not new:
            self.leave_out(
                batch,
                [
                    Refusal(
                        now,
                        request.ward,
                        SAME_STAY,
                        SOON,
                        request.survey,
                        "",
                        request.row,
                    )
                ],
            )
        return new

    def leave_out(self, batch: str, refusals: Iterable[Refusal]) -> None:
        """Whom this file asks for and we do not ask."""
        self._books.refusals.stage(batch, refusals)

    def release(self, batch: str) -> None:
        self._books.release(batch)

    def texts_of(self, request: Request) -> Iterator[Planned]:
        """What `take` would plan for it, were it not known."""
        return planned(request, *self._of(request), self.policy)

    def _of(self, request: Request) -> tuple[str, str]:
        person = self._opt_outs.names(request.number)[0]
        day = day_of_discharge(request)
        episode = self.book.episode(request.number, request.ward, day, request.episode)
        return person, episode

    # ── the next one ─────────────────────────────────────────────────────────

    def next(
        self, words: Words, free: Collection[str], now: datetime
    ) -> Handing | None:
        """The next person to ask by one of these numbers of ours; None for now.

        The ward that was sent least today comes first, so that no ward's long list
        uses up the day of the others. The number by which staff are to be told goes to
        them first.
        """
        day = day_of(now)
        alert = self._alert_due(now)
        if alert is not None:
            free = set(free) - {self._line_of(alert.ward)}
        sent = self.outbox.segments_on(day, INVITATION)
        budget = self.budget(day)
        if budget.day_left <= 0 or budget.month_left_pence <= 0:
            return None
        looked_at = 0
        shares = self.shares(sent, now)
        for ward in sorted(shares, key=lambda ward: (sent.get(ward, 0), ward)):
            line = self._line_of(ward)
            if sent.get(ward, 0) >= shares[ward]:
                continue
            while line in free and looked_at < AT_ONCE:
                invitation = self.book.next_of(ward, now)
                if invitation is None:
                    break
                looked_at += 1
                handing = self._consider(invitation, line, words, budget, now)
                if handing is not None:
                    return handing
        return None

    def shares(self, sent: Mapping[str, int], now: datetime) -> Mapping[str, int]:
        """What each ward with anything to send may send today: a fair part of the cap,
        by what it has sent and still has to send today."""
        midnight = next_day(now)
        wants = {
            ward: sent.get(ward, 0) + self.book.due_of(ward, midnight) * SEGMENTS
            for ward in self.book.wards()
        }
        others = {ward: count for ward, count in sent.items() if ward not in wants}
        shares = fair_shares({**wants, **others}, self.policy.daily_segments)
        return {ward: shares.get(ward, 0) for ward in wants}

    def _alert_due(self, now: datetime) -> Alert | None:
        """What staff are to be told now, at any hour."""
        if self.outbox.many_on(day_of(now), ALERT) >= self.policy.alerts_daily:
            return None
        try:
            return self.alerts.next(now)
        except WrongKey:
            self.alerts.end_waiting("unreadable")
            return None

    def next_alert(self, free: Collection[str], now: datetime) -> Handing | None:
        alert, day = self._alert_due(now), day_of(now)
        line = self._line_of(alert.ward) if alert else ""
        if alert is None or line not in free:
            return None
        cost = segments(alert.words)
        send = self.outbox.post(
            ALERT, alert.id, alert.ward, line, alert.to, cost, now, day
        )
        self.alerts.sending(alert.id)
        return Handing(send, line, alert.to, alert.words, cost)

    def _line_of(self, ward: str) -> str:
        return self._lines.get(ward, self._first_line)

    def used(self, day: str) -> tuple[int, Decimal]:
        """Segments on this local day, and pence in its month."""
        sent = sum(self.outbox.segments_on(day, INVITATION).values())
        return sent, self.outbox.segments_in(
            day[:7], INVITATION
        ) * self.policy.segment_pence

    def budget(self, day: str) -> Budget:
        sent, pence = self.used(day)
        left = self.policy.daily_segments - sent
        return Budget(left, left, Decimal(self.policy.month_pence) - pence, 0)

    def _consider(
        self, invitation: Invitation, line: str, words: Words, budget: Budget,
        now: datetime,
    ) -> Handing | None:  # fmt: skip
        try:
            number = self.book.number(invitation)
        except WrongKey:
            self._books.never(invitation, UNREADABLE, now)
            return None
        said = words(invitation)
        if not said:
            self._books.never(invitation, NO_WARD, now)
            return None
        cost = segments(said)
        budget = Budget(
            budget.day_left, budget.ward_left, budget.month_left_pence, cost
        )
        verdict = self._verdict(invitation, number, budget, now)
        if isinstance(verdict, Never):
            self._books.never(invitation, verdict.why, now, verdict.waited_for)
            return None
        if not isinstance(verdict, Go):
            until = max(verdict.until, now + timedelta(seconds=1))
            self.book.wait(invitation.id, until, verdict.why)
            return None
        send = self.outbox.post(
            INVITATION, invitation.id, invitation.ward, line, number, cost, now,
            day_of(now),
        )  # fmt: skip
        self.book.sending(invitation.id, line, now)
        return Handing(send, line, number, said, cost)

    def _verdict(
        self, invitation: Invitation, number: str, budget: Budget, now: datetime
    ) -> Verdict:
        names = self._opt_outs.names(number)
        plan = Plan(invitation.ward, invitation.due, invitation.valid_to)
        facts = self._facts(invitation, number, names, now)
        return decide(plan, facts, self.policy, budget, now)

    def _facts(
        self, invitation: Invitation, number: str, names: Names, now: datetime
    ) -> Facts:
        standing = self._opt_outs.standing(names)
        excluded = self.exclusions.excluded(names)
        if not excluded and invitation.under_16 and self.policy.under_16 == "exclude":
            excluded = "under_16"
        return Facts(
            has_stopped=standing.has_stopped,
            is_held=standing.is_held,
            excluded=excluded,
            is_talking=self._is_talking(number, now),
            last_asked=self.book.last_asked(names, invitation.episode),
            is_ended=self.exclusions.is_unreachable(names),
        )

    def _is_talking(self, number: str, now: datetime) -> bool:
        for held in self._people.conversations(self._people.person(number)):
            if now - held.since <= (ADD_FOR if held.state.ended else OPEN_FOR):
                return True
        return False

    # ── what the person did ──────────────────────────────────────────────────

    def asked(self, names: Names, now: datetime) -> Invitation | None:
        """What this person was asked last, and has not answered."""
        return self.book.open_of(names, now)

    def answered(self, invitation: Invitation, now: datetime) -> None:
        self.book.end_others(invitation, ANSWERED, now)
        if self.book.end(invitation.id, ANSWERED, now):
            self._counts.add(invitation.ward, ASKED_ANSWERED, now)

    def opted_out(self, names: Names, now: datetime) -> None:
        """They want no texts: their numbers are gone at once."""
        last = self.book.open_of(names, now)
        if last is not None:
            self._counts.add(last.ward, ASKED_OPTED_OUT, now)
        self._books.end_all(names, OPTED_OUT, now)

    def exclude(self, number: str, reason: str, now: datetime, who: str = "") -> bool:
        """Never ask this person, whatever is planned; False when they are on the list
        already, and then the first reason stays."""
        names = self._opt_outs.names(number)
        if self.exclusions.excluded(names):
            return False
        self.exclusions.exclude(names[0], reason, who, now)
        self._books.end_all(names, EXCLUDED, now)
        return True

    def include(self, number: str) -> bool:
        """False when this person was not on the list."""
        return self.exclusions.include(self._opt_outs.names(number))

    def purge(self, now: datetime) -> None:
        for invitation in self.book.overdue(now):
            self.book.end(invitation.id, UNANSWERED, now)
        for invitation in self.book.too_old(now):
            self._books.never(invitation, TOO_OLD, now)
        self._books.purge(now)
