"""What does a file that somebody carried here bring, and what is said to each batch?

The same intake as the wire's: each batch is checked against its device's key, appended
or not, and taken twice it is there once. Only the answers are words for a technician.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from central.devices.models import Device
from central.intake.append import Fork, Gap, Kept, Outcome, Unknown, append
from central.intake.row import read_row, same_row
from central.intake.rows import kept_rows
from feedback.carried import Damaged, Parcel, read_parcels
from feedback.wire import (
    BadSignature,
    Batch,
    WireError,
    WrongVersion,
    check_signature,
    log_path,
    unpack,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one batch, in words. `good`: its answers are at central.
    `broken`: only a new file mends it."""

    device: str
    good: bool
    words: str
    stored: int = 0
    held: int = 0
    answers: int = 0
    broken: bool = False


def receive(file: IO[bytes], now: datetime) -> Iterator[Told]:
    """Take each batch of the file. A device of which one was not taken is left alone
    for the rest of the file: what follows could only be a gap. CarriedError when there
    is no (more) reading it; what was told before stays."""
    left: set[str] = set()
    for one in read_parcels(file):
        if isinstance(one, Damaged):
            yield Told("", False, f"{one} is damaged", broken=True)
        elif one.device not in left:
            told = _take(one, now)
            if not told.good:
                left.add(one.device)
            yield told


def _take(parcel: Parcel, now: datetime) -> Told:
    device = Device.objects.filter(id=parcel.device).first()
    if device is None:
        return _not(
            parcel,
            "no device of this organisation, or central was restored to before it was "
            "enrolled: then enrol it again and take this file once more",
        )
    try:
        batch = _batch(parcel, device)
    except BadSignature:
        words = "the batch is damaged, or this device did not sign it"
        return Told(parcel.device, False, words, broken=True)
    except WrongVersion as error:
        return _not(parcel, f"central is older than this file ({error}): update it")
    except WireError as error:
        words = f"the batch cannot be read: {error}"
        return Told(parcel.device, False, words, broken=True)
    outcome = append(parcel.device, batch, now, carried=True)
    if isinstance(outcome, Unknown) and _is_here(batch, parcel.device):
        outcome = Kept(device.have, 0, 0, 0)  # taken before, when that was accepted
    return _told(parcel, batch, outcome, device.removed_at is not None)


def _is_here(batch: Batch, device: str) -> bool:
    """Whether each row of it is at central already."""
    kept = kept_rows(device, batch.first, batch.first + len(batch.answers) - 1)
    for seq, raw in enumerate(batch.answers, batch.first):
        if seq not in kept or not same_row(read_row(raw, device, seq), kept[seq]):
            return False
    return True


def _batch(parcel: Parcel, device: Device) -> Batch:
    key, path = bytes.fromhex(device.public_key), log_path(parcel.device)
    first = check_signature(parcel.signature, key, "POST", path, parcel.body)
    batch = unpack(parcel.body, parcel.encoding)
    if batch.first != first:
        raise BadSignature("signed for another place")
    return batch


def _told(parcel: Parcel, batch: Batch, outcome: Outcome, removed: bool) -> Told:
    first, last = batch.first, batch.first + len(batch.answers) - 1
    match outcome:
        case Kept(stored=stored, held=held):
            words = f"rows {first:,} to {last:,} are here"
            if removed:
                words += ". It was removed, so nobody tells it: it says that they wait"
            count = len(batch.answers)
            return Told(parcel.device, True, words, stored, held, count)
        case Gap(have=have):
            return _not(
                parcel,
                f"central has its rows up to {have:,}, and these begin at {first:,}. "
                f"On the device: wardvoice-sync export FILE --from {have + 1}",
            )
        case Fork(at=at):
            return _not(
                parcel,
                f"its row {at:,} is another one here: the device was copied, or an old "
                "backup was put back. Where it reaches central let its agent run until "
                "wardvoice-sync status says so too, then enrol it, and export anew",
            )
        case _:
            return _not(
                parcel,
                "the device was removed. To take what it had heard before: "
                f"wardvoice-central accept-backlog {parcel.device}",
            )


def _not(parcel: Parcel, words: str) -> Told:
    return Told(parcel.device, False, words)
