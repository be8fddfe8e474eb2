"""May a removed device still append? Once, when an administrator has accepted it.

A tablet that was lost and found, or removed in error, holds answers that people gave.
Accepted are its rows up to the last one that it declares at its first contact, for a
day and no longer. It stays removed: it gets no bundle, and what it hears from then on
is refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from central.devices.models import PERHAPS, Device
from central.intake.remembered import ACCEPT, remember
from feedback.wire import Batch

LASTS = timedelta(hours=24)


def accept_backlog(device: str, now: datetime) -> bool:
    """Accept it; False when there is no such device, or it is not removed."""
    removed = Device.objects.filter(id=device, removed_at__isnull=False)
    if not removed.exists():
        return False
    remember(ACCEPT, device, now)  # first: a restored central goes on with it
    removed.update(
        backlog_accepted_at=now,
        backlog_last=None,
        backlog_done_at=None,
        still_holds=PERHAPS,  # whatever was said before: it is back
    )
    return True


def may_append(device: Device, now: datetime) -> bool:
    """Whether this device is one of ours now, as its locked row says."""
    return device.removed_at is None or is_accepted(device, now)


def is_accepted(device: Device, now: datetime) -> bool:
    at, removed = device.backlog_accepted_at, device.removed_at
    if at is None or removed is None or device.backlog_done_at is not None:
        return False
    return removed <= at <= now < at + LASTS


def accepted_rows(device: Device, batch: Batch) -> int:
    """How many rows of the batch may come in: of a removed device those up to the last
    one that it declares first."""
    if device.removed_at is None:
        return len(batch.answers)
    last = batch.last if device.backlog_last is None else device.backlog_last
    return max(0, last - batch.first + 1)


def note_backlog(device: Device, batch: Batch, now: datetime) -> None:
    """Its log agreed: this is what was accepted. When all of it is here, the next
    request is refused."""
    if device.removed_at is None:
        return
    if device.backlog_last is None:
        device.backlog_last = batch.last
    if device.have >= device.backlog_last:
        device.backlog_done_at = now
