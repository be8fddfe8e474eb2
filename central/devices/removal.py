"""How does a stolen tablet stop being one of ours?

From the next request on: each one reads `removed_at` under the lock of its row. The
removal is remembered outside the database first, so that no restore undoes it.
"""

from __future__ import annotations

from datetime import datetime

from central.devices.models import Device
from central.intake.remembered import REMOVE, remember


def remove_device(device: str, now: datetime, still_holds: str = "") -> bool:
    """Remove it; False when there is no such device. What it said stays. `still_holds`
    is one of STILL_HOLDS, or "": nobody has said what is left on it."""
    if not Device.objects.filter(id=device).exists():
        return False
    remember(REMOVE, device, now)
    Device.objects.filter(id=device, removed_at=None).update(
        removed_at=now, still_holds=still_holds
    )
    Device.objects.filter(id=device).update(backlog_done_at=now)  # if it was accepted
    return True
