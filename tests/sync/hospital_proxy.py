"""A hospital's proxy: CONNECT, a log-in, a look into TLS, a slow network, and a record.

It makes a certificate for whatever name it is asked for, by its own authority, and
checks the other side's. What it records is what the agent let out of its hands.
"""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.sync.authority import VALID, Authority

CHUNK = 16_384
PAGE = b"<!doctype html><title>Proxy</title><p>Your hospital's IT says no."


def page(status: int, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status} No", "Content-Type: text/html", *headers]
    head += [f"Content-Length: {len(PAGE)}", "Connection: close"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + PAGE


@dataclass
class HospitalProxy:
    """`names`: where each `host:port` really is. `looks_into`: by whose certificates;
    None lets TLS pass. `instead`: what it answers to a request itself."""

    names: dict[str, tuple[str, int]]
    looks_into: Authority | None = None
    trusts: ssl.SSLContext | None = None
    login: str = ""
    refuses: bytes = b""
    made_out_to: str = ""
    dates: tuple[str, str] = VALID
    instead: Callable[[bytes], bytes] = lambda _request: b""
    bytes_per_s: float = 0.0
    port: int = 0
    connects: list[str] = field(default_factory=list)
    let_in: bytearray = field(default_factory=bytearray)  # requests, as it reads them
    logins: list[str] = field(default_factory=list)

    # ── open and shut ────────────────────────────────────────────────────────

    def __enter__(self) -> HospitalProxy:
        self._open: list[list[socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, args=(self._listener,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would leave accept() waiting.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        for one in [one for held in list(self._open) for one in list(held)]:
            _close(one)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(client,), daemon=True).start()

    # ── one connection ───────────────────────────────────────────────────────

    def _one(self, client: socket.socket) -> None:
        held = [client]
        self._open.append(held)
        try:
            self._connect(client, held)
        except (OSError, ssl.SSLError):
            pass  # either side went away, or would not trust the other
        finally:
            for one in held:
                _close(one)
            self._open.remove(held)

    def _connect(self, client: socket.socket, held: list[socket.socket]) -> None:
        head = _head(client)
        if not head.startswith(b"CONNECT "):
            return  # a knock, or a request that is none of ours
        target = head.split(b" ")[1].decode()
        self.connects.append(target)
        if refusal := self._refusal(head, target):
            client.sendall(refusal)
            return
        upstream = socket.create_connection(self.names[target], timeout=30)
        held.append(upstream)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if self.looks_into is not None:
            name = target.rpartition(":")[0]
            client = self._looked_into(client, name)
            held.append(client)
            upstream = self._own(upstream, name)
            held.append(upstream)
        self._carry(client, upstream)

    def _refusal(self, head: bytes, target: str) -> bytes:
        given = [
            base64.b64decode(line.split(b" ")[-1]).decode()
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"proxy-authorization: basic ")
        ]
        self.logins += given
        if self.login and given != [self.login]:
            return page(407, 'Proxy-Authenticate: Basic realm="hospital"')
        if target not in self.names:
            return page(502)
        return self.refuses

    def _looked_into(self, client: socket.socket, name: str) -> ssl.SSLSocket:
        name = self.made_out_to or name
        assert self.looks_into is not None
        leaf = self.looks_into.serves(name, self.dates)
        return leaf.wrap_socket(client, server_side=True)

    def _own(self, upstream: socket.socket, name: str) -> ssl.SSLSocket:
        assert self.trusts is not None
        return self.trusts.wrap_socket(upstream, server_hostname=name)

    # ── the bytes ────────────────────────────────────────────────────────────

    def _carry(self, client: socket.socket, upstream: socket.socket) -> None:
        """To and fro in one thread: OpenSSL's connections do not bear two."""
        # As large a chunk as a slow network carries in a moment: so it drips.
        size = max(64, int(self.bytes_per_s / 10)) if self.bytes_per_s else CHUNK
        other = {client: upstream, upstream: client}
        while True:
            for source in _readable(client, upstream):
                data = _received(source, size)
                if data is None:
                    continue
                if not data:
                    return
                if source is client:
                    self.let_in += data
                    if answer := self.instead(bytes(self.let_in)):
                        client.sendall(answer)
                        return
                if self.bytes_per_s:
                    time.sleep(len(data) / self.bytes_per_s)
                other[source].sendall(data)


def _readable(*sockets: socket.socket) -> list[socket.socket]:
    held = [s for s in sockets if isinstance(s, ssl.SSLSocket) and s.pending()]
    return held or select.select(sockets, [], [], 120)[0]


def _received(source: socket.socket, size: int) -> bytes | None:
    """What is there; None when it was TLS's own business alone."""
    source.settimeout(0)
    try:
        return source.recv(size)
    except (ssl.SSLWantReadError, BlockingIOError):
        return None
    finally:
        source.settimeout(120)


def _head(client: socket.socket) -> bytes:
    """Byte by byte: what follows the head is TLS, and belongs to the next reader."""
    client.settimeout(120)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte or len(head) > CHUNK:
            return b""
        head += byte
    return head


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
