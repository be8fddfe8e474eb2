"""What central knows of what may still come: moves, held rows, files, losses (P19)."""

from datetime import date

import pytest

from feedback.answer import Answer, new_response, utc_text
from feedback.wire import pack, unpack
from tests.web import world
from tests.web.test_complete import MONTHS_AGO, TUESDAY, at

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def long_here(ash):
    from central.devices.models import Stint

    Stint.objects.update(since=MONTHS_AGO)
    return ash


def said(tablet, first, count, moment, ward="ASH", survey=world.SURVEY):
    return [
        Answer(
            tablet.id, seq, new_response(), survey, "fft", "good", ward, "kiosk",
            utc_text(moment),
        )
        for seq in range(first, first + count)
    ]  # fmt: skip


def comes(tablet, rows, now, last=None, **more):
    """What central does with these, of a log that goes to `last`."""
    from central.intake.append import append

    last = last or rows[-1].seq
    return append(tablet.id, unpack(pack(rows[0].seq, last, rows, {})), now, **more)


def goes_to_birch(tablet, moment):
    from central.devices.models import Device, Stint

    Device.objects.get(id=tablet.id).wards.set(["BIRCH"])
    here = Stint.objects.filter(device=tablet.id)
    here.filter(ward="ASH").update(until=moment)
    here.filter(ward="BIRCH").update(since=moment)


def told(day, now, ward="ASH"):
    from central.web.completed import completed

    return completed(ward, day, 0, now)


# ── a tablet goes to another ward ────────────────────────────────────────────


def test_one_contact_after_a_move_that_brings_a_part_completes_nothing(long_here):
    """It was away, and went on asking for its old ward: six of eight still wait."""
    long_here.send([], at=at(23, 12))
    goes_to_birch(long_here, at(24, 9))
    rows = said(long_here, 1, 5, at(24, 15)) + said(long_here, 6, 3, at(25, 15))
    comes(long_here, rows[:2], at(26, 9), last=8)
    assert told(TUESDAY, at(26, 12)).state == "missing"
    assert told(WEDNESDAY, at(26, 12)).state == "missing"


# ── what is held ─────────────────────────────────────────────────────────────


def held(tablet, first, count, ward, now):
    comes(tablet, said(tablet, first, count, now, ward, "gone@1"), now)


def test_what_other_wards_have_held_hides_nothing_of_this_one(
    long_here, birch, monkeypatch
):
    from central.summaries import complete_reading

    monkeypatch.setattr(complete_reading, "HELD_MOST", 7)
    held(long_here, 1, 5, "ASH", at(24, 11))
    long_here.last = 5
    long_here.send([], at=at(25, 1))
    kept = "5 answers came and are kept aside: tell the person who looks after"
    assert told(TUESDAY, at(25, 8)).line.startswith(kept)
    held(birch, 1, 9, "BIRCH", at(24, 12))
    assert told(TUESDAY, at(25, 8)).line.startswith(kept)


def test_more_held_rows_than_are_looked_through_are_told_as_such(
    long_here, birch, monkeypatch
):
    """Some may be of this ward: no day up to the last of them is whole."""
    from central.summaries import complete_reading

    long_here.send([], at=at(26, 1))
    held(birch, 1, 9, "BIRCH", at(24, 12))
    assert told(TUESDAY, at(26, 8)).state == "complete"
    monkeypatch.setattr(complete_reading, "HELD_MOST", 7)
    assert (
        "more are kept aside than were looked through"
        in told(TUESDAY, at(26, 8)).line.lower()
    )
    assert told(WEDNESDAY, at(26, 8)).state == "complete"
