"""Does an acknowledged answer survive a pulled plug?

A real ext4 on a loop device; the writer is frozen, the file system is shut down without
flushing its journal, and mounted again. Only root can do this.
"""

import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedback.log import Log

ROOT = Path(__file__).parent.parent.parent
EXT4_IOC_SHUTDOWN = 0x8004587D
NOLOGFLUSH = 2
IMAGE_BYTES = 64 << 20


def why_not():
    if os.geteuid() != 0:
        return "only root can cut the power of a loop device"
    tools = ("mkfs.ext4", "losetup", "mount")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing or not Path("/dev/loop-control").exists():
        return f"no loop devices here, or no {missing}"
    return ""


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


def sh(*command):
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Plug:
    """A disk whose power can be cut."""

    def __init__(self, folder):
        self.image, self.mount = folder / "image", folder / "mount"
        self.mount.mkdir()

    def __enter__(self):
        self.image.unlink(missing_ok=True)
        with self.image.open("wb") as file:
            file.truncate(IMAGE_BYTES)
        sh("mkfs.ext4", "-q", "-F", str(self.image))
        self.loop = sh("losetup", "-f", "--show", str(self.image))
        sh("mount", self.loop, str(self.mount))
        return self

    def cut(self):
        file = os.open(self.mount, os.O_RDONLY)
        fcntl.ioctl(file, EXT4_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        os.close(file)

    def back_on(self):
        sh("umount", str(self.mount))
        # As every machine does it at its start; 1 is "mended".
        done = subprocess.run(("e2fsck", "-p", self.loop), capture_output=True)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        sh("mount", self.loop, str(self.mount))

    def __exit__(self, *_):
        sh("umount", str(self.mount))
        sh("losetup", "-d", self.loop)


def is_frozen(pid):
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state == "T"


def cut_while_writing(plug, seconds, synchronous):
    """The seqs that the writer acknowledged before the power went."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.feedback.children", "write",
         str(plug.mount / "log"), synchronous],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGSTOP)
    while not is_frozen(child.pid):
        time.sleep(0.002)
    plug.cut()
    child.kill()
    acknowledged = child.stdout.read().split()
    child.stdout.close()
    child.wait()
    return {int(seq) for seq in acknowledged}


def lost_in_a_cut(folder, seconds, synchronous):
    """(acknowledged, lost) of one power cut. The file must be whole after it."""
    with Plug(folder) as plug:
        acknowledged = cut_while_writing(plug, seconds, synchronous)
        plug.back_on()
        with Log.open(plug.mount / "log") as log:
            found = {answer.seq for answer in log.after(0, 10**9)}
            assert found == set(range(1, len(found) + 1))
            ok = log.db.conn.execute("PRAGMA integrity_check").fetchone()[0]
            assert ok == "ok"
    return len(acknowledged), len(acknowledged - found)


def lost_in_cuts(tmp_path, runs, synchronous):
    chance = random.Random(20261122)
    results = []
    for n in range(runs):
        folder = tmp_path / f"{synchronous}{n}"
        folder.mkdir()
        results.append(lost_in_a_cut(folder, 0.1 + chance.random() * 0.3, synchronous))
        shutil.rmtree(folder)
    acknowledged, lost = (sum(column) for column in zip(*results, strict=True))
    assert acknowledged > 5 * runs, "hardly anything was written"
    return lost


@pytest.mark.parametrize("runs", [6, pytest.param(40, marks=pytest.mark.soak)])
def test_what_was_acknowledged_survives_a_pulled_plug(tmp_path, runs):
    assert lost_in_cuts(tmp_path, runs, "FULL") == 0


@pytest.mark.soak
def test_the_cut_catches_a_log_that_does_not_sync(tmp_path):
    assert lost_in_cuts(tmp_path, 20, "NORMAL") > 0
