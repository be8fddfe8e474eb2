"""How does a device become one of ours?

Staff make a one-time code for wards. The device sends it with its public key, signed
by that key. Nothing secret leaves the device, and only a slow hash of the code is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet

from central.devices.codes import new_code, plain_code
from central.devices.models import Device, EnrolmentCode
from central.intake.remembered import ADMIT, remember
from central.places.models import Ward
from central.surveys.asking import something_changed
from feedback.answer import device_id

LASTS = timedelta(minutes=10)
TRIES = 5
CODES_AT_ONCE = 20  # each costs a slow hash for every guess


class EnrolmentError(Exception):
    """This cannot be: the text says why, for staff."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a device asks for when it enrols."""

    code: str
    public_key: bytes
    succeeds: str = ""
    begins: int = 1


def make_code(wards: Iterable[str], kind: str, now: datetime) -> str:
    """A new code for these wards, shown once. EnrolmentError for an unknown ward."""
    wanted = list(dict.fromkeys(wards))
    found = list(Ward.objects.filter(code__in=wanted, closed_on=None))
    missing = set(wanted) - {ward.code for ward in found}
    if missing or not wanted:
        raise EnrolmentError(f"no such open ward: {', '.join(sorted(missing)) or '–'}")
    if _live(now).count() >= CODES_AT_ONCE:
        raise EnrolmentError(f"{CODES_AT_ONCE} codes wait to be used: let some pass")
    code = new_code()
    with transaction.atomic():
        row = EnrolmentCode.objects.create(
            hash=make_password(plain_code(code)),
            kind=kind,
            made_at=now,
            expires_at=now + LASTS,
        )
        row.wards.set(found)
    return code


def enrol(wish: Wish, now: datetime) -> Device | None:
    """The device, enrolled; None when the code is not good.

    The same code and key again get the same answer, so a lost reply costs nothing.
    """
    name = device_id(wish.public_key)
    typed = plain_code(wish.code)
    again = EnrolmentCode.objects.filter(device=name).order_by("-id")
    if any(_is(row, typed) for row in again[:TRIES]):
        return Device.objects.filter(id=name, removed_at=None).first()
    row = next((row for row in _live(now).order_by("id") if _is(row, typed)), None)
    if row is None:
        # A guess names no code, so it counts against all that are waiting.
        _live(now).update(tries=F("tries") + 1)
        return None
    return _use(row, wish, now)


def _is(row: EnrolmentCode, typed: str) -> bool:
    return bool(typed) and check_password(typed, row.hash)


def _live(now: datetime) -> QuerySet[EnrolmentCode]:
    return EnrolmentCode.objects.filter(
        device=None, expires_at__gt=now, tries__lt=TRIES
    )


@transaction.atomic
def _use(row: EnrolmentCode, wish: Wish, now: datetime) -> Device | None:
    """Two tablets with one code: the row count says which of them wins."""
    device = _device(wish, row.kind, now)
    if not _live(now).filter(id=row.id).update(device=device):
        transaction.set_rollback(True)
        return None
    device.wards.set(row.wards.all())
    something_changed()
    return device


def _device(wish: Wish, kind: str, now: datetime) -> Device:
    """A new device, or the one whose key this is: its log goes on where it was."""
    name = device_id(wish.public_key)
    known = Device.objects.filter(id=name).first()
    if known is not None:
        if known.removed_at is not None:
            remember(ADMIT, name, now)
            Device.objects.filter(id=name).update(removed_at=None)
        return known
    old = Device.objects.filter(id=wish.succeeds).first() if wish.succeeds else None
    Device.objects.filter(id=wish.succeeds).update(forked_at=None)
    return Device.objects.create(
        id=name,
        public_key=wish.public_key.hex(),
        kind=kind,
        name=old.name if old else "",
        enrolled_at=now,
        succeeds=wish.succeeds,
        begins=wish.begins,
        have=wish.begins - 1,
        last=wish.begins - 1,
        generation=old.generation + 1 if old else int(bool(wish.succeeds)),
        family=old.family if old else wish.succeeds or name,
    )
