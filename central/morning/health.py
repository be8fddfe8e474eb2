"""How are the ward's tablets and texts, in one line, and must somebody go and look?

"No data" looks like a quiet day. A tablet that was silent for a day, or that must be
enrolled again, is said loudly; one that is switched off at night is not, or the mail
would cry each morning and be read by nobody. Nor is one that may be silent so long:
while its ward was shut, or for as many quiet minutes as its ward allows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from central.devices.models import MADE_UP, Device
from central.ledger.notices import notices
from central.places.models import Ward
from central.summaries.times import ZONE
from central.web.devices import heard_of, kept_aside, missed
from central.web.heard import FORKED, SILENT
from central.web.texts import asked_on

LOUD_AFTER = dt.timedelta(hours=24)
NO_DEVICE = "No tablet or text number is set up for this ward: nothing can be heard."


@dataclass(frozen=True, slots=True)
class Health:
    """`line`: each device, in one line. `loud`: a sentence for each that somebody must
    look after. `asked`: how many were asked by text on that day, in words."""

    line: str
    loud: tuple[str, ...]
    asked: str


def health_of(ward: Ward, date: dt.date, now: dt.datetime) -> Health:
    """The devices as they are now, and what that means for the day of `date`."""
    devices = list(missed(ward))
    if not devices:
        return Health("", (NO_DEVICE,) if ward.closed_on is None else (), "")
    heard = {one.id: heard_of(one, now, ZONE) for one in devices}
    said = [f"{each.name}: {each.words.rstrip('.')}" for each in heard.values()]
    if aside := kept_aside(ward):
        said.append(f"{aside:,} of the answers are kept aside")
    loud = [one for one in devices if _is_loud(one, heard[one.id].state, now)]
    asked = [asked_on(one.status, ward.code, date.isoformat()) for one in devices]
    return Health(
        line="; ".join(said) + ".",
        loud=tuple(f"{heard[one.id].name}: {heard[one.id].words}" for one in loud),
        asked="; ".join(filter(None, asked)),
    )


def loud_everywhere(now: dt.datetime) -> list[str]:
    """A line for each device of an open ward that somebody must look after."""
    return [words for one in missed() if (words := _look_after(one, now))]


def _look_after(device: Device, now: dt.datetime) -> str:
    wards = sorted(one.code for one in device.wards.all() if one.closed_on is None)
    if not wards:
        return ""
    heard = heard_of(device, now, ZONE)
    told = [] if device.name == MADE_UP else notices(device, None, ZONE)
    if _is_loud(device, heard.state, now):
        told = [heard.words]
    return f"{heard.name} ({', '.join(wards)}): {' '.join(told)}" if told else ""


def _is_loud(device: Device, state: str, now: dt.datetime) -> bool:
    if device.name == MADE_UP:
        return False
    if state == FORKED or device.last_heard is None:
        return True
    return state == SILENT and now - device.last_heard > LOUD_AFTER
