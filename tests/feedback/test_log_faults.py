"""What does the log say when the disk refuses, and is it true?

Faults come from the kernel: strace makes the k-th call of a child fail, a file may not
grow, a program is killed. Each has a planted log that must be caught.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedback import disk
from feedback import log as log_module
from feedback.log import Log, NotSaved
from tests.feedback.children import NaiveLog
from tests.feedback.things import RESPONSE, draft

ROOT = Path(__file__).parent.parent.parent
CHILD = (sys.executable, "-m", "tests.feedback.children")

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed"
)


def run(*command):
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.split("\n")[:-1], done.stderr


def rows(file):
    with Log.open(file) as log:
        found = log.answers_of(RESPONSE)
        assert [a.seq for a in found] == list(range(1, len(found) + 1))
        assert log.last == len(found)
        return len(found)


# ── a commit of unknown outcome ──────────────────────────────────────────────


def calls_before_ready(tmp_path, what, file):
    """How many such calls the child makes until it is ready, and in all."""
    trace = tmp_path / "trace"
    run("strace", "-f", "-o", trace, "-e", f"trace={what},write", *CHILD, "once", file)
    lines = trace.read_text().split("\n")
    ready = next(n for n, line in enumerate(lines) if '"ready' in line)
    names = [any(f"{name}(" in line for name in what.split(",")) for line in lines]
    return sum(names[:ready]), sum(names)


def told(tmp_path, how, what, error, when):
    """What a child said whose calls failed in this way, and how many rows it left."""
    file = tmp_path / f"{how}-{what}-{error}-{when}".replace("..", "-")
    with Log.open(file):
        pass
    trace = tmp_path / "trace"
    said, complaint = run(
        "strace", "-f", "-o", trace, "-e", f"trace={what}",
        "-e", f"inject={what}:error={error}:when={when}", *CHILD, how, file,
    )  # fmt: skip
    assert "(INJECTED)" in trace.read_text(), "the fault did not happen"
    return said, rows(file), complaint


def is_true(said, left):
    """Whether what was said agrees with the disk: saved means one row, and only one."""
    if said and said[-1].startswith("saved"):
        return left == 1
    return left == 0


@needs_strace
@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("fdatasync", "EIO"),
        ("pwrite64", "EIO"),
        ("pwrite64", "ENOSPC"),
    ],
)
def test_what_a_failing_call_leaves_is_what_was_said(tmp_path, what, error):
    with Log.open(tmp_path / "log"):
        pass
    before, in_all = calls_before_ready(tmp_path, what, tmp_path / "log")
    assert in_all > before, "the child makes no such call: nothing would be tested"
    for k in range(before + 1, in_all + 1):
        said, left, complaint = told(tmp_path, "once", what, error, k)
        assert said[0] == "ready", complaint
        assert said[-1] == "saved 1", (k, said)  # the first try or the second
        assert is_true(said, left), (k, said, left)


@needs_strace
def test_the_same_holds_while_another_program_has_the_file_open(tmp_path):
    with Log.open(tmp_path / "log"):
        before, in_all = calls_before_ready(tmp_path, "fdatasync", tmp_path / "log")
    for k in range(before + 1, in_all + 1):
        file = tmp_path / f"once-fdatasync-EIO-{k}"
        with Log.open(file) as agent:
            said, left, complaint = told(tmp_path, "once", "fdatasync", "EIO", k)
            assert said[-1] == "saved 1", (k, said, complaint)
            assert is_true(said, left)
            assert agent.last == 1


@needs_strace
@pytest.mark.parametrize("what", ["fdatasync", "pwrite64"])
def test_a_disk_that_goes_on_failing_is_never_thanked(tmp_path, what):
    with Log.open(tmp_path / "log"):
        pass
    before, in_all = calls_before_ready(tmp_path, what, tmp_path / "log")
    for k in range(before + 1, in_all + 1):
        said, left, _ = told(tmp_path, "once", what, "EIO", f"{k}+")
        # The row may be on the disk though nobody thanked for it; never the reverse.
        assert left <= 1
        assert "saved 1" not in said or left == 1, (k, said)


@needs_strace
def test_a_save_that_swallows_the_error_is_caught(tmp_path):
    with Log.open(tmp_path / "log"):
        pass
    before, _ = calls_before_ready(tmp_path, "fdatasync", tmp_path / "log")
    said, left, _ = told(tmp_path, "swallow", "fdatasync", "EIO", f"{before + 1}")
    assert said == ["ready", "saved 1"]
    assert not is_true(said, left)


class Doubtful(sqlite3.Connection):
    """Commits, and then says that it could not: the other half of "unknown"."""

    failing = True

    def execute(self, sql, *values):
        done = super().execute(sql, *values)
        if sql == "COMMIT" and Doubtful.failing and self.wrote_answers():
            Doubtful.failing = False
            raise sqlite3.OperationalError("disk I/O error")
        return done

    def wrote_answers(self):
        try:
            return super().execute("SELECT count(*) FROM answers").fetchone()[0] > 0
        except sqlite3.OperationalError:
            return False


@pytest.fixture
def doubtful(monkeypatch):
    """Connections whose first commit of an answer lands and reports a failure."""

    real = sqlite3.connect
    monkeypatch.setattr(Doubtful, "failing", True)
    monkeypatch.setattr(
        disk.sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=Doubtful)
    )


def test_a_commit_that_landed_though_it_failed_is_found(tmp_path, doubtful):
    with Log.open(tmp_path / "log") as log:
        assert [a.seq for a in log.add_all([draft(1), draft(2)])] == [1, 2]
        assert log.add_all([draft(3)])[0].seq == 3
    assert rows(tmp_path / "log") == 3


def test_a_retry_long_after_the_doubt_still_makes_no_second_row(
    tmp_path, doubtful, monkeypatch
):
    with Log.open(tmp_path / "log") as log:
        real = log_module.connect
        monkeypatch.setattr(log_module, "connect", refuse)
        for _ in range(3):  # the disk is gone for a while
            with pytest.raises(NotSaved):
                log.add_all([draft(1)])
        with pytest.raises(NotSaved):
            log.note("central")
        monkeypatch.setattr(log_module, "connect", real)
        log.set_note("central", "x")  # opens the file anew, for something else
        log.add_all([draft(7)])
        # The same answer again, with one more: what a kiosk does when a visitor leaves.
        assert [a.seq for a in log.add_all([draft(1), draft(2)])] == [1, 3]
    assert rows(tmp_path / "log") == 3


def refuse(path, create=True):
    raise sqlite3.OperationalError("disk I/O error")


def test_a_naive_retry_is_caught_making_a_second_row(tmp_path, doubtful):
    with NaiveLog.open(tmp_path / "log") as log:
        with pytest.raises(NotSaved):
            log.add_all([draft(1)])
        log.add_all([draft(1)])
    assert rows(tmp_path / "log") == 2


# ── a full disk ──────────────────────────────────────────────────────────────


def test_a_file_that_may_not_grow_is_not_saved_and_then_saved(tmp_path):
    said, complaint = run(*CHILD, "fill", tmp_path / "log", "300000")
    saved = int(said[0].split()[0]) if said else 0
    assert saved > 50, complaint
    assert said == [
        f"{saved} saved, {saved} read while full",
        f"then {saved + 1}",
    ], complaint
    assert rows(tmp_path / "log") == saved + 1


def would_save(log):
    try:
        return bool(log.add_all([draft(log.last, value="x" * 2_000)]))
    except NotSaved:
        return False


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small tmpfs")
def test_a_full_disk_is_not_saved_and_then_saved(tmp_path):

    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=True
    )
    try:
        with Log.open(small / "log") as log:
            (small / "ballast").write_bytes(b"x" * 400_000)
            while would_save(log):
                pass
            saved = log.last
            assert 20 < saved < 1_000
            assert not would_save(log)
            assert log.last == len(log.after(0, 1_000)) == saved
            (small / "ballast").unlink()
            assert would_save(log)
        assert rows(small / "log") == saved + 1
    finally:
        subprocess.run(["umount", small], check=True)


# ── killed ───────────────────────────────────────────────────────────────────


def write_and_kill(file, chance):
    """The seqs that a writer acknowledged before it was killed."""
    child = subprocess.Popen(
        [*CHILD, "write", file], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline()  # it is writing now
    time.sleep(chance.random() * 0.1)
    child.send_signal(signal.SIGKILL)
    acknowledged = child.stdout.read().split()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    return [int(seq) for seq in acknowledged]


@pytest.mark.parametrize("runs", [8, pytest.param(200, marks=pytest.mark.soak)])
def test_all_that_was_acknowledged_survives_a_kill_and_no_number_is_missing(
    tmp_path, runs
):
    chance = random.Random(20261122)
    killed_in_mid_work = 0
    for _ in range(runs):
        acknowledged = write_and_kill(tmp_path / "log", chance)
        with Log.open(tmp_path / "log") as log:
            found = [answer.seq for answer in log.after(0, 10**9)]
            assert found == list(range(1, len(found) + 1))
            assert set(acknowledged) <= set(found)
            killed_in_mid_work += bool(acknowledged)
            ok = log.db.conn.execute("PRAGMA integrity_check").fetchone()[0]
            assert ok == "ok"
    assert killed_in_mid_work > runs // 2


@needs_strace
@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.soak)])
def test_a_kill_while_the_file_is_made_leaves_a_file_that_opens(tmp_path, step):
    trace = tmp_path / "trace"
    for k in range(1, 80, step):
        file = tmp_path / f"log{k}"
        said, _ = run(
            "strace", "-f", "-o", trace, "-e", "trace=pwrite64",
            "-e", f"inject=pwrite64:signal=KILL:when={k}", *CHILD, "open", file,
        )  # fmt: skip
        with Log.open(file) as log:
            assert log.add_all([draft()])[0].seq == 1
            device = log.device
        if said:  # it was told its name before it died, or was not killed at all
            assert said == [device]
        if "killed by SIGKILL" not in trace.read_text():
            break
    assert 5 < k < 70
