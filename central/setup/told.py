"""How does what was done read?

An entry keeps a device's whole id, and stays as it was written. People know the device
by its name, so that stands there, as it is now, with enough of the id to tell it from
every other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.audit.models import Entry
from central.devices.models import Device

DEVICE = re.compile(r"\b[0-9a-f]{32}\b")


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as people read it. `more`: what else is known, in one line."""

    at: datetime
    who: str
    what: str
    more: str


def told_of(entries: Sequence[Entry]) -> list[Told]:
    said = "\n".join(f"{one.about} {_more(one)}" for one in entries)
    found = Device.objects.filter(id__in=set(DEVICE.findall(said)))
    names = {one.id: _named(one) for one in found}
    return [_told(one, names) for one in entries]


def _told(entry: Entry, names: Mapping[str, str]) -> Told:
    def readable(text: str) -> str:
        return DEVICE.sub(lambda found: names.get(found[0], found[0]), text)

    what = f"{entry.act}: {readable(entry.about)}"
    return Told(entry.at, entry.who, what, readable(_more(entry)))


def _named(device: Device) -> str:
    short = device.id[:8]
    return f"{device.name} ({short})" if device.name else short


def _more(entry: Entry) -> str:
    several = entry.details.items()
    return "; ".join(
        f"{name.replace('_', ' ')}: {_words(value)}"
        for name, value in several
        if value not in ("", [])
    )


def _words(value: str | int | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
