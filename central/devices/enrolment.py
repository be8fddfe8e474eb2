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
CODES_AT_ONCE = 20

# The first characters of a code say which one is meant, and stand in clear beside the
# hash of it: a guess costs one slow hash at most, and counts against that code alone.
# What remains to guess is 30 bits, five times in ten minutes: one in 200 million. Who
# tries all 1,024 beginnings five times can still spend the codes that wait; staff then
# make another.
SELECTOR_CHARS = 2


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
    device = _device(wish, row.kind, now)
    EnrolmentCode.objects.filter(id=row.id).update(device=device)
    device.wards.set(row.wards.all())
    something_changed()
    return device


def _device(wish: Wish, kind: str, now: datetime) -> Device:
    """A new device, or the one whose key this is: its log goes on where it was."""
    name = device_id(wish.public_key)
    known = Device.objects.filter(id=name).first()
    if known is not None:
        if known.removed_at is not None:
            # Only what was committed is remembered: if that fails, the next start
            # removes it again, and staff enrol it once more.
            transaction.on_commit(lambda: remember(ADMIT, name, now))
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
