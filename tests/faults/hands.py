"""Programs by name, as the demonstration runs them; these can also be frozen, and how
many were killed is counted."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

from deploy.demo.processes import Processes
from tests.feedback.test_powerloss import is_frozen

FREEZE_S = 10.0


class Hands(Processes):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.kills: Counter[str] = Counter()

    def kill(self, name: str) -> None:
        if name in self._running:
            self.kills[name] += 1
        super().kill(name)

    def freeze(self, name: str) -> None:
        """It writes nothing more from here on, until it is thawed or killed."""
        process = self._running[name]
        if process.poll() is not None:
            return
        os.killpg(process.pid, signal.SIGSTOP)
        end = time.monotonic() + FREEZE_S
        while not is_frozen(process.pid) and time.monotonic() < end:
            time.sleep(0.002)

    def thaw(self, name: str) -> None:
        process = self._running[name]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGCONT)

    def forget(self, name: str) -> None:
        """One that ended by itself."""
        self._running.pop(name)
