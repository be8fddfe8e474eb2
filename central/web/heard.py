"""When was a device last heard, in plain words?

"No data" is never shown as nothing said: a silent tablet looks like a quiet day, and
so does one whose answers cannot come in. The page says which of them it is.

    well     it speaks, and central takes what it says
    silent   it was not heard for a while
    forked   it speaks, and cannot be believed until it is enrolled again
    made up  the demonstration's: it never speaks again, and is not missed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from central.devices.patience import QUIET_AFTER
from central.summaries.complete import answers

WELL, SILENT, FORKED, MADE_UP = "well", "silent", "forked", "made up"


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said of one device. Silent and forked ones are a warning as well."""

    name: str
    words: str
    state: str

    @property
    def is_warning(self) -> bool:
        return self.state in (SILENT, FORKED)


def heard(
    name: str,
    last: datetime | None,
    unsent: int,
    now: datetime,
    zone: ZoneInfo,
    patience: timedelta = QUIET_AFTER,
) -> Heard:
    """What is said of a device that central heard at `last`. `patience`: how long it
    may be quiet until it is missed."""
    if last is None:
        return Heard(name, "not heard yet – no data is not 0", SILENT)
    if now - last > patience:
        words = f"not heard since {_since(last, now, zone)} – no data is not 0"
        return Heard(name, words, SILENT)
    if now - last > QUIET_AFTER:
        words = f"last heard {_since(last, now, zone)}, which is as expected"
        return Heard(name, f"{words}{_waiting(unsent)}", WELL)
    return Heard(name, f"{_contact(last, now, zone)}{_waiting(unsent)}", WELL)


def enrol_again(
    name: str, last: datetime, unsent: int, now: datetime, zone: ZoneInfo
) -> Heard:
    """What is said of a cloned tablet or one with an old backup: it goes on collecting,
    and nothing comes in."""
    waits = f"{answers(unsent)} wait{'s' if unsent == 1 else ''}"
    words = (
        f"must be enrolled again. {waits if unsent else 'What it hears now waits'} "
        f"safely on it until then ({_contact(last, now, zone)})."
    )
    return Heard(name, words, FORKED)


def made_up(name: str) -> Heard:
    """What is said of a device of the demonstration."""
    return Heard(name, "a part of the demonstration, nothing more comes", MADE_UP)


def _waiting(unsent: int) -> str:
    if not unsent:
        return ", nothing waiting"
    return f", {answers(unsent)} still waiting there"


def _contact(last: datetime, now: datetime, zone: ZoneInfo) -> str:
    if now - last > QUIET_AFTER:
        return f"not heard since {_since(last, now, zone)}"
    return f"heard {_ago(now - last)}"


def _ago(silence: timedelta) -> str:
    minutes = int(silence.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    return f"{minutes} minute{'s' if minutes > 1 else ''} ago"


def _since(last: datetime, now: datetime, zone: ZoneInfo) -> str:
    then, today = last.astimezone(zone), now.astimezone(zone).date()
    if then.date() == today:
        return f"{then:%H:%M} today"
    if then.date() == today - timedelta(days=1):
        return f"yesterday {then:%H:%M}"
    if then.year != today.year:
        return f"{then.day} {then:%B %Y}"
    return f"{then.day} {then:%B} {then:%H:%M}"
