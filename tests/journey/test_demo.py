"""What a newcomer types: the demonstration starts, shows, checks and ends.

That its check passes is asked in test_nothing_dials_out.py, which watches it too.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

START_TIMEOUT_S = 300  # twenty weeks of answers, on a busy machine


def environ() -> dict[str, str]:
    """Without what the other tests have set."""
    return {k: v for k, v in os.environ.items() if not k.startswith("WARDVOICE_")}


def test_what_the_ward_does_not_show_is_missed(tmp_path: Path):
    """The control: a comment that the gateway takes for a stop is no comment."""
    (tmp_path / "said.csv").write_text("comment\nKind people\nstop\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "deploy.demo", "--check"),
            *("--comments", str(tmp_path / "said.csv"), "--patience", "3"),
        ],
        env=environ(),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 1
    assert "1 of 2 comments" in done.stderr
    assert "'stop'" in done.stderr


@pytest.mark.parametrize("more", [[], ["--practice"]], ids=["demo", "train"])
def test_the_demonstration_runs_until_ctrl_c_and_leaves_nothing(
    tmp_path: Path, more: list[str]
):
    command = [sys.executable, "-m", "deploy.demo", "--folder", str(tmp_path), *more]
    with subprocess.Popen(
        command,
        env=environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        try:
            said = until(demo, "Ctrl-C stops them all.")
            assert ("This is for training" in said) == bool(more)
            addresses = re.findall(r"http://127\.0\.0\.1:\d+/\S*", said)
            assert len(addresses) == 3
            for address in addresses:
                with urllib.request.urlopen(address, timeout=10) as page:
                    assert page.status == 200
            demo.send_signal(signal.SIGINT)
            assert demo.wait(30) == 0
            assert "Stopped." in demo.stdout.read()
        finally:
            end(demo)
    assert not processes_that_name(str(tmp_path))


def end(demo: subprocess.Popen[str]) -> None:
    """However the test ended: killed at once it would leave its programs running."""
    if demo.poll() is None:
        demo.send_signal(signal.SIGINT)
    try:
        demo.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        demo.kill()


def until(demo: subprocess.Popen[str], words: str) -> str:
    said, end = "", time.monotonic() + START_TIMEOUT_S
    while words not in said:
        line = demo.stdout.readline()
        assert line, f"the demonstration ended:\n{said}"
        assert time.monotonic() < end, said
        said += line
    return said


def processes_that_name(folder: str) -> list[str]:
    """Programs that still run with this folder among their settings."""
    found = []
    for environ_file in Path("/proc").glob("[0-9]*/environ"):
        try:
            if folder.encode() in environ_file.read_bytes():
                found.append(environ_file.parent.name)
        except OSError:
            continue  # it ended while we looked, or is somebody else's
    return found
