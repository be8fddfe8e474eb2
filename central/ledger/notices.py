"""What about a device needs somebody's look, in words for an administrator?

Nothing here quotes an answer: counts, reasons and row numbers are all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from central.devices.models import LOST, Device
from central.intake.append import CLOCK_AHEAD
from central.intake.models import Contact, Held, Hole
from central.ledger.book import Balance

CLOCK_WRONG_S = 300
DISK_LOW_BYTES = 200_000_000  # a tablet rests at 50 MB

Reasons = dict[str, int]


def held_reasons() -> dict[str, Reasons]:
    """Device → reason → how many rows are held for it."""
    found: dict[str, Reasons] = {}
    for device, reason in Held.objects.values_list("device", "reason").iterator():
        reasons = found.setdefault(device, {})
        reasons[reason] = reasons.get(reason, 0) + 1
    return found


def reasons_words(reasons: Reasons) -> str:
    """ward 3, survey 1"""
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))


def notices(device: Device, balance: Balance | None, zone: ZoneInfo) -> list[str]:
    """All but what the silence of a device is: that is said where it was last heard."""
    found = [*_sums(balance), *_holes(device, balance, zone)]
    if device.removed_at is not None:
        found.append(_backlog(device, balance))
    else:
        found += [
            _forked(device),
            _shorter(device),
            _believes(device),
            _clock(device),
            _disk(device),
        ]
    return [words for words in found if words]


def _forked(device: Device) -> str:
    if device.forked_at is None:
        return ""
    return (
        f"Fork: its row {device.forked_at:,} is another one here. The device was "
        "copied, or an old backup put back. Enrol again the one whose screen asks for "
        "it; until then it keeps what it hears."
    )


def _sums(balance: Balance | None) -> Iterable[str]:
    if balance is None:
        return
    if balance.missing > 0:
        yield (
            f"Missing: {_rows(balance.missing)} that central had, and nobody declared "
            "gone. Restore central's newest backup: devices send the rest again."
        )
    if balance.missing < 0:
        yield f"{_rows(-balance.missing)} more than the device spoke of."
    if balance.unexplained:
        yield (
            f"{_rows(balance.unexplained)} came and stand nowhere: "
            "wardvoice-central rebuild-standing."
        )
    if balance.following:
        yield (
            f"{_rows(balance.following)} came and are not on the wards' pages yet. If "
            "this stays: wardvoice-central follow."
        )


def _holes(device: Device, balance: Balance | None, zone: ZoneInfo) -> Iterable[str]:
    if balance is None or not balance.lost:
        return
    holes = Hole.objects.filter(device=device.id).order_by("first")
    several = ", ".join(_hole(hole, zone) for hole in holes)
    yield (
        f"Hole: {_rows(balance.lost)} lost. The device had purged them, or had lost "
        f"them, before central asked: {several}."
    )


def _hole(hole: Hole, zone: ZoneInfo) -> str:
    day = hole.declared_at.astimezone(zone)
    return f"{hole.first:,} to {hole.last:,} (told on {day.day} {day:%B})"


def _backlog(device: Device, balance: Balance | None) -> str:
    """What a removed device had spoken of and not sent: people did say it. When it is
    lost nobody has to look any more."""
    if balance is None or not balance.unsent or device.still_holds == LOST:
        return ""
    return (
        f"{_rows(balance.unsent)} had not come when it was removed. If you have it "
        f"back: wardvoice-central accept-backlog {device.id}"
    )


def _shorter(device: Device) -> str:
    """A disk that was put back may lack rows that never came here."""
    spoken = Contact.objects.filter(device=device.id, last__gt=device.last)
    most = spoken.order_by("-last").values_list("last", flat=True).first()
    if most is None:
        return ""
    return (
        f"Its log went up to row {most:,} once, and now to {device.last:,}: an older "
        f"copy of its disk may be in use. {_rows(most - device.last)} may be lost."
    )


def _believes(device: Device) -> str:
    """A watermark above what central has: rows would be purged that never came."""
    unsent, waiting = device.status.get("unsent"), device.last - device.have
    if type(unsent) is not int or unsent >= waiting:
        return ""
    return (
        f"It says that {_rows(unsent)} wait there, but {waiting:,} have not come. "
        "After a restore of central this ends by itself; else tell support."
    )


def _clock(device: Device) -> str:
    ahead = clock_ahead_s(device)
    if ahead is None or abs(ahead) <= CLOCK_WRONG_S:
        return ""
    return f"Its clock is {clock_words(ahead)}: set it. Times are moved, and marked."


def _disk(device: Device) -> str:
    free = disk_free_bytes(device)
    if free is None or free >= DISK_LOW_BYTES:
        return ""
    return f"Its disk is nearly full: {free // 1_000_000:,} MB free."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


# ── what a device says of itself ─────────────────────────────────────────────


def clock_ahead_s(device: Device) -> int | None:
    """None when it has not said; some of these seconds a batch was under way."""
    return _whole_number(device.status.get(CLOCK_AHEAD))


def disk_free_bytes(device: Device) -> int | None:
    return _whole_number(device.status.get("disk_free_bytes"))


def version_of(device: Device) -> str:
    versions = device.status.get("versions")
    said = versions.get("wardvoice") if isinstance(versions, dict) else None
    return said[:20] if isinstance(said, str) else ""


def _whole_number(said: object) -> int | None:
    return said if type(said) is int else None


_STEPS: Sequence[tuple[str, int]] = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def clock_words(ahead_s: int) -> str:
    """right; 7 minutes behind; 3 days ahead"""
    seconds = abs(ahead_s)
    for name, length in _STEPS:
        count = seconds // length
        if count:
            several = "" if count == 1 else "s"
            return f"{count:,} {name}{several} {'ahead' if ahead_s > 0 else 'behind'}"
    return "right"
