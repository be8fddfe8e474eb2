"""How does a device become one of ours?

Staff make a one-time code for wards. The device sends it with its public key, signed
by that key. Nothing secret leaves the device, and only a slow hash of the code is kept.
One that succeeds another has that one's signature too, which central/api.py checks: a
successor may change and withdraw what the device before it heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet

from central.devices.codes import SELECTOR_CHARS, new_code, plain_code
from central.devices.models import Device, EnrolmentCode
from central.intake.remembered import ADMIT, is_removed, remember
from central.places.models import Ward
from central.surveys.asking import something_changed
from feedback.answer import device_id

LASTS = timedelta(minutes=10)
TRIES = 5
CODES_AT_ONCE = 20

# The first characters of a code say which one is meant, and stand in clear beside the
# hash of it: a guess costs one slow hash at most, and counts against that code alone.
# What remains to guess is 40 bits, five times in ten minutes. Who tries all 1,024
# beginnings five times can still spend the codes that wait: nginx lets one address try
# 30 times a minute, and staff can make another.


class EnrolmentError(Exception):
    """This cannot be: the text says why, for staff."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A key, and where its log began: at a fork it succeeded another device, which has
    signed that."""

    public_key: bytes
    succeeds: str = ""
    begins: int = 1

    @property
    def device(self) -> str:
        return device_id(self.public_key)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a device asks for when it enrols. Its `elders`, the oldest first, are the
    devices that its file was before; each has signed that."""

    code: str
    public_key: bytes
    succeeds: str = ""
    begins: int = 1
    elders: tuple[Origin, ...] = ()

    @property
    def origin(self) -> Origin:
        return Origin(self.public_key, self.succeeds, self.begins)


def make_code(wards: Iterable[str], kind: str, now: datetime) -> str:
    """A new code for these wards, shown once. EnrolmentError for an unknown ward."""
    wanted = list(dict.fromkeys(wards))
    found = list(Ward.objects.filter(code__in=wanted, closed_on=None))
    missing = set(wanted) - {ward.code for ward in found}
    if missing or not wanted:
        raise EnrolmentError(f"no such open ward: {', '.join(sorted(missing)) or '–'}")
    if _live(now).count() >= CODES_AT_ONCE:
        raise EnrolmentError(f"{CODES_AT_ONCE} codes wait to be used: let some pass")
    code = _new_code(now)
    with transaction.atomic():
        row = EnrolmentCode.objects.create(
            selector=_selector(code),
            hash=make_password(plain_code(code)),
            kind=kind,
            made_at=now,
            expires_at=now + LASTS,
        )
        row.wards.set(found)
    return code


def _new_code(now: datetime) -> str:
    """One that begins like no other that waits."""
    waiting = set(_live(now).values_list("selector", flat=True))
    return next(code for code in iter(new_code, "") if _selector(code) not in waiting)


def _selector(code: str) -> str:
    return plain_code(code)[:SELECTOR_CHARS]


def enrol(wish: Wish, now: datetime) -> Device | None:
    """The device, enrolled; None when the code is not good.

    The same code and key again get the same answer, so a lost reply costs nothing.
    """
    name = device_id(wish.public_key)
    typed = plain_code(wish.code)
    if not typed:
        return None
    again = EnrolmentCode.objects.filter(device=name).order_by("-id")
    if any(_is(row, typed) for row in again.filter(selector=_selector(typed))[:TRIES]):
        return Device.objects.filter(id=name, removed_at=None).first()
    meant = _live(now).filter(selector=_selector(typed))
    return _try(meant, typed, wish, now) if meant.exists() else None


@transaction.atomic
def _try(
    meant: QuerySet[EnrolmentCode], typed: str, wish: Wish, now: datetime
) -> Device | None:
    """The rows are locked: guesses that come at once are counted one by one, and of two
    tablets with one code the second finds it used."""
    rows = list(meant.select_for_update().order_by("id"))
    row = next((row for row in rows if _is(row, typed)), None)
    if row is None:
        meant.update(tries=F("tries") + 1)
        return None
    return _use(row, wish, now)


def _is(row: EnrolmentCode, typed: str) -> bool:
    return check_password(typed, row.hash)


def _live(now: datetime) -> QuerySet[EnrolmentCode]:
    return EnrolmentCode.objects.filter(
        device=None, expires_at__gt=now, tries__lt=TRIES
    )


def _use(row: EnrolmentCode, wish: Wish, now: datetime) -> Device:
    wards = list(row.wards.all())
    for elder in wish.elders:
        _elder(elder, row.kind, wards, now)
    device = _device(wish.origin, row.kind, now)
    EnrolmentCode.objects.filter(id=row.id).update(device=device)
    device.wards.set(wards)
    something_changed()
    return device


def _elder(elder: Origin, kind: str, wards: Sequence[Ward], now: datetime) -> None:
    """One that a restored central has never heard of: nobody else can bring its rows.
    What is known of it stays, above all that it was removed."""
    name = elder.device
    if Device.objects.filter(id=name).exists() or is_removed(name):
        return
    _new_device(elder, kind, now).wards.set(wards)


def _device(origin: Origin, kind: str, now: datetime) -> Device:
    """A new device, or the one whose key this is: its log goes on where it was."""
    name = origin.device
    known = Device.objects.filter(id=name).first()
    was_removed = known.removed_at is not None if known else is_removed(name)
    if was_removed:
        # Only what was committed is remembered: if that fails, the next start removes
        # it again, and staff enrol it once more.
        transaction.on_commit(lambda: remember(ADMIT, name, now))
        Device.objects.filter(id=name).update(removed_at=None)
    if known is not None:
        _unmark(name)
        return known
    return _new_device(origin, kind, now)


def _new_device(origin: Origin, kind: str, now: datetime) -> Device:
    """The same family as the device before it, if central knows that one."""
    old = Device.objects.filter(id=origin.succeeds).first() if origin.succeeds else None
    _unmark(origin.succeeds)
    return Device.objects.create(
        id=origin.device,
        public_key=origin.public_key.hex(),
        kind=kind,
        name=old.name if old else "",
        enrolled_at=now,
        succeeds=origin.succeeds,
        begins=origin.begins,
        have=origin.begins - 1,
        last=origin.begins - 1,
        generation=old.generation + 1 if old else int(bool(origin.succeeds)),
        family=old.family if old else origin.succeeds or origin.device,
    )


def _unmark(device: str) -> None:
    """Somebody came with a code, as was asked. Whoever still differs is marked again at
    its next contact."""
    Device.objects.filter(id=device).update(forked_at=None, differed_at=None)
