"""What is done to a device here, and written down?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from central.audit.writing import note, turned
from central.devices.backlog import accept_backlog
from central.devices.enrolment import make_code
from central.devices.models import PERHAPS, Device
from central.devices.removal import remove_device
from central.intake.held import try_again
from central.places.models import Ward
from central.setup.device_forms import initial_of
from central.setup.stale import must_be_as_seen
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
    key: str, said: Mapping[str, Any], seen: str, who: str, now: datetime
) -> None:
    """From a checked form. Stale if the device is not as it was `seen`."""
    device = Device.objects.select_for_update().get(id=key)
    before = initial_of(device)
    must_be_as_seen(seen, before)
    told = {name: said[name] for name in before}
    told["wards"] = sorted(told["wards"])
    device.wards.set(Ward.objects.filter(code__in=told["wards"]))
    plain = {name: value for name, value in told.items() if name != "wards"}
    Device.objects.filter(id=device.id).update(**plain)
    note(who, "changed", f"device {device.id}", now, **turned(before, told))
    something_changed()
    # What is held for a ward may stand now. Not inside this change, which holds the
    # rows of a device already.
    transaction.on_commit(try_again)


@transaction.atomic
def remove(device: Device, still_holds: str, who: str, now: datetime) -> None:
    here = Device.objects.select_for_update().filter(id=device.id, removed_at=None)
    if list(here) and remove_device(device.id, now, still_holds):
        details = {"name": device.name, "still_holds": still_holds}
        note(who, "removed", f"device {device.id}", now, **details)


@transaction.atomic
def accept(device: Device, who: str, now: datetime) -> bool:
    """Of a removed one that is back: take once what it still holds."""
    accepted = accept_backlog(device.id, now)
    if accepted:
        before = {"still_holds": device.still_holds}
        details = turned(before, {"still_holds": PERHAPS})
        note(who, "accepted what it holds", f"device {device.id}", now, **details)
    return accepted
