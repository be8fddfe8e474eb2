"""A collector: a log on a disk, its agent, and the programs that people speak to."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from feedback.answer import Answer
from feedback.log import Log, LogError
from sync.status import Report, read_report
from tests.faults.disks import Disk
from tests.faults.stores import copy_database, put_back


@dataclass
class Collector:
    """`people`: the programs through which answers come, in the order in which they
    are started. `writes`: which of them have the log open. `ward`: what is said to
    `wardvoice-central enrol-code`."""

    name: str
    ward: tuple[str, ...]
    people: tuple[str, ...]
    writes: str
    log: Path
    disk: Disk
    # Central was restored, and until it has heard of this log after that moment nobody
    # can tell what a log should know: a reply from before may still be on its way.
    doubted_to: str = ""

    @property
    def agent(self) -> str:
        return f"{self.name}-agent"

    @property
    def on_the_disk(self) -> tuple[str, str]:
        return (self.writes, self.agent)

    @property
    def _copy(self) -> Path:
        return self.disk.folder.parent / f"{self.name}.copy"

    def copy(self) -> None:
        copy_database(self.log, self._copy)

    def put_back(self) -> None:
        put_back(self._copy, self.log)

    def rows(self) -> list[Answer]:
        with Log.open(self.log) as log:
            return log.after(0, log.last)

    def report(self) -> Report:
        """What its agent says; an empty one while the disk does not let us look."""
        try:
            with Log.open(self.log, create=False) as log:
                return read_report(log)
        except LogError:
            return Report()

    def claims(self) -> tuple[str, int, int, int] | None:
        """(device, have, last, begins) of the log. Without the checks of `Log.open`,
        which would read the whole file twenty times a second."""
        try:
            log = sqlite3.connect(f"{self.log.absolute().as_uri()}?mode=rw", uri=True)
            try:
                device, begins = log.execute(
                    "SELECT id, begins FROM device ORDER BY ordinal DESC LIMIT 1"
                ).fetchone()
                [have] = log.execute("SELECT have FROM watermark").fetchone()
                last = log.execute(
                    "SELECT seq FROM sqlite_sequence WHERE name = 'answers'"
                ).fetchone()
            finally:
                log.close()
        except (sqlite3.Error, TypeError):
            return None  # the disk is full or dead just now
        return device, have, last[0] if last else 0, begins
