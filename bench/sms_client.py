"""What does Twilio see: how many texts a second are answered, and how late?

One process with one loop over plain sockets, its requests signed and written out
beforehand, so that it takes little of the two cores that the server needs. Each
connection posts a text when the one before it was answered, and each phone's texts
go over one connection, in their order.
"""

from __future__ import annotations

import re
import secrets
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from smsgateway.twilio import Account, signed_webhook

WARM_S, SECONDS = 1.0, 4.0
TEXTS = ("hello", "2", "The tea was cold but the staff were kind")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"connection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """`most` texts are ready for each connection. `run` tells its phones from those
    of the other runs."""

    account: Account
    line: str
    run: int
    connections: int
    most: int


@dataclass(frozen=True)
class Seen:
    """`answered`: with TwiML, warming up too. `share`: the client's part of a core."""

    per_s: float
    p99_ms: float
    answered: int
    share: float


def seen(load: Load) -> Seen:
    """What a client in a process of its own sees."""
    with ProcessPoolExecutor(1) as client:
        return client.submit(_drive, load).result()


@dataclass
class _Lane:
    """One connection, what it will send and what it has received of an answer."""

    requests: Iterator[bytes]
    socket: socket.socket = field(init=False)
    got: bytes = b""
    sent_at: float = 0.0


def _drive(load: Load) -> Seen:
    ready = [list(_requests(load, lane)) for lane in range(load.connections)]
    port = urlsplit(load.account.url).port
    assert port is not None
    return _Client(port).drive(ready)


class _Client:
    """Counts the answers from `begins` to `ends`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._answered = 0
        self._took_s: list[float] = []

    def drive(self, ready: list[list[bytes]]) -> Seen:
        started, used = time.perf_counter(), time.process_time()
        self._begins = started + WARM_S
        self._ends = self._begins + SECONDS
        for requests in ready:
            self._send(self._open(_Lane(iter(requests))))
        while self._selector.get_map():
            for key, _ in self._selector.select():
                self._receive(key.data)
        share = (time.process_time() - used) / (time.perf_counter() - started)
        assert self._ends > self._begins, "too few texts for the time"
        return Seen(
            per_s=len(self._took_s) / (self._ends - self._begins),
            p99_ms=statistics.quantiles(self._took_s, n=100, method="inclusive")[98]
            * 1000,
            answered=self._answered,
            share=share,
        )

    def _open(self, lane: _Lane) -> _Lane:
        lane.socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        lane.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(lane.socket, selectors.EVENT_READ, lane)
        return lane

    def _close(self, lane: _Lane) -> None:
        self._selector.unregister(lane.socket)
        lane.socket.close()

    def _send(self, lane: _Lane) -> None:
        now = time.perf_counter()
        request = next(lane.requests, None)
        if request is None:
            self._ends = min(self._ends, now)  # it has sent all that there was
        if request is None or now > self._ends:
            self._close(lane)
            return
        lane.sent_at = now
        sent = lane.socket.send(request)
        assert sent == len(request), "a request that does not fit into a socket"

    def _receive(self, lane: _Lane) -> None:
        more = lane.socket.recv(65_536)
        assert more, f"it hung up after {lane.got!r}"
        lane.got += more
        head, _, body = lane.got.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length is None or len(body) < int(length.group(1)):
            return
        now = time.perf_counter()
        is_answer = head.startswith(b"HTTP/1.1 200") and b"<Response" in body
        assert is_answer, f"not an answer: {lane.got!r}"
        lane.got = b""
        self._answered += 1
        if self._begins <= now <= self._ends:
            self._took_s.append(now - lane.sent_at)
        if _CLOSES.search(head):
            self._close(lane)
            self._open(lane)
        self._send(lane)


def _requests(load: Load, lane: int) -> Iterator[bytes]:
    for phone in range(-(-load.most // len(TEXTS))):
        # Numbers of no length that a network has, so many that Ofcom's do not do.
        number = f"+4470{load.run:02d}{lane:02d}{phone:05d}"
        for words in TEXTS:
            sid = "SM" + secrets.token_hex(16)
            yield _request(load, number, words, sid)


def _request(load: Load, number: str, words: str, sid: str) -> bytes:
    hook = signed_webhook(load.account, number, load.line, words, sid)
    headers = {
        "Host": urlsplit(load.account.url).netloc,
        **hook.headers,
        "Content-Length": str(len(hook.content)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /sms HTTP/1.1\r\n{lines}\r\n".encode() + hook.content
