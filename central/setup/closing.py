"""How does a ward close, or become a part of another one, and how is that undone?

A merge (ADR 16): the old ward is closed, and nothing that it was told is rewritten. Its
answers name it for ever, and whoever read them still does. From now on its tablets ask
for the other ward, and its people read that one too. The other ward's people do not
come to read the old one: its patients told other people. The two wards' figures are
never added up: after the day of the merge the other one is simply a larger ward.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from central.audit.writing import note
from central.devices.models import Device
from central.intake.held import try_again
from central.people.models import Membership, User
from central.places.models import Merge, Ward
from central.setup.errors import Refused
from central.summaries.models import Standing
from central.surveys.asking import something_changed
from central.web.page import ZONE


@dataclass(frozen=True, slots=True)
class Weight:
    """What hangs on a ward, as counts."""

    responses: int
    devices: tuple[Device, ...]  # that speak for it, not the removed ones
    people: int  # who read it and may log in

    @property
    def unsent(self) -> int:
        return sum(max(0, one.last - one.have) for one in self.devices)


def weight_of(ward: Ward) -> Weight:
    told = Standing.objects.filter(ward=ward.code).values("response").distinct()
    devices = Device.objects.filter(wards=ward, removed_at=None).order_by("id")
    people = User.objects.filter(wards=ward, is_active=True)
    return Weight(told.count(), tuple(devices), people.count())


@transaction.atomic
def close(ward: Ward, who: str, now: datetime) -> bool:
    """False when it is closed already: two who close it at once do it once."""
    today = now.astimezone(ZONE).date()
    still_open = Ward.objects.filter(code=ward.code, closed_on=None)
    if not still_open.update(closed_on=today):
        return False
    note(who, "closed", f"ward {ward.code}", now)
    something_changed()
    return True


@transaction.atomic
def merge(ward: Ward, into: Ward, who: str, now: datetime) -> bool:
    """False when either of them is closed, as of now, or they are one."""
    both = Ward.objects.select_for_update().filter(
        code__in=[ward.code, into.code], closed_on=None
    )
    if len(list(both.order_by("code"))) != 2:  # a count would lock no row
        return False
    devices = _moved_devices(ward, into)
    people = _moved_people(ward, into, who)
    Ward.objects.filter(code=ward.code).update(closed_on=now.astimezone(ZONE).date())
    Merge.objects.create(
        ward=ward, into=into, at=now, devices=devices, people=people
    )  # fmt: skip
    note(
        who, "merged", f"ward {ward.code}", now,
        into=into.code, devices=devices, people=people,
    )  # fmt: skip
    something_changed()
    return True


def _moved_devices(ward: Ward, into: Ward) -> list[str]:
    """Those that get the other ward. They keep the old one: what they heard for it and
    have not sent yet stands under its name."""
    moved = Device.objects.filter(wards=ward, removed_at=None).exclude(wards=into)
    devices = list(moved.order_by("id"))
    into.devices.add(*devices)
    return [one.id for one in devices]


def _moved_people(ward: Ward, into: Ward, who: str) -> list[str]:
    """Not whoever merges: a merge would let them open any ward to themselves."""
    moved = User.objects.filter(wards=ward, is_active=True).exclude(wards=into)
    moved = moved.exclude(username=who)
    moved = moved.order_by("username")
    rows = [Membership(user=user, ward=into) for user in moved]
    Membership.objects.bulk_create(rows)
    return [row.user.username for row in rows]


@transaction.atomic
def reopen(ward: Ward, who: str, now: datetime) -> bool:
    """Undo a closing or a merge; False when the ward is open. After a merge the devices
    and people that came by it leave the other ward again. Refused when that one went
    on into a third: its tablets would be left with two wards."""
    shut = Ward.objects.filter(code=ward.code, closed_on__isnull=False)
    if not shut.update(closed_on=None):
        return False
    merged = Merge.objects.filter(ward=ward).first()
    back: dict[str, str] = {}
    if merged is not None:
        if merged.into.closed_on is not None:
            raise Refused(f"{merged.into} was closed since: open it again first")
        _go_back(merged)
        back = {"parted from": merged.into_id}
        merged.delete()
    note(who, "opened again", f"ward {ward.code}", now, **back)
    something_changed()
    transaction.on_commit(try_again)  # a code may have been made for it meanwhile
    return True


def _go_back(merged: Merge) -> None:
    merged.into.devices.remove(*Device.objects.filter(id__in=merged.devices))
    Membership.objects.filter(
        ward=merged.into, user__username__in=merged.people
    ).delete()
