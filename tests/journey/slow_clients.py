"""Clients that hold on to a server: they send nothing, half of something, a byte at a
time, or never read the reply. And one that keeps count of how others fare meanwhile."""

import os
import resource
import signal
import socket
import statistics
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

PATH = f"/api/v1/devices/{'0' * 32}/log"
HEADERS = "Host: localhost\r\nContent-Type: application/json\r\n"
TURN_S = 1.0


def half_a_header(path=PATH):
    return f"POST {path} HTTP/1.1\r\n{HEADERS}X-More".encode()


def half_a_body(path=PATH):
    head = f"POST {path} HTTP/1.1\r\n{HEADERS}Content-Length: 9000\r\n\r\n"
    return head.encode() + b"{"


def asks(path):
    return f"GET {path} HTTP/1.1\r\n{HEADERS}\r\n".encode()


@dataclass
class Kind:
    """`begin` is sent at once, and then `drip` each second. `reads` is whether it ever
    takes in what the server says."""

    count: int
    begin: bytes = b""
    drip: bytes = b""
    reads: bool = True
    closed: int = 0  # by the server


class Crowd:
    """All of these at once; each connection is opened again when the server ends it."""

    def __init__(self, port, *kinds):
        self.kinds = kinds
        self._port, self._open, self._over = port, [], Event()
        self._thread = Thread(target=self._hold_on, daemon=True)

    def __enter__(self):
        files_for(sum(kind.count for kind in self.kinds))
        for kind in self.kinds:
            for _ in range(kind.count):
                self._connect(kind)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        for one, _ in self._open:
            one.close()

    def _connect(self, kind):
        one = socket.socket()
        one.settimeout(5)
        if not kind.reads:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        try:
            one.connect(("127.0.0.1", self._port))
            one.sendall(kind.begin)
        except OSError:
            one.close()
            return
        one.setblocking(False)
        self._open.append((one, kind))

    def _hold_on(self):
        while not self._over.wait(TURN_S):
            several, self._open = self._open, []
            for one, kind in several:
                if self._goes_on(one, kind):
                    self._open.append((one, kind))
                else:
                    one.close()
                    kind.closed += 1
                    self._connect(kind)

    def _goes_on(self, one, kind):
        try:
            if kind.drip:
                one.send(kind.drip)
            return not kind.reads or one.recv(4096) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False


def files_for(connections):
    """This process may open as many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < connections + 500:
        resource.setrlimit(resource.RLIMIT_NOFILE, (connections + 500, hard))


@contextmanager
def slowhttptest(address, mode, connections):
    """The tool itself: -H slow headers, -B slow bodies, -X replies read slowly. It ends
    when all its connections were closed, and is begun again."""
    tool = f"slowhttptest {mode} -c {connections} -r {connections} -i 2 -l 600"
    program = subprocess.Popen(
        ["sh", "-c", f"while {tool} -u {address}; do :; done"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
        assert program.poll() is None, "slowhttptest gave up"
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


@dataclass
class Waits:
    """How long each call took, in seconds."""

    seconds: list[float]

    def quantile(self, part):
        return statistics.quantiles(self.seconds, n=100)[round(part * 100) - 1]

    @property
    def words(self):
        took = " ".join(
            f"p{part} {self.quantile(part / 100) * 1000:.0f}" for part in (50, 99)
        )
        late = sum(one > 1 for one in self.seconds)
        return f"{took} ms, longest {max(self.seconds) * 1000:.0f} ms, {late} over 1 s"


def measured(call, count, pause_s=0.0):
    waits = []
    for _ in range(count):
        begun = time.monotonic()
        call()
        waits.append(time.monotonic() - begun)
        time.sleep(pause_s)
    return Waits(waits)
