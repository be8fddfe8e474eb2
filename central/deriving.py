"""What is derived from what the devices said?

After each append, and never inside it: comments are opened, and `standing` and which
rows call for somebody are brought up to date, from a mark on each device's log (when,
says central/follower.py). A failure here changes no answer that a device got; the next
contact, or `wardvoice-central follow`, catches up.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from central.comments.listening import listen_to_new
from central.comments.opening import open_again, open_comments
from central.devices.models import Device
from central.intake.models import Answer as AnswerRow
from central.intake.models import Behind, Followed
from central.intake.remembered import erase_withdrawn_words
from central.intake.row import is_withdrawal
from central.intake.turns import (
    RESPONSES_AT_ONCE,
    lock_all_families,
    lock_family,
)
from central.summaries.calls import replace_calls
from central.summaries.late import replace_late
from central.summaries.standing import (
    arrived_rows,
    empty_the_tables,
    replace_standing,
)

ROWS_AT_ONCE = 500  # who writes meanwhile waits: for SQLite any device does


def follow(device: str) -> None:
    """Bring up to date what is derived from this device's log."""
    while follow_some(device):
        pass  # there is more: a transaction for each part of a long log


def follow_all() -> tuple[int, int]:
    """Bring everything up to date, try again what could not be opened, and listen to
    what was opened by an older version. As open_again()."""
    for device in Device.objects.values_list("id", flat=True):
        follow(device)
    tried = open_again()
    listen_to_new()
    return tried


def follow_some(device_id: str) -> bool:
    """One part of a long log. Whether there may be more to follow."""
    with transaction.atomic():
        family = Device.objects.values_list("family", flat=True).get(id=device_id)
        lock_family(family)
        mark, _ = Followed.objects.get_or_create(device=device_id)
        rows = list(
            AnswerRow.objects.filter(device=device_id, seq__gt=mark.seq)
            .order_by("seq")
            .values_list("seq", "response")[:ROWS_AT_ONCE]
        )
        behind = _take_behind(family)
        derive({response for _, response in rows} | behind)
        if rows:
            Followed.objects.filter(device=device_id).update(seq=rows[-1][0])
        return len(rows) == ROWS_AT_ONCE or len(behind) == RESPONSES_AT_ONCE


def _take_behind(family: str) -> set[str]:
    """Who marks a response does so in the same turn: no mark is lost in between."""
    late = Behind.objects.filter(family=family)
    several = set(late.values_list("response", flat=True)[:RESPONSES_AT_ONCE])
    if several:
        Behind.objects.filter(response__in=several).delete()
    return several


def derive(responses: Collection[str]) -> None:
    """Open the comments of these responses, and write what stands of them, and which
    of that calls for somebody."""
    if not responses:
        return
    rows = arrived_rows(responses, _generations())
    answers = [row.answer for several in rows.values() for row in several]
    withdrawn = {one.response for one in answers if is_withdrawal(one)}
    if withdrawn and erase_withdrawn_words(withdrawn, timezone.now()):
        rows = arrived_rows(responses, _generations())
        answers = [row.answer for several in rows.values() for row in several]
    open_comments(responses, answers)
    replace_standing(rows)
    replace_late(rows)
    replace_calls(responses)


def _generations() -> dict[str, int]:
    """Only successors are above 0, and they are few."""
    later = Device.objects.filter(generation__gt=0)
    return dict(later.values_list("id", "generation"))


def rebuild_standing() -> int:
    """Write `standing`, and what of it calls, anew from all answers; how many responses
    there are."""
    with transaction.atomic():
        lock_all_families()  # nothing is derived meanwhile
        empty_the_tables()
        responses = AnswerRow.objects.values_list("response", flat=True)
        several = sorted(set(responses.iterator()))
        for start in range(0, len(several), RESPONSES_AT_ONCE):
            part = several[start : start + RESPONSES_AT_ONCE]
            rows = arrived_rows(part, _generations())
            replace_standing(rows)
            replace_late(rows)
            replace_calls(part)
    return len(several)
