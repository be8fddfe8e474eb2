"""Which held rows has another copy of the same file brought too?

A backup from between a fork and the enrolment after it, brought back, has rows that the
device which enrolled has brought already, standing or held. They are named twins: they
alarm nobody, and are not tried again, for the first of them speaks for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from central.devices.models import Device
from central.intake.judge import TWIN, Verdict
from central.intake.models import Answer as AnswerRow
from central.intake.models import Held
from central.intake.row import Row, held_row
from feedback.answer import WORDS, Answer

Kept = Sequence[tuple[Row, Verdict]]


def with_twins(device: Device, held: Kept) -> Kept:
    """The rows to hold, those that are twins named so."""
    if not held:
        return held
    others = Device.objects.filter(family=device.family).exclude(id=device.id)
    there = _there(
        set(others.values_list("id", flat=True)), {row.seq for row, _ in held}
    )

    def named(row: Row, why: Verdict) -> Verdict:
        is_there = any(_is_twin(row, one) for one in there[row.seq])
        return Verdict(TWIN) if is_there else why

    return [(row, named(row, why)) for row, why in held]


def _there(devices: Collection[str], seqs: set[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    if not devices:
        return found
    wanted = {"device__in": devices, "seq__in": seqs}
    for words in AnswerRow.objects.filter(**wanted).values_list(*WORDS):
        answer = Answer(*words)
        found[answer.seq].append(Row(answer.seq, None, answer, ""))
    held = Held.objects.filter(**wanted)
    for name, seq, body, digest in held.values_list("device", "seq", "body", "digest"):
        found[seq].append(held_row(name, seq, body, digest))
    return found


def _is_twin(row: Row, other: Row) -> bool:
    """Whether it is this row by another device's name, the words of either erased."""
    mine, theirs = row.without_value(), other.without_value()
    if mine is None or theirs is None:
        return mine is theirs and _is_same_body(row, other)
    if replace(mine, device=theirs.device) != theirs:
        return False
    return row.is_erased or other.is_erased or row.value == other.value


def _is_same_body(row: Row, other: Row) -> bool:
    """Of rows that are no answers, whatever their value."""
    return (
        row.body == other.body
        or row.erased().body == other.body
        or row.body == other.erased().body
    )
