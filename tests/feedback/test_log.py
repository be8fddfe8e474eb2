"""Is it safe on this disk, and what has central not got?"""

import sqlite3
import stat
import subprocess
import sys
import threading
from dataclasses import astuple
from pathlib import Path

import pytest
from nacl.signing import VerifyKey

from feedback import disk
from feedback.answer import ERASED, device_id
from feedback.log import _UNENDED, Damaged, Log, LogBroken, LogError, NotSaved
from tests.feedback.things import RESPONSE, draft

HERE = Path(__file__).parent


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path / "log") as opened:
        yield opened


def seqs(log):
    return [answer.seq for answer in log.after(0, 100_000)]


# ── the file ─────────────────────────────────────────────────────────────────


def test_every_commit_is_synced_and_the_setting_is_read_back(log):
    assert log.db.conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert log.db.conn.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize("ignored", ["journal_mode = WAL", "synchronous = FULL"])
def test_a_connection_that_ignores_a_setting_is_refused(tmp_path, monkeypatch, ignored):
    class Deaf(sqlite3.Connection):
        def execute(self, sql, *values):
            return super().execute("SELECT 1" if ignored in sql else sql, *values)

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            super().execute("PRAGMA synchronous = NORMAL")

    real = sqlite3.connect
    monkeypatch.setattr(
        disk.sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=Deaf)
    )
    with pytest.raises(LogBroken, match=r"journal .*, synchronous"):
        Log.open(tmp_path / "log")


def test_the_file_is_its_owners_alone(log):
    assert log.add_all([draft()])
    files = [log.path, *log.path.parent.glob("log-*")]
    assert len(files) == 3  # with the journal and its index
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize("raw", [b"not a database, and long enough to be one\n" * 99])
def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path, raw):
    (tmp_path / "log").write_bytes(raw)
    with pytest.raises(LogBroken):
        Log.open(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == raw


def test_another_programs_database_is_refused_and_not_touched(tmp_path):
    other = sqlite3.connect(tmp_path / "log")
    other.execute("CREATE TABLE answers (ours TEXT)")
    other.close()
    raw = (tmp_path / "log").read_bytes()
    with pytest.raises(LogBroken, match="another program"):
        Log.open(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == raw


@pytest.mark.parametrize("at", [100, 4_096, 8_192 + 8, 20_480 + 4])
def test_a_damaged_file_is_refused_and_not_touched(tmp_path, at):
    with Log.open(tmp_path / "log") as log:
        log.add_all(draft(n, value="x" * 300) for n in range(400))
    raw = bytearray((tmp_path / "log").read_bytes())
    raw[at : at + 64] = b"\xa5" * 64
    (tmp_path / "log").write_bytes(raw)
    with pytest.raises(Damaged):
        Log.open(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == raw


def test_a_newer_versions_log_is_refused_and_not_touched(tmp_path):
    with Log.open(tmp_path / "log") as log:
        log.db["_sqlite_migrations"].insert(
            {"migration_set": "wardvoice.log", "name": "later", "applied_at": ""}
        )
    raw = (tmp_path / "log").read_bytes()
    with pytest.raises(LogBroken, match="a newer version") as found:
        Log.open(tmp_path / "log")
    assert not isinstance(found.value, Damaged)
    assert (tmp_path / "log").read_bytes() == raw


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(LogBroken, match="No such file"):
        Log.open(tmp_path / "mistyped" / "log")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_and_an_unreachable_place_are_broken_logs(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "log"):
        with pytest.raises(LogBroken):
            Log.open(path)


def test_a_file_that_must_be_there_is_not_made(tmp_path):
    (tmp_path / "empty").touch()
    for name in ("absent", "empty"):
        with pytest.raises(LogBroken):
            Log.open(tmp_path / name, create=False)
    assert not (tmp_path / "absent").exists()
    assert (tmp_path / "empty").stat().st_size == 0


def test_a_log_in_doubt_does_not_make_the_file_that_was_moved_away(log):
    log._in_doubt = True
    away = log.path.rename(log.path.with_name("away"))
    with pytest.raises(NotSaved):
        log.add_all([draft(1)])
    assert not log.path.exists()
    away.rename(log.path)
    assert log.add_all([draft(1)])[0].seq == 1


def test_a_new_file_is_a_new_device(tmp_path):
    devices = set()
    for name in ("a", "b"):
        with Log.open(tmp_path / name) as log:
            assert log.device == device_id(log.public_key)
            assert log.succeeds is None
            VerifyKey(log.public_key).verify(b"x", log.sign(b"x"))
            devices.add(log.device)
    assert len(devices) == 2


def test_the_device_stays_when_the_file_is_opened_again(log):
    with Log.open(log.path) as again:
        assert again.device == log.device
        assert again.public_key == log.public_key


def test_programs_that_open_a_new_file_at_once_get_one_device(tmp_path):
    for turn in range(3):
        file = tmp_path / f"log{turn}"
        command = [sys.executable, "-m", "tests.feedback.children", "open", str(file)]
        running = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        said = {process.communicate(timeout=30)[0].strip() for process in running}
        with Log.open(file) as log:
            assert said == {log.device}


def test_threads_that_open_a_new_file_at_once_get_one_device(tmp_path):
    for turn in range(20):
        start, found = threading.Barrier(4), []

        def meet(file=tmp_path / f"log{turn}", start=start, found=found):
            start.wait()
            with Log.open(file) as log:
                found.append(log.device)

        threads = [threading.Thread(target=meet) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert len(set(found)) == 1


def test_a_new_file_that_another_program_is_writing_is_waited_for(tmp_path):
    file = tmp_path / "log"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # SQLite answers "turn to WAL" with BUSY at once
    ending = threading.Timer(0.2, other.execute, ["ROLLBACK"])
    ending.start()
    with Log.open(file) as log:
        assert log.device
    ending.join()
    other.close()


# ── every past schema ────────────────────────────────────────────────────────


@pytest.mark.parametrize("file", sorted((HERE / "golden").glob("log-schema-*.sql")))
def test_a_log_of_every_past_schema_opens_and_goes_on(tmp_path, file):
    old = sqlite3.connect(tmp_path / "log")
    old.executescript(file.read_text())
    old.close()
    with Log.open(tmp_path / "log") as log:
        assert log.device == "56475aa75463474c0285df5dbf2bcab7"
        assert log.device == device_id(log.public_key)
        assert [a.value for a in log.answers_of(RESPONSE)] == ["poor", "good", ""]
        assert (log.last, log.have, log.purged_to) == (5, 3, 1)
        assert log.note("central") == "https://wardvoice.example"
        assert log.add_all([draft(9)])[0].seq == 6


def test_there_is_a_golden_log_of_the_first_schema():
    assert (HERE / "golden" / "log-schema-1.sql").exists()


# ── answers ──────────────────────────────────────────────────────────────────


def test_answers_come_back_as_they_were_given_with_device_and_number(log):
    given = [draft(1, "good"), draft(2, "seal1.k.AAAA", "better"), draft(3, "")]
    stored = log.add_all(given)
    assert [astuple(answer)[2:] for answer in stored] == [astuple(d) for d in given]
    assert [(a.device, a.seq) for a in stored] == [(log.device, n) for n in (1, 2, 3)]
    assert log.after(0, 10) == stored
    assert log.answers_of(RESPONSE) == stored


def test_all_of_a_batch_is_stored_or_none_of_it(log):
    log.add_all([draft(1)])
    with pytest.raises(NotSaved):
        log.add_all([draft(2), draft(3, value=None)])
    assert seqs(log) == [1]
    assert log.add_all([draft(2), draft(3)])[1].seq == 3  # no number was burnt


def test_nothing_to_add_adds_nothing(log):
    assert log.add_all([]) == []
    assert log.last == 0


def test_what_is_added_inside_a_transaction_shares_its_fate(log):
    class Changed(Exception):
        pass

    def change_my_mind():
        with log.transaction():
            assert log.add_all([draft(1)])[0].seq == 1
            log.set_note("central", "https://a.example")
            raise Changed

    with pytest.raises(Changed):
        change_my_mind()
    assert seqs(log) == []
    assert log.note("central") is None
    with log.transaction() as connection:
        log.add_all([draft(1)])
        assert connection.in_transaction
    assert seqs(log) == [1]


def test_a_failure_inside_a_transaction_is_not_saved(log):
    def fail():
        with log.transaction() as connection:
            log.add_all([draft(1)])
            connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(NotSaved):
        fail()
    assert seqs(log) == []
    assert log.add_all([draft(1)])[0].seq == 1


def test_a_log_that_another_holds_locked_is_not_saved_and_then_saved(log):
    log.db.conn.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(log.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotSaved, match="locked"):
        log.add_all([draft(1)])
    other.execute("ROLLBACK")
    other.close()
    assert log.add_all([draft(1)])[0].seq == 1


def test_the_same_answer_at_another_time_is_another_row(log):
    log.add_all([draft(1, "good")])
    log.add_all([draft(1, "poor"), draft(1, "good")])  # one and the same millisecond
    assert [a.value for a in log.answers_of(RESPONSE)] == ["good", "poor", "good"]
    assert log.standing(RESPONSE) == {"fft": "good"}


def test_the_last_row_of_a_question_decides_what_stands(log):
    log.add_all([draft(1, "poor"), draft(2, "x", "better"), draft(3, "good")])
    assert log.standing(RESPONSE) == {"fft": "good", "better": "x"}
    log.add_all([draft(4, "", "better")])
    assert log.standing(RESPONSE) == {"fft": "good"}


def test_after_reads_in_order_and_no_more_than_asked(log):
    log.add_all(draft(n) for n in range(10))
    assert [a.seq for a in log.after(0, 3)] == [1, 2, 3]
    assert [a.seq for a in log.after(8, 100)] == [9, 10]
    assert log.after(10, 100) == []


def test_erasing_takes_the_words_and_nothing_else(log):
    sealed = "seal1.key-1.QUJD" + "Q" * 400
    other = "0193b1d4-5c00-7000-8000-000000000002"
    log.add_all([draft(1, "poor"), draft(2, sealed, "better"), draft(3, "x y", "f")])
    log.add_all([draft(4, sealed, "better", response=other)])
    log.erase(RESPONSE)
    assert [a.value for a in log.answers_of(RESPONSE)] == ["poor", ERASED, "x y"]
    assert log.answers_of(other)[0].value == sealed
    log.erase(other)
    log.close()
    left = b"".join(file.read_bytes() for file in log.path.parent.glob("log*"))
    assert b"QQQQ" not in left


# ── programs that share the file ─────────────────────────────────────────────


def test_notes_are_shared_and_a_change_is_noticed(log):
    with Log.open(log.path) as other:
        before = other.data_version()
        assert other.data_version() == before
        log.set_note("bundle", "one")
        assert other.data_version() != before
        assert other.note("bundle") == "one"
        other.set_note("bundle", "two")
        assert log.note("bundle") == "two"
        assert log.note("nothing") is None


def test_an_unreadable_log_says_so_in_our_own_words(log):
    log.close()
    for read in (lambda: log.last, lambda: log.device, lambda: log.note("x")):
        with pytest.raises(LogError, match="cannot be read"):
            read()


# ── what a crash left open ───────────────────────────────────────────────────

SECOND = "0193b1d4-5c00-7000-8000-000000000002"
THIRD = "0193b1d4-5c00-7000-8000-000000000003"


def test_what_a_crash_left_open_is_found_at_the_next_start(tmp_path):
    with Log.open(tmp_path / "log") as log:
        log.add_all([draft(1), draft(2, "finished", "_end")])
        log.add_all([draft(3, response=SECOND), draft(4, "good", response=SECOND)])
        log.add_all([draft(5, "yes", "_practice", response=THIRD)])
    with Log.open(tmp_path / "log") as log:
        assert log.unended("kiosk") == [
            (SECOND, "inpatient@1", "W1"), (THIRD, "inpatient@1", "W1"),
        ]  # fmt: skip
        assert log.unended("sms") == []
        log.add_all([draft(6, "left", "_end", response=SECOND)])
        assert [one for one, *_ in log.unended("kiosk")] == [THIRD]


def test_an_end_that_was_taken_back_leaves_it_open(tmp_path):
    with Log.open(tmp_path / "log") as log:
        log.add_all([draft(1), draft(2, "left", "_end"), draft(3, "", "_end")])
        assert [one for one, *_ in log.unended("kiosk")] == [RESPONSE]
        log.add_all([draft(4, "finished", "_end")])
        assert log.unended("kiosk") == []


def test_what_an_elder_began_is_not_this_device_s_to_end(tmp_path):
    with Log.open(tmp_path / "log") as log:
        log.add_all([draft(1), draft(2, response=SECOND)])
        log.fork(2)
        assert [one for one, *_ in log.unended("kiosk")] == [SECOND]


def test_the_end_of_a_response_is_looked_up_by_its_index(tmp_path):
    with Log.open(tmp_path / "log") as log:
        plan = log.db.execute(f"EXPLAIN QUERY PLAN {_UNENDED}", ("d", "kiosk"))
        steps = " ".join(row[-1] for row in plan)
    assert "USING INDEX ends" in steps
    assert "SCAN answers USING COVERING INDEX answers_of_response" in steps
