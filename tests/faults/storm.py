"""The storm: everything is killed, the network lies, old copies come back.

The kiosk's log, its agent and central run as the programs that they are. A seed draws
what happens. At the end all is healed and drained, and only then is judged whether
every acknowledged answer is at central exactly once, with its own words.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.demo.processes import Processes, Program, free_port, listens
from deploy.demo.programs import KIOSK_WARD, House, Ports
from deploy.demo.trust import enrol, has_bundle, new_code
from feedback.answer import WIRE_WORDS, Answer, Draft, new_response
from feedback.log import Log
from sync.status import read_report
from tests.faults.history import History, Verdict, content, judge
from tests.faults.visitor import RecordedLog

LONGEST = 4  # times the seconds that a storm is asked to last
DRAIN_S = 60.0
PLANTED_DRAIN_S = 12.0
EVENTS = {
    "kill visitor": 16,
    "kill agent": 26,
    "kill central": 20,
    "restore device": 7,
    "restore central": 7,
    "copy device": 5,
    "copy central": 5,
}


# Even a short storm meets these, in this order, between the others.
RARE = (
    "copy device",
    "kill central",
    "restore central",
    "restore device",
    "restore central",
    "restore device",
)


class Storm:
    """One storm in one folder. `planted` names a fault of tests.faults.planted."""

    def __init__(
        self, hospital: Path, folder: Path, seed: int, planted: str = ""
    ) -> None:
        """`hospital` is the folder of a built one: each storm works on a copy."""
        # A planted fault may strand answers for good; that is known soon enough.
        self.drain_s = PLANTED_DRAIN_S if planted else DRAIN_S
        shutil.copytree(hospital, folder, dirs_exist_ok=True)
        self.house = House(folder, Ports())
        self.running = Processes(folder / "output")
        self.chance = random.Random(seed)
        self.seed = seed
        self.planted = planted
        self.proxy_port = free_port()
        self.history = folder / "history"
        self.heal = folder / "heal"
        self.central_file = folder / "central.db"
        self.central_copy = folder / "central.copy"
        self.events: Counter[str] = Counter()
        self.devices: set[str] = set()
        self.visitors = 0
        self.restored = False  # central was, and the agent does not know yet
        self.overclaimed = 0

    # ── the programs ─────────────────────────────────────────────────────────

    def build(self) -> None:
        if self.planted == "no_key_check":
            self._drop_the_key()
        self.demo_devices = set(self._ids("SELECT id FROM devices_device"))
        self.start_central()
        self._start("tests.faults.fault_proxy", "proxy", {
            "listen": self.proxy_port,
            "upstream": self.house.ports.central,
            "seed": self.seed,
            "folder": self.house.folder,
        })  # fmt: skip
        self.running.wait_for("proxy", lambda: listens(self.proxy_port))
        self.enrol()
        self.heal.touch()
        self.start_agent()
        log = self.house.kiosk_log
        self.running.wait_for("agent", lambda: has_bundle(log))
        self.copy_device()
        self.copy_central()
        self.start_visitor()
        self.heal.unlink()

    def start_central(self) -> None:
        program = self.house.central("serve", name="central")
        if self.planted:
            program = with_environ(
                program,
                DJANGO_SETTINGS_MODULE="tests.faults.planted_settings",
                STORM_PLANTED=self.planted,
            )
        self.running.start(program)

    def wait_for_central(self) -> None:
        port = self.house.ports.central
        self.running.wait_for("central", lambda: listens(port))

    def start_agent(self) -> None:
        program = self.house.sync(self.house.kiosk_log, "run", name="agent")
        if self.planted:
            words = ("-m", "tests.faults.planted", self.planted, "run")
            program = replace(program, command=(sys.executable, *words))
        self.running.start(program)

    def start_visitor(self) -> None:
        self.visitors += 1
        self._start("tests.faults.visitor", "visitor", {
            "log": self.house.kiosk_log,
            "history": self.history,
            "seed": self.seed * 1_000 + self.visitors,
        })  # fmt: skip

    def _start(self, module: str, name: str, options: dict[str, object]) -> None:
        words = [w for key, value in options.items() for w in (f"--{key}", str(value))]
        command = (sys.executable, "-m", module, *words)
        environ = self.house.central("serve").environ
        self.running.start(Program(name, command, environ))

    def enrol(self) -> None:
        """With a new code, over a network that is well for the moment."""
        self.heal.touch()
        self.wait_for_central()
        url = f"http://127.0.0.1:{self.proxy_port}"
        code = new_code(self.house, self.running, KIOSK_WARD)
        enrol(self.house, self.running, self.house.kiosk_log, code, url)
        with Log.open(self.house.kiosk_log) as log:
            self.devices.add(log.device)
        self.heal.unlink()

    # ── the weather ──────────────────────────────────────────────────────────

    def blow(self, seconds: float) -> None:
        """For so long; on a slow machine longer, until it was a storm."""
        names, weights = list(EVENTS), list(EVENTS.values())
        planned = iter(RARE)
        begin = time.monotonic()
        while (lasted := time.monotonic() - begin) < seconds or (
            lasted < seconds * LONGEST and not self.planted and not self.was_one
        ):
            self.watch(self.chance.uniform(0.2, 1.2))
            event = next(planned, "") if self.chance.random() < 0.35 else ""
            event = event or self.chance.choices(names, weights)[0]
            self.events[event] += 1
            getattr(self, event.replace(" ", "_"))()
            self.enrol_again_if_asked()

    @property
    def was_one(self) -> bool:
        """A day without weather proves nothing."""
        text = (self.house.folder / "faults.json").read_text()
        faults: dict[str, int] = json.loads(text) if text else {}
        met = sum(faults.values()) - faults.get("pass", 0)
        return met >= 8 and len(faults) >= 4 and self.events.keys() >= set(RARE)

    def kill_visitor(self) -> None:
        self.running.kill("visitor")
        self.start_visitor()

    def kill_agent(self) -> None:
        self.running.kill("agent")
        time.sleep(self.chance.uniform(0, 0.2))
        self.start_agent()

    def kill_central(self) -> None:
        self.running.kill("central")
        time.sleep(self.chance.uniform(0, 0.3))
        self.start_central()

    def copy_device(self) -> None:
        copy_database(self.house.kiosk_log, self.house.folder / "device.copy")

    def copy_central(self) -> None:
        copy_database(self.central_file, self.central_copy)

    def restore_device(self) -> None:
        """An older copy of the tablet's disk comes back. What it never sent is gone
        with the disk, so first everything is let through."""
        self.running.kill("visitor")
        self.drain()
        self.running.kill("agent")
        put_back(self.house.folder / "device.copy", self.house.kiosk_log)
        self.copy_central()  # only central holds these rows now
        self.start_agent()
        time.sleep(self.chance.uniform(0.5, 3.0))  # the tablet starts, then people come
        self.start_visitor()

    def old_copy_grows_as_long(self) -> None:
        """The disk of the beginning comes back, and gets as many answers as it had."""
        self.running.wait_for("visitor", lambda: len(self.on_disk()) >= 20)
        self.running.kill("visitor")
        self.drain()
        self.running.kill("agent")
        had = self.on_disk()
        put_back(self.house.folder / "device.copy", self.house.kiosk_log)
        self.copy_central()
        with RecordedLog.open(self.house.kiosk_log) as log:
            assert isinstance(log, RecordedLog)
            log.history = History(self.history)
            for row in had:
                words = [getattr(row, word) for word in WIRE_WORDS]
                log.add_all([replace(Draft(*words), response=new_response())])

    def restore_central(self) -> None:
        """An older copy of central's database comes back; the devices refill it."""
        self.running.kill("central")
        put_back(self.central_copy, self.central_file)
        self.restored = True
        self.start_central()

    def enrol_again_if_asked(self) -> None:
        """What staff do when the agent says so: after a fork, and when a restored
        central does not know the device any more."""
        with Log.open(self.house.kiosk_log) as log:
            if read_report(log).state not in ("fork", "unknown"):
                return
        self.events["enrol again"] += 1
        self.enrol()

    def watch(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look_at_the_watermark()
            time.sleep(0.05)

    def look_at_the_watermark(self) -> None:
        """The log must never claim that central has what central has not. After a
        restore of central it does not know yet, until they have spoken."""
        with Log.open(self.house.kiosk_log) as log:
            device, claimed = log.device, log.have
        held = self.central_has(device)
        if claimed <= held:
            self.restored = False
        elif not self.restored:
            self.overclaimed += 1

    def drain(self) -> None:
        """Heal everything, and wait until central has the whole file: the log of the
        device that it is now, and the rows of those that it was."""
        self.heal.touch()
        self.wait_for_central()
        self.kill_agent()  # a new one does not wait as long as one that met much
        end = time.monotonic() + self.drain_s
        while not self.all_sent():
            self.enrol_again_if_asked()
            self.heal.touch()
            if time.monotonic() > end:
                raise NotDrained(self._why_not_sent())
            time.sleep(0.2)
        self.heal.unlink()

    def all_sent(self) -> bool:
        """Whether central has each row of the file: the rows themselves, for an old
        copy may have grown to just as many others."""
        # Central is asked, not the agent: after a restore the agent does not know yet.
        with Log.open(self.house.kiosk_log) as log:
            if self.central_has(log.device) != log.last:
                return False
        return {content(row) for row in self.on_disk()} <= set(self._stored())

    def on_disk(self) -> list[Answer]:
        with Log.open(self.house.kiosk_log) as log:
            return log.after(0, log.last)

    def central_has(self, device: str) -> int:
        sql = "SELECT have FROM devices_device WHERE id = ?"
        return max((row[0] for row in self._rows(sql, device)), default=0)

    def _why_not_sent(self) -> str:
        said = [f"{name}:\n{self.running.said(name)}" for name in ("agent", "central")]
        late = f"not drained in {self.drain_s:.0f} s (seed {self.seed})"
        return "\n".join((late, self.explain(), *said))

    # ── the verdict ──────────────────────────────────────────────────────────

    def verdict(self) -> Verdict:
        self.running.kill("visitor")
        self.drain()
        return self.judge()

    def judge(self) -> Verdict:
        """What central holds now, against what was acknowledged."""
        self.running.stop_all()
        return judge(self.history, self._stored(), self.overclaimed)

    def explain(self) -> str:
        """Where to look when the verdict does not hold."""
        at_central = set(self._stored())
        disk = self.on_disk()
        waiting = [row for row in disk if content(row) not in at_central]
        devices = self._rows("SELECT id, begins, have, last FROM devices_device")
        held = self._rows(
            "SELECT device, reason, count(*) FROM intake_held GROUP BY 1, 2"
        )
        return (
            f"on disk {len(disk)}, not at central {[row.seq for row in waiting[:9]]}… "
            f"({len(waiting)})\ndevices {devices}\nheld {held}"
        )

    def _stored(self) -> Iterator[str]:
        rows = self._rows(
            "SELECT device, seq, response, survey, question, value, ward, mode,"
            " answered_at FROM intake_answer"
        )
        for row in rows:
            if row[0] not in self.demo_devices:
                yield content(Answer(*row))

    def _drop_the_key(self) -> None:
        """The table as a careless migration would leave it: without (device, seq)."""
        central = sqlite3.connect(self.central_file)
        central.executescript(
            "CREATE TABLE bare AS SELECT * FROM intake_answer;"
            "DROP TABLE intake_answer; ALTER TABLE bare RENAME TO intake_answer;"
        )
        central.close()

    def _ids(self, sql: str) -> list[str]:
        return [row[0] for row in self._rows(sql)]

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        central = sqlite3.connect(self.central_file, timeout=10)
        try:
            return central.execute(sql, values).fetchall()
        finally:
            central.close()


def with_environ(program: Program, **more: str) -> Program:
    return replace(program, environ={**program.environ, **more})


class NotDrained(Exception):
    """All was healed, and still central does not get the whole log."""


def copy_database(source: Path, copy: Path) -> None:
    """A consistent copy while programs write, as a backup would make."""
    with sqlite3.connect(source) as one, sqlite3.connect(copy) as other:
        one.backup(other)
    one.close()
    other.close()


def put_back(copy: Path, place: Path) -> None:
    for ending in ("-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    shutil.copyfile(copy, place)
