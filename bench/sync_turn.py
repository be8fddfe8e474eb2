"""How long is an agent's turn, without the start of its program?

`python -m bench.sync_turn LOG` does what `wardvoice-sync once` does, and prints the
seconds of the turn. A peer's programs print theirs in the same way.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import datetime
from pathlib import Path

import structlog

from feedback.log import Log
from sync.agent import Agent
from sync.lock import only_agent
from sync.world import World

WARNING = 30


def quiet() -> None:
    """An agent's lines of each turn are not shown; its warnings are."""
    wrapper = structlog.make_filtering_bound_logger(WARNING)
    structlog.configure(wrapper_class=wrapper)


def main() -> None:
    quiet()
    path = Path(sys.argv[1])
    world = World(
        clock=time.monotonic,
        now=lambda: datetime.now().astimezone(),
        chance=random.random,
        allow_http=True,
    )
    with only_agent(path), Log.open(path) as log:
        agent = Agent(log, world)
        began = time.perf_counter()
        report = agent.turn()
        took_s = time.perf_counter() - began
        agent.close()
    assert report.state == "well", report.words
    print(took_s)


if __name__ == "__main__":
    main()
