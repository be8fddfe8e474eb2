"""How are the ward's devices, and what of theirs cannot be shown?

One sentence for each device that may be missed. A removed one is not, nor one that was
enrolled again: it speaks under its new name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from central.devices.family import is_enrolled_again
from central.devices.models import MADE_UP, Device
from central.devices.patience import patience_of
from central.intake.judge import TWIN
from central.intake.models import Held
from central.places.models import Ward
from central.web.heard import Heard, enrol_again, heard, made_up
from central.web.texts import texts_of


def devices_of(ward: Ward, now: datetime, zone: ZoneInfo) -> tuple[Heard, ...]:
    """What is said of each, those first that somebody has to see to."""
    told = (_with_texts(one, ward, now, zone) for one in missed(ward))
    return tuple(sorted(told, key=lambda one: not one.is_warning))


def missed(ward: Ward | None = None) -> QuerySet[Device]:
    """The devices that somebody may miss: neither removed nor enrolled again. Of all
    wards, if none is named."""
    devices = Device.objects.filter(removed_at=None)
    if ward is not None:
        devices = devices.filter(wards=ward)
    devices = devices.exclude(is_enrolled_again()).order_by("kind", "name", "id")
    return devices.prefetch_related("wards")


def kept_aside(ward: Ward) -> int:
    """How many answers of the ward's devices came and cannot stand."""
    devices = Device.objects.filter(wards=ward).values("id")
    return Held.objects.filter(device__in=devices).exclude(reason=TWIN).count()


def _with_texts(device: Device, ward: Ward, now: datetime, zone: ZoneInfo) -> Heard:
    told = heard_of(device, now, zone)
    if device.kind != "sms" or device.name == MADE_UP:
        return told
    today = now.astimezone(zone).date().isoformat()
    texts = texts_of(device.status, ward.code, today)
    return replace(told, words=f"{told.words}; {texts}")


def heard_of(device: Device, now: datetime, zone: ZoneInfo) -> Heard:
    name, last = _name(device), device.last_heard
    if device.name == MADE_UP:
        return made_up(name)
    if device.forked_at is None or last is None:
        patience = patience_of(device, now, zone)
        return heard(name, last, device.waiting, now, zone, patience)
    return enrol_again(name, last, device.waiting, now, zone)


def _name(device: Device) -> str:
    kind = "Text messages" if device.kind == "sms" else "Tablet"
    return f"{kind} {device.name or device.id[:4] + '…'}"
