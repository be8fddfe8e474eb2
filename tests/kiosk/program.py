"""A kiosk in another process, from the side of whoever taps it and pulls its plug."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TIMEOUT_S = 120.0


class Program:
    """`tests.kiosk.child`, started; `state` is what it said last: the screen, and how
    many rows are on the disk ("-" while an answer waits)."""

    def __init__(self, file, *ways, before=(), **environ):
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.kiosk.child", str(file), *ways],
            cwd=ROOT, env={**os.environ, **environ}, text=True,
            start_new_session=True,  # strace dies alone otherwise
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.state = self.heard()

    @staticmethod
    def run(file):
        """The program itself, which is expected to end at once."""
        return subprocess.run(
            [sys.executable, "-m", "kiosk"],
            cwd=ROOT, env={**os.environ, "WARDVOICE_LOG": str(file)}, text=True,
            capture_output=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def screen(self):
        return self.state.split(" ")[0]

    @property
    def is_unsaved(self):
        return "unsaved" in self.state

    def do(self, command):
        self.say(command)
        self.state = self.heard()
        return self.screen

    def tap(self, *marks):
        for mark in marks:
            self.do(f"tap {mark}")
        return self.screen

    def type(self, words):
        for letter in words:
            self.do(f"key {letter}")

    def say(self, command):
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def heard(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"it ended: {self.process.stderr.read()}")
        return line.strip()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)
        while self._kernels_word() != "T":
            time.sleep(0.002)

    def _kernels_word(self):
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        return stat.rsplit(")", 1)[1].split()[0]

    def kill(self):
        """As an empty battery does; what it had said until then."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        said = self.process.stdout.read() if not self.process.stdout.closed else ""
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(BrokenPipeError):
                pipe.close()
        return said.split("\n")
