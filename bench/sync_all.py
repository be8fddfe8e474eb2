"""All figures of the way from the log to central, beside one central of each kind."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import central_appends, sync_drain, sync_frames, sync_one
from bench.figures import Figure
from bench.sync_central import DISK, POSTGRESQL, SQLITE, central_on
from bench.sync_pouchdb import pouch


def measure(at: str) -> list[Figure]:
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="wardvoice-bench-", dir=DISK)
        folder = Path(stack.enter_context(temporary))
        centrals = [
            stack.enter_context(central_on(name, folder / name))
            for name in (SQLITE, POSTGRESQL)
        ]
        peer = stack.enter_context(pouch(folder))
        return [
            *sync_drain.measure(at, folder, centrals, peer),
            *(one for central in centrals for one in sync_one.measure(at, central)),
            *sync_frames.measure(at, folder / "frames", centrals[0]),
            *central_appends.measure(at, centrals[-1]),
        ]
