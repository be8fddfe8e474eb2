"""Central's settings, and the faults that STORM_PLANTED names in its intake."""

import os
import random
import sys

from django.apps import AppConfig

from central.settings import *  # noqa: F403
from central.settings import INSTALLED_APPS as REAL_APPS


class Planted(AppConfig):
    name = "tests.faults"
    label = "planted"

    def ready(self) -> None:
        for fault in os.environ["STORM_PLANTED"].split(","):
            if fault in FAULTS:  # else it is the agent's
                FAULTS[fault]()


def no_key_check():
    """Each row that is sent is inserted, whether it is there or not."""
    from central.intake import append

    append.table.kept_rows = lambda device, first, last: {}


def above_last():
    """A log that is shorter than what central has is taken for the same."""
    from central.intake import append

    append._fork = lambda rows, kept, last, have: None


def cached_device():
    """A device's row is looked at once a minute, to spare the database."""
    from central.intake import append

    append.may_append = _cached(append.may_append)


def whole_batch():
    """Nobody judges a row: the batch is inserted as it came, and one bad row stops
    all that come after it."""
    from central.intake import append
    from central.intake.rows import Sound

    append.sort_out = lambda device, rows: (
        [Sound(row.answer, row.digest) for row in rows],
        [],
    )


def uncommitted():
    """Central remembers in its memory how far a device is, before the commit: a replay
    of what the database refused is answered as if it were there."""
    from django.db import OperationalError

    from central import api
    from central.intake.append import Kept, append
    from central.surveys.asking import current_version

    known = {}

    def append_from_memory(device, batch, now):
        so_far = known.get(device, 0)
        if batch.answers and batch.first <= so_far:
            return Kept(so_far, current_version(), 0, 0)
        known[device] = batch.first + len(batch.answers) - 1
        if random.random() < 0.3:
            raise OperationalError("the disk is full")
        return append(device, batch, now)

    api.append = append_from_memory


def body_in_a_line():
    """What came is written down, to look at it when something is wrong."""
    from central import api
    from feedback.wire import unpack

    def unpack_and_tell(body, encoding=""):
        batch = unpack(body, encoding)
        print(f"batch {batch.answers}", file=sys.stderr)
        return batch

    api.unpack = unpack_and_tell


def forgotten_erasures():
    """What was erased is known to the database alone, and to its backups not."""
    from central.intake import remembered

    remembered.replay = lambda path=None: 0


FAULTS = {
    one.__name__: one
    for one in (
        no_key_check,
        above_last,
        cached_device,
        whole_batch,
        uncommitted,
        body_in_a_line,
        forgotten_erasures,
    )
}


def _cached(may_append, seconds=60):
    known = {}

    def told(device, now):
        at, told = known.get(device.id, (now, None))
        if told is None or (now - at).total_seconds() > seconds:
            known[device.id] = (now, may_append(device, now))
        return known[device.id][1]

    return told


INSTALLED_APPS = [*REAL_APPS, "tests.faults.planted_settings.Planted"]
