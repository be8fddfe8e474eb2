"""A central in a thread: real HTTP, and the truth or what a test tells it to say.

Left alone it is a small true central: it checks the signature, keeps rows, finds gaps
and forks. A test puts answers into `script`; each is given once, in order.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from feedback.answer import device_id, utc_text
from feedback.wire import (
    SIGNATURE_HEADER,
    BadSignature,
    TooLarge,
    Unreadable,
    check_signature,
    reply_body,
    unpack,
)

NOW = "2026-11-22T08:15:30.123Z"


@dataclass(frozen=True)
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def batch(self) -> Any:
        return unpack(self.body, self.headers.get("content-encoding", ""))


@dataclass(frozen=True)
class Say:
    """An HTTP reply. `cut`: only so many bytes of the content, then a reset."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


def words(status: int, **said: Any) -> Callable[[Heard], Say]:
    """Central's own answer, true to the body that was sent."""
    return lambda heard: Say(status, reply_body(heard.body, **said))


def html(status: int, **headers: str) -> Callable[[Heard], Say]:
    page = b"<!doctype html><title>Welcome to Hospital Wi-Fi</title>"
    kind = {"Content-Type": "text/html", **headers}
    return lambda _heard: Say(status, page, kind)


class ScriptedCentral:
    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.script: deque[Callable[[Heard], Say]] = deque()
        self.rows: dict[int, object] = {}
        self.have = 0
        self.bundle_version = 0
        self.keys: dict[str, bytes] = {}
        self.unreadable: Callable[[object], bool] = lambda _raw: False
        self.most_bytes = 10**9
        self.now = ""  # else what its clock says
        self.clock = lambda: datetime.now(UTC)
        self.others: dict[str, ScriptedCentral] = {}  # what it has of other devices
        self._gap_told = False
        self._lock = threading.Lock()

    # ── the truth ────────────────────────────────────────────────────────────

    def know(self, public_key: bytes) -> None:
        self.keys[device_id(public_key)] = public_key

    def answer(self, heard: Heard) -> Say:
        with self._lock:
            self.heard.append(heard)
            if self.script:
                return self.script.popleft()(heard)
            return self.truth(heard)

    def truth(self, heard: Heard) -> Say:
        if len(heard.body) > self.most_bytes:
            return html(413)(heard)
        device = heard.path.split("/")[4]
        if device in self.others:
            return self.others[device].answer(heard)
        try:
            signature = heard.headers.get(SIGNATURE_HEADER.lower())
            key = self.keys[device]
            first = check_signature(
                signature, key, heard.method, heard.path, heard.body
            )
            batch = heard.batch
        except (KeyError, BadSignature):
            return words(401)(heard)
        except Unreadable:
            return words(400, why="unreadable")(heard)
        except TooLarge:
            return words(413)(heard)
        assert first == batch.first, "the signed first is the batch's"
        return self._append(heard, batch)

    def _append(self, heard: Heard, batch: Any) -> Say:
        if any(self.unreadable(raw) for raw in batch.answers):
            return words(400, why="unreadable")(heard)
        for seq, raw in enumerate(batch.answers, batch.first):
            if self.rows.get(seq, raw) != raw:
                return words(409, why="fork", at=seq)(heard)
        if batch.last < self.have:
            return words(409, why="fork", at=batch.last + 1)(heard)
        if batch.first > self.have + 1:
            if not (self._gap_told and batch.purged_to):
                self._gap_told = True
                return words(409, why="gap", have=self.have)(heard)
            self.have = batch.purged_to
        self._gap_told = False
        self.rows.update(enumerate(batch.answers, batch.first))
        self.have = max(self.have, batch.first + len(batch.answers) - 1)
        return self.ok(heard)

    def _now(self) -> str:
        return self.now or utc_text(self.clock())

    def ok(self, heard: Heard) -> Say:
        said = {"have": self.have, "bundle": self.bundle_version, "now": self._now()}
        return words(200, **said)(heard)

    # ── what tests ask ───────────────────────────────────────────────────────

    @property
    def posts(self) -> list[Heard]:
        return [heard for heard in self.heard if heard.method == "POST"]

    def ranges(self) -> list[tuple[int, int]]:
        """(first, how many) of every batch that came, in order."""
        logs = [
            heard
            for heard in self.posts
            if heard.path.endswith("/log")
            and heard.path.split("/")[4] not in self.others
        ]
        batches = [heard.batch for heard in logs]
        return [(batch.first, len(batch.answers)) for batch in batches]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    central: ScriptedCentral
    timeout = 10
    disable_nagle_algorithm = True  # else head and content of a reply lie 40 ms apart

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        say = self.central.answer(Heard(self.command, self.path, headers, body))
        self.send_response_only(say.status)
        for name, value in say.headers.items():
            self.send_header(name, value)
        if say.status != 304:
            self.send_header("Content-Length", str(len(say.content)))
        self.end_headers()
        if say.cut is None:
            self.wfile.write(say.content)
            return
        self.wfile.write(say.content[: say.cut])
        self.wfile.flush()
        self.close_connection = True
        # Linger 0: the peer sees a reset, as when Wi-Fi goes away.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass  # a client that went away is part of these tests


@contextmanager
def serving(central: ScriptedCentral, tls: Any = None) -> Iterator[str]:
    """Serve it on a free port; yields its address."""
    handler = type("Handler", (_Handler,), {"central": central})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_json(said: Say) -> Any:
    return json.loads(said.content)
