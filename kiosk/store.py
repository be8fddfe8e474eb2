"""May this kiosk write to this file, and what did the one before it leave open?

One kiosk to a file: a lock lies beside it. A log that SQLite finds broken is moved
aside, never deleted, and a new one begun, so that the ward can go on; staff are told
for as long as the broken one lies there. A file of another program, or of a newer
version of this one, is left alone and stops the program.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from feedback.answer import Draft, utc_text
from feedback.folder import open_for_owner
from feedback.log import Damaged, Log, LogBroken, LogError
from kiosk.flow import LEFT, MODE
from kiosk.logs import logger
from kiosk.staff import ASIDE, BESIDE


class AnotherKiosk(LogError):
    """A kiosk that runs already uses this file."""


@contextmanager
def open_store(path: Path, now: datetime) -> Iterator[Log]:
    """The log of this file, for this program alone, with no visit left open in it.

    AnotherKiosk while another one runs; LogBroken when the file cannot be used.
    """
    path = path.resolve()  # one file is one file, by whatever link it is named
    if not path.parent.is_dir():
        raise LogBroken(f"the folder {path.parent} does not exist: make it first")
    with _locked(path) as lock, _open(path, lock, now) as log:
        _remember(lock, log.device)
        end_what_was_left(log, now)
        yield log


def end_what_was_left(log: Log, now: datetime) -> None:
    """The visits that a crash or a pulled plug cut short: whoever was there has left.

    A disk that refuses this changes nothing: without an `_end` they count as left.
    """
    ends = [
        Draft(response, survey, "_end", LEFT, ward, MODE, utc_text(now))
        for response, survey, ward in log.unended(MODE)
    ]
    try:
        log.add_all(ends)
    except LogError as error:
        logger.warning("ends not saved", error=type(error).__name__)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    beside = path.with_name(f"{path.name}.kiosk")
    try:
        lock = open_for_owner(beside)
    except OSError as error:
        raise LogBroken(f"{path} cannot be opened: {error}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AnotherKiosk(
                f"{path} is used by a kiosk that runs already"
            ) from error
        yield lock
    finally:
        os.close(lock)


def _open(path: Path, lock: int, now: datetime) -> Log:
    try:
        return Log.open(path)
    except Damaged as error:
        # Nobody can tell any more whose file it is; but where a kiosk has worked
        # before, it is that kiosk's.
        if not os.pread(lock, 1, 0):
            raise
        _move_aside(path, now, error)
    return Log.open(path)


def _move_aside(path: Path, now: datetime, error: LogBroken) -> None:
    logger.error("log moved aside", error=type(error).__name__)
    name = f"{path.name}{ASIDE}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        for end in BESIDE:
            part = path.with_name(path.name + end)
            if part.exists():
                part.rename(path.with_name(name + end))
    except OSError as trouble:
        raise LogBroken(f"{path} cannot be moved aside: {trouble}") from trouble


def _remember(lock: int, device: str) -> None:
    """Write into the lock's file that a kiosk has worked here."""
    try:
        os.pwrite(lock, device.encode(), 0)
    except OSError as error:
        logger.warning("lock not written", error=type(error).__name__)
