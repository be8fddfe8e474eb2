"""Whose turn is it to change what was heard of a family of devices?

Rows that are erased or released behind the mark, and the comments and `standing` that
are derived from them, wait for one another here. Without it PostgreSQL would show the
one who derives a row as it was, and let him write its words after they were erased.

The order, for everyone: a device's row first, then its family. Who takes all families
takes no device's row.
"""

from __future__ import annotations

from django.db.models import QuerySet

from central.devices.models import Device
from central.intake.models import Followed

RESPONSES_AT_ONCE = 500  # derived in one turn: who writes meanwhile waits


def lock_family(family: str) -> None:
    """Alone with this family of devices until the transaction ends."""
    if not list(_locked([family])):
        Followed.objects.get_or_create(device=family)
        list(_locked([family]))


def lock_all_families() -> None:
    """Alone with every family. A device that enrols meanwhile has said nothing yet."""
    several = sorted(set(Device.objects.values_list("family", flat=True)))
    known = set(Followed.objects.values_list("device", flat=True))
    for family in several:
        if family not in known:
            Followed.objects.get_or_create(device=family)
    list(_locked(several))


def _locked(families: list[str]) -> QuerySet[Followed]:
    # Only the rows of first devices, in one order: the others are marks, which are
    # written by who holds their family.
    rows = Followed.objects.select_for_update().filter(device__in=families)
    return rows.order_by("device")
