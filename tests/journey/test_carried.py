"""A file carried by hand, from a real log to the real central, and the agent after."""

import gzip
import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from feedback.answer import Draft, new_response, utc_text
from feedback.carried import end_line, head_line, parcel_line, read_parcels
from feedback.log import Log
from sync.carry import export
from tests.central.tablet import SURVEY, WARD
from tests.journey.tablets import at_central, enrolled, restore, tap, turn


@pytest.fixture
def log(hospital, world, tmp_path):
    """A tablet that was enrolled, and sent three rows before the network went away."""
    with Log.open(tmp_path / "kiosk.db") as log:
        enrolled(log, hospital, world)
        tap(log, 3)
        assert turn(log, world).state == "well"
        yield log


def device(log):
    from central.devices.models import Device

    return Device.objects.get(id=log.device)


def carry(log, tmp_path, **more):
    file = tmp_path / f"stick-{random.random()}"
    export(log, file, **more)
    return file


def receive(file, capsys):
    """(ended well, all that was said)"""
    try:
        call_command("receive", str(file))
        well, words = True, ""
    except CommandError as error:
        well, words = False, str(error)
    out = capsys.readouterr()
    return well, out.out + out.err + words


def rows_of(log, first=1):
    return [(log.device, seq) for seq in range(first, log.last + 1)]


def test_the_rows_arrive_stand_and_are_there_once_however_often(
    log,
    world,
    tmp_path,
    capsys,
):
    from central.summaries.models import Standing

    tap(log, 1_200)
    file = carry(log, tmp_path)

    assert receive(file, capsys)[0]
    assert at_central() == rows_of(log)
    assert Standing.objects.count() == 1_203
    assert log.have == 3

    well, words = receive(file, capsys)
    assert well
    assert "1,200 answers of this file are here: 0 are new" in words
    assert at_central() == rows_of(log)

    tap(log, 2)
    assert turn(log, world).state == "well"
    assert (log.have, at_central()) == (log.last, rows_of(log))


def test_a_file_of_before_the_network_came_back_is_no_fork(
    log,
    world,
    tmp_path,
    capsys,
):
    from central.devices.models import Device

    tap(log, 2)
    file = carry(log, tmp_path)
    tap(log, 4)
    assert turn(log, world).state == "well"
    before = Device.objects.values().get(id=log.device)

    assert receive(file, capsys)[0]

    assert Device.objects.values().get(id=log.device) == before
    assert turn(log, world).state == "well"


def test_by_a_file_a_device_is_not_heard_and_later_taps_keep_their_time(
    log,
    world,
    tmp_path,
    capsys,
):
    """The file is of today; it is received tomorrow, and what was tapped in between
    comes over the network the day after."""
    from central.devices.models import Device
    from central.summaries.models import Standing

    Device.objects.update(last_heard=timezone.now() - timedelta(days=2))
    heard = device(log).last_heard
    tap(log, 1)
    file = carry(log, tmp_path)
    between = utc_text(datetime.now(UTC) - timedelta(minutes=30))
    said = (new_response(), SURVEY, "fft", "poor", WARD, "kiosk", between)
    from central.intake.models import Contact

    Contact.objects.update(at=timezone.now() - timedelta(hours=1))
    assert receive(file, capsys)[0]
    assert device(log).last_heard == heard
    log.add_all([Draft(*said)])
    assert turn(log, world).state == "well"

    row = Standing.objects.get(response=said[0])
    assert (row.moved, utc_text(row.began_at)) == (False, between)


def test_a_gap_is_said_with_what_to_type_and_then_filled(
    log,
    world,
    tmp_path,
    capsys,
):
    tap(log, 5)
    turn(log, world)
    tap(log, 2)
    restore(log.device, 4)

    well, words = receive(carry(log, tmp_path), capsys)
    assert not well
    assert "central has its rows up to 4, and these begin at 9" in words
    assert "wardvoice-sync export FILE --from 5" in words
    assert "Nothing is lost" in words

    assert receive(carry(log, tmp_path, start=5), capsys)[0]
    assert at_central() == rows_of(log)


def test_rows_that_are_gone_are_declared_after_a_gap_alone(
    log,
    world,
    tmp_path,
    capsys,
):
    from central.intake.models import Hole

    tap(log, 5)
    turn(log, world)
    restore(log.device, 2)
    log.db.conn.execute("DELETE FROM answers WHERE seq <= 6")
    file = carry(log, tmp_path, start=3)

    assert "central has its rows up to 2" in receive(file, capsys)[1]
    assert not Hole.objects.exists()

    assert receive(file, capsys)[0]
    assert Hole.objects.values_list("first", "last").get() == (3, 6)


def test_elders_rows_come_back_to_a_restored_central(
    successor,
    hospital,
    world,
    tmp_path,
    capsys,
):
    old = successor.elders()[0].device
    restore(old, 4)
    enrolled(successor, hospital, world)

    assert receive(carry(successor, tmp_path, start=1), capsys)[0]

    mine = [(row.device, row.seq) for row in successor.after(0, 99)]
    assert at_central() == sorted(mine)


def test_a_log_that_was_copied_is_told_to_enrol_again(
    log,
    world,
    tmp_path,
    capsys,
):
    tap(log, 2)
    turn(log, world)
    from central.intake.models import Answer

    Answer.objects.filter(seq=5).update(question="_end", digest="other")
    tap(log, 1)

    well, words = receive(carry(log, tmp_path, start=1), capsys)

    assert not well
    assert "its row 5 is another one here" in words
    assert "until wardvoice-sync status says so too, then enrol it" in words
    assert device(log).forked_at == 5


def test_an_agreeing_file_ends_no_fork(log, tmp_path, capsys):
    from central.devices.models import Device

    tap(log, 1)
    file = carry(log, tmp_path)
    Device.objects.update(forked_at=9, forked_unsent=7)
    assert receive(file, capsys)[0]
    assert (device(log).forked_at, device(log).forked_unsent) == (9, 7)


# ── files that are not as they should be ─────────────────────────────────────


def test_a_device_of_nowhere_and_a_removed_one_are_told_apart(
    log,
    world,
    tmp_path,
    capsys,
):
    from central.devices.removal import remove_device

    with Log.open(tmp_path / "stranger.db") as stranger:
        tap(stranger, 2)
        well, words = receive(carry(stranger, tmp_path), capsys)
    assert not well
    assert "no device of this organisation" in words

    tap(log, 2)
    remove_device(log.device, timezone.now())
    well, words = receive(carry(log, tmp_path), capsys)
    assert not well
    assert f"wardvoice-central accept-backlog {log.device}" in words
    assert "Export them again" not in words  # that would mend nothing
    assert at_central() == rows_of(log)[:3]


def test_what_a_removed_device_held_is_taken_once_and_twice_is_once(
    log,
    world,
    tmp_path,
    capsys,
):
    """Taken a second time it was said not to be here, and to be accepted once more."""
    from central.devices.removal import remove_device

    tap(log, 1_200)
    file = carry(log, tmp_path)
    remove_device(log.device, timezone.now())
    call_command("accept_backlog", log.device)
    assert receive(file, capsys)[0]
    assert at_central() == rows_of(log)

    well, words = receive(file, capsys)

    assert well
    assert "rows 4 to 1,003 are here. It was removed, so nobody tells it" in words
    assert "1,200 answers of this file are here: 0 are new" in words
    tap(log, 1)
    well, words = receive(carry(log, tmp_path, start=1_200), capsys)
    assert not well
    assert "accept-backlog" in words
    assert at_central() == rows_of(log)[:-1]


def test_a_removed_devices_other_row_is_not_taken_for_the_one_that_is_here(
    log,
    world,
    tmp_path,
    capsys,
):
    from central.devices.removal import remove_device
    from central.intake.models import Answer

    Answer.objects.filter(seq=2).update(question="_end", digest="other")
    remove_device(log.device, timezone.now())

    well, words = receive(carry(log, tmp_path, start=1), capsys)

    assert not well
    assert "accept-backlog" in words


def parcels(file):
    with open(file, "rb") as opened:
        return list(read_parcels(opened))


def other_value(body):
    said = json.loads(gzip.decompress(body))
    said["answers"][0]["value"] = "very_poor"
    return gzip.compress(json.dumps(said).encode())


def test_a_damaged_batch_is_not_taken_and_nothing_behind_it_is_lost(
    log,
    world,
    tmp_path,
    capsys,
):
    from dataclasses import replace

    tap(log, 2_500)
    file = carry(log, tmp_path)
    first, second, third = parcels(file)
    forged = replace(second, body=other_value(second.body))
    bad = tmp_path / "forged"
    lines = map(parcel_line, (first, forged, third))
    bad.write_bytes(head_line() + b"".join(lines) + end_line(3))

    well, words = receive(bad, capsys)

    assert not well
    assert "the batch is damaged, or this device did not sign it" in words
    assert len(at_central()) == 1_003
    assert receive(file, capsys)[0]
    assert at_central() == rows_of(log)


def test_half_a_file_brings_its_whole_batches(log, tmp_path, capsys):
    tap(log, 2_500)
    file = carry(log, tmp_path)
    whole = file.read_bytes()
    half = tmp_path / "half"
    half.write_bytes(whole[: len(whole) // 2])

    well, words = receive(half, capsys)
    assert not well
    assert "Export them again" in words
    assert len(at_central()) == 1_003

    half.write_bytes(whole.rpartition(b'{"end"')[0])
    assert "without its last line" in receive(half, capsys)[1]
    assert at_central() == rows_of(log)


@pytest.mark.parametrize("raw", [b"", b"\0" * 10_000, b"%PDF-1.7", b"PK\3\4 zip"])
def test_what_is_no_file_of_ours_is_said(log, tmp_path, capsys, raw):
    (tmp_path / "x").write_bytes(raw)
    well, words = receive(tmp_path / "x", capsys)
    assert not well
    assert "this is no file of batches" in words
    assert "0 answers of this file are here" not in words


def test_a_file_that_is_not_there_is_said(log, tmp_path, capsys):
    assert "cannot be read" in receive(tmp_path / "nowhere", capsys)[1]


def test_a_stick_that_cannot_be_read_is_named(log, capsys):
    """An error while reading has no file's name of its own: it said "None"."""
    words = receive("/proc/self/mem", capsys)[1]
    assert "/proc/self/mem cannot be read: Input/output error" in words


def test_a_stick_that_breaks_in_the_middle_brings_what_came(
    log, tmp_path, capsys, monkeypatch
):
    from central.intake import carried
    from central.summaries.models import Standing

    tap(log, 1_200)

    def broken(file):
        yield next(read_parcels(file))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(carried, "read_parcels", broken)
    file = carry(log, tmp_path)
    well, words = receive(file, capsys)

    assert not well
    assert f"{file} cannot be read: Input/output error" in words
    assert "Export them again" in words
    assert Standing.objects.count() == 1_003


def test_a_batch_for_another_device_or_route_is_not_taken(log, tmp_path, capsys):
    """The signature is over the path: a batch goes into its own device's log."""
    from dataclasses import replace

    from central.devices.models import Device

    tap(log, 1)
    (one,) = parcels(carry(log, tmp_path))
    Device.objects.create(
        id="f" * 32, public_key="0" * 64, enrolled_at=timezone.now(), family="f" * 32
    )
    bad = tmp_path / "bad"
    moved = parcel_line(replace(one, device="f" * 32))
    bad.write_bytes(head_line() + moved + end_line(1))
    well, words = receive(bad, capsys)
    assert not well
    assert "did not sign it" in words
