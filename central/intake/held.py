"""Can what is held stand now? Tried again when a survey, a ward or a key arrives."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from central import deriving
from central.devices.models import Device
from central.intake import rows as table
from central.intake.judge import TWIN
from central.intake.models import Altered, Held
from central.intake.row import held_row
from central.intake.sorting import sort_out
from central.intake.turns import lock_family

ROWS_AT_ONCE = 1_000


def try_again(now: datetime | None = None) -> int:
    """Release the held rows that can stand now; how many. Since `now` they count, which
    is told apart from when they came."""
    now = now or timezone.now()
    devices = Held.objects.order_by("device").values_list("device", flat=True)
    return sum(_try_device(device, now) for device in list(devices.distinct()))


def _try_device(device: str, now: datetime) -> int:
    released, after = 0, 0
    while True:
        count, seen, after = _try_some(device, after, now)
        released += count
        if seen < ROWS_AT_ONCE:
            break
    if released:
        deriving.follow(device)
    return released


@transaction.atomic
def _try_some(device_id: str, after: int, now: datetime) -> tuple[int, int, int]:
    """How many were released, how many were seen, and the highest seq of those."""
    device = Device.objects.select_for_update().get(id=device_id)
    lock_family(device.family)
    several = Held.objects.filter(device=device_id, seq__gt=after).order_by("seq")
    several = several.exclude(reason=TWIN)
    held = {one.seq: one for one in several[:ROWS_AT_ONCE]}
    if not held:
        return 0, 0, after
    rows = [held_row(device_id, seq, one.body, one.digest) for seq, one in held.items()]
    sound, _ = sort_out(device, rows, again=True)
    Held.objects.filter(id__in=[held[one.answer.seq].id for one in sound]).delete()
    by_arrival: dict[datetime, list[table.Sound]] = {}
    for one in sound:
        by_arrival.setdefault(held[one.answer.seq].arrived_at, []).append(one)
    for arrived_at, part in by_arrival.items():
        table.store(part, arrived_at)
    released = [(device_id, one.answer.seq, one.answer.response) for one in sound]
    table.note_altered(released, Altered.RELEASED, now)
    table.mark_behind({one.answer.response for one in sound}, device.family)
    return len(sound), len(held), max(held)
