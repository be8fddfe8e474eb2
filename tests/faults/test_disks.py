"""The storm's own tool: a disk must be well again when the storm says that it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.faults.disks import Disk
from tests.feedback.test_powerloss import why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


def test_a_freed_disk_is_free_after_a_cut_too(tmp_path: Path) -> None:
    """The ballast once came back with the power: the disk was full for ever, and
    SQLite, which had no room for its index, said "disk I/O error"."""
    disk = Disk(tmp_path / "disk", True)
    try:
        file = disk.folder / "log.db"
        with sqlite3.connect(file) as log:
            log.execute("PRAGMA journal_mode = WAL")
            log.execute("CREATE TABLE words (word)")
        log.close()
        disk.fill()
        disk.free()
        disk.cut()
        disk.back_on()
        with sqlite3.connect(file) as log:
            assert not log.execute("SELECT * FROM words").fetchall()
        log.close()
    finally:
        disk.close()
