"""Is another agent at work on this log?

Two would do no harm to central, which takes a row twice as once, but their watermarks
and their words to staff would contradict one another.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.folder import open_for_owner
from sync.errors import AlreadyRunning, LockShut


def lock_path(log: Path) -> Path:
    return log.with_name(log.name + ".sync-lock")


@contextmanager
def only_agent(log: Path) -> Iterator[None]:
    """Hold the log's lock; AlreadyRunning if another process does.

    The kernel frees it when the process ends, however it ends.
    """
    try:
        file = open_for_owner(lock_path(log))
    except PermissionError as error:
        raise _shut(log) from error
    try:
        _lock(file, log)
        yield
    finally:
        os.close(file)


def _lock(file: int, log: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRunning(
            f"another wardvoice-sync already works on {log}; stop it first"
        ) from error


def _shut(log: Path) -> LockShut:
    lock = lock_path(log)
    return LockShut(
        f"{lock} belongs to another user: wardvoice-sync was started by hand as that "
        f"one. Stop it there, and as root type: chown --reference={log} {lock}"
    )


def is_running(log: Path) -> bool:
    """Whether some agent holds the log's lock."""
    try:
        file = os.open(lock_path(log), os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError as error:
        raise _shut(log) from error
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
