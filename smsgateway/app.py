"""What does a webhook over HTTP get for an answer, and how soon?

200 TwiML   the text and its reply are on the disk
4xx         the sender's fault: nothing is stored, nothing is said back but a code
503         ours: Twilio then tries the fallback address; a text that was stored
            all the same is known again by its id
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx
import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feedback.log import LogError
from smsgateway import twilio
from smsgateway.asking.door import Door
from smsgateway.asking.numbers import mobile
from smsgateway.asking.sender import Sender
from smsgateway.asking.team import app as team
from smsgateway.asking.team.accounts import Accounts
from smsgateway.bodies import body_within
from smsgateway.clock import utc_now
from smsgateway.counts import day_of
from smsgateway.desk import Desk
from smsgateway.exchange import NoBundle, NoWard
from smsgateway.figures import (
    EVERY_S,
    Traffic,
    last_traffic,
    leave_status,
    warn_of_caps,
)
from smsgateway.health import HEADERS, HealthPages
from smsgateway.logs import place_of
from smsgateway.opening import open_desk
from smsgateway.reconcile import Patience, Reconciler
from smsgateway.settings import ASKING, NUMBERS, Settings
from smsgateway.text import ENDS
from smsgateway.twilio import Account, Refused
from smsgateway.twilio.rest import Rest
from smsgateway.writer import TooBusy, Writer

STATUS_PATH = "/sms/status"
BODY_BYTES = 65_536
DEADLINE_S = 5.0  # Twilio waits 15 s in all, and then asks elsewhere
RETRY_AFTER_S = 5
READ_TIMEOUT_S = 15.0  # of one read from Twilio

logger = structlog.get_logger()
Said = TypeVar("Said")
_Take = Callable[[Request], Awaitable[tuple[Response, str]]]


def build(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Starlette:
    """The gateway. Its log is opened when it starts and closed when it stops."""
    writer = Writer(lambda: open_desk(settings, now))
    traffic = Traffic()
    reconciler = _reconciler(settings, writer, now, sleep)
    sender = _sender(settings, writer, now, sleep)
    chores = _Chores(writer, traffic, sleep)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(writer.start)
        await chores.begin()
        tasks = [asyncio.create_task(chores.keep_on())]
        carriers = [one for one in (reconciler, sender) if one is not None]
        tasks += [asyncio.create_task(one.keep_on()) for one in carriers]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in carriers:
            await one.close()
        await chores.leave_status()
        await asyncio.to_thread(writer.close)

    routes = _routes(settings, writer, traffic, now)
    app = Starlette(routes=routes, lifespan=lifespan)
    # A redirect would send a patient's words to another address, perhaps in the clear.
    app.router.redirect_slashes = False
    app.state.reconciler = reconciler
    return app


def _routes(
    settings: Settings,
    writer: Writer,
    traffic: Traffic,
    now: Callable[[], datetime],
) -> list[Route]:
    gateway = _Gateway(settings.account, writer, traffic, now)
    health = HealthPages(settings, writer, traffic)
    routes = [
        Route("/sms", gateway.sms, methods=["POST"]),
        Route(STATUS_PATH, gateway.status, methods=["POST"]),
        Route("/health", health.health, methods=["GET"]),
        Route("/metrics", health.metrics, methods=["GET"]),
    ]
    if settings.asking is not None:
        door = Door(settings.asking_key, settings.asking, writer, now)
        routes += door.routes()
    if settings.asking is not None and settings.users is not None:
        routes += team.routes(writer.do, _team(settings, settings.users), now)
    return routes


def _reconciler(
    settings: Settings,
    writer: Writer,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> Reconciler | None:
    if not settings.reconciles:
        return None
    client = httpx.AsyncClient(timeout=READ_TIMEOUT_S)
    return Reconciler(
        Rest(settings.account, settings.rest_url, client),
        writer,
        settings.wards,
        now,
        Patience(sleep, random.random),
        settings.deletes_at_twilio,
    )


def _team(settings: Settings, users: Path) -> team.TeamSettings:
    assert settings.asking is not None, "a team where nobody is asked"
    return team.TeamSettings(
        Accounts.read(users),
        settings.account.url.removesuffix("/sms"),
        settings.asking.segment_pence,
        mobile,
    )


def _sender(
    settings: Settings,
    writer: Writer,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> Sender | None:
    if settings.asking is None:
        return None
    client = httpx.AsyncClient(timeout=READ_TIMEOUT_S)
    rest = Rest(settings.account, settings.rest_url, client)
    rate = settings.asking.segments_per_s
    return Sender(rest, writer, settings.account, rate, now, sleep)


class _Chores:
    """What is done once a minute: what has had its time is deleted, and today's
    figures are left for the agent. Once a day, what of the policy somebody should look
    at is written to the log of the program."""

    def __init__(
        self,
        writer: Writer,
        traffic: Traffic,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._writer, self._traffic, self._sleep = writer, traffic, sleep
        self._warned_on = ""

    async def begin(self) -> None:
        """Go on from what was left before."""
        before = await self._do(lambda desk: last_traffic(desk.log))
        self._traffic.last_inbound = before.last_inbound
        self._traffic.last_reply = before.last_reply

    async def keep_on(self) -> None:
        while True:
            await self._try(lambda desk: desk.purge(desk.now()))
            await self._try(self._warn)
            await self._try(warn_of_caps)
            await self._sleep(EVERY_S)
            await self.leave_status()

    def _warn(self, desk: Desk) -> None:
        today = day_of(desk.now())
        if desk.asking is None or self._warned_on == today:
            return
        for words in desk.asking.warnings(desk.now()):
            logger.warning("look at the policy", setting=ASKING, why=words)
        self._warned_on = today

    async def leave_status(self) -> None:
        inbound, reply = self._traffic.last_inbound, self._traffic.last_reply
        await self._try(lambda desk: leave_status(desk, inbound, reply))

    async def _try(self, work: Callable[[Desk], None]) -> None:
        try:
            await self._do(work)
        except Exception as error:  # noqa: BLE001, the next minute's may succeed
            kind, where = type(error).__name__, place_of(error)
            logger.error("not saved", kind=kind, where=where)

    async def _do(self, work: Callable[[Desk], Said]) -> Said:
        return await self._writer.do(work)


class _Gateway:
    def __init__(
        self,
        account: Account,
        writer: Writer,
        traffic: Traffic,
        now: Callable[[], datetime],
    ) -> None:
        self._account, self._writer = account, writer
        self._traffic, self._now = traffic, now

    async def sms(self, request: Request) -> Response:
        """A text that came in."""
        return await self._door("text", request, self._take)

    async def status(self, request: Request) -> Response:
        """What became of a reply of ours."""
        return await self._door("status", request, self._hear_of)

    async def _door(self, what: str, request: Request, take: _Take) -> Response:
        began = time.monotonic()
        response, why = await self._answer(request, take)
        with suppress(OSError):  # a training clock that cannot be read
            self._traffic.note(why, self._now())
        logger.info(
            what,
            status=response.status_code,
            why=why,
            ms=round((time.monotonic() - began) * 1000),
        )
        return response

    async def _answer(self, request: Request, take: _Take) -> tuple[Response, str]:
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await take(request)
        except Refused as refused:
            return _refusal(refused.status, refused.why), refused.why
        except ClientDisconnect:
            return _refusal(400, "disconnected"), "disconnected"
        except NoBundle:
            return _not_now("no_bundle"), "no_bundle"
        except NoWard as error:
            logger.error("no such ward", setting=NUMBERS, ward=error.code)
            return _not_now("no_ward"), "no_ward"
        except TooBusy:
            return _not_now("too_busy"), "too_busy"
        except TimeoutError:
            return _not_now("deadline"), "deadline"
        except LogError as error:
            logger.error("not saved", kind=type(error).__name__, where=place_of(error))
            return _not_now("not_saved"), "not_saved"
        except Exception as error:  # noqa: BLE001, its text may hold a person's words
            logger.error("our fault", kind=type(error).__name__, where=place_of(error))
            return _not_now("our_fault"), "our_fault"

    async def _take(self, request: Request) -> tuple[Response, str]:
        twilio.check_head(request.headers)
        body = await _body(request)
        query = request.url.query
        text = twilio.read_text(self._account, request.headers, query, body)
        reply = await self._writer.take(text)
        answer = twilio.reply(reply, self._account.status_url)
        response = Response(answer, media_type=twilio.REPLY_TYPE, headers=HEADERS)
        return response, "answered" if reply else "silent"

    async def _hear_of(self, request: Request) -> tuple[Response, str]:
        twilio.check_head(request.headers)
        body = await _body(request)
        query = request.url.query
        status = twilio.read_status(self._account, request.headers, query, body)
        # A reply on its way is nothing that must be on the disk.
        if status.own or status.stage in ENDS:
            await self._writer.do(lambda desk: desk.hear_of(status))
        return Response(None, 204, HEADERS), "status"


async def _body(request: Request) -> bytes:
    body = await body_within(request, BODY_BYTES)
    if body is None:
        raise Refused(413, "too_large")
    return body


def _refusal(status: int, why: str) -> Response:
    return JSONResponse({"why": why}, status, HEADERS)


def _not_now(why: str) -> Response:
    headers = {**HEADERS, "Retry-After": str(RETRY_AFTER_S)}
    return JSONResponse({"why": why}, 503, headers)
