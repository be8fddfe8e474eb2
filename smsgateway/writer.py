"""How do texts reach the disk one after another, many to a commit?

One thread owns the log. It takes whatever texts are waiting, handles them in order in
one transaction, commits, and only then lets the replies go. So the event loop never
waits for the disk, two texts of one person cannot cross, and a busy minute costs one
disk flush for many texts.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from feedback.log import Log, LogError
from smsgateway.desk import Desk
from smsgateway.text import Text
from smsgateway.turns import take

TEXTS_A_COMMIT = 64
WAITING_TEXTS = 1_000
HEALTH_NOTE = "sms_health"


class TooBusy(Exception):
    """More texts are waiting than can be answered in time."""


@dataclass(frozen=True, slots=True)
class Health:
    """`survey`: what is asked, or empty. `unknown_wards`: in our setting only."""

    survey: str
    unknown_wards: list[str]


Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class _Job(Generic[Said]):
    do: Callable[[Desk], Said]
    future: asyncio.Future[Said]


class Writer:
    """The one thread that writes. `open_desk` is called in it."""

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        self._open_desk = open_desk
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, name="log-writer", daemon=True
        )

    def start(self) -> None:
        """Open the log; LogError when it cannot be."""
        self._thread.start()
        self._ready.result()

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    # From here to the next line: called in the event loop, and awaited there.

    def take(self, text: Text) -> asyncio.Future[str]:
        """The reply, once it and all that it rests on are on the disk.

        The future fails with NotSaved, with NoBundle, or is cancelled by who waits.
        """
        return self._submit(lambda desk: take(desk, text))

    def check(self) -> asyncio.Future[Health]:
        """Write something small, as proof that the log can."""
        return self._submit(_write_health)

    def do(self, work: Callable[[Desk], Said]) -> asyncio.Future[Said]:
        """Some other work on the log, among the texts: brief, or they would wait."""
        return self._submit(work)

    @property
    def waiting(self) -> int:
        return self._jobs.qsize()

    def _submit(self, do: Callable[[Desk], Said]) -> asyncio.Future[Said]:
        if self.waiting >= WAITING_TEXTS:
            raise TooBusy
        job = _Job(do, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        return job.future

    # ── in the thread ────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            desk = self._open_desk()
        except Exception as error:  # noqa: BLE001, handed to start(), which raises it
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        with desk.log:
            while jobs := self._next():
                self._commit(desk, jobs)

    def _next(self) -> list[_Job[Any]]:
        """All that wait, at most TEXTS_A_COMMIT; nothing when it is time to go."""
        jobs: list[_Job[Any]] = []
        job = self._jobs.get()
        while job is not None:
            # One whose caller has given up is not begun.
            if not job.future.cancelled():
                jobs.append(job)
            if len(jobs) == TEXTS_A_COMMIT or (jobs and self._jobs.empty()):
                return jobs
            job = self._jobs.get()
        if jobs:
            self._jobs.put(None)  # these first, then go
        return jobs

    def _commit(self, desk: Desk, jobs: Sequence[_Job[Any]]) -> None:
        try:
            # A new bundle is kept by itself: no text's failure may undo that.
            desk.bundles.current()
            outcomes = _in_one_transaction(desk, jobs)
        except Exception as error:  # noqa: BLE001, each caller is told
            outcomes = [error] * len(jobs)
        # A loop, there is one as a rule, is woken once for all: a wake-up each would
        # cost a text a system call and two changes of thread.
        for loop in {job.future.get_loop() for job in jobs}:
            with suppress(RuntimeError):  # it is closed: nobody waits there any more
                loop.call_soon_threadsafe(_let_go, loop, jobs, outcomes)


def _let_go(
    loop: asyncio.AbstractEventLoop,
    jobs: Sequence[_Job[Any]],
    outcomes: Sequence[object],
) -> None:
    """Give the callers in this event loop their outcomes."""
    for job, outcome in zip(jobs, outcomes, strict=True):
        if job.future.get_loop() is not loop or job.future.cancelled():
            continue  # the caller gave up while it was written
        if isinstance(outcome, Exception):
            job.future.set_exception(outcome)
        else:
            job.future.set_result(outcome)


def _in_one_transaction(desk: Desk, jobs: Sequence[_Job[Any]]) -> list[object]:
    with desk.log.transaction() as connection:
        return [_apart(connection, desk, job) for job in jobs]


def _apart(connection: sqlite3.Connection, desk: Desk, job: _Job[Any]) -> object:
    """What one text gets, or its failure: that undoes its rows and no other text's."""
    connection.execute("SAVEPOINT one_text")
    try:
        outcome: object = job.do(desk)
    except (sqlite3.Error, LogError):
        raise  # the disk's trouble is everyone's
    except Exception as error:  # noqa: BLE001, handed to this text's caller
        connection.execute("ROLLBACK TO one_text")
        outcome = error
    connection.execute("RELEASE one_text")
    return outcome


def _write_health(desk: Desk) -> Health:
    log: Log = desk.log
    log.set_note(HEALTH_NOTE, desk.now().isoformat())
    bundle = desk.bundles.current()
    return Health(bundle.sms_survey if bundle else "", desk.unknown_wards())
