"""How many bytes does a program send and receive? A relay on the way counts them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread


class Relay:
    """Carries connections to `target`, a port of this machine. `bytes`: both ways, as
    they come out of the socket; without TLS and the headers of TCP."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.bytes = 0
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                one, _ = self._door.accept()
                other = socket.create_connection(("127.0.0.1", self._target))
                for pair in ((one, other), (other, one)):
                    pair[1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):  # one of them hung up
            while piece := one.recv(65_536):
                with self._lock:
                    self.bytes += len(piece)
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    between = Relay(target)
    try:
        yield between
    finally:
        between.close()
