"""What must outlive the database? Erasures and removals, in a file beside it.

A restored backup does not know what was erased or which tablet was stolen since it was
taken. Each is appended here, outside the backups, before it is done, and all of them
are done again before the first device gets an answer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Lock

from central.devices.models import Device
from central.intake.erasure import erase_response
from central.intake.models import Erased
from central.settings import CENTRAL
from feedback.answer import utc_text

ERASE, REMOVE, ADMIT = "erase", "remove", "admit"


class FileBroken(Exception):
    """A line of the file is not ours: central must not start without reading it."""


def remember(what: str, name: str, now: datetime, path: Path | None = None) -> None:
    """Append one line, on disk when this returns. OSError when it is not."""
    file = path or CENTRAL.erasures
    is_new = not file.exists()
    line = json.dumps({"do": what, "name": name, "at": utc_text(now)}) + "\n"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replay(path: Path | None = None) -> int:
    """Do all of it again; how many lines there were. FileBroken for a strange line."""
    lines = list(_read(path or CENTRAL.erasures))
    known = set(Erased.objects.values_list("response", flat=True))
    for what, name, at in lines:
        if what == ERASE and name not in known:
            erase_response(name, at)
        elif what == REMOVE:
            Device.objects.filter(id=name, removed_at=None).update(removed_at=at)
        elif what == ADMIT:
            Device.objects.filter(id=name).update(removed_at=None)
    return len(lines)


def _read(file: Path) -> Iterator[tuple[str, str, datetime]]:
    if not file.exists():
        return
    whole = file.read_text(encoding="utf-8")
    # A last line without its end was cut by a crash before anything was done.
    for number, line in enumerate(whole[: whole.rfind("\n") + 1].splitlines(), 1):
        try:
            said = json.loads(line)
            entry = str(said["do"]), str(said["name"])
            at = datetime.fromisoformat(said["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise FileBroken(f"{file}, line {number} cannot be read") from error
        yield *entry, at


class Once:
    """Replays once in this process, before the first answer; again if that failed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._done = False

    def ensure(self) -> None:
        if self._done:
            return
        with self._lock:
            if not self._done:
                replay()
                self._done = True


once = Once()
