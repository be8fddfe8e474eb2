"""When does the agent take its turns?

Every few seconds, and at once when another program has written to the log. A signal
lets the turn in hand finish; a turn that crashes never stops the ones to come.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from feedback.log import Log, LogError
from sync.agent import Agent
from sync.lock import only_agent
from sync.pace import Pace
from sync.world import World

POLL_S = 0.25  # how soon a tap is seen
WAITING_S = 2.0  # how soon it is seen that the network is back

logger = structlog.get_logger()


class Every(BaseTrigger):  # type: ignore[misc]  # apscheduler is untyped
    """So many seconds after now, whatever the clock said before.

    apscheduler's own interval counts every run that a clock set forward has skipped,
    one by one: from 1970 to today that takes hours and all of a tablet's memory.
    """

    def __init__(self, seconds: float) -> None:
        self._step = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._step


class Stop:
    """Whether the program is to end. A plain flag: a signal handler may set it."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self, *_: object) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked


def run(path: Path, world: World, stop: Stop) -> None:
    """Take turns on this log until `stop`; AlreadyRunning if another agent does.

    Only the first start may make the file. One that is gone later was moved away: a
    new one would be a new device, and lie open under the backup that someone copies.
    """
    world = replace(world, stopping=stop)
    pace = Pace(world.clock, world.chance)
    create = True
    with only_agent(path):
        while create or there(path, stop):
            try:
                with Log.open(path, create) as log:
                    create = False
                    _serve(log, world, stop)
                pace.worked()
            except (LogError, sqlite3.Error, OSError) as error:
                if create:
                    raise
                pace.failed()
                _tell_trouble("reopen", error, pace.wait_s)
                rest(lambda: stop() or pace.may_ask())


def there(path: Path, stop: Stop) -> bool:
    """Wait until the file is there (again); False when this program is to stop."""
    if not os.path.exists(path):  # never raises, as Path's own may
        logger.warning("file gone", trouble="disk")
        rest(lambda: stop() or os.path.exists(path))
    return not stop()


def rest(until: Callable[[], bool]) -> None:
    nap = threading.Event()  # never set; time.sleep fails under a faked clock
    while not until():
        nap.wait(POLL_S)


def _tell_trouble(event: str, error: Exception, wait_s: float | None = None) -> None:
    wait_s = None if wait_s is None else round(wait_s)
    logger.warning(event, trouble="disk", error=type(error).__name__, wait_s=wait_s)


def _serve(log: Log, world: World, stop: Stop) -> None:
    """Until `stop`, or until another file lies at the path (a backup put back)."""
    with Log.open(log.path, create=False) as watched:
        agent = Agent(log, world)
        scheduler = start(agent, world.turn_every_s)
        logger.info("start", device=log.device, seconds=world.turn_every_s)
        try:
            wake = partial(bring_forward, scheduler)
            watch(watched, world, stop, wake, lambda: agent.waiting)
        finally:
            scheduler.shutdown(wait=True)  # the turn in hand finishes
            agent.close()
            logger.info("stop", unsent=log.unsent)


def start(agent: Agent, every_s: float) -> BackgroundScheduler:
    # One thread, so one turn at a time. Two instances: one at work, and one waiting for
    # what was written after the first had looked.
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)}, timezone=UTC
    )
    scheduler.add_job(
        lambda: take_turn(agent),
        Every(every_s),
        id="turn",
        max_instances=2,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
    scheduler.start()
    return scheduler


def take_turn(agent: Agent) -> None:
    try:
        agent.turn()
    except Exception as error:  # noqa: BLE001, told and paced; the schedule goes on
        agent.crashed(error)


def bring_forward(scheduler: BackgroundScheduler) -> None:
    scheduler.modify_job("turn", next_run_time=datetime.now(UTC))


def watch(
    log: Log,
    world: World,
    stop: Stop,
    wake: Callable[[], None],
    waiting: Callable[[], bool] = lambda: False,
) -> None:
    """Wake the agent when the file has been written to, until `stop`.

    And when its turn is overdue: the scheduler goes by the wall clock, and a tablet's
    that is set back by a year would otherwise stop it for a year. And every other
    second while it is `waiting` for the network to return.
    """
    file = log.path.stat().st_ino
    nap = threading.Event()  # never set; time.sleep fails under a faked clock
    seen, woken = log.data_version(), world.clock()
    while not stop():
        nap.wait(POLL_S)
        try:
            version, same_file = log.data_version(), log.path.stat().st_ino == file
        except (LogError, sqlite3.Error, OSError) as error:
            _tell_trouble("watch", error)
            return
        if not same_file:
            return
        after_s = WAITING_S if waiting() else world.turn_every_s + 1.0
        if version != seen or world.clock() - woken > after_s:
            seen, woken = version, world.clock()
            wake()
