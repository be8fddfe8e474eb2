"""Whose response is it, and under which name does a device go on?

A response belongs to the device that began it, or to that device's successor. A family
is a first device and all that succeed it. A device's log is its own rows, and those of
each device before it up to where the next one begins: a cloned tablet and its twin
share the rows below the fork.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from central.devices.models import Device


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device stands in its family."""

    id: str
    succeeds: str
    begins: int
    generation: int


Family = Mapping[str, Place]


def family_of(device: Device) -> Family:
    """All devices that go back to the same first one, this one among them."""
    several = Device.objects.filter(family=device.family)
    rows = several.values_list("id", "succeeds", "begins", "generation")
    return {row[0]: Place(*row) for row in rows}


def new_names() -> QuerySet[Device]:
    """For a subquery: the devices that the outer one goes on as, since it was enrolled
    again. One that was heard after that has a twin, which goes on under the old name.
    """
    heard = Coalesce(OuterRef("last_heard"), F("enrolled_at"))
    return Device.objects.filter(succeeds=OuterRef("id"), enrolled_at__gte=heard)


def is_enrolled_again() -> Exists:
    """SQL, beside a device: whether it goes on under another name."""
    return Exists(new_names())


def may_write(device: str, seq: int, owner: str, family: Family) -> bool:
    """Whether this row of `device` may belong to a response that `owner` began."""
    if device == owner or owner in _before(device, family):
        return True
    # Older rows of a response that a successor's rows brought here first.
    below = _before(owner, family).get(device)
    return below is not None and seq < below


def _before(device: str, family: Family) -> dict[str, int]:
    """The devices that this one succeeds, each with the seq where its rows end."""
    found: dict[str, int] = {}
    place = family.get(device)
    end = None
    while place is not None and place.succeeds and place.succeeds not in found:
        end = place.begins if end is None else min(end, place.begins)
        found[place.succeeds] = end
        place = family.get(place.succeeds)
    return found
