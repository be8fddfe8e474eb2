"""Which of these rows can stand, and which are held?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from central.devices.family import Family, family_of
from central.devices.models import Device, Stint
from central.intake.erasure import erased_among, is_erasable
from central.intake.judge import Known, Verdict, judge
from central.intake.row import Row
from central.intake.rows import Sound, writers_of
from central.intake.twins import Kept, with_twins
from central.surveys.published import surveys_named

Sorted = tuple[list[Sound], Kept]


def sort_out(device: Device, rows: Sequence[Row], again: bool = False) -> Sorted:
    """The rows that can stand, and those to hold. A row that had to come as base64
    text is held unless it is tried `again`."""
    known = _known(device, rows)
    erased = erased_among(row.response for row in rows)
    sound: list[Sound] = []
    held: list[tuple[Row, Verdict]] = []
    for came in rows:
        row = came.erased() if is_erasable(came, erased) else came
        refused = row.was_refused and row.answer is not None and not again
        verdict = Verdict("unreadable") if refused else judge(row, known)
        if verdict is not None:
            held.append((row, verdict))
        elif row.answer is not None:
            sound.append(Sound(row.answer, row.digest))
    return sound, with_twins(device, held)


def _known(device: Device, rows: Sequence[Row]) -> Known:
    answers = [row.answer for row in rows if row.answer]
    writers = writers_of(answer.response for answer in answers)
    alone = all(several == {device.id} for several in writers.values())
    family: Family = {} if alone else family_of(device)
    return Known(
        wards=_wards(device),
        surveys=surveys_named({answer.survey for answer in answers}),
        owners=_owners(writers, family),
        family=family,
    )


def _wards(device: Device) -> frozenset[str]:
    """Each that somebody ever gave this device, or one that it succeeds: a tablet that
    goes to another ward has answers of the one before, and they are that one's."""
    stints = Stint.objects.filter(device__family=device.family)
    now = device.wards.values_list("code", flat=True)
    return frozenset(now).union(stints.values_list("ward", flat=True))


def _owners(writers: Mapping[str, set[str]], family: Family) -> dict[str, str]:
    """The device that began each response: of one family, the earliest."""

    def earliest(device: str) -> tuple[int, str]:
        return (family[device].generation if device in family else -1, device)

    return {
        response: min(several, key=earliest) for response, several in writers.items()
    }
