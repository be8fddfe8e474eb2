"""What does the carrier answer when the gateway asks?

What stands in for Twilio's REST API: the messages of one account, to list, read, send,
blank and delete. The names of fields and parameters are those of Twilio's OpenAPI
document. Which error comes when, and the order and paging of a list, are a reading of
Twilio's documentation. Numbers that never get a text, for trying it out:

    +447700900191  undelivered, 30003     +447700900194  failed, 30001
    +447700900192  undelivered, 30005     +447700900195  refused, 21614
    +447700900193  undelivered, 30006     +447700900196  refused, 21612
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from smsgateway import twilio
from smsgateway.phones.books import Message, Wanted
from smsgateway.phones.carrier import Carrier
from smsgateway.phones.outage import Rest

VERSION = "2010-04-01"
PATH = f"/{VERSION}/Accounts/{{account}}/Messages"
BODY_BYTES = 65_536
FIELDS = 200
WORDS_CHARS = 1_600
PAGE_SIZE, PAGE_SIZE_MOST = 50, 1_000
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_ONE = ("GET", "POST", "DELETE")
_Do = Callable[[Request], Awaitable[Response]]

_REFUSED = {
    "+447700900195": (21614, "'To' number is not a valid mobile number"),
    "+447700900196": (21612, "The 'To' phone number is not currently reachable"),
}
_FAILED = {
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
}


class Trouble(Exception):
    """Twilio's error: `status` of HTTP, Twilio's own `code`, and its words."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status, self.code = status, code


class RestStandIn:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def routes(self) -> list[Route]:
        return [
            Route(f"{PATH}.json", self.messages, methods=["GET", "POST"]),
            Route(f"{PATH}/{{sid}}.json", self.message, methods=_ONE),
            Route(f"/{VERSION}/{{rest:path}}", self.nothing, methods=_ONE),
        ]

    async def messages(self, request: Request) -> Response:
        do = self._list if request.method in ("GET", "HEAD") else self._create
        return await self._answer(request, do)

    async def message(self, request: Request) -> Response:
        do = {"DELETE": self._delete, "POST": self._change}
        return await self._answer(request, do.get(request.method, self._read))

    async def nothing(self, request: Request) -> Response:
        return await self._answer(request, _not_found)

    async def _answer(self, request: Request, do: _Do) -> Response:
        try:
            self._let_in(request)
            return await do(request)
        except Trouble as trouble:
            said = {
                "code": trouble.code,
                "message": str(trouble),
                "more_info": f"https://www.twilio.com/docs/errors/{trouble.code}",
                "status": trouble.status,
            }
            headers = dict(HEADERS)
            if trouble.status == 401:
                headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
            return JSONResponse(said, trouble.status, headers)

    def _let_in(self, request: Request) -> None:
        if self._carrier.outage.rest == Rest.BROKEN:
            raise Trouble(500, 20500, "An internal server error has occurred")
        if self._carrier.outage.rest == Rest.BUSY:
            raise Trouble(429, 20429, "Too Many Requests")
        account = self._carrier.account
        wanted = f"{account.sid}:{account.token}".encode()
        if not hmac.compare_digest(_credentials(request), wanted):
            raise Trouble(401, 20003, "Authenticate")
        if request.path_params.get("account", account.sid) != account.sid:
            raise _missing(request)

    # ── many ─────────────────────────────────────────────────────────────────

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        size = _whole(query.get("PageSize", ""), PAGE_SIZE, "PageSize")
        size = max(1, min(size, PAGE_SIZE_MOST))
        page = _whole(query.get("Page", ""), 0, "Page")
        below = _serial(query.get("PageToken", ""))
        found = self._carrier.books.newest_first(_wanted(query), below)
        messages = list(islice(found, size + 1))
        more, messages = len(messages) > size, messages[:size]
        for message in messages:
            self._carrier.found(message)
        address = _Pages(request, size)
        return self._json(
            {
                "messages": [self._shown(message) for message in messages],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(0, len(messages) - 1),
                "uri": address.of(page, below),
                "first_page_uri": address.of(0),
                "previous_page_uri": address.of(page - 1) if page else None,
                "next_page_uri": (
                    address.of(page + 1, messages[-1].serial) if more else None
                ),
            }
        )

    async def _create(self, request: Request) -> Response:
        form = await _form(request)
        line, to = form.get("From", ""), form.get("To", "")
        if not to:
            raise Trouble(400, 21604, "A 'To' phone number is required.")
        if not line:
            raise Trouble(400, 21603, "A 'From' phone number is required.")
        if not form.get("Body"):
            raise Trouble(400, 21602, "Message body is required.")
        if len(form["Body"]) > WORDS_CHARS:
            words = "The concatenated message body exceeds the 1600 character limit"
            raise Trouble(400, 21617, words)
        self._may_send(line, to)
        callback = form.get("StatusCallback", "")
        if callback and not _is_address(callback):
            raise Trouble(400, 21609, "The 'StatusCallback' URL is not a valid URL")
        message = self._carrier.post(line, to, form["Body"], callback)
        return self._json(self._shown(message), 201)

    def _may_send(self, line: str, to: str) -> None:
        if line not in self._carrier.account.lines:
            words = f"The 'From' number {line} is not a number of this account"
            raise Trouble(400, 21606, words)
        if not twilio.NUMBER.fullmatch(to):
            raise Trouble(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if to in _REFUSED:
            raise Trouble(400, *_REFUSED[to])
        thread = self._carrier.thread(to, line)
        if thread is not None and thread.stopped:
            raise Trouble(400, 21610, "Attempt to send to unsubscribed recipient")

    # ── one ──────────────────────────────────────────────────────────────────

    def _find(self, request: Request) -> Message:
        message = self._carrier.books.find(request.path_params["sid"])
        if message is None:
            raise _missing(request)
        return message

    async def _read(self, request: Request) -> Response:
        return self._json(self._shown(self._find(request)))

    async def _delete(self, request: Request) -> Response:
        self._carrier.books.strike(self._find(request).sid)
        return Response(None, 204, HEADERS)

    async def _change(self, request: Request) -> Response:
        """An empty Body blanks the words; nothing is ever scheduled here."""
        message = self._find(request)
        form = await _form(request)
        if form.get("Status"):
            raise Trouble(400, 30409, "This message cannot be canceled")
        if form.get("Body") != "":
            raise Trouble(400, 20001, "A Body can only be made empty")
        message.body, message.updated = "", self._carrier.clock()
        return self._json(self._shown(message))

    def _json(self, what: Mapping[str, Any], status: int = 200) -> Response:
        return JSONResponse(what, status, HEADERS)

    def _shown(self, message: Message) -> dict[str, Any]:
        account = self._carrier.account.sid
        place = f"{PATH.format(account=account)}/{message.sid}"
        return {
            "account_sid": account,
            "api_version": VERSION,
            "body": message.body,
            "date_created": _date(message.created),
            "date_sent": _date(message.sent) if message.sent else None,
            "date_updated": _date(message.updated),
            "direction": message.direction,
            "error_code": message.error,
            "error_message": _FAILED[message.error] if message.error else None,
            "from": message.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "GBP",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{place}/Media.json"},
            "to": message.to,
            "uri": f"{place}.json",
        }


class _Pages:
    """The addresses of a list's pages: its own filters, and from where it goes on."""

    def __init__(self, request: Request, size: int) -> None:
        self._path = request.url.path
        own = ("Page", "PageToken", "PageSize")
        kept = request.query_params.multi_items()
        self._filters = [(name, value) for name, value in kept if name not in own]
        self._size = size

    def of(self, page: int, below: int | None = None) -> str:
        query = [*self._filters, ("PageSize", str(self._size)), ("Page", str(page))]
        if below is not None:
            query.append(("PageToken", f"PASM{below:032x}"))
        return f"{self._path}?{urlencode(query)}"


async def _not_found(request: Request) -> Response:
    raise _missing(request)


def _missing(request: Request) -> Trouble:
    path = request.url.path
    return Trouble(404, 20404, f"The requested resource {path} was not found")


def _credentials(request: Request) -> bytes:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return b""


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise Trouble(413, 20413, "The request is too large")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FIELDS,
        )
    except ValueError:
        raise Trouble(400, 20001, "The request cannot be read") from None
    return dict(pairs)


def _wanted(query: Mapping[str, str]) -> Wanted:
    day = _moment(query, "DateSent")
    since, until = _moment(query, "DateSent>"), _moment(query, "DateSent<")
    if day is not None:
        since = day.replace(hour=0, minute=0, second=0)
        until = day.replace(hour=23, minute=59, second=59)
    return Wanted(query.get("To", ""), query.get("From", ""), since, until)


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    """A day (its first moment) or a moment, of UTC."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        words = f"{name} must be a date such as 2026-11-28 or 2026-11-28T09:00:00Z"
        raise Trouble(400, 20001, words) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(text: str, default: int, name: str) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise Trouble(400, 20001, f"{name} must be a whole number")
    return int(text)


def _serial(token: str) -> int | None:
    if not token:
        return None
    try:
        return int(token.removeprefix("PASM"), 16)
    except ValueError:
        raise Trouble(400, 20001, "The PageToken cannot be read") from None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))
