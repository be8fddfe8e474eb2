"""What is done to a device here, and written down?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from central.audit.writing import note
from central.devices.backlog import accept_backlog
from central.devices.enrolment import make_code
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake.held import try_again
from central.places.models import Ward
from central.surveys.asking import something_changed


@transaction.atomic
def code_for(wards: Collection[str], kind: str, who: str, now: datetime) -> str:
    """A one-time code. It is not written down, only that there is one.

    EnrolmentError, in words, when a ward has closed or too many codes wait."""
    code = make_code(wards, kind, now)
    note(who, "made an enrolment code", f"{kind} of {' '.join(sorted(wards))}", now)
    return code


@transaction.atomic
def change(
    device: Device, name: str, wards: Collection[str], who: str, now: datetime
) -> None:
    before = sorted(device.wards.values_list("code", flat=True))
    Device.objects.filter(id=device.id).update(name=name)
    device.wards.set(Ward.objects.filter(code__in=wards))
    note(
        who, "changed", f"device {device.id}", now,
        name=name, wards=sorted(wards), before_name=device.name, before=before,
    )  # fmt: skip
    something_changed()
    # What is held for a ward may stand now. Not inside this change, which holds the
    # rows of a device already.
    transaction.on_commit(try_again)


@transaction.atomic
def remove(device: Device, who: str, now: datetime) -> None:
    if remove_device(device.id, now):
        note(who, "removed", f"device {device.id}", now, name=device.name)


@transaction.atomic
def accept(device: Device, who: str, now: datetime) -> bool:
    """Of a removed one that is back: take once what it still holds."""
    accepted = accept_backlog(device.id, now)
    if accepted:
        note(who, "accepted what it holds", f"device {device.id}", now)
    return accepted
