"""A network that loses, cuts and doubles, at once or much later.

`python -m tests.faults.fault_proxy --listen P --upstream P --seed N --folder F`.

Stands between an agent and central, one fault at most to a connection, drawn from a
seed. `heal` (a file that exists) lets everything through. Counts go to a file.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter, deque
from pathlib import Path

FAULTS = {
    "pass": 46,
    "refuse": 8,
    "cut_request": 8,
    "lose_reply": 14,
    "cut_reply": 8,
    "double": 8,
    "late_double": 6,
    "portal": 3,
    "stall": 1,
}
STALL_S = 2.0
TIMEOUT_S = 5.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PORTAL = b"<html><body>Welcome to the hospital Wi-Fi. Please accept.</body></html>"


class Proxy:
    def __init__(self, listen: int, upstream: int, seed: int, folder: Path) -> None:
        self.upstream = upstream
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.earlier: deque[bytes] = deque(maxlen=50)
        self.heal = folder / "heal"
        self.counts_file = folder / "faults.json"
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
                fault = "pass"
            self.counts[fault] += 1
            self.counts_file.write_text(json.dumps(self.counts))
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
        if fault == "portal":
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(_PORTAL)}\r\n\r\n"
            return client.sendall(head.encode() + _PORTAL)
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
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--upstream", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    Proxy(given.listen, given.upstream, given.seed, given.folder).serve()


if __name__ == "__main__":
    main()
