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
from central.intake.models import Altered, Behind, Erased, Held
from central.intake.models import Answer as AnswerRow
from central.intake.row import END, WITHDRAWN, Row, held_row, is_withdrawal
from central.intake.rows import note_altered
from central.intake.turns import lock_all_families
from feedback.answer import ERASED
from feedback.seal import SEALED
from feedback.survey import OUR_QUESTIONS, base_question


def erase_response(response: str, now: datetime) -> None:
    """Erase what one person said: every value but our own questions' (they hold no
    words, and say whether the response counts). Doing it again changes nothing."""
    with transaction.atomic():
        lock_all_families()  # its rows may be coming in just now, from any device
        Erased.objects.get_or_create(response=response, defaults={"at": now})
        values = AnswerRow.objects.filter(response=response)
        _erase(values.exclude(question__startswith="_").exclude(value=""), now)
        # A request for someone to come has no words to erase, and is gone all the same.
        _derive_again(values.values_list("device", "response").distinct())
        _erase_held(Held.objects.filter(response=response))


def erase_words(responses: Collection[str], now: datetime) -> int:
    """Erase the words of responses that were withdrawn; how many rows stood here. The
    caller has the turn of their family."""
    sealed = AnswerRow.objects.filter(response__in=responses, value__startswith=SEALED)
    _erase_held(Held.objects.filter(response__in=responses))
    return _erase(sealed, now)


def erase_withdrawn(device: str, responses: Collection[str]) -> None:
    """Erase the held words of responses that are withdrawn. A withdrawal may be held
    itself (of a ward that is gone): it then speaks for its own device's words."""
    if not responses:
        return
    ends = AnswerRow.objects.filter(response__in=responses, question=END)
    stood = set(ends.filter(value=WITHDRAWN).values_list("response", flat=True))
    _erase_held(Held.objects.filter(response__in=stood))
    ours = Held.objects.filter(device=device, response__in=set(responses) - stood)
    answers = [_held_row(one).answer for one in ours]
    said = {one.response for one in answers if one and is_withdrawal(one)}
    _erase_held(ours.filter(response__in=said))


def erase_row(row: Row, known: Row, now: datetime) -> None:
    """The device has erased a row that still has its value here."""
    if row.answer is None or not row.is_erased or known.is_erased:
        return
    place = {"device": row.answer.device, "seq": row.seq}
    _erase(AnswerRow.objects.filter(**place), now)
    for held in Held.objects.filter(**place):
        _blank(held, _held_row(held))


def _erase(rows: QuerySet[AnswerRow], now: datetime) -> int:
    gone = list(rows.exclude(value=ERASED).values_list("device", "seq", "response"))
    if not gone:
        return 0
    for device, seq, _ in gone:
        AnswerRow.objects.filter(device=device, seq=seq).update(value=ERASED)
        Comment.objects.filter(device=device, seq=seq).delete()
    note_altered(gone, Altered.ERASED, now)
    _derive_again((device, response) for device, _, response in gone)
    return len(gone)


def _derive_again(several: Iterable[tuple[str, str]]) -> None:
    """Of these devices' responses."""
    families = dict(Device.objects.values_list("id", "family"))
    Behind.objects.bulk_create(
        [
            Behind(response=response, family=families.get(device, device))
            for device, response in several
        ],
        ignore_conflicts=True,
    )


def _erase_held(several: QuerySet[Held]) -> None:
    for held in several:
        row = _held_row(held)
        if _has_words(row):
            _blank(held, row)


def _blank(held: Held, row: Row) -> None:
    Held.objects.filter(id=held.id).update(body=row.erased().body)


def _held_row(held: Held) -> Row:
    return held_row(held.device, held.seq, held.body, held.digest)


def erased_among(responses: Iterable[str]) -> frozenset[str]:
    """Those of these responses that were erased."""
    found = Erased.objects.filter(response__in=set(responses))
    return frozenset(found.values_list("response", flat=True))


def is_erasable(row: Row, erased: frozenset[str]) -> bool:
    return bool(erased) and row.response in erased and _has_words(row)


def _has_words(row: Row) -> bool:
    """Whether anything in it may be anyone's words. What our own questions accept holds
    none."""
    answer = row.answer
    if answer is None:
        return True
    ours = OUR_QUESTIONS.get(base_question(answer.question))
    return answer.value != "" and not (ours and ours.accepts(answer.value))
