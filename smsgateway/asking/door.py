"""What may the hospital's own systems ask for over HTTP?

POST /invitations  {"invitations": [{"number": …, "ward": …, "discharged": …}, …]}
POST /alerts       {"id": …, "to": …, "words": …, "ward": …}

With the key as a bearer token. An invitation has the fields of a clerk's file and is
held to the same rules, all of them or none. Nothing that was sent is said back.
"""

from __future__ import annotations

import asyncio
import csv
import hmac
import io
import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feedback.log import LogError
from feedback.settings import SettingError
from feedback.table import Problem
from feedback.text import clean_comment
from smsgateway.asking.alerts import WORDS_CHARS, Alert
from smsgateway.asking.header import COLUMNS
from smsgateway.asking.invite import read_for, take
from smsgateway.asking.numbers import EMPTY, NotMobile, mobile
from smsgateway.asking.policy import Policy
from smsgateway.bodies import body_within
from smsgateway.desk import Desk
from smsgateway.health import HEADERS
from smsgateway.logs import place_of
from smsgateway.writer import TooBusy, Writer

BODY_BYTES = 1_000_000
INVITATIONS = 1_000
FIELDS = 20
_NO_MORE_ALERTS = (
    "The day's limit of alerts to staff is used up: this one is not sent. Tell them in "
    "another way."
)
DEADLINE_S = 10.0
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

logger = structlog.get_logger()
Said = TypeVar("Said")


class Refused(Exception):
    def __init__(self, status: int, why: str, **more: Any) -> None:
        super().__init__(why)
        self.status, self.said = status, {"why": why, **more}


class Door:
    """`key`: the token that opens it; without one there is no door."""

    def __init__(
        self, key: str, policy: Policy, writer: Writer, now: Callable[[], datetime]
    ) -> None:
        self._key, self._policy, self._writer, self._now = key, policy, writer, now

    def routes(self) -> list[Route]:
        if not self._key:
            return []
        doors = {"/invitations": self._invitations, "/alerts": self._alerts}
        return [
            Route(path, self._door(take), methods=["POST"])
            for path, take in doors.items()
        ]

    def _door(
        self, take: Callable[[Any], Awaitable[dict[str, Any]]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def door(request: Request) -> Response:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    self._let_in(request)
                    said = await take(await _json(request))
            except Refused as refused:
                return JSONResponse(refused.said, refused.status, HEADERS)
            except ClientDisconnect:
                return JSONResponse({"why": "disconnected"}, 400, HEADERS)
            except (LogError, TooBusy, TimeoutError, SettingError) as error:
                logger.error("not saved", kind=type(error).__name__)
                return JSONResponse({"why": "not_now"}, 503, HEADERS)
            except Exception as error:  # noqa: BLE001, its text may hold a number
                kind, where = type(error).__name__, place_of(error)
                logger.error("our fault", kind=kind, where=where)
                return JSONResponse({"why": "our_fault"}, 500, HEADERS)
            return JSONResponse(said, 202, HEADERS)

        return door

    def _let_in(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        is_key = hmac.compare_digest(given.strip().encode(), self._key.encode())
        if scheme.lower() != "bearer" or not is_key:
            raise Refused(401, "key")

    async def _invitations(self, body: Any) -> dict[str, Any]:
        data = _as_file(body)
        policy, now = self._policy, self._now()
        sheet = await self._do(lambda desk: read_for(desk, data, policy, now))
        if sheet.problems:
            raise Refused(422, "problems", problems=_said(sheet.problems))
        new = await self._do(lambda desk: take(desk, sheet, now, by_post=True))
        skipped, noted = _said(sheet.skipped), _said(sheet.noted)
        return {"planned": new, "skipped": skipped, "noted": noted}

    async def _alerts(self, body: Any) -> dict[str, Any]:
        alert, now = _alert(body), self._now()

        def add(desk: Desk) -> bool:
            assert desk.asking is not None, "a door where nobody is asked"
            bundle = desk.bundles.current()
            if bundle is None:
                raise SettingError("there is no bundle yet: no ward is known")
            if bundle.ward(alert.ward) is None:
                raise Refused(422, "unknown_ward")
            asker = desk.asking.asker
            if not asker.alerts.knows(alert.id) and not asker.may_alert(now):
                raise Refused(429, "alerts_cap", words=_NO_MORE_ALERTS)
            return asker.alerts.add(alert, now)

        return {"id": alert.id, "new": await self._do(add)}

    async def _do(self, work: Callable[[Desk], Said]) -> Said:
        return await self._writer.do(work)


async def _json(request: Request) -> Any:
    body = await body_within(request, BODY_BYTES)
    if body is None:
        raise Refused(413, "too_large")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "unreadable") from None


def _as_file(body: Any) -> bytes:
    """The invitations as a clerk would have written them: one set of rules for both."""
    asked = body.get("invitations") if isinstance(body, dict) else None
    if not isinstance(asked, list) or not asked:
        raise Refused(400, "unreadable")
    if len(asked) > INVITATIONS:
        raise Refused(413, "too_many")
    names: dict[str, None] = {}
    for one in asked:
        if not isinstance(one, dict) or len(one) > FIELDS:
            raise Refused(400, "unreadable")
        names.update(dict.fromkeys(one))
    if len(names) > FIELDS:
        raise Refused(400, "unreadable")
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(names)
    rows.writerows([_cell(one.get(name, "")) for name in names] for one in asked)
    return file.getvalue().encode("utf-8", "surrogatepass")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        raise Refused(400, "unreadable")
    return value


def _said(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """By the place in the list, from 0; -1 is the whole of it."""
    return [
        {"at": max(one.row - 2, -1), "code": one.code, "words": _words(one)}
        for one in problems
    ]


# For who sends JSON there is no spreadsheet.
_OTHER_WORDS = {
    "scientific": "this number was rounded, and its last digits are gone: send it as a "
    "text, from its source",
    "unknown_column": f"a field is none of ours; there may be: {', '.join(COLUMNS)}",
    "no_header": f"no field is one of ours; there may be: {', '.join(COLUMNS)}",
    "separator": "a field's name holds a semicolon or a tab",
    "encoding": "a letter is none that can be written in UTF-8",
    "repeated": "the same person and stay stand in the list before",
    "more_than_a_number": "more than a number is in the field: send one, alone",
}


def _words(one: Problem) -> str:
    words = one.words.replace("the column ", "the field ")
    return _OTHER_WORDS.get(one.code, words.replace("a cell ", "a field "))


def _alert(body: Any) -> Alert:
    if not isinstance(body, dict):
        raise Refused(400, "unreadable")
    name, to, words, ward = (body.get(key) for key in ("id", "to", "words", "ward"))
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise Refused(400, "id")
    words = clean_comment(words) if isinstance(words, str) else ""
    if not 0 < len(words) <= WORDS_CHARS:
        raise Refused(400, "words")
    if not isinstance(ward, str) or len(ward) > 32:
        raise Refused(400, "ward")
    try:
        number = mobile(to if isinstance(to, str) else "")
    except NotMobile as error:
        why = "to" if error.code == EMPTY else error.code
        raise Refused(422, why) from None
    return Alert(name, ward, number, words)
