"""How do answers reach central when the network never comes? In a file, by hand.

The file holds what would have been sent: batches, each signed by the device whose rows
it has. The watermark stays where it is: only central's own answer moves it. So a file
that is lost on the way costs nothing, and what arrived is found at the next contact.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from feedback.answer import Answer
from feedback.carried import Parcel, end_line, head_line, parcel_line
from feedback.folder import sync_folder
from feedback.log import Log
from feedback.wire import log_path, signature_header
from sync.batch import Rows, Sent, next_batch
from sync.elders import ElderRows
from sync.errors import SyncError
from sync.ration import Ration


class CarryError(SyncError):
    """The file was not written: the text says why, for a technician."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How many rows a file holds, and how many of them are of devices that the log was
    before a fork."""

    rows: int
    of_elders: int


class _OwnRows:
    """The log's own rows, up to what was its last one when the file was begun."""

    def __init__(self, log: Log) -> None:
        self._log, self.device, self.sign = log, log.device, log.sign
        self._begins = log.succeeds[1] if log.succeeds else 1
        self.last = log.last

    def after(self, have: int, limit: int) -> list[Answer]:
        rows = self._log.after(max(have, self._begins - 1), limit)
        return [row for row in rows if row.seq <= self.last]


def export(log: Log, file: Path, start: int | None = None) -> Carried:
    """Write what central has not got, and all rows of elders; they are on the stick
    when this returns. With `start`: the rows from there on, as central asked for them.
    """
    if file.exists():
        raise CarryError(f"{file} is there already: give another name")
    part = file.with_name(file.name + ".part")
    try:
        with _alone(part) as opened:
            written = _write(log, opened, start)
            os.replace(part, file)
        sync_folder(file.parent)
    except OSError as error:
        raise CarryError(f"{file} cannot be written: {error.strerror}") from error
    return written


@contextmanager
def _alone(part: Path) -> Iterator[IO[bytes]]:
    """The part of a file, empty, for this program alone. One that lies there is of an
    export that was killed, unless its lock is held; at the end none is left."""
    with open(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
        if not (_lock(file) and _is_there(file, part)):
            raise CarryError(f"another export is writing {part}: wait for its end")
        try:
            file.truncate(0)
            yield file
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _lock(file: IO[bytes]) -> bool:
    """Whether it is this program's now: it is not while another one has it."""
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_there(file: IO[bytes], part: Path) -> bool:
    """Whether it has its name still: another export may just have ended."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), part.stat())
    except FileNotFoundError:
        return False


def _write(log: Log, file: IO[bytes], start: int | None) -> Carried:
    own, batches, rows, of_elders = _OwnRows(log), 0, 0, 0
    file.write(head_line())
    for source, sent in _everything(log, own, start):
        file.write(parcel_line(_parcel(source, sent)))
        batches, rows = batches + 1, rows + sent.count
        of_elders += sent.count if source is not own else 0
    file.write(end_line(batches))
    file.flush()
    os.fsync(file.fileno())
    if log.device != own.device:
        raise CarryError("this device was enrolled again meanwhile: begin anew")
    if not rows:
        raise CarryError(_nothing(log.have, own.last, start))
    return Carried(rows, of_elders)


def _nothing(have: int, last: int, start: int | None) -> str:
    """Why there is nothing to carry; with --from, what there is instead."""
    if start is None or have >= last:
        return "no answers are waiting: there is nothing to carry"
    rows = f"row {last} is" if have + 1 == last else f"rows {have + 1} to {last} are"
    return (
        f"there is no row {start} or above: nothing was written. In this file {rows} "
        "waiting; without --from those are written"
    )


def _everything(log: Log, own: Rows, start: int | None) -> Iterator[tuple[Rows, Sent]]:
    """Elders first, the oldest first: what they began is then known to be theirs."""
    for elder in log.elders():
        source = ElderRows(log, elder)
        for sent in _batches(source, start, have=0):
            yield source, sent
    for sent in _batches(own, start, have=log.have):
        yield own, sent


def _batches(source: Rows, start: int | None, have: int) -> Iterator[Sent]:
    """The rows above `have`, or from `start` on: central has just said that it waits
    for those, so what is gone of them is declared."""
    told = start is not None
    have = have if start is None else start - 1
    while source.last > have:
        sent = next_batch(source, have, Ration(), {}, may_declare=told)
        if not sent.count:
            return
        yield sent
        have, told = sent.shown_to, False


def _parcel(source: Rows, sent: Sent) -> Parcel:
    path = log_path(sent.device)
    signature = signature_header(source.sign, "POST", path, sent.first, sent.body)
    return Parcel(sent.device, signature, sent.encoding, sent.body)
