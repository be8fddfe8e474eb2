"""Central's settings, and the fault that STORM_PLANTED names in its intake."""

import os

from django.apps import AppConfig

from central.settings import *  # noqa: F403
from central.settings import INSTALLED_APPS as REAL_APPS


class Planted(AppConfig):
    name = "tests.faults"
    label = "planted"

    def ready(self) -> None:
        from central.intake import append

        if os.environ["STORM_PLANTED"] == "no_key_check":
            # Each row that is sent is inserted, whether it is there or not.
            append.table.kept_rows = lambda device, first, last: {}
        if os.environ["STORM_PLANTED"] == "above_last":
            # A log that is shorter than what central has is taken for the same.
            append._fork = lambda rows, kept, last, have: None
        if os.environ["STORM_PLANTED"] == "cached_device":
            # A device's row is looked at once a minute, to spare the database.
            append.may_append = _cached(append.may_append)


def _cached(may_append, seconds=60):
    known = {}

    def told(device, now):
        at, told = known.get(device.id, (now, None))
        if told is None or (now - at).total_seconds() > seconds:
            known[device.id] = (now, may_append(device, now))
        return known[device.id][1]

    return told


INSTALLED_APPS = [*REAL_APPS, "tests.faults.planted_settings.Planted"]
