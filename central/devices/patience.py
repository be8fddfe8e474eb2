"""How long may a device be quiet before somebody misses it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from central.devices.models import Device
from central.places.hours import shut_between

# An agent turns every few seconds and backs off to minutes; half an hour is silence.
QUIET_AFTER = timedelta(minutes=30)


def patience_of(device: Device, now: datetime, zone: ZoneInfo) -> timedelta:
    """As its wards say, and all the time they were shut."""
    wards = [ward for ward in device.wards.all() if ward.closed_on is None]
    if not wards or device.last_heard is None:
        return QUIET_AFTER
    minutes = min(ward.quiet_minutes for ward in wards)
    hours = [ward.hours for ward in wards]
    shut = shut_between(hours, device.last_heard, now, zone)
    return timedelta(minutes=minutes) + shut
