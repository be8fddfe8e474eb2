"""Which version is the bundle? It only rises, above any that a device has seen."""

from __future__ import annotations

from django.db.models import F

from central.devices.models import Device
from central.surveys.models import Asking

LEAP = 1_000_000  # changes that a restored central can have forgotten


def something_changed() -> None:
    """Something that devices are told has changed: they fetch the bundle anew. Call it
    inside the transaction of the change."""
    Asking.objects.get_or_create(id=1)
    Asking.objects.update(version=F("version") + 1)


def version_for(device: Device, reported: object) -> int:
    """The newest version, in answer to the one that the device says it holds.

    A restored central may have forgotten versions. When a device holds one that this
    central has not given it, the next is above that: devices refuse a lower one. Only
    within LEAP: each device is told this number, and one that is no number for the wire
    any more would be no answer to any of them.
    """
    version = current_version()
    if type(reported) is not int or not 0 < reported <= version + LEAP:
        return version
    if reported <= max(device.bundle_given, version - 1):
        return version
    Asking.objects.get_or_create(id=1)
    Asking.objects.filter(version__lte=reported).update(version=reported + 1)
    return current_version()


def current_version() -> int:
    found = Asking.objects.filter(id=1).values_list("version", flat=True).first()
    return found or 0
