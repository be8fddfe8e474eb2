"""Disks that really fail under the kiosk: "Thank you" shows only for what is on them.

The kernel does it: a call that fails, a small file system that is full, one that the
kernel turned read-only. Mounting is for root alone.
"""

import os
import shutil
import subprocess
from unittest.mock import ANY

import pytest

from feedback.log import Log
from tests.feedback.test_powerloss import Plug, why_not
from tests.kiosk.conftest import Ward12
from tests.kiosk.program import Program
from tests.kiosk.test_power import given_to, rows

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
needs_loop = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed"
)

VISIT = ("start", "option-patient", "option-good", "stop")
ROWS = [("_language", "en"), ("_who", "patient"), ("fft", "good"), ("_end", "left")]
TRIES = 12


# ── calls that fail ──────────────────────────────────────────────────────────


def tap_until_it_counts(kiosk, mark):
    """Under strace the first tap on a screen is at times taken for a second half."""
    before = kiosk.screen
    for _ in range(TRIES):
        kiosk.tap(mark)
        if kiosk.screen != before or kiosk.is_unsaved:
            return


def without_marks(found):
    return [row for row in found if row[0] != "_repeat"]


def under_faults(file, trace, fault, visits, *ways):
    """Whether each "thank you" came for rows that were on the disk, and how often an
    answer had to wait."""
    strace = (
        "strace", "-f", "--seccomp-bpf", "-o", str(trace),
        "-e", "trace=fdatasync,pwrite64", "-e", f"inject={fault}",
    )  # fmt: skip
    true, waited = True, 0
    with Program(file, *ways, before=strace) as kiosk:
        for visit in range(visits):
            for mark in VISIT:
                tap_until_it_counts(kiosk, mark)
                for _ in range(TRIES):
                    if not kiosk.is_unsaved:
                        break
                    waited += 1
                    assert kiosk.screen != "thanks"
                    kiosk.do("wait 6")  # the kiosk tries again by itself
            assert kiosk.screen == "thanks", kiosk.state
            true = true and without_marks(rows(file)) == ROWS * (visit + 1)
            kiosk.tap("done")
    assert "(INJECTED)" in trace.read_text(), "the fault did not happen"
    return true, waited


@needs_strace
@pytest.mark.parametrize(
    ("fault", "visits"),
    [
        ("fdatasync:error=EIO:when=5+7", 3),
        pytest.param("pwrite64:error=ENOSPC:when=60+31", 10, marks=pytest.mark.soak),
        pytest.param("pwrite64:error=EIO:when=60+29", 10, marks=pytest.mark.soak),
        pytest.param("fdatasync:error=EIO:when=5+5", 30, marks=pytest.mark.soak),
    ],
)
def test_thank_you_shows_only_for_what_a_failing_disk_has_taken(
    tmp_path, central, fault, visits
):
    file = given_to(tmp_path / "answers.db", central)
    true, waited = under_faults(file, tmp_path / "trace", fault, visits)
    assert true
    assert waited


# ── no room, and read-only ───────────────────────────────────────────────────


@pytest.fixture
def small(tmp_path):
    """A disk of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
    subprocess.run(command, check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Not a byte more goes in."""
    size = 65_536
    with (folder / "ballast").open("ab", buffering=0) as file:
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2


@as_root
def test_a_full_disk_is_told_and_takes_the_same_answer_once_there_is_room(
    small, central, clock
):
    with Log.open(small / "answers.db") as log:
        central.deliver(log)
        kiosk = Ward12(log, clock, (1280, 800))
        fill(small)
        while "try-again" not in kiosk.targets():  # the file had room of its own
            kiosk.tap("option-patient" if kiosk.app.visit else "start")
            if kiosk.screen == "rating":
                kiosk.tap("stop")
                kiosk.wait_s(0 if "try-again" in kiosk.targets() else 10)
        before = log.last
        kiosk.wait_s(12)
        assert kiosk.screen != "thanks"
        assert "Your answer is not saved yet" in kiosk.texts()
        waiting = [draft.question for draft in kiosk.app.visit._step.drafts]
        (small / "ballast").unlink()
        kiosk.wait_s(6)
        assert "try-again" not in kiosk.targets()
        after = [row.question for row in log.after(before, 10)]
        assert after == waiting
        kiosk.close()


def turn_read_only(plug):
    """As the kernel does with a disk that dies."""
    abort = ("mount", "-o", "remount,abort", plug.loop, plug.mount)
    subprocess.run(abort, check=True)


@needs_loop
def test_a_disk_that_turned_read_only_is_never_thanked(tmp_path, central):
    """Mounted again, and started again, the kiosk ends the visit."""
    with Plug(tmp_path) as plug:
        file = given_to(plug.mount / "answers.db", central)
        with Program(file) as kiosk:
            kiosk.tap("start", "option-patient")
            turn_read_only(plug)
            kiosk.tap("option-good")
            assert kiosk.is_unsaved
            for _ in range(3):
                kiosk.do("wait 6")
                assert kiosk.screen == "rating"
        plug.back_on()
        with Program(file) as kiosk:
            assert kiosk.screen == "welcome"
            left = rows(file)
        assert left[:2] == ROWS[:2]
        assert left[-1] == ("_end", "left")


@needs_loop
def test_that_a_save_which_swallows_the_failure_is_found(tmp_path, central):
    with Plug(tmp_path) as plug:
        file = given_to(plug.mount / "answers.db", central)
        with Program(file, "swallow") as kiosk:
            kiosk.tap("start", "option-patient")
            turn_read_only(plug)
            said = []
            for mark in VISIT[2:]:
                said += [kiosk.do(f"tap {mark}"), kiosk.heard()]
            assert said == ["swallowed", ANY, "swallowed", ANY]
            assert "thanks" in said[-1]
        plug.back_on()
        assert rows(file) != ROWS
