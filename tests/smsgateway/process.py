"""A gateway as a process of its own: started, asked, killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from feedback.log import Log
from smsgateway.settings import read_settings
from tests.smsgateway.trust import Trust, environ_for

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """`wardvoice-sms COMMAND` as a process, whose folder is kept when it is killed."""

    def __init__(self, folder: Path, module: str, command: str, port: int) -> None:
        self.folder = folder
        self.module = module
        self.command = command
        self.port = port
        self.environ: dict[str, str] = {}
        self.output = folder / "output.txt"
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *before: str) -> None:
        """`before`: a program to run it under, such as strace."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("WARDVOICE")}
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-m", self.module, self.command],
                cwd=ROOT,
                env={**environ, **self.environ},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            # Not /health: that writes, and a test may count the writes.
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(self.output.read_text())

    def kill(self) -> None:
        """-9, and whatever it was started under."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.kill()


class Gateway(Program):
    """`wardvoice-sms serve` on a folder that is kept when the process is killed."""

    def __init__(self, folder: Path, module: str = "smsgateway") -> None:
        super().__init__(folder, module, "serve", free_port())
        self.environ = environ_for(folder, WARDVOICE_SMS_PORT=str(self.port))
        self.settings = read_settings(self.environ)
        self.trust = Trust()
        with Log.open(self.settings.log) as log:
            self.trust.send_bundle(log)

    def client(self, timeout_s: float = 10.0) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=timeout_s)


class PhonesProgram(Program):
    """`wardvoice-sms phone` before a gateway."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway.folder, "smsgateway", "phone", free_port())
        self.output = gateway.folder / "phones-output.txt"
        own = {"WARDVOICE_SMS_PHONE_PORT": str(self.port)}
        self.environ = {**gateway.environ, **own}
