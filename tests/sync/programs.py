"""`wardvoice-sync` as the program that it is, and waiting for what it does."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from feedback.log import Log


def wait_for(what, seconds: float = 20.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


class Programs:
    """Starts `wardvoice-sync …` on one log, and leaves none of them behind."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.all: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        return self._start("-m", "sync", *arguments, **environ)

    def start_python(self, source: str, **environ: str) -> subprocess.Popen[str]:
        """The same program, with something planted in it."""
        return self._start("-c", source, **environ)

    def _start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, "WARDVOICE_LOG": str(self.log.path), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.all.append(program)
        return program

    def run(self, *arguments: str, **environ: str) -> tuple[int, str]:
        program = self.start(*arguments, **environ)
        out, err = program.communicate(timeout=30)
        return program.returncode, out + err

    def end(self) -> None:
        for program in self.all:
            if program.poll() is None:
                program.kill()
            program.communicate(timeout=10)
