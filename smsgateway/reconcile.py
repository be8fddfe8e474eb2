"""Which texts did the carrier receive that never reached us, or that we never answered?

At the start and each hour the carrier's own list of the last day is laid beside ours.
What we lack is taken in through the same desk as a webhook, one at a time, in the
order in which it was received; what cannot be taken is listed as lost. A text that
both paths bring is one text: the desk knows its id.

Nothing here holds up a webhook: the lists are read on the event loop, a page at a
time, and each text is a job of its own for the thread that owns the log. One run at a
time, an hour apart by the clock that only runs forward: a task that sleeps does that,
and a scheduler goes by the wall clock, which may be set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from feedback.answer import utc_moment
from feedback.log import LogError
from smsgateway.desk import Desk
from smsgateway.exchange import NoBundle, NoWard
from smsgateway.gaps import Reconciled
from smsgateway.logs import place_of
from smsgateway.text import Text
from smsgateway.twilio.rest import (
    RECEIVING,
    UNREADABLE,
    NotNow,
    Page,
    Received,
    Rest,
    RestError,
)
from smsgateway.writer import TooBusy, Writer

EVERY_S = 3_600.0
JITTER_S = 300.0
WINDOW = timedelta(days=1)
# After a day in which nothing could be compared, as far back as it takes.
WINDOW_MOST = timedelta(days=14)
OVERLAP = timedelta(hours=1)
# A younger text's webhook, or its fallback, may still be on the way: that one can be
# replied to. Twilio gives up after half a minute.
GRACE = timedelta(minutes=5)
# One of many parts that is not whole by then will not be.
WHOLE_WITHIN = timedelta(hours=1)
DELETE_AFTER = timedelta(hours=2)

PAGES_MOST = 500
TRIES = 4
FAILURES = 3  # to delete; after so many in a run the others need not be tried
WAIT_MOST_S = 30.0

logger = structlog.get_logger()
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Patience:
    """How to wait before asking again. `chance` gives 0 up to 1."""

    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]

    async def ask(self, call: Callable[[], Awaitable[Said]]) -> Said:
        """The answer, if one of TRIES brings one; else RestError."""
        for n in range(1, TRIES):
            try:
                return await call()
            except NotNow as error:
                await self.sleep(self._wait_s(n, error.retry_after_s))
        return await call()

    def _wait_s(self, tries: int, asked_s: float | None) -> float:
        jitter_s = self.chance() * min(WAIT_MOST_S, 2.0**tries)
        return (asked_s or 0.0) + jitter_s


@dataclass(slots=True)
class _Run:
    """What one run has come to. `why`: the first thing that it could not finish."""

    now: datetime
    found: int = 0
    taken: int = 0
    lost: int = 0
    deleted: int = 0
    why: str = ""
    kept_from: datetime | None = None

    def failed(self, why: str) -> None:
        self.why = self.why or why

    def kept(self, at: datetime) -> None:
        """One that should be deleted at the carrier is still there."""
        self.kept_from = min(at, self.kept_from or at)


class Reconciler:
    """Compares, and closes the gap. `wards`: our numbers and their wards' codes."""

    def __init__(
        self,
        rest: Rest,
        writer: Writer,
        wards: Mapping[str, str],
        now: Callable[[], datetime],
        patience: Patience,
        deletes: bool = True,
    ) -> None:
        self._rest, self._writer, self._wards = rest, writer, wards
        self._now, self._patience, self._deletes = now, patience, deletes
        self._one_at_a_time = asyncio.Lock()

    async def close(self) -> None:
        await self._rest.close()

    async def keep_on(self) -> None:
        """At once and then each hour, for ever."""
        while True:
            await self.run()
            wait_s = EVERY_S + JITTER_S * self._patience.chance()
            await self._patience.sleep(wait_s)

    async def run(self) -> None:
        """One comparison. Whatever goes wrong in it, the next one comes."""
        async with self._one_at_a_time:
            run = _Run(self._now())
            try:
                await self._compare(run)
            except TooBusy:
                run.failed("too_busy")
            except LogError as error:
                logger.error("not saved", kind=type(error).__name__)
                run.failed("not_saved")
            except Exception as error:  # noqa: BLE001, its text may hold words
                kind, where = type(error).__name__, place_of(error)
                logger.error("our fault", kind=kind, where=where)
                run.failed("our_fault")
            await self._tell(run)

    async def _tell(self, run: _Run) -> None:
        logger.info(
            "reconciled",
            why=run.why or "well",
            found=run.found,
            taken=run.taken,
            lost=run.lost,
            deleted=run.deleted,
        )
        try:
            await self._do(lambda d: d.gaps.note(run.now, run.why, run.kept_from))
        except (LogError, TooBusy) as error:
            logger.error("not saved", kind=type(error).__name__)

    async def _compare(self, run: _Run) -> None:
        state = await self._do(lambda desk: desk.gaps.reconciled())
        since = _since(state, run.now)
        found: dict[str, Received] = {}
        for line in self._wards:
            for one in await self._listed(run, line, since):
                if one.at is None or one.at >= since:
                    found[one.id] = one
        in_order = sorted(found.values(), key=lambda one: one.at or run.now)
        run.found = len(in_order)
        have = await self._do(lambda desk: desk.gaps.taken(found))
        for one in in_order:
            if one.id not in have and not _is_fresh(one, run.now):
                await self._settle(run, one)
        if self._deletes:
            await self._delete(run, in_order)

    async def _listed(self, run: _Run, line: str, since: datetime) -> list[Received]:
        """What Twilio has for this number, as far as it could be read."""
        found: list[Received] = []
        seen: set[str] = set()
        try:
            page = await self._patience.ask(lambda: self._rest.received(line, since))
            found += page.messages
            while page.next:
                if page.next in seen or len(seen) >= PAGES_MOST:
                    run.failed("page_loop")
                    return found
                seen.add(page.next)
                page = await self._next(line, page)
                found += page.messages
        except RestError as error:
            run.failed(error.why)
        return found

    async def _next(self, line: str, page: Page) -> Page:
        return await self._patience.ask(lambda: self._rest.page(line, page.next))

    # ── one text ─────────────────────────────────────────────────────────────

    async def _settle(self, run: _Run, one: Received) -> None:
        """Take it, or list it as lost."""
        if one.text is None:
            one = await self._asked_again(one)
        if one.why == RECEIVING and (one.at or run.now) > run.now - WHOLE_WITHIN:
            return  # it is still coming in
        why = one.why
        if one.text is not None:
            trouble = await self._take(one.text)
            run.taken += not trouble
            why = trouble or why
        if why:
            run.lost += 1
            at, ward = one.at or run.now, self._wards[one.line]
            await self._do(lambda desk: desk.gaps.lose(one.id, at, why, ward))

    async def _asked_again(self, one: Received) -> Received:
        """A list may be behind what Twilio says of the one message."""
        if one.why == UNREADABLE and one.id.startswith(UNREADABLE):
            return one  # it has no name to ask for
        try:
            ask = self._rest.fetch
            return await self._patience.ask(lambda: ask(one.id, one.line)) or one
        except RestError:
            return one

    async def _take(self, text: Text) -> str:
        """Through the desk; why it could not be, or nothing."""
        try:
            await self._writer.take(text)
        except NoBundle:
            return "no_bundle"
        except NoWard:
            return "no_ward"
        except (LogError, TooBusy):
            raise  # the disk's trouble is everyone's, and the next run's
        except Exception as error:  # noqa: BLE001, one text; the others go on
            kind, where = type(error).__name__, place_of(error)
            logger.error("our fault", kind=kind, where=where)
            return "our_fault"
        return ""

    # ── what stays at the carrier ────────────────────────────────────────────

    async def _delete(self, run: _Run, found: Sequence[Received]) -> None:
        """Delete at the carrier what is safely ours: committed, and no webhook of it
        on the way. What cannot be deleted now is tried again the next time."""
        old = [one for one in found if one.at and one.at <= run.now - DELETE_AFTER]
        have = await self._do(lambda desk: desk.gaps.taken(one.id for one in old))
        failures = 0
        for one in (one for one in old if one.id in have):
            if failures < FAILURES and await self._deleted(one.id):
                run.deleted += 1
                continue
            failures += 1
            run.kept(one.at or run.now)

    async def _deleted(self, text_id: str) -> bool:
        try:
            await self._patience.ask(lambda: self._rest.delete(text_id))
        except RestError as error:
            logger.warning("not deleted", why=error.why)
            return False
        return True

    async def _do(self, work: Callable[[Desk], Said]) -> Said:
        return await self._writer.do(work)


def _is_fresh(one: Received, now: datetime) -> bool:
    return one.at is not None and abs(now - one.at) < GRACE


def _since(state: Reconciled, now: datetime) -> datetime:
    """A day back, or to where the last success or the last deletion left off."""
    moments = [now - WINDOW]
    if state.succeeded_at:
        moments.append(utc_moment(state.succeeded_at) - OVERLAP)
    if state.kept_from:
        moments.append(utc_moment(state.kept_from))
    return max(min(moments), now - WINDOW_MOST)
