"""How are all the devices, for who looks after them?

An administrator sees counts, versions and reasons: no ward's words, and no figures of
what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists

from central.devices.lines import new_names
from central.devices.models import Device
from central.ledger.book import Line, ledger
from central.ledger.notices import (
    Reasons,
    clock_ahead_s,
    clock_words,
    disk_free_bytes,
    held_reasons,
    notices,
    reasons_words,
    version_of,
)
from central.web.devices import line_of
from central.web.heard import FORKED, SILENT
from central.web.words import NONE

REMOVED, SUCCEEDED = "removed", "succeeded"


@dataclass(frozen=True, slots=True)
class Listed:
    """One device as it is listed; `notices` first of all make somebody look."""

    id: str
    name: str
    state: str
    heard: str
    unsent: str
    version: str
    clock: str
    disk: str
    wards: str
    held: str
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fleet:
    devices: tuple[Listed, ...]
    lines: tuple[tuple[str, Line], ...]  # each with the name of its device
    sums: Mapping[str, int]
    day: date
    is_today: bool
    one: str  # the device that this is about, or ""

    @property
    def to_look_at(self) -> tuple[Listed, ...]:
        return tuple(one for one in self.devices if one.notices)

    @property
    def closes(self) -> bool:
        return all(line.closes for _, line in self.lines)


def fleet(day: date, now: datetime, zone: ZoneInfo, device: str = "") -> Fleet:
    """All devices as they are now, and the ledger at the end of `day`; or this device
    alone, with what became of each of its rows."""
    today, judged = now.astimezone(zone).date(), bool(device)
    lines = {line.device: line for line in ledger(today, today, device, judged)}
    reasons = held_reasons()
    devices = [
        _listed(one, lines.get(one.id), reasons.get(one.id, {}), now, zone)
        for one in _devices(device)
    ]
    devices.sort(key=lambda one: (not one.notices, one.name, one.id))
    shown = list(lines.values()) if day >= today else ledger(day, today, device, judged)
    by_device = {line.device: line for line in shown}
    named = [(one.name, by_device[one.id]) for one in devices if one.id in by_device]
    return Fleet(tuple(devices), tuple(named), _sums(shown), day, day >= today, device)


def _devices(device: str) -> list[Device]:
    devices = Device.objects.annotate(succeeded=Exists(new_names()))
    if device:
        devices = devices.filter(id=device)
    return list(devices.prefetch_related("wards").order_by("id"))


def _listed(
    device: Device, line: Line | None, reasons: Reasons, now: datetime, zone: ZoneInfo
) -> Listed:
    heard = line_of(device, now, zone)
    state, words = heard.state, heard.words
    if device.removed_at is not None:
        on = device.removed_at.astimezone(zone)
        state, words = REMOVED, f"removed on {on.day} {on:%B %Y}"
    elif getattr(device, "succeeded", False):
        state, words = SUCCEEDED, "was enrolled again, under another name"
    told = notices(device, line, zone)
    if state == SILENT:
        told.insert(0, f"Silence: {words}.")
    return Listed(
        id=device.id,
        name=_name(device, heard.name),
        state=state,
        heard=words,
        unsent=_unsent(device, line, state),
        version=version_of(device) or NONE,
        clock=_clock(device),
        disk=_disk(device),
        wards=", ".join(sorted(ward.code for ward in device.wards.all())) or NONE,
        held=reasons_words(reasons) or NONE,
        notices=tuple(told),
    )


def _unsent(device: Device, line: Line | None, state: str) -> str:
    """Of a silent device nobody knows that nothing waits."""
    waiting = line.unsent if line else 0
    if state == FORKED:
        waiting = max(waiting, device.forked_unsent or 0)
    return f"{waiting:,}" if waiting or state != SILENT else NONE


def _name(device: Device, short: str) -> str:
    """Enough of its id to tell it from every other."""
    named = f"{short} " if device.name else f"{short.split()[0]} "
    return named + device.id[:8]


def _clock(device: Device) -> str:
    ahead = clock_ahead_s(device)
    return NONE if ahead is None else clock_words(ahead)


def _disk(device: Device) -> str:
    free = disk_free_bytes(device)
    return NONE if free is None else f"{free / 1e9:,.1f} GB free"


def _sums(several: Sequence[Line]) -> dict[str, int]:
    words = ("rows", "unsent", "lost", "following", "unexplained", "missing")
    sums = {word: sum(getattr(line, word) for line in several) for word in words}
    kinds = several[0].kinds if several else ()
    return {
        **sums,
        **{kind: sum(line.kinds[kind] for line in several) for kind in kinds},
    }
