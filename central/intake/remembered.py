"""What must outlive the database? Erasures and removals, in a file beside it.

A restored backup does not know what was erased or which tablet was stolen since it was
taken. Each is appended here, outside the backups, before it is done, and all of them
are done again before the first device gets an answer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Lock

from django.db.models import Q

from central.devices.models import PERHAPS, Device
from central.intake.erasure import erase_response, erase_words, erased_among
from central.intake.models import Erased
from central.logs import central_logger
from central.settings import CENTRAL
from feedback.answer import utc_text
from feedback.folder import sync_folder

ERASE, REMOVE, ADMIT, ACCEPT = "erase", "remove", "admit", "accept"

logger = central_logger()

Entry = tuple[str, str, datetime]  # what was done, to whom, when


class FileBroken(Exception):
    """A line of the file is not ours: central must not start without reading it."""


def remember(what: str, name: str, now: datetime, path: Path | None = None) -> None:
    """Append one line, on disk when this returns. OSError, with the file's name, when
    it is not."""
    file = path or CENTRAL.erasures
    try:
        _remember(what, name, now, file)
    except OSError as error:
        error.filename = str(file)  # a disk that is full does not say whose
        raise


def _remember(what: str, name: str, now: datetime, file: Path) -> None:
    line = json.dumps({"do": what, "name": name, "at": utc_text(now)}) + "\n"
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        flock(handle, LOCK_EX)  # until it is closed: one line at a time
        is_new = _size(handle) == 0
        _append(handle, _end_last_line(handle) + line.encode())
    finally:
        os.close(handle)
    if is_new:
        sync_folder(file.parent)


def erase_for_good(response: str, now: datetime) -> None:
    """Erase what one person said, here and in any backup that is restored. OSError, and
    nothing was erased, when the file cannot be written."""
    remember(ERASE, response, now)  # first: a restore must not bring it back
    erase_response(response, now)


def erase_withdrawn_words(responses: Collection[str], now: datetime) -> int:
    """Erase the words of responses that were withdrawn, for good: a restored database
    may be from before that, and the tablet that knows of it may be broken. How many
    rows stood here. The caller has the turn of their family."""
    for response in sorted(set(responses) - erased_among(responses)):
        try:
            remember(ERASE, response, now)
        except OSError as error:  # here they are erased all the same, and it is tried
            logger.error("withdrawal not remembered", trouble=type(error).__name__)
        else:  # again when this response is next derived
            Erased.objects.get_or_create(response=response, defaults={"at": now})
    return erase_words(responses, now)


def _size(handle: int) -> int:
    return os.fstat(handle).st_size


def _end_last_line(handle: int) -> bytes:
    """What must stand before the next line. A last line without its end was cut by a
    crash or a full disk. Nothing was done of what cannot be read: it goes."""
    size = _size(handle)
    whole = os.pread(handle, size, 0)
    tail = whole[whole.rfind(b"\n") + 1 :]
    if tail and _is_whole(tail):
        return b"\n"
    if tail:
        os.ftruncate(handle, size - len(tail))
    return b""


def _append(handle: int, line: bytes) -> None:
    """All of it, on disk, or OSError and the file as it was."""
    before, rest = _size(handle), line
    try:
        while rest:  # a disk that fills up takes a part, and says so only then
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise


def replay(path: Path | None = None) -> int:
    """Do all of it again; how many lines there were. FileBroken for a strange line."""
    lines = list(_read(path or CENTRAL.erasures))
    known = set(Erased.objects.values_list("response", flat=True))
    for what, name, at in lines:
        if what == ERASE and name not in known:
            erase_response(name, at)
    # Only how it ended: a device that was taken back once and removed again must not be
    # one of ours in between, while others are served.
    for name, (what, at) in _last(lines, REMOVE, ADMIT).items():
        device = Device.objects.filter(id=name)
        if what == ADMIT:
            device.update(removed_at=None)
        else:
            # What was said of it then is not known any more.
            device.filter(removed_at=None).update(removed_at=at, still_holds="")
    for name, (what, at) in _last(lines, REMOVE, ACCEPT).items():
        if what == ACCEPT:
            _accept_again(name, at)
    return len(lines)


def is_removed(device: str, path: Path | None = None) -> bool:
    """Whether it was removed last, whatever a restored database knows of it."""
    last = _last(_read(path or CENTRAL.erasures), REMOVE, ADMIT).get(device)
    return last is not None and last[0] == REMOVE


def _last(lines: Iterable[Entry], *wanted: str) -> dict[str, tuple[str, datetime]]:
    return {name: (what, at) for what, name, at in lines if what in wanted}


def _accept_again(device: str, at: datetime) -> None:
    """A restored central does not know that this backlog was accepted. One that does
    knows too whether it was used: then nothing is changed."""
    older = Q(backlog_accepted_at=None) | Q(backlog_accepted_at__lt=at)
    Device.objects.filter(older, id=device).update(
        backlog_accepted_at=at,
        backlog_last=None,
        backlog_done_at=None,
        still_holds=PERHAPS,
    )


def _read(file: Path) -> Iterator[Entry]:
    if not file.exists():
        return
    *lines, tail = file.read_bytes().split(b"\n")
    if tail and _is_whole(tail):
        lines.append(tail)  # else it was cut, before anything was done
    for number, line in enumerate(lines, 1):
        try:
            yield _entry(line)
        except (ValueError, KeyError, TypeError) as error:
            raise FileBroken(f"{file}, line {number} cannot be read") from error


def _entry(line: bytes) -> Entry:
    said = json.loads(line)
    return str(said["do"]), str(said["name"]), datetime.fromisoformat(said["at"])


def _is_whole(line: bytes) -> bool:
    try:
        return bool(_entry(line))
    except (ValueError, KeyError, TypeError):
        return False


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
