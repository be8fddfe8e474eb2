"""What does central do with a batch? One transaction, one of four outcomes.

The device's row is locked first, and what is read there (is it removed, how far does
the log go) holds until the commit. Whatever is answered was written before, if only
`last_heard`: so a replay waits for the disk, and the standby, like a first try.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from central.devices.backlog import accepted_rows, may_append, note_backlog
from central.devices.models import Device
from central.intake import rows as table
from central.intake.erasure import erase_row, erase_withdrawn
from central.intake.models import Hole
from central.intake.row import Row, read_row, same_row
from central.intake.sorting import sort_out
from central.intake.turns import lock_family
from central.surveys.asking import version_for
from feedback.answer import utc_moment
from feedback.wire import MAX_SEQ, Batch


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything up to `have` is committed."""

    have: int
    bundle: int  # the newest version
    stored: int
    held: int


@dataclass(frozen=True, slots=True)
class Gap:
    """The batch begins past `have` + 1. Nothing of it was stored."""

    have: int


@dataclass(frozen=True, slots=True)
class Fork:
    """Row `at` is another one here: a cloned tablet or an old backup."""

    at: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such device, or it was removed."""


Outcome = Kept | Gap | Fork | Unknown

STATUS_CHARS = 20_000
# A copy beside the device knocks each hour, and may be off at night.
COPY_LASTS = timedelta(hours=26)
CLOCK_AHEAD = "clock_ahead_s"  # of the status; the one word there that is ours


def append(
    device_id: str, batch: Batch, now: datetime, carried: bool = False
) -> Outcome:
    """Take the batch into the device's log. The signature was checked before.

    One that was `carried` here by hand says how the device was, and nothing of now.
    """
    rows = [
        read_row(raw, device_id, seq)
        for seq, raw in enumerate(batch.answers, batch.first)
    ]
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(id=device_id).first()
        if device is None or not may_append(device, now):
            return Unknown()
        rows = rows[: accepted_rows(device, batch)]
        if rows:
            lock_family(device.family)  # nobody erases or derives meanwhile
        if carried:
            outcome = _carried(device, batch, rows, now)
        else:
            outcome = _heard(device, batch, rows, now)
        if not isinstance(outcome, Fork):
            table.note_day(device.id, device.last, device.have, now)
            note_backlog(device, batch, now)
        device.save(update_fields=_WRITTEN)
        return outcome


_WRITTEN = (
    "last_heard",
    "status",
    "have",
    "last",
    "gap_told_at",
    "forked_at",
    "differed_at",
    "forked_unsent",
    "backlog_last",
    "backlog_done_at",
)


def _count(said: object) -> int | None:
    """A number of answers as a device says it, if it can be one."""
    return said if type(said) is int and 0 <= said <= MAX_SEQ else None


def _status(said: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the device says of itself, unless it is a book, and by how many seconds
    its clock goes before ours."""
    chars = len(json.dumps(said))
    if chars > STATUS_CHARS:
        return {"too_large": chars}
    told = {word: value for word, value in said.items() if word != CLOCK_AHEAD}
    try:
        ahead = utc_moment(str(said.get("clock"))) - now
    except (ValueError, OverflowError):
        return told
    return {**told, CLOCK_AHEAD: round(ahead.total_seconds())}


def _heard(device: Device, batch: Batch, rows: Sequence[Row], now: datetime) -> Outcome:
    if _is_of_elder(device, batch):
        return _of_elder(device, batch, rows, now)
    device.last_heard = now
    outcome = _outcome(device, batch, rows, now)
    if not isinstance(outcome, Fork):
        table.note_contact(device.id, device.last, now)
    return outcome


def _is_of_elder(device: Device, batch: Batch) -> bool:
    """Whether a successor offers the rows that are this device's for ever: they end
    where its own begin, and say nothing of a machine."""
    if batch.status or batch.dropped:
        return False
    return Device.objects.filter(succeeds=device.id, begins=batch.last + 1).exists()


def _of_elder(
    device: Device, batch: Batch, rows: Sequence[Row], now: datetime
) -> Outcome:
    """By that this name is not heard, and its log has not become shorter: a twin may go
    on with it, or nobody does. The rows are compared and stored as any."""
    mark, last = (device.forked_at, device.forked_unsent), device.last
    outcome = _outcome(device, batch, rows, now)
    if not isinstance(outcome, Fork) or outcome.at > batch.last:
        device.forked_at, device.forked_unsent = mark
    device.last = max(device.last, last)
    return outcome


def _carried(
    device: Device, batch: Batch, rows: Sequence[Row], now: datetime
) -> Outcome:
    """By a file of some days ago the device is not heard; that its log was shorter then
    is no fork, and that it agrees up to there ends none. What it wrote since is not
    known to be later than `now`, so there is no contact either."""
    mark = device.forked_at, device.forked_unsent
    last = max(device.last, device.have, batch.last)
    outcome = _outcome(device, replace(batch, last=last, status={}), rows, now)
    if not isinstance(outcome, Fork):
        device.forked_at, device.forked_unsent = mark
    return outcome


def _outcome(
    device: Device, batch: Batch, rows: Sequence[Row], now: datetime
) -> Outcome:
    have = device.have
    overlap_ends = min(have, batch.first + len(rows) - 1)
    kept = table.kept_rows(device.id, batch.first, overlap_ends)
    fork = _fork(rows, kept, batch.last, have)
    if fork is not None:
        # A late copy of an old request is told the same, so what it says of the
        # device is not believed, and the next contact that agrees clears the mark.
        # How many answers wait on it is kept with the mark: staff are told.
        device.forked_at = fork
        if fork in kept:  # no old request can: a second file has this device's key
            device.differed_at = now
        device.forked_unsent = _count(batch.status.get("unsent"))
        return Fork(fork)
    device.status = _status(batch.status, now) or device.status
    last = max(batch.last, batch.first + len(rows) - 1)
    if batch.first > have + 1 and not _declared(device, batch):
        device.gap_told_at = have
        device.last = last
        return Gap(have)
    return _keep(device, batch.first, last, rows, kept, now)


def _fork(
    rows: Sequence[Row], kept: dict[int, Row], last: int, have: int
) -> int | None:
    """The first row that is not the one central has, or the end of a shorter log."""
    for row in rows:
        known = kept.get(row.seq)
        if known is not None and not same_row(row, known):
            return row.seq
    return last + 1 if last < have else None


def _is_copied(device: Device, now: datetime) -> bool:
    """Whether a copy of its file showed other rows lately. That the device itself goes
    on well, each minute, says nothing of what waits on the other one."""
    return device.differed_at is not None and now - device.differed_at < COPY_LASTS


def _declared(device: Device, batch: Batch) -> bool:
    """Whether the rows before this batch are gone from the device for good. It is
    believed only after a gap answer, so that no fault of a sender makes a hole."""
    told = device.gap_told_at == device.have
    return told and batch.purged_to == batch.first - 1


def _keep(
    device: Device,
    first: int,
    last: int,
    rows: Sequence[Row],
    kept: dict[int, Row],
    now: datetime,
) -> Kept:
    have = device.have
    if first > have + 1:
        Hole.objects.create(
            device=device.id, first=have + 1, last=first - 1, declared_at=now
        )
    for row in rows:
        if row.seq in kept:
            erase_row(row, kept[row.seq], now)
    new = [row for row in rows if row.seq not in kept]
    stored, held = _store(device, new, have, now)
    device.have = max(have, first + len(rows) - 1)
    device.last = last
    device.gap_told_at = None
    if not _is_copied(device, now):
        device.forked_at = None
    bundle = version_for(device, device.status.get("bundle"))
    return Kept(device.have, bundle, stored, held)


def _store(
    device: Device, rows: Sequence[Row], have: int, now: datetime
) -> tuple[int, int]:
    """How many of the rows now stand among the answers, and how many are held.

    A row below `have` that is not here yet is one of a hole: it is stored like any.
    """
    if not rows:
        return 0, 0
    sound, held = sort_out(device, rows)
    table.store(sound, now)
    table.hold(device.id, held, now)
    erase_withdrawn(device.id, {row.response for row, _ in held})
    late = {row.answer.response for row in sound if row.answer.seq <= have}
    table.mark_behind(late, device.family)
    return len(sound), len(held)
