"""`python -m tests.faults.agent CLOCK [FAULT …]`: `wardvoice-sync run`, on a clock
that jumps, and with the planted faults (tests.faults.planted) that are named."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from sync import logs
from sync.__main__ import _world
from sync.schedule import Stop, run
from sync.settings import read_settings
from tests.faults.clock import Clock
from tests.faults.planted import plant_in_agent


def main() -> None:
    clock, *faults = sys.argv[1:]
    for fault in faults:
        plant_in_agent(fault)
    logs.configure()
    settings, stop = read_settings(os.environ), Stop()
    signal.signal(signal.SIGTERM, stop.ask)
    run(settings.log, replace(_world(settings), now=Clock(Path(clock))), stop)


if __name__ == "__main__":
    main()
