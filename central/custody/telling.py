"""Which devices hold which keys document, and which keys are still needed?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from central.custody.models import Document
from central.devices.family import is_enrolled_again
from central.devices.models import Device
from central.intake.models import Held
from central.keys import KeysError, online_keys
from central.surveys.asking import current_version, something_changed
from feedback.bundle import Keys
from feedback.seal import SEALED

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Use:
    """What still hangs on one comment key. `devices`: those that may still seal for it,
    for all that they have told."""

    name: str
    is_current: bool
    comments: int
    lately: int
    held: int
    devices: int

    @property
    def is_needed(self) -> bool:
        return bool(self.is_current or self.comments or self.held or self.devices)


@transaction.atomic
def tell_devices(keys: Keys, now: datetime) -> None:
    """Have devices fetch this document, if they were not told of it before. KeysError
    for one that is older than what they were told: they would refuse it."""
    newest = Document.objects.order_by("-version").first()
    if newest is not None and newest.version > keys.version:
        raise KeysError(
            f"keys.json is version {keys.version}, and devices were told of version "
            f"{newest.version}: they refuse an older one. Put the newer one back from "
            "an offline copy, with its comment keys"
        )
    if newest is not None and newest.version == keys.version:
        return
    is_first = newest is None and keys.version == 1  # enrolling brings it
    if not is_first:
        something_changed()
    Document.objects.create(
        version=keys.version,
        comment_key=keys.comment_key,
        bundle=0 if is_first else current_version(),
        told_at=now,
    )


def lowest_free_version(keys: Keys) -> int:
    """The version of the next document: above this one, and above any that devices
    were told of before this folder was put back from an old copy."""
    told = Document.objects.order_by("-version").values_list("version", flat=True)
    return max(keys.version, told.first() or 0) + 1


def held_documents() -> list[tuple[Device, Document | None]]:
    """Each device that may be heard again, with the document that it holds; None when
    it has not told which bundle it has."""
    devices = Device.objects.filter(removed_at=None).exclude(is_enrolled_again())
    documents = list(Document.objects.order_by("version"))
    return [(one, _held(one, documents)) for one in devices.order_by("id")]


def _held(device: Device, documents: Sequence[Document]) -> Document | None:
    reported = device.status.get("bundle")
    if type(reported) is not int:
        return None
    return next((one for one in reversed(documents) if one.bundle <= reported), None)


def behind() -> int:
    """How many devices do not hold the newest document yet, for all that they told."""
    newest = Document.objects.order_by("-version").first()
    return sum(held != newest for _, held in held_documents())


def uses(now: datetime) -> list[Use]:
    """Every comment key that the document, a comment or a held row names."""
    keys = online_keys().keys
    counted, lately = _counted(now - LATELY)
    held = Counter({name: _held_rows(name) for name in {*keys.comment_keys, *counted}})
    holders = [one and one.comment_key for _, one in held_documents()]
    names = sorted({*keys.comment_keys, *counted})
    return [
        Use(
            name=name,
            is_current=name == keys.comment_key,
            comments=counted[name],
            lately=lately[name],
            held=held[name],
            devices=sum(holder in (None, name) for holder in holders),
        )
        for name in names
    ]


def _counted(since: datetime) -> tuple[Counter[str], Counter[str]]:
    """How many comments are sealed with each key, and how many of them came since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.key_id, count(*), "
            "sum(CASE WHEN a.arrived_at >= %s THEN 1 ELSE 0 END) "
            "FROM comments_comment c JOIN intake_answer a "
            "ON a.device = c.device AND a.seq = c.seq GROUP BY c.key_id",
            [connection.ops.adapt_datetimefield_value(since)],
        )
        rows = cursor.fetchall()
    return (
        Counter({name: count for name, count, _ in rows}),
        Counter({name: int(lately) for name, _, lately in rows}),
    )


def _held_rows(name: str) -> int:
    return Held.objects.filter(body__contains=f"{SEALED}{name}.").count()
