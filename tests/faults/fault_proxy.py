"""A network that loses, cuts, doubles and reorders, at once or much later.

`python -m tests.faults.fault_proxy --name N --listen P --upstream P --seed N
--heal FILE --history FILE`.

Stands before central, and before the gateway, with one fault at most to a connection,
drawn from a seed. `heal` (a file that exists) lets everything through. Each fault is a
line of the history.
"""

from __future__ import annotations

import argparse
import random
import re
import socket
import struct
import threading
import time
from collections import deque
from pathlib import Path

from tests.faults.history import History

PASS = "pass"
FAULTS = {
    PASS: 40,
    "refuse": 7,  # the connection is reset
    "cut_request": 7,
    "lose_reply": 14,
    "cut_reply": 7,
    "double": 7,  # it comes twice
    "late_double": 5,  # an earlier one comes once more
    "reorder": 5,  # it is given up, and comes after some later ones
    "portal": 3,  # 200, and a page of somebody else's
    "login": 3,  # 302, to a page where one should log in
    "stall": 2,
}
STALL_S = 2.0
TIMEOUT_S = 5.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PORTAL = b"<html><body>Welcome to the hospital Wi-Fi. Please accept.</body></html>"
_OK = b"HTTP/1.1 200 OK\r\n"
_LOGIN = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\n"


class Proxy:
    def __init__(
        self, listen: int, upstream: int, seed: int, heal: Path, history: History
    ) -> None:
        self.upstream = upstream
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.earlier: deque[bytes] = deque(maxlen=50)
        self.given_up: deque[bytes] = deque(maxlen=20)
        self.heal = heal
        self.history = history
        self.server = socket.create_server(("127.0.0.1", listen), backlog=64)

    def serve(self) -> None:
        while True:
            client, _ = self.server.accept()
            fault = self.draw()
            threading.Thread(target=self.one, args=(client, fault), daemon=True).start()

    def draw(self) -> str:
        with self.lock:
            names, weights = list(FAULTS), list(FAULTS.values())
            fault = self.random.choices(names, weights)[0]
            if self.heal.exists():
                fault = PASS
            if fault != PASS:
                self.history.write("start", fault)
            return fault

    def one(self, client: socket.socket, fault: str) -> None:
        with client:
            client.settimeout(TIMEOUT_S)
            try:
                self.carry(client, fault)
            except OSError:
                reset(client)  # either side went away: so does this connection

    def carry(self, client: socket.socket, fault: str) -> None:
        if fault == "refuse":
            return reset(client)
        request = one_message(client)
        if not request:
            return None
        if fault == "cut_request":
            self.forward(request[: self.random.randrange(1, len(request))], reply=False)
            return reset(client)
        if fault in ("portal", "login"):
            head = _OK if fault == "portal" else _LOGIN
            length = f"Content-Length: {len(_PORTAL)}\r\n\r\n"
            return client.sendall(head + length.encode() + _PORTAL)
        if fault == "reorder":
            self.given_up.append(request)
            return reset(client)
        self.overtaken()
        if fault == "late_double" and self.earlier:
            self.forward(self.random.choice(self.earlier))
        self.earlier.append(request)
        reply = self.forward(request)
        if fault == "double":
            reply = self.forward(request)
        if fault == "lose_reply" or not reply:
            return reset(client)
        if fault == "cut_reply":
            client.sendall(reply[: self.random.randrange(1, len(reply))])
            return reset(client)
        if fault == "stall":
            time.sleep(STALL_S)
        return client.sendall(reply)

    def overtaken(self) -> None:
        """Some of those that were given up arrive after all, behind later ones."""
        while (late := self._one_given_up()) is not None:
            self.forward(late)

    def _one_given_up(self) -> bytes | None:
        with self.lock:
            if self.given_up and self.random.random() < 0.3:
                return self.given_up.popleft()
            return None

    def forward(self, request: bytes, reply: bool = True) -> bytes:
        with socket.create_connection(("127.0.0.1", self.upstream), TIMEOUT_S) as up:
            up.settimeout(TIMEOUT_S)
            up.sendall(request)
            return one_message(up) if reply else b""


def one_message(stream: socket.socket) -> bytes:
    """One HTTP message with its body; what there is when the stream ends early."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = stream.recv(65_536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    wanted = int(length.group(1)) if length else 0
    while len(body) < wanted:
        more = stream.recv(65_536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


def reset(stream: socket.socket) -> None:
    """Close with RST, as a cable pulled does to whoever writes next."""
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--upstream", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--heal", type=Path, required=True)
    parser.add_argument("--history", type=Path, required=True)
    given = parser.parse_args()
    history = History(given.history, given.name)
    Proxy(given.listen, given.upstream, given.seed, given.heal, history).serve()


if __name__ == "__main__":
    main()
