"""What has Twilio received for us, and will it send this?

Five calls: list a page, fetch one message, delete one; send one, and find those that
were sent to somebody. Each is one request with an end to its time and its size; whether
and when it is made again is the caller's.

Over httpx, which the simulated phone and the agent use too, and not Twilio's own
client: in this gateway the client cost 12 MB of memory (httpx 4), it has no time limit
unless it is given one, lets another library's ReadTimeout through, and does not say
after how long a 429 wants to be asked again. What it would have held together for us,
the shape of each call, tests hold to Twilio's OpenAPI document.

    RestError
    ├── NotNow      no answer, half of one, 429 or 5xx: ask again
    │   └── NotDone 429, or nobody was reached: it was not done, and may be asked again
    └── Unwilling   any other: asking again changes nothing

To `send`, a NotNow that is no NotDone says nothing at all about whether the text went.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from smsgateway.text import Text
from smsgateway.twilio.webhook import MESSAGE_SID, Account, text_of

DEFAULT_URL = "https://api.twilio.com"
VERSION = "2010-04-01"
CALL_TIMEOUT_S = 20.0
ANSWER_BYTES = 4_000_000
QUEUED_S = 3_600  # and no longer: it may be night by then
SENT_MESSAGES = 50  # to one person: more than anybody is sent in a month
PAGE_MESSAGES = 200  # of 1,000: a page is read between two webhooks, in a millisecond
RETRY_AFTER_MOST_S = 120.0

# Twilio answers these itself and hands them to nobody, but lists them.
_ANSWERED = frozenset("HELP INFO".split())

# Why a message cannot be taken. RECEIVING may still come right by itself.
RECEIVING = "receiving"
FAILED = "failed"
PART_MISSING = "part_missing"
BODY_GONE = "body_gone"
UNREADABLE = "unreadable"
_SEGMENT_MISSING = 30009


class RestError(Exception):
    """`why` is a word for machines; it holds nothing of what was asked or answered."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotNow(RestError):
    """Ask again, after `retry_after_s` if Twilio said so."""

    def __init__(self, why: str, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class NotDone(NotNow):
    """It was not done: of a 429 Twilio says "never processed", and who was not reached
    has done nothing."""


class Unwilling(RestError):
    """An answer that would be the same the next time. `code` is Twilio's own, or 0."""

    def __init__(self, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sent:
    """A text of ours, as Twilio has it."""

    id: str
    at: datetime | None
    status: str
    error: int


@dataclass(frozen=True, slots=True)
class Received:
    """A message that Twilio received for us, or what can be read of it.

    `text` is None when it cannot be taken, `why` says so. Both are there when a part
    of it is missing and the rest is in our hands.
    """

    id: str
    line: str
    at: datetime | None
    text: Text | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the address of the page after this one, empty on the last."""

    messages: tuple[Received, ...]
    next: str


class Rest:
    """Twilio's REST API for one account, at `url`."""

    def __init__(self, account: Account, url: str, client: httpx.AsyncClient) -> None:
        self._url = url
        self._client = client
        self._auth = httpx.BasicAuth(account.sid, account.token)
        self._messages = f"/{VERSION}/Accounts/{account.sid}/Messages"

    async def close(self) -> None:
        await self._client.aclose()

    async def received(self, line: str, since: datetime) -> Page:
        """The first page of what this number of ours received, the newest first.

        Twilio may go by the day alone, so older ones may be among them.
        """
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = {"To": line, "DateSent>": moment, "PageSize": str(PAGE_MESSAGES)}
        return await self._page(f"{self._messages}.json", line, query)

    async def page(self, line: str, address: str) -> Page:
        """The page at this address, which another page gave as the next."""
        return await self._page(self._checked(address), line, None)

    async def fetch(self, sid: str, line: str) -> Received | None:
        """One message; None when Twilio has it no longer."""
        status, body = await self._ask("GET", f"{self._messages}/{sid}.json")
        if status == 404:
            return None
        return _received(_object(body), line)

    async def delete(self, sid: str) -> None:
        """Delete one message at Twilio; one that is gone already is fine."""
        await self._ask("DELETE", f"{self._messages}/{sid}.json")

    async def send(self, line: str, to: str, words: str, status_url: str) -> Sent:
        """Have one text sent. `status_url` is told what becomes of it."""
        form = {
            "From": line,
            "To": to,
            "Body": words,
            "StatusCallback": status_url,
            "ValidityPeriod": str(QUEUED_S),
        }
        path = f"{self._messages}.json"
        try:
            status, body = await self._ask("POST", path, form=form)
            sent = _sent(_object(body))
        except Unwilling as error:
            if error.code:
                raise  # Twilio's own no
            raise NotNow(error.why) from None
        if status == 404 or sent is None:
            raise NotNow("strange_answer")  # it may have gone
        return sent

    async def sent_to(self, line: str, to: str) -> list[Sent]:
        """The latest texts from this number of ours to that number, newest first."""
        query = {"From": line, "To": to, "PageSize": str(SENT_MESSAGES)}
        _, body = await self._ask("GET", f"{self._messages}.json", query)
        messages = _object(body).get("messages")
        if not isinstance(messages, list):
            raise Unwilling("strange_page")
        ours = [one for one in messages if _is_between(one, line, to)]
        return [sent for one in ours if (sent := _sent(one)) is not None]

    # ── one request ──────────────────────────────────────────────────────────

    async def _page(self, path: str, line: str, query: dict[str, str] | None) -> Page:
        status, body = await self._ask("GET", path, query)
        if status == 404:
            raise Unwilling("http_404")
        page = _object(body)
        messages, following = page.get("messages"), page.get("next_page_uri")
        if not isinstance(messages, list):
            raise Unwilling("strange_page")
        if following is not None and not isinstance(following, str):
            raise Unwilling("strange_page")
        return Page(tuple(_all_received(messages, line)), following or "")

    def _checked(self, address: str) -> str:
        """The address if it is one of ours: the account's token goes to no other."""
        try:
            parts = urlsplit(address)
        except ValueError:
            raise Unwilling("strange_page") from None
        elsewhere = parts.scheme or parts.netloc or parts.fragment
        if elsewhere or parts.path != f"{self._messages}.json":
            raise Unwilling("strange_page")
        return f"{parts.path}?{parts.query}"

    async def _ask(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """The answer's status, a success or 404, and its body."""
        try:
            async with (
                asyncio.timeout(CALL_TIMEOUT_S),
                self._client.stream(
                    method, self._url + path, params=query, data=form, auth=self._auth
                ) as answer,
            ):
                body = await _limited(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise NotDone("no_connection") from None
        except (httpx.HTTPError, TimeoutError):
            raise NotNow("no_answer") from None
        except httpx.InvalidURL:
            raise Unwilling("strange_page") from None
        status = answer.status_code
        if status == 429:
            raise NotDone("http_429", _retry_after_s(answer.headers))
        if status == 408 or status >= 500:
            raise NotNow(f"http_{status}", _retry_after_s(answer.headers))
        if status == 404 or 200 <= status < 300:
            return status, body
        raise Unwilling(f"http_{status}", _code(body))


async def _limited(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise Unwilling("too_large")
    return bytes(body)


def _retry_after_s(headers: httpx.Headers) -> float | None:
    """Seconds as Twilio says them, within reason. A date, or nonsense, is no number."""
    said = headers.get("Retry-After", "").strip()
    if not (said.isascii() and said.isdecimal()):
        return None
    return min(float(said[:9]), RETRY_AFTER_MOST_S)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotNow("half_answer") from None
    if not isinstance(found, dict):
        raise Unwilling("strange_page")
    return found


# ── one message ──────────────────────────────────────────────────────────────


def _all_received(messages: list[Any], line: str) -> Iterator[Received]:
    for one in messages:
        found = _received(one, line)
        if found is not None:
            yield found


def _received(message: Any, line: str) -> Received | None:
    """The message, or None if it is one that we sent, or another number's."""
    if not isinstance(message, dict):
        return Received(_stand_in(message), line, None, None, UNREADABLE)
    if str(message.get("direction")).startswith("outbound"):
        return None
    sid, to, at = message.get("sid"), message.get("to"), _moment(message)
    if isinstance(to, str) and to != line:
        return None
    if not isinstance(sid, str) or not MESSAGE_SID.fullmatch(sid):
        return Received(_stand_in(message), line, at, None, UNREADABLE)
    text, why = _read(message, sid, line)
    if text is not None and at is None:
        text, why = None, UNREADABLE
    return Received(sid, line, at, text and replace(text, late_at=at), why)


def _read(message: dict[str, Any], sid: str, line: str) -> tuple[Text | None, str]:
    body, sender = message.get("body"), message.get("from")
    media = str(message.get("num_media") or "0")
    status = message.get("status")
    if status == "receiving":
        return None, RECEIVING
    if not isinstance(body, str | None) or not isinstance(sender, str | None):
        return None, UNREADABLE
    why = FAILED if status in ("failed", "undelivered") else ""
    if message.get("error_code") == _SEGMENT_MISSING:
        why = PART_MISSING
    if not body and media == "0":
        # A person can send an empty text, but hardly ever does. Words that somebody
        # took out at Twilio look the same, and those must be missed.
        return None, why or BODY_GONE
    form = {"MessageSid": sid, "To": line, "From": sender or "", "Body": body or ""}
    if (body or "").strip().upper() in _ANSWERED:
        form["OptOutType"] = "HELP"
    return text_of({**form, "NumMedia": media}), why


def _moment(message: dict[str, Any]) -> datetime | None:
    """When Twilio had it: `date_sent` is when it called our webhook."""
    for name in ("date_sent", "date_created"):
        said = message.get(name)
        try:
            at = parsedate_to_datetime(said) if isinstance(said, str) else None
            if at is not None and at.tzinfo is not None:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _stand_in(message: Any) -> str:
    """A name for a message that has none, the same the next time. No words show."""
    raw = json.dumps(message, sort_keys=True).encode()
    return f"unreadable-{hashlib.sha256(raw).hexdigest()[:16]}"


# ── one that we sent ─────────────────────────────────────────────────────────


def _is_between(message: Any, line: str, to: str) -> bool:
    """Whether it is one from us to them. The list may be wider than what was asked."""
    return (
        isinstance(message, dict)
        and message.get("direction") == "outbound-api"
        and message.get("from") == line
        and message.get("to") == to
    )


def _sent(message: dict[str, Any]) -> Sent | None:
    sid, status = message.get("sid"), message.get("status")
    if not isinstance(sid, str) or not MESSAGE_SID.fullmatch(sid):
        return None
    error = message.get("error_code")
    return Sent(
        id=sid,
        at=_moment({"date_sent": message.get("date_created")}),
        status=status if isinstance(status, str) else "",
        error=error if type(error) is int else 0,
    )


def _code(body: bytes) -> int:
    """Twilio's own number for what is wrong, or 0."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return 0
    code = said.get("code") if isinstance(said, dict) else None
    return code if type(code) is int else 0
