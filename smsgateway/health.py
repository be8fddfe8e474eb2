"""Is the text line well, by its traffic, and who may ask?

/health for a person, /metrics for Prometheus: the same figures. That a process runs
proves little; when the last text came and the last reply went proves more. What is not
known is null, or absent, and never 0.

Open to this machine, and to who sends the token; to anybody else there is no such
page. A proxy on this machine is this machine: what it says it forwards is not let in,
and it is to pass on /sms and /sms/status alone.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from feedback.answer import utc_text
from feedback.log import LogError
from smsgateway.desk import Desk
from smsgateway.figures import Figures, Traffic, read_figures
from smsgateway.metrics import CONTENT_TYPE, render
from smsgateway.settings import NUMBERS, Settings
from smsgateway.writer import TooBusy, Writer

DEADLINE_S = 5.0
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_FORWARDED = ("forwarded", "x-forwarded-", "x-real-ip", "x-client-ip", "via")

logger = structlog.get_logger()
Said = TypeVar("Said")


class HealthPages:
    def __init__(self, settings: Settings, writer: Writer, traffic: Traffic) -> None:
        self._token = settings.metrics_token
        self._is_reconciling = settings.reconciles
        self._writer, self._traffic = writer, traffic

    async def health(self, request: Request) -> Response:
        """503 when the log cannot write.

        `survey` is null while there is no bundle. Texts to a number whose ward is one
        of `unknown_wards` are answered 503, those to the other numbers are not. `caps`:
        how much of each is used, 1 is all, and null where nobody is asked by text.
        `alerts_unsent`: of how many alerts staff were not told today, by the reason.
        """
        if not _may_read(request, self._token):
            return _no_such_page()
        try:
            async with asyncio.timeout(DEADLINE_S):
                health = await self._writer.check()
                figures = await self._do(read_figures)
                warnings = await self._do(_warnings)
        except (LogError, TooBusy, TimeoutError) as error:
            kind = type(error).__name__
            logger.error("the log cannot write", kind=kind)
            return JSONResponse({"log": False, "why": kind}, 503, HEADERS)
        for code in health.unknown_wards:
            logger.error("no such ward", setting=NUMBERS, ward=code)
        said = {"survey": health.survey or None, "unknown_wards": health.unknown_wards}
        figured = {**self._said(figures), "policy_warnings": warnings}
        return JSONResponse({"log": True, **said, **figured}, headers=HEADERS)

    async def metrics(self, request: Request) -> Response:
        if not _may_read(request, self._token):
            return _no_such_page()
        figures: Figures | None = None
        try:
            async with asyncio.timeout(DEADLINE_S):
                figures = await self._do(read_figures)
        except (LogError, TooBusy, TimeoutError) as error:
            logger.error("the log cannot be read", kind=type(error).__name__)
        page = render(
            self._traffic, figures, self._writer.waiting, self._is_reconciling
        )
        return Response(page, headers=HEADERS, media_type=CONTENT_TYPE)

    async def _do(self, work: Callable[[Desk], Said]) -> Said:
        return await self._writer.do(work)

    def _said(self, figures: Figures) -> dict[str, Any]:
        state, traffic = figures.reconciled, self._traffic
        # Until a comparison has succeeded, how many are lost is not known.
        is_known = bool(figures.lost or state.succeeded_at)
        return {
            "last_inbound": _moment(traffic.last_inbound),
            "last_reply": _moment(traffic.last_reply),
            "open_conversations": figures.open_conversations,
            "opt_outs": figures.opt_outs,
            "reviews_waiting": figures.reviews_waiting,
            "lost": figures.lost if is_known else None,
            "lost_latest": _moment(figures.lost_latest),
            "reconciliation": {
                "on": self._is_reconciling,
                "succeeded_at": state.succeeded_at or None,
                "failing_since": state.failing_since or None,
                "why": state.why or None,
            },
            "waiting": self._writer.waiting,
            "deadline_misses": traffic.deadline_misses,
            "caps": {cap.name: round(cap.share, 3) for cap in figures.caps} or None,
            "alerts_unsent": dict(figures.alerts_unsent),
            "warnings": _codes(figures),
        }


def _codes(figures: Figures) -> list[str]:
    near = [f"{cap.name}_cap_near" for cap in figures.caps if cap.is_near]
    return [*near, *(["alerts_unsent"] if figures.alerts_unsent else [])]


def _warnings(desk: Desk) -> list[str]:
    """What of the policy somebody should look at, in words."""
    return desk.asking.warnings(desk.now()) if desk.asking else []


def _moment(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def _may_read(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    if any(name.startswith(_FORWARDED) for name in request.headers):
        return False
    if request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _no_such_page() -> Response:
    # As Starlette says it of any other.
    return Response("Not Found", 404, media_type="text/plain")
