"""Since when is a device a ward's, and until when was it?

Noted where Django writes it, because there are many doors: an enrolment, the set-up's
pages, a merge of wards, the admin.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models.signals import m2m_changed
from django.utils import timezone

from central.devices.models import Device, Stint


def watch() -> None:
    m2m_changed.connect(_changed, Device.wards.through, dispatch_uid="stints")


def _changed(
    action: str, instance: Any, reverse: bool, pk_set: Collection[str] | None, **_: Any
) -> None:
    """`instance` is a device and these are wards, or, in reverse, a ward and these are
    devices."""
    mine, theirs = ("ward", "device") if reverse else ("device", "ward")
    now = timezone.now()
    if action == "post_add":
        Stint.objects.bulk_create(
            [Stint(**{mine: instance, f"{theirs}_id": one}, since=now)
             for one in pk_set or ()],
            ignore_conflicts=True,
        )  # fmt: skip
    ended = Stint.objects.filter(**{mine: instance}, until=None)
    if action == "post_remove":
        ended.filter(**{f"{theirs}__in": pk_set or ()}).update(until=now)
    elif action == "pre_clear":
        ended.update(until=now)
