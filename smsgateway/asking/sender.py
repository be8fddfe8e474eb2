"""How do the texts that are to go out get to the carrier, and never twice?

Two queues, so that staff are told while those who are asked must wait: the alerts, and
the invitations. In each of them one at a time, each number of ours no faster than its
carrier takes segments. The row is on the disk before the carrier is called; what it
said is on the disk before the next one goes. Where no answer came the carrier is asked
after it, and only when it has had time to list it, and has not, is it sent again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from feedback.log import LogError
from smsgateway import twilio
from smsgateway.asking.asker import Handing
from smsgateway.asking.desk import Asking
from smsgateway.asking.outbox import ALERT, INVITATION, Send
from smsgateway.asking.outcomes import Outcomes, given_up_after
from smsgateway.desk import Desk
from smsgateway.logs import place_of
from smsgateway.twilio import Account
from smsgateway.twilio.rest import NotDone, NotNow, Rest, RestError, Sent, Unwilling
from smsgateway.writer import TooBusy, Writer

IDLE_S = 2.0
LOOK_UP_S = 10.0
BUSY_S = 20.0
NOT_WRITTEN_S = 1.0
# One that the carrier lists for this person, that no row of ours knows, is the one in
# doubt, if it was made within a day: our clock and the carrier's may differ, and nobody
# is sent two in a day.
WITHIN = timedelta(days=1)

logger = structlog.get_logger()
Said = TypeVar("Said")
_Next = Callable[[Asking, Collection[str], datetime], Handing | None]


class Sender:
    """`sleep` and `now` are the gateway's own."""

    def __init__(
        self,
        rest: Rest,
        writer: Writer,
        account: Account,
        segments_per_s: float,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rest, self._writer, self._account = rest, writer, account
        self._rate, self._now, self._sleep = segments_per_s, now, sleep
        self._steady = steady  # a clock that is set must not stop what leaves
        self._free_at: dict[str, float] = {}
        self._look_up_at = dict.fromkeys((ALERT, INVITATION), 0.0)
        self._picking = asyncio.Lock()  # or both queues might find one number free

    async def close(self) -> None:
        await self._rest.close()

    async def keep_on(self) -> None:
        """For ever."""
        await self._written(lambda outcomes: outcomes.begin())
        await asyncio.gather(self._for_ever(self.alert), self._for_ever(self.step))

    async def _for_ever(self, step: Callable[[], Awaitable[float]]) -> None:
        while True:
            try:
                wait_s = await step()
            except (LogError, TooBusy) as error:
                logger.error("not saved", kind=type(error).__name__)
                wait_s = BUSY_S
            except RestError as error:
                logger.error("the carrier", why=error.why)
                wait_s = BUSY_S
            except Exception as error:  # noqa: BLE001, the next one may go
                kind, where = type(error).__name__, place_of(error)
                logger.error("our fault", kind=kind, where=where)
                wait_s = BUSY_S
            if wait_s:
                await self._sleep(wait_s)

    async def alert(self) -> float:
        """Do one thing for staff; for how many seconds there is nothing to do then."""
        return await self._step(ALERT, Asking.next_alert)

    async def step(self) -> float:
        """Ask one person, or look one up; returns as `alert` does."""
        return await self._step(INVITATION, Asking.next_invitation)

    async def _step(self, what: str, next_one: _Next) -> float:
        if self._steady() >= self._look_up_at[what]:
            self._look_up_at[what] = self._steady() + LOOK_UP_S
            await self._look_up(what, self._now())
        async with self._picking:
            free = [line for line in self._account.lines if self._is_free(line)]
            handing = await self._do(
                lambda desk: next_one(_asking(desk), free, desk.now())
            )
            if handing is None:
                return self._idle_s()
            seconds = handing.segments / self._rate
            self._free_at[handing.line] = self._steady() + seconds
        return await self._hand_over(handing)

    def _idle_s(self) -> float:
        """Until there may be something to do: soon, or when a number is free again."""
        now = self._steady()
        waits = [at - now for at in self._free_at.values() if at > now]
        return min([IDLE_S, *waits])

    def _is_free(self, line: str) -> bool:
        return self._free_at.get(line, 0.0) <= self._steady()

    async def _hand_over(self, handing: Handing) -> float:
        """0 when it went; else how long to wait before the next one."""
        send = handing.send
        try:
            sent = await self._rest.send(
                handing.line,
                handing.to,
                handing.words,
                twilio.status_url(self._account, send),
            )
        except NotDone as error:
            wait_s = error.retry_after_s or BUSY_S
            until = self._now() + timedelta(seconds=wait_s)
            await self._written(lambda outcomes: outcomes.busy(send, until))
            return wait_s
        except Unwilling as error:
            code, now = error.code, self._now()
            logger.warning("the carrier refuses", why=str(code))
            await self._written(lambda outcomes: outcomes.refused(send, code, now))
            return 0.0
        except NotNow as error:
            logger.warning("no answer to a text that was handed over", why=error.why)
            await self._written(lambda outcomes: outcomes.doubt(send))
            return BUSY_S
        now = self._now()
        await self._written(lambda outcomes: outcomes.taken(send, sent.id, now))
        return 0.0

    async def _look_up(self, what: str, now: datetime) -> None:
        """Ask the carrier after those of which nothing is known."""
        in_doubt = await self._do(
            lambda desk: _asking(desk).outcomes.in_doubt(now, what)
        )
        for send, number in in_doubt:
            try:
                listed = await self._rest.sent_to(send.line, number)
            except RestError as error:
                logger.warning("a text in doubt stays so", why=error.why)
                continue
            found = await self._do(partial(_match, send=send, listed=listed))
            if found is not None:
                taken = partial(Outcomes.taken, send_id=send.id, sid=found.id, now=now)
                await self._written(taken)
            elif now - send.at >= given_up_after(what):
                await self._written(partial(Outcomes.lost, send_id=send.id, now=now))

    # ── the log ──────────────────────────────────────────────────────────────

    async def _do(self, work: Callable[[Desk], Said]) -> Said:
        return await self._writer.do(work)

    async def _written(self, work: Callable[[Outcomes], None]) -> None:
        """Until it is: nothing else goes out before what became of the last one is on
        the disk."""

        def do(desk: Desk) -> None:
            work(_asking(desk).outcomes)

        while True:
            try:
                return await self._do(do)
            except (LogError, TooBusy) as error:
                logger.error("not saved", kind=type(error).__name__)
                await self._sleep(NOT_WRITTEN_S)


def _asking(desk: Desk) -> Asking:
    assert desk.asking is not None, "a sender where nobody is asked"
    return desk.asking


def _match(desk: Desk, send: Send, listed: list[Sent]) -> Sent | None:
    """The one of these that is this send. One without a moment may be it, and then it
    is taken for it: nobody is texted on a guess."""
    outbox = _asking(desk).asker.outbox
    for sent in listed:
        is_near = sent.at is None or abs(sent.at - send.at) <= WITHIN
        if is_near and not outbox.knows(sent.id):
            return sent
    return None
