"""The way out when the network never comes: what is written, and what never moves."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from feedback.carried import read_parcels
from feedback.log import Log
from feedback.wire import check_signature, log_path, unpack
from sync import carry
from sync.carry import CarryError, export
from sync.ration import MAX_ANSWERS
from tests.read_only import read_only
from tests.sync.conftest import draft
from tests.sync.scripted_central import NOW


def batches(file, key):
    """(device, first, how many, purged_to) of each batch, its signature checked."""
    found = []
    with open(file, "rb") as opened:
        for one in read_parcels(opened):
            path = log_path(one.device)
            first = check_signature(one.signature, key(one), "POST", path, one.body)
            batch = unpack(one.body, one.encoding)
            assert first == batch.first
            found.append((one.device, first, len(batch.answers), batch.purged_to))
    return found


def of_log(log):
    elders = {one.device: bytes(one.key.verify_key) for one in log.elders()}
    return lambda one: elders.get(one.device, log.public_key)


def test_the_unsent_rows_are_written_signed_and_the_watermark_stays(log, tmp_path):
    log.add_all(draft() for _ in range(MAX_ANSWERS + 5))
    log.move(3, NOW, NOW)

    done = export(log, tmp_path / "stick")

    assert (done.rows, done.of_elders) == (MAX_ANSWERS + 2, 0)
    assert batches(tmp_path / "stick", of_log(log)) == [
        (log.device, 4, MAX_ANSWERS, None),
        (log.device, MAX_ANSWERS + 4, 2, None),
    ]
    assert (log.have, log.unsent) == (3, MAX_ANSWERS + 2)
    assert os.stat(tmp_path / "stick").st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.glob("stick*")] == ["stick"]


def test_rows_of_elders_go_first_and_all_of_them(log, tmp_path):
    old = log.device
    log.add_all(draft() for _ in range(4))
    new = log.fork(4)
    log.add_all(draft() for _ in range(2))

    done = export(log, tmp_path / "stick")

    assert (done.rows, done.of_elders) == (6, 3)
    assert batches(tmp_path / "stick", of_log(log)) == [
        (old, 1, 3, None),
        (new, 4, 3, None),
    ]


def test_from_a_row_on_what_is_gone_is_declared(log, tmp_path):
    log.add_all(draft() for _ in range(9))
    log.move(6, NOW, NOW)
    log.db.conn.execute("DELETE FROM answers WHERE seq <= 4")

    export(log, tmp_path / "stick", start=2)

    assert batches(tmp_path / "stick", of_log(log)) == [(log.device, 5, 5, 4)]


def test_nothing_to_carry_is_said_and_no_file_is_left(log, tmp_path):
    with pytest.raises(CarryError, match="nothing to carry"):
        export(log, tmp_path / "stick")
    with pytest.raises(CarryError, match="nothing to carry"):
        export(log, tmp_path / "stick", start=2)
    assert not list(tmp_path.glob("stick*"))


def test_an_export_that_was_killed_does_not_stop_the_next_one(log, tmp_path):
    log.add_all(draft() for _ in range(3))
    (tmp_path / "stick.part").write_bytes(b"cut off here" * 1_000)

    assert export(log, tmp_path / "stick").rows == 3

    assert batches(tmp_path / "stick", of_log(log)) == [(log.device, 1, 3, None)]
    assert [one.name for one in tmp_path.glob("stick*")] == ["stick"]


def test_two_exports_to_one_file_do_not_spoil_one_another(log, tmp_path, monkeypatch):
    log.add_all(draft() for _ in range(3))
    written = carry._write

    def slowly(*words):
        with pytest.raises(CarryError, match="another export is writing"):
            export(log, tmp_path / "stick")
        return written(*words)

    monkeypatch.setattr(carry, "_write", slowly)
    export(log, tmp_path / "stick")

    assert batches(tmp_path / "stick", of_log(log)) == [(log.device, 1, 3, None)]


def test_a_part_that_got_its_name_meanwhile_is_not_cut(log, tmp_path, monkeypatch):
    """The other export ended after we had opened its part, before we had its lock."""
    log.add_all(draft() for _ in range(3))
    (tmp_path / "stick.part").write_bytes(b"whole")

    def renamed(_file, _kind):
        os.replace(tmp_path / "stick.part", tmp_path / "stick")

    monkeypatch.setattr(carry, "flock", renamed)
    with pytest.raises(CarryError, match="another export is writing"):
        export(log, tmp_path / "stick")

    assert (tmp_path / "stick").read_bytes() == b"whole"


def test_a_file_that_is_there_is_not_written_over(log, tmp_path):
    log.add_all([draft()])
    (tmp_path / "stick").write_text("the only copy of something")
    with pytest.raises(CarryError, match="another name"):
        export(log, tmp_path / "stick")
    assert (tmp_path / "stick").read_text() == "the only copy of something"


def test_a_log_that_was_enrolled_again_meanwhile_is_begun_anew(
    log, tmp_path, monkeypatch
):
    log.add_all(draft() for _ in range(3))
    pack = carry.next_batch

    def pack_while_it_forks(*words, **more):
        sent = pack(*words, **more)
        log.fork(2)
        return sent

    monkeypatch.setattr(carry, "next_batch", pack_while_it_forks)
    with pytest.raises(CarryError, match="begin anew"):
        export(log, tmp_path / "stick")
    assert not list(tmp_path.glob("stick*"))


def test_the_stick_has_it_before_it_is_said(log, tmp_path, monkeypatch):
    """The file, its name, and then the words."""
    log.add_all([draft()])
    done, fsync, replace = [], os.fsync, os.replace

    def synced(handle):
        done.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    def named(part, file):
        done.append("named")
        replace(part, file)

    monkeypatch.setattr(carry.os, "fsync", synced)
    monkeypatch.setattr(carry.os, "replace", named)
    export(log, tmp_path / "stick")
    assert done == [str(tmp_path / "stick.part"), "named", str(tmp_path)]


def command(log, *words, limit=None):
    def limited():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "sync", *map(str, words)],
        env={**os.environ, "WARDVOICE_LOG": str(log.path)},
        preexec_fn=limited,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_says_what_to_do_next(log, tmp_path):
    log.add_all([draft(), draft()])
    done = command(log, "export", tmp_path / "stick")
    assert done.returncode == 0, done.stderr
    assert "2 answers written to" in done.stdout
    assert "wardvoice-central receive" in done.stdout
    assert batches(tmp_path / "stick", of_log(log)) == [(log.device, 1, 2, None)]


def test_a_full_stick_is_said_in_words_and_nothing_is_left_on_it(log, tmp_path):
    log.add_all(draft(value=f"good{n}") for n in range(MAX_ANSWERS))
    done = command(log, "export", tmp_path / "stick", limit=4_000)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("stick*"))
    assert log.unsent == MAX_ANSWERS


@pytest.mark.parametrize("words", [["nowhere/stick"], ["stick", "--from", "0"]])
def test_a_place_that_is_not_there_and_no_row_are_said(log, tmp_path, words):
    log.add_all([draft()])
    done = command(log, "export", tmp_path / words[0], *words[1:])
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("have", "phrase"), [(3, "rows 4 to 9 are waiting"), (8, "row 9 is waiting")]
)
def test_from_a_row_that_is_not_there_yet_says_which_wait(log, tmp_path, have, phrase):
    log.add_all(draft() for _ in range(9))
    log.move(have, NOW, NOW)
    with pytest.raises(CarryError, match=f"no row 500 or above.*{phrase}"):
        export(log, tmp_path / "stick", start=500)
    assert not list(tmp_path.glob("stick*"))


@pytest.mark.parametrize("words", [["status"], ["export", "stick"]])
def test_a_disk_that_can_only_be_read_is_said_with_where_to_look(tmp_path, words):
    disk = tmp_path / "disk"
    disk.mkdir()
    with Log.open(disk / "kiosk.db") as log:
        log.add_all([draft()])
    with read_only(disk):
        done = command(log, words[0], *(tmp_path / name for name in words[1:]))
    assert done.returncode == 1
    assert "mounted read-only or full, and whose the folder is" in done.stderr
    assert "Traceback" not in done.stderr
