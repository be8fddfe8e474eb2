"""What does a webhook over HTTP get for an answer, and how soon?

200 TwiML   the text and its reply are on the disk
4xx         the sender's fault: nothing is stored, nothing is said back but a code
503         ours: Twilio then tries the fallback address; a text that was stored
            all the same is known again by its id
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feedback.assets import assets_folder
from feedback.log import Log, LogError
from feedback.settings import SettingError
from smsgateway import twilio
from smsgateway.bundles import Bundles
from smsgateway.logs import place_of
from smsgateway.people import People
from smsgateway.settings import NUMBERS, Settings
from smsgateway.turns import Desk, NoBundle, NoWard
from smsgateway.twilio import Account, Refused
from smsgateway.voice import read_phrases
from smsgateway.writer import TooBusy, Writer

BODY_BYTES = 65_536
DEADLINE_S = 5.0  # Twilio waits 15 s in all, and then asks elsewhere
RETRY_AFTER_S = 5

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

logger = structlog.get_logger()


def utc_now() -> datetime:
    return datetime.now(UTC)


def build(settings: Settings, now: Callable[[], datetime] = utc_now) -> Starlette:
    """The gateway. Its log is opened when it starts and closed when it stops."""
    writer = Writer(lambda: open_desk(settings, now))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(writer.start)
        yield
        await asyncio.to_thread(writer.close)

    gateway = _Gateway(settings.account, writer)
    routes = [
        Route("/sms", gateway.sms, methods=["POST"]),
        Route("/healthz", gateway.healthz, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def open_desk(settings: Settings, now: Callable[[], datetime]) -> Desk:
    """SettingError when a bundle is there and lacks the ward of one of our numbers."""
    with ExitStack() as undo:
        log = undo.enter_context(Log.open(settings.log))
        desk = Desk(
            log=log,
            people=People(log, settings.pepper),
            bundles=Bundles(log),
            phrases=read_phrases(assets_folder() / "wording" / "sms.toml"),
            wards=settings.wards,
            now=now,
        )
        _check_wards(desk)
        undo.pop_all()
        return desk


def _check_wards(desk: Desk) -> None:
    bundle = desk.bundles.current()
    if bundle is None:
        logger.warning("no bundle yet: texts are answered 503 until the agent has one")
        return
    for code in desk.unknown_wards():
        known = ", ".join(ward.code for ward in bundle.wards)
        raise SettingError(
            f"{NUMBERS} names the ward {code}, which this gateway was not enrolled "
            f"for; it was for {known}"
        )


class _Gateway:
    def __init__(self, account: Account, writer: Writer) -> None:
        self._account = account
        self._writer = writer

    async def sms(self, request: Request) -> Response:
        began = time.monotonic()
        response, why = await self._answer(request)
        logger.info(
            "text",
            status=response.status_code,
            why=why,
            ms=round((time.monotonic() - began) * 1000),
        )
        return response

    async def _answer(self, request: Request) -> tuple[Response, str]:
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._take(request)
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
        answer = twilio.reply(reply)
        response = Response(answer, media_type=twilio.REPLY_TYPE, headers=HEADERS)
        return response, "answered" if reply else "silent"

    async def healthz(self, _request: Request) -> Response:
        """503 when the log cannot write.

        `survey` is null while there is no bundle. Texts to a number whose ward is one
        of `unknown_wards` are answered 503, those to the other numbers are not.
        """
        try:
            async with asyncio.timeout(DEADLINE_S):
                health = await self._writer.check()
        except (LogError, TooBusy, TimeoutError) as error:
            kind = type(error).__name__
            logger.error("the log cannot write", kind=kind)
            return JSONResponse({"log": False, "why": kind}, 503, HEADERS)
        for code in health.unknown_wards:
            logger.error("no such ward", setting=NUMBERS, ward=code)
        said = {"survey": health.survey or None, "unknown_wards": health.unknown_wards}
        return JSONResponse({"log": True, **said}, headers=HEADERS)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise Refused(413, "too_large")
    return bytes(body)


def _refusal(status: int, why: str) -> Response:
    return JSONResponse({"why": why}, status, HEADERS)


def _not_now(why: str) -> Response:
    headers = {**HEADERS, "Retry-After": str(RETRY_AFTER_S)}
    return JSONResponse({"why": why}, 503, headers)
