"""When was a device last heard, in plain words?

"No data" is never shown as nothing said: a silent tablet looks like a quiet day, so
the page says which of the two it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# An agent turns every few seconds and backs off to minutes; half an hour is silence.
QUIET_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Heard:
    """One device's line. `silent` is what turns it into a warning."""

    name: str
    words: str
    silent: bool
    unsent: int


def heard(
    name: str, last: datetime | None, unsent: int, now: datetime, zone: ZoneInfo
) -> Heard:
    """The line for a device that central heard at `last`."""
    if last is None:
        return Heard(name, "not heard yet – no data is not 0", True, unsent)
    silence = now - last
    if silence > QUIET_AFTER:
        words = f"not heard since {_since(last, now, zone)} – no data is not 0"
        return Heard(name, words, True, unsent)
    return Heard(name, f"heard {_ago(silence)}{_waiting(unsent)}", False, unsent)


def _waiting(unsent: int) -> str:
    if not unsent:
        return ", nothing waiting"
    return f", {unsent} answer{'s' if unsent > 1 else ''} still waiting there"


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
    return f"{then.day} {then:%B} {then:%H:%M}"
