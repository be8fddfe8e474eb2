"""One kiosk to a file, what a crash left open, and a file that is broken."""

import fcntl
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from feedback.answer import Draft
from feedback.log import Log, LogBroken, LogError
from kiosk.staff import put_aside
from kiosk.store import AnotherKiosk, end_what_was_left, open_store
from tests.kiosk.conftest import refusing

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def file(tmp_path):
    return tmp_path / "answers.db"


def row(response, question, value, mode="kiosk"):
    at = "2026-11-22T08:00:00.000Z"
    return Draft(response, "inpatient@2", question, value, "W12", mode, at)


def rows(log):
    return [(row.response, row.question, row.value) for row in log.after(0, 100)]


def broken(file):
    """A kiosk has worked here, and then the disk lost a part of the file."""
    raw = bytearray(file.read_bytes())
    raw[100:1000] = b"\xa5" * 900
    file.write_bytes(raw)
    return bytes(raw)


# ── what was left open ───────────────────────────────────────────────────────


def test_a_visit_that_a_crash_cut_short_has_left(file, clock):
    with Log.open(file) as log:
        log.add_all(
            [
                *(row("cut", "_language", "en"), row("cut", "fft", "good")),
                *(row("done", "fft", "poor"), row("done", "_end", "finished")),
                row("sms", "fft", "good", mode="sms"),
            ]
        )
    clock.wall += timedelta(hours=2)
    with open_store(file, clock.wall) as log:
        assert rows(log)[5:] == [("cut", "_end", "left")]
        last = log.after(0, 100)[-1]
        assert (last.survey, last.ward, last.mode) == ("inpatient@2", "W12", "kiosk")
        assert last.answered_at == "2026-11-22T10:15:00.000Z"
    with open_store(file, clock.wall) as log:
        assert len(rows(log)) == 6


def test_a_disk_that_refuses_the_end_does_not_keep_the_tablet_from_starting(
    file, clock
):
    with Log.open(file) as log:
        log.add_all([row("cut", "fft", "good")])
        with refusing(log):
            end_what_was_left(log, clock.wall)
        assert len(rows(log)) == 1


# ── one kiosk to a file ──────────────────────────────────────────────────────


def test_a_second_kiosk_on_the_same_file_is_sent_away_in_words(file, clock):
    with open_store(file, clock.wall):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk"],
            env={**os.environ, "WARDVOICE_LOG": str(file)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr == f"{file} is used by a kiosk that runs already\n"
    with open_store(file, clock.wall):
        pass


def test_a_link_to_the_file_is_the_same_file(file, clock):
    link = file.with_name("link.db")
    link.symlink_to(file)
    with (
        open_store(file, clock.wall),
        pytest.raises(AnotherKiosk, match="a kiosk that runs already"),
        open_store(link, clock.wall),
    ):
        pass


def test_the_lock_goes_with_the_program_that_had_it(file, clock):
    holds = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from kiosk.store import open_store;"
        "held = open_store(Path(sys.argv[1]), datetime.now(UTC)); held.__enter__();"
        "print('held', flush=True); sys.stdin.read()"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", holds, str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    with program:
        assert program.stdout.readline() == b"held\n"
        with pytest.raises(AnotherKiosk), open_store(file, clock.wall):
            pass
        program.kill()
    with open_store(file, clock.wall):
        pass


def test_the_agent_shares_the_file_with_the_kiosk(file, clock):
    with open_store(file, clock.wall) as log, Log.open(file, create=False) as agent:
        log.add_all([row("one", "fft", "good")])
        assert agent.last == 1


# ── a file that is broken ────────────────────────────────────────────────────


def test_a_broken_log_is_put_aside_whole_and_a_new_one_begun(file, clock):
    with open_store(file, clock.wall) as log:
        log.add_all([row("old", "fft", "good")])
        before = log.device
    with Log.open(file, create=False) as agent:
        agent.set_note("any", "thing")  # lies in the file beside it
        raw = broken(file)
        with open_store(file, clock.wall) as log:
            assert log.device != before
            assert rows(log) == []
        [aside] = put_aside(file)
        assert aside.name == "answers.db.damaged-20261122T081500Z"
        assert aside.read_bytes() == raw
        assert b"thing" in Path(f"{aside}-wal").read_bytes()
    with open_store(file, clock.wall) as log:
        log.add_all([row("new", "fft", "good")])
    assert put_aside(file) == [aside]


def test_a_log_that_lost_its_first_page_is_known_by_its_place(file, clock):
    with open_store(file, clock.wall):
        pass
    file.write_bytes(bytes(4096) + file.read_bytes()[4096:])
    with open_store(file, clock.wall) as log:
        assert rows(log) == []
    assert len(put_aside(file)) == 1


def test_a_file_where_no_kiosk_has_worked_is_left_alone(file, clock):
    file.write_bytes(b"somebody's letters" * 100)
    for _ in range(2):
        with pytest.raises(LogBroken), open_store(file, clock.wall):
            pass
        assert file.read_bytes() == b"somebody's letters" * 100
        assert put_aside(file) == []


def test_another_programs_database_and_a_newer_versions_are_left_alone(file, clock):
    with open_store(file, clock.wall) as log:
        log.db["_sqlite_migrations"].insert(
            {"migration_set": "wardvoice.log", "name": "later", "applied_at": ""}
        )
    with pytest.raises(LogBroken, match="newer version"), open_store(file, clock.wall):
        pass
    assert put_aside(file) == []


def test_a_mistyped_folder_is_an_error_and_is_not_made(tmp_path, clock):
    file = tmp_path / "mistyped" / "answers.db"
    with (
        pytest.raises(LogError, match="does not exist: make it first"),
        open_store(file, clock.wall),
    ):
        pass
    assert not file.parent.exists()


def test_a_lock_that_is_held_is_a_real_one(file, clock):
    with (
        open_store(file, clock.wall),
        file.with_name("answers.db.kiosk").open() as beside,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(beside, fcntl.LOCK_EX | fcntl.LOCK_NB)
