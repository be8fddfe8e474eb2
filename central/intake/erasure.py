"""How are words erased, so that nothing brings them back?

Erasure is the one edit: `value` becomes `erased`. The row keeps the digest of what it
was, so a device that sends the words again is recognised and changes nothing. What was
erased is also remembered by response, for rows that a restored central gets again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from central.comments.models import Comment
from central.devices.models import Device
from central.intake.models import Answer as AnswerRow
from central.intake.models import Behind, Erased, Held
from central.intake.row import Row, read_row
from feedback.answer import ERASED
from feedback.wire import read_json

SEALED = "seal1."  # how every sealed comment begins


def erase_response(response: str, now: datetime) -> None:
    """Erase what one person said: every value but our own questions' (they hold no
    words, and say whether the response counts). Doing it again changes nothing."""
    with transaction.atomic():
        Erased.objects.get_or_create(response=response, defaults={"at": now})
        values = AnswerRow.objects.filter(response=response)
        _erase(values.exclude(question__startswith="_").exclude(value=""))
        for held in Held.objects.filter(response=response):
            _erase_held(held)


def erase_words(responses: Collection[str]) -> None:
    """Erase the sealed words of responses that were withdrawn."""
    sealed = AnswerRow.objects.filter(response__in=responses, value__startswith=SEALED)
    _erase(sealed)


def erase_row(row: Row, known: Row) -> None:
    """The device has erased a row that still has its value here."""
    came, kept = row.answer, known.answer
    if came is None or kept is None or came.value != ERASED or kept.value == ERASED:
        return
    _erase(AnswerRow.objects.filter(device=kept.device, seq=kept.seq))
    for held in Held.objects.filter(device=kept.device, seq=kept.seq):
        _erase_held(held)


def _erase(rows: QuerySet[AnswerRow]) -> None:
    gone = list(rows.exclude(value=ERASED).values_list("device", "seq", "response"))
    for device, seq, _ in gone:
        AnswerRow.objects.filter(device=device, seq=seq).update(value=ERASED)
        Comment.objects.filter(device=device, seq=seq).delete()
    families = dict(Device.objects.values_list("id", "family"))
    Behind.objects.bulk_create(
        [
            Behind(response=one, family=families.get(device, device))
            for device, _, one in gone
        ],
        ignore_conflicts=True,
    )


def _erase_held(held: Held) -> None:
    row = read_row(read_json(held.body.encode()), held.device, held.seq)
    Held.objects.filter(id=held.id).update(body=row.erased().body)


def erased_among(responses: Iterable[str]) -> frozenset[str]:
    """Those of these responses that were erased."""
    found = Erased.objects.filter(response__in=set(responses))
    return frozenset(found.values_list("response", flat=True))


def is_erasable(row: Row, erased: frozenset[str]) -> bool:
    answer = row.answer
    return (
        answer is not None
        and answer.response in erased
        and not answer.question.startswith("_")
        and answer.value != ""
    )
