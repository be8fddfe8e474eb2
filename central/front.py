"""What reaches Django, and when? A request that came whole, and soon.

Django reads a body while it holds one of a few threads, and granian waits for bodies
for ever: as many clients as there are threads, each with half a body, would hold all
of central, and none of them need be known to it. So bodies are read here, in the event
loop, where a slow one costs memory alone, and little of that; replies go out from here
too, however slowly they are read.

Requests stand in three queues, each with threads of its own. Hundreds who ask for pages
at once, and read none of them, are hundreds of pages to be made. Long bodies are the
backlogs of devices that were away, and each takes as long as fifty taps. Neither stands
before a heartbeat or a tap.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[str, str]]

RETRY_AFTER_S = 5
PAGES = "pages"  # how the names of the threads that make pages begin
_GZIP = b"\x1f\x8b"
DEVICES = "/api/"  # what devices ask; all else is for people


@dataclass(frozen=True, slots=True)
class Limits:
    """`body_bytes` is more than anything of ours takes: what goes on after that is
    not read. No tap is over `long_body_bytes` unpacked, whatever was said. `held_bytes`
    is for all bodies together, `waiting` for requests of one queue that came whole and
    wait for a thread. A device asks again by itself, a person has a blank page before
    them: so `pages_waiting` is twice the 500 managers who come at 07:00."""

    body_s: float = 30.0
    body_bytes: int = 9_000_000
    long_body_bytes: int = 24_000
    held_bytes: int = 64_000_000
    waiting: int = 256
    pages_waiting: int = 1_024


@dataclass(eq=False, slots=True)
class _Reading:
    """A body on its way, and when it is given up."""

    deadline: asyncio.Timeout
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Headers
    body: bytes = b""


_CLOSING = [("Connection", "close"), ("Content-Length", "0")]
_BROKEN = _Reply(400, _CLOSING)  # who only stopped sending may still read
_LATE = _Reply(408, _CLOSING)
_BUSY = _Reply(503, [("Retry-After", str(RETRY_AFTER_S)), ("Content-Length", "0")])


class _Gone(Exception):
    """Whoever asked has hung up, or sent half a body or bad chunks."""


@dataclass(slots=True)
class _Queue:
    """Who waits for the same threads, or is at work in them: `most` of them."""

    threads: ThreadPoolExecutor
    most: int
    waiting: int = 0


class Front:
    """An ASGI application in front of a WSGI one. `devices`, `pages`: how many threads
    there are for what they ask. Backlogs have a quarter of the devices' beside them."""

    def __init__(
        self,
        django: WSGIApplication,
        devices: int,
        pages: int,
        limits: Limits | None = None,
    ) -> None:
        self._django = django
        self._limits = limits or Limits()
        few, most = max(1, devices // 4), self._limits.waiting
        self._devices = _Queue(ThreadPoolExecutor(devices, "devices"), most)
        self._backlogs = _Queue(ThreadPoolExecutor(few, "backlogs"), most)
        most = self._limits.pages_waiting
        self._pages = _Queue(ThreadPoolExecutor(pages, PAGES), most)
        self._reading: dict[_Reading, None] = {}  # in the order in which they began
        self._held = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", scope["type"]
        reading = _Reading(asyncio.timeout(self._limits.body_s))
        try:
            body = await self._body(reading, receive)
            reply = await self._answer(environ_of(scope, body), _unpacked(body))
        except TimeoutError:
            reply = _LATE
        except _Gone:
            reply = _BROKEN
        finally:
            self._held -= reading.size
        await _send(reply, send)

    # ── the body ─────────────────────────────────────────────────────────────

    async def _body(self, reading: _Reading, receive: Receive) -> bytes:
        body, more = bytearray(), True
        async with reading.deadline:
            self._reading[reading] = None
            try:
                while more and len(body) < self._limits.body_bytes:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise _Gone
                    body += message.get("body", b"")
                    self._hold(reading, len(body))
                    more = message.get("more_body", False)
            finally:
                self._reading.pop(reading, None)
        return bytes(body)

    def _hold(self, reading: _Reading, size: int) -> None:
        """Make room: the longest of the unfinished bodies gives way. So a flood of
        huge ones gives way to the next huge one, and not a tablet's short batch."""
        self._held += size - reading.size
        reading.size = size
        while self._held > self._limits.held_bytes and self._reading:
            longest = max(self._reading, key=lambda one: one.size)
            del self._reading[longest]
            self._held -= longest.size
            longest.size = 0
            if not longest.deadline.expired():
                longest.deadline.reschedule(asyncio.get_running_loop().time())

    # ── the answer ───────────────────────────────────────────────────────────

    async def _answer(self, environ: WSGIEnvironment, size: int) -> _Reply:
        queue = self._queue_of(environ["PATH_INFO"], size)
        if queue.waiting >= queue.most:
            return _BUSY
        queue.waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(queue.threads, self._ask, environ)
        finally:
            queue.waiting -= 1

    def _queue_of(self, path: str, size: int) -> _Queue:
        if not path.startswith(DEVICES):
            return self._pages
        return self._backlogs if size > self._limits.long_body_bytes else self._devices

    def _ask(self, environ: WSGIEnvironment) -> _Reply:
        begun: list[tuple[int, Headers]] = []

        def start_response(
            status: str, headers: Headers, _error: object = None
        ) -> Callable[[bytes], object]:
            begun[:] = [(int(status[:3]), headers)]
            return _no_write

        chunks = self._django(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        ((status, headers),) = begun
        return _Reply(status, headers, body)


def _unpacked(body: bytes) -> int:
    """How many bytes, as gzip says at its end (RFC 1952): a thousand tapped answers are
    15 kB there, less than one long comment. Who lies about it chooses a queue."""
    if not body.startswith(_GZIP):
        return len(body)
    return max(len(body), int.from_bytes(body[-4:], "little"))


def _no_write(_chunk: bytes) -> None:
    raise AssertionError("Django answers with chunks")


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:  # Django ends its request here
        close()


async def _send(reply: _Reply, send: Send) -> None:
    headers = [(k.lower().encode(), v.encode("latin-1")) for k, v in reply.headers]
    await send(
        {"type": "http.response.start", "status": reply.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": reply.body})


# ── from ASGI to WSGI (PEP 3333) ─────────────────────────────────────────────


def environ_of(scope: Message, body: bytes) -> WSGIEnvironment:
    """The request as a WSGI application reads it."""
    host, port = scope["server"]
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": scope["client"][0],
        "CONTENT_LENGTH": str(len(body)),  # also of a body that came in chunks
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name, value.decode("latin-1"))
    return environ


def _add_header(environ: WSGIEnvironment, name: bytes, value: str) -> None:
    if b"_" in name:  # X_Forwarded_For would be taken for the proxy's own header
        return
    word = name.decode("latin-1").upper().replace("-", "_")
    if word in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        environ[word] = value
        return
    word = f"HTTP_{word}"
    glue = "; " if word == "HTTP_COOKIE" else ","
    environ[word] = f"{environ[word]}{glue}{value}" if word in environ else value
