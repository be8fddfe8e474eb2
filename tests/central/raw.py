"""Requests as bytes on a socket: what no client would send, and what came back."""

import contextlib
import json
import socket
from dataclasses import dataclass, field
from http.client import HTTPResponse
from urllib.parse import urlsplit

from feedback.answer import new_response
from feedback.wire import SIGNATURE_HEADER, signature_header
from tests.central.tablet import SURVEY, WARD

WAIT_S = 30
CANARY = "quokka-canary"  # stands in every request, and nowhere else


@dataclass
class Came:
    """What came back: one answer, and what the server said between that and its end."""

    status: int
    body: bytes
    headers: dict
    after: bytes = b""

    @property
    def words(self):
        with contextlib.suppress(ValueError):
            return json.loads(self.body)
        return {}


def talk(address, raw, half_close=False, to_the_end=False):
    """Send `raw`; with `half_close` say that no more will come. `to_the_end`: wait
    until the server hangs up."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), WAIT_S) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(raw)
            if half_close:
                line.shutdown(socket.SHUT_WR)
        return answered(line, to_the_end)


def answered(line, to_the_end):
    stream = line.makefile("rb")
    reply = HTTPResponse(_Line(stream))
    reply.begin()
    came = Came(reply.status, reply.read(), dict(reply.headers.items()))
    if to_the_end:
        with contextlib.suppress(ConnectionResetError):
            came.after = stream.read()  # TimeoutError if it does not hang up
    return came


class _Line:
    """A stream that HTTPResponse does not close: what follows is read too."""

    def __init__(self, stream):
        self._stream = stream

    def makefile(self, _mode):
        return self

    def close(self):
        pass

    def __getattr__(self, name):
        return getattr(self._stream, name)


# ── a good request, to be spoilt ─────────────────────────────────────────────


def answer(**changes):
    """The seven words of a sound answer, or of one that is spoilt by `changes`."""
    return {
        "response": new_response(),
        "survey": SURVEY,
        "question": "fft",
        "value": "very_good",
        "ward": WARD,
        "mode": "kiosk",
        "answered_at": "2026-11-20T10:00:00.000Z",
    } | changes


@dataclass
class Sender:
    """A device whose log is at `have` at central, as bytes."""

    device: object
    have: int = 0
    last_answer: object = None
    _good: dict = field(default_factory=dict)

    @property
    def first(self):
        return self.have + 1

    def batch(self, rows=(), **changes):
        rows = list(rows)
        said = {
            "version": 1,
            "first": self.first,
            "last": self.have + len(rows),
            "answers": rows,
            "status": {"note": CANARY},
        } | changes
        return json.dumps(said).encode()

    def good(self):
        """The same one until it is taken."""
        said = self._good.setdefault(self.have, answer())
        return self.batch([said])

    def took(self, rows, last_answer):
        self.have += rows
        self.last_answer = last_answer

    def signature(self, body, method="POST", path=None, first=None, key=None):
        key = key or self.device.key
        return signature_header(
            lambda text: key.sign(text).signature,
            method,
            path or self.device.path(),
            self.first if first is None else first,
            body,
        )

    def head(self, body, *lines, method="POST", path=None, host="127.0.0.1", **sign):
        """The head of a request, signed for where it goes unless `sign` says else."""
        sign = {"method": method, **sign}
        told = [
            f"{method} {path or self.device.path()} HTTP/1.1",
            f"Host: {host}",
            f"{SIGNATURE_HEADER}: {self.signature(body, **sign)}",
            "Content-Type: application/json",
            f"X-Note: {CANARY}",
            *lines,
        ]
        return "\r\n".join([*told, "", ""]).encode()

    def request(self, body, *lines, **head):
        """All of it, with its true length."""
        return self.head(body, f"Content-Length: {len(body)}", *lines, **head) + body

    def gzipped(self, body, encoding="gzip"):
        return self.request(body, f"Content-Encoding: {encoding}")

    def chunked(self, body, size=None, end=b"\r\n0\r\n\r\n", lines=()):
        size = b"%x" % len(body) if size is None else size
        head = self.head(body, "Transfer-Encoding: chunked", *lines)
        return head + size + b"\r\n" + body + end
