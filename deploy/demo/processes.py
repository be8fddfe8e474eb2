"""Which programs are running, and what did they say?

Each program is a process of its own with its own log file, started and ended by name:
the demonstration ends them gently, the storm kills them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TAIL_LINES = 25
STOP_TIMEOUT_S = 10.0


class ProgramFailed(Exception):
    """A program did not do what it was started for; the text holds its last words."""


@dataclass(frozen=True)
class Program:
    """How a program is started: its name, its command, its environment."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]


class Processes:
    """Programs that run, by name. What they print goes to `<folder>/<name>.log`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # What programs print here may be a password: the folder is its owner's alone.
        folder.mkdir(0o700, parents=True, exist_ok=True)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, program: Program, timeout_s: float = 180.0) -> str:
        """Run it to its end and return what it printed; ProgramFailed otherwise."""
        try:
            done = subprocess.run(
                program.command,
                env=dict(program.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            slow = f"{program.name} took over {timeout_s:.0f} s"
            raise ProgramFailed(slow) from error
        said = done.stdout.decode(errors="replace")
        self._path(program.name).write_text(said)
        if done.returncode != 0:
            raise ProgramFailed(f"{program.name} failed:\n{_tail(said)}")
        return said

    def start(self, program: Program) -> None:
        with self._path(program.name).open("ab") as output:
            self._running[program.name] = subprocess.Popen(
                program.command,
                env=dict(program.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is ours to pass on, in order
            )

    def kill(self, name: str) -> None:
        """End it as a pulled plug does, with all that it started."""
        process = self._running.pop(name, None)
        if process is not None:
            _signal(process, signal.SIGKILL)
            process.wait()

    def stop(self, name: str) -> None:
        """Ask it to end, and wait; kill it when it does not."""
        process = self._running.pop(name, None)
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()

    def stop_all(self) -> None:
        for name in reversed(list(self._running)):
            self.stop(name)

    def ended(self) -> list[str]:
        """The names of the programs that ended by themselves."""
        return [name for name, one in self._running.items() if one.poll() is not None]

    def obituary(self, name: str) -> str:
        """How a program ended by itself, and its last words."""
        code = self._running[name].poll()
        return f"{name} ended with {code}:\n{self.said(name)}"

    def said(self, name: str) -> str:
        """The last lines of what the program printed."""
        path = self._path(name)
        return _tail(path.read_text(errors="replace")) if path.exists() else ""

    def wait_for(
        self, name: str, ready: Callable[[], bool], timeout_s: float = 40.0
    ) -> None:
        """Wait until `ready`; ProgramFailed if the program ends or time runs out."""
        end = time.monotonic() + timeout_s
        while not ready():
            if name in self.ended():
                raise ProgramFailed(self.obituary(name))
            if time.monotonic() > end:
                raise ProgramFailed(
                    f"{name} was not ready in {timeout_s:.0f} s:\n{self.said(name)}"
                )
            time.sleep(0.05)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def free_port() -> int:
    """A port of the loopback that nothing listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(0.5)
        return one.connect_ex(("127.0.0.1", port)) == 0


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, number)


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-TAIL_LINES:])
