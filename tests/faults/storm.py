"""The storm: everything is killed, the network lies, disks fail, old copies come back.

The kiosk's log, the gateway, their agents and central run as the programs that they
are. A seed draws what happens (weather.py). At the end all is healed and drained, and
only then is judged whether every acknowledged answer is at central exactly once, with
its own words, and whether what was erased stayed so.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.demo.processes import Program, ProgramFailed, free_port, listens
from deploy.demo.programs import KIOSK_WARD, NUMBER, TEXT_WARD, House, Ports
from deploy.demo.trust import enrol
from feedback.answer import WIRE_WORDS, WORDS, Answer
from feedback.log import CENTRAL, Log, LogError
from tests.faults.clerk import Clerk
from tests.faults.clock import Clock
from tests.faults.collectors import Collector
from tests.faults.disks import Disk
from tests.faults.fault_proxy import STALL_S
from tests.faults.hands import Hands
from tests.faults.history import History, content, without_words
from tests.faults.stores import Store, first, put_back
from tests.faults.texter import NUMBERS
from tests.faults.verdict import Stored, Verdict, judge, spoken_in
from tests.faults.visitor import CANARY

# Nobody waits as long on a machine that is not laden; one that is must not fail.
DRAIN_S = 240.0
START_S = 180.0
OVERCLAIMED = "overclaimed"
SETTINGS = "tests.faults.planted_settings"
SECRETS = ("django", "twilio", "pepper", "opt-out-pepper", "sms-key")


class NotDrained(Exception):
    """All was healed, and still central does not get the whole log."""


class Storm:
    """One storm in one folder. `planted` names faults of tests.faults.planted;
    `make_store` makes its central's database, there or in a cluster."""

    def __init__(
        self,
        hospital: Path,
        folder: Path,
        seed: int,
        make_store: Callable[[Path], Store],
        planted: Sequence[str] = (),
        whole: bool = True,
    ) -> None:
        """`hospital` is the folder of a built one: each storm works on a copy. One
        that is not `whole` has a kiosk alone, on a disk that is well."""
        shutil.copytree(hospital, folder, dirs_exist_ok=True)
        self.folder, self.seed, self.planted = folder.resolve(), seed, planted
        self.chance = random.Random(seed)
        self.store = make_store(self.folder)
        self.house = House(folder, Ports(), self.store.url)
        self.running = Hands(folder / "output")
        self.history_file = folder / "history"
        self.history = History(self.history_file, "nemesis")
        clerk = self._ours("clerk", "clerk", {})
        self.clerk = Clerk(clerk, self.running.folder / "clerk.log")
        self.heal, self.clock = folder / "heal", Clock(folder / "clock")
        self.network, self.carrier = free_port(), free_port()
        self.begun: Counter[str] = Counter()  # how often each program was started
        self.overclaimed = 0
        self.breath_s = 0.0  # how long a program takes to start here
        self.kiosk = self._kiosk(whole)
        self.gateway = self._gateway() if whole else None
        self.collectors = [one for one in (self.kiosk, self.gateway) if one]
        self._programs = self._all_programs()

    def _kiosk(self, real: bool) -> Collector:
        disk = Disk(self.folder / "kiosk-disk", real)
        self.house.kiosk_log = disk.folder / "log.db"
        people = ("visitor",)
        return Collector(
            "kiosk", (KIOSK_WARD,), people, "visitor", self.house.kiosk_log, disk
        )

    def _gateway(self) -> Collector:
        disk = Disk(self.folder / "gateway-disk", True)
        self.house.gateway_log = disk.folder / "log.db"
        ward, people = (TEXT_WARD, "--kind", "sms"), ("sms", "carrier", "texter")
        return Collector("gateway", ward, people, "sms", self.house.gateway_log, disk)

    # ── the programs ─────────────────────────────────────────────────────────

    def build(self) -> None:
        for one in self.collectors:
            put_back(self.folder / f"{one.name}.db", one.log)
            with Log.open(one.log) as log:
                log.set_note(CENTRAL, self.network_url)
            one.copy()
        self.store.copy()
        self.start("central")
        self.start("network")
        self.wait_for_central()
        self.wait_for("network", lambda: listens(self.network))
        self.breath_s = self._time_to_start(self.kiosk.agent)
        for one in self.collectors[1:]:
            self.start(one.agent)
        for one in self.collectors:
            self.start_people(one)

    def _time_to_start(self, agent: str) -> float:
        begin = time.monotonic()
        self.start(agent)
        self.wait_for(agent, lambda: "event=start" in self.running.said(agent))
        return time.monotonic() - begin

    def close(self) -> None:
        self.running.stop_all()
        self.clerk.close()
        self.store.close()
        for one in self.collectors:
            one.disk.close()

    def start(self, name: str) -> None:
        self.begun[name] += 1
        self.running.start(self._programs[name]())

    def start_people(self, one: Collector) -> None:
        for name in one.people:
            self.start(name)

    def kill_people(self, one: Collector) -> None:
        for name in reversed(one.people):
            self.running.kill(name)

    def revive(self) -> None:
        """As systemd does it: what ended by itself (its disk was full when it was
        started) is started again."""
        for name in self.running.ended():
            self.history.write("start", f"{name} ended", [self.running.obituary(name)])
            self.running.forget(name)
            self.start(name)

    def wait_for(self, name: str, ready: Callable[[], bool]) -> None:
        self.running.wait_for(name, ready, START_S)

    def wait_for_central(self) -> None:
        end = time.monotonic() + START_S
        while not listens(self.house.ports.central):
            self.revive()
            if time.monotonic() > end:
                raise NotDrained(self.running.said("central"))
            time.sleep(0.05)

    def _all_programs(self) -> Mapping[str, Callable[[], Program]]:
        sms = {"WARDVOICE_SMS_NUMBERS": f"{NUMBER}={TEXT_WARD}"}
        ports = self.house.ports
        return {
            "central": self._central,
            "network": lambda: self._proxy("network", self.network, ports.central),
            "carrier": lambda: self._proxy("carrier", self.carrier, ports.sms),
            "visitor": self._visitor,
            "texter": self._texter,
            "sms": lambda: with_environ(self.house.sms("serve"), **sms),
            "kiosk-agent": lambda: self._agent("kiosk-agent", self.house.kiosk_log),
            "gateway-agent": lambda: self._agent(
                "gateway-agent", self.house.gateway_log
            ),
        }

    def _central(self) -> Program:
        program = self.house.central("serve", name="central")
        if not self.planted:
            return program
        more = {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "STORM_PLANTED": ",".join(self.planted),
        }
        return with_environ(program, **more)

    def _agent(self, name: str, log: Path) -> Program:
        program = self.house.sync(log, "run", name=name)
        words = ("-m", "tests.faults.agent", str(self.clock.file))
        return replace(program, command=(sys.executable, *words, *self.planted))

    def _proxy(self, name: str, listen: int, upstream: int) -> Program:
        return self._ours("fault_proxy", name, {
            "name": name,
            "listen": listen,
            "upstream": upstream,
            "seed": self._seed_of(name),
            "heal": self.heal,
            "history": self.history_file,
        })  # fmt: skip

    def _visitor(self) -> Program:
        return self._ours("visitor", "visitor", {
            "log": self.house.kiosk_log,
            "history": self.history_file,
            "clock": self.clock.file,
            "seed": self._seed_of("visitor"),
        })  # fmt: skip

    def _texter(self) -> Program:
        return self._ours("texter", "texter", {
            "url": f"http://127.0.0.1:{self.carrier}",
            "public": self.house.sms_url,
            "token": self.house.secret("twilio"),
            "history": self.history_file,
            "run": self.begun["texter"],
            "seed": self._seed_of("texter"),
        })  # fmt: skip

    def _seed_of(self, name: str) -> int:
        return self.seed * 1_000 + self.begun[name]

    def _ours(self, module: str, name: str, options: Mapping[str, object]) -> Program:
        words = [w for key, value in options.items() for w in (f"--{key}", str(value))]
        command = (sys.executable, "-m", f"tests.faults.{module}", *words)
        return Program(name, command, self.house.central("serve").environ)

    # ── enrolment ────────────────────────────────────────────────────────────

    def enrol(self, one: Collector) -> None:
        """With a new code, over a network that is well for the moment."""
        was_well = self.heal.exists()
        self.heal.touch()
        self.wait_for_central()
        code = self.clerk.ask("enrol_code", *one.ward).strip()
        enrol(self.house, self.running, one.log, code, self.network_url)
        if not was_well:
            self.heal.unlink()

    @property
    def network_url(self) -> str:
        return f"http://127.0.0.1:{self.network}"

    def enrol_again_if_asked(self) -> None:
        """What staff do when the agent says so: after a fork, and when a restored
        central does not know the device any more."""
        for one in self.collectors:
            if one.report().state in ("fork", "unknown"):
                self.history.write("start", f"enrol {one.name} again")
                with contextlib.suppress(ProgramFailed):  # they try until it works
                    self.enrol(one)

    # ── watching ─────────────────────────────────────────────────────────────

    def watch(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for one in self.collectors:
                self.look_at_the_watermark(one)
            time.sleep(0.05)

    def look_at_the_watermark(self, one: Collector) -> None:
        """The log must never claim that central has what central has not. After a
        restore of central it does not know yet, until they have spoken."""
        claims = one.claims()
        if claims is None:
            return
        device, claimed, _, begins = claims
        if one.doubted_to and not self._was_heard(device, one.doubted_to):
            return
        # What is below is another name's, though central may not know this one yet.
        has = max(self.central_has(device), begins - 1)
        if claimed <= has:
            one.doubted_to = ""
        elif not one.doubted_to:
            self.overclaimed += 1
            self.history.write("info", OVERCLAIMED, [device, claimed, has])

    def doubt_the_watermarks(self) -> None:
        """Central is another one now. The proxy may hold a reply of the one before."""
        moment = datetime.now(UTC) + timedelta(seconds=STALL_S + 1)
        for one in self.collectors:
            one.doubted_to = moment.strftime("%Y-%m-%d %H:%M:%S.%f+00")

    def _was_heard(self, device: str, after: str) -> bool:
        sql = "SELECT 1 FROM devices_device WHERE id = %s AND last_heard > %s"
        return bool(self.store.rows(sql, device, after))

    def central_has(self, device: str) -> int:
        sql = "SELECT have FROM devices_device WHERE id = %s"
        return int(first(self.store.rows(sql, device), 0))

    # ── draining ─────────────────────────────────────────────────────────────

    def drain(self, *collectors: Collector) -> None:
        """Heal everything, and wait until central has the whole file: the log of the
        device that it is now, and the rows of those that it was."""
        several = collectors or tuple(self.collectors)
        self.heal.touch()
        self.wait_for_central()
        for one in several:  # a new one does not wait as long as one that met much
            self.running.kill(one.agent)
            self.start(one.agent)
        end = time.monotonic() + DRAIN_S
        while not all(self.all_sent(one) for one in several):
            self.revive()
            self.enrol_again_if_asked()
            self.heal.touch()
            if time.monotonic() > end:
                raise NotDrained(self._why_not_sent())
            time.sleep(0.2)
        self.heal.unlink()

    def all_sent(self, one: Collector) -> bool:
        """Whether central has each row of the file: the rows themselves, for an old
        copy may have grown to just as many others."""
        # Central is asked, not the agent: after a restore the agent does not know yet.
        claims = one.claims()
        if claims is None or self.central_has(claims[0]) != claims[2]:
            return False
        return not self._not_at_central(one)

    def _not_at_central(self, one: Collector) -> list[Answer]:
        there = {content(row.answer) for row in self.stored()}
        return [
            row
            for row in one.rows()
            if content(row) not in there and without_words(row) not in there
        ]

    def _why_not_sent(self) -> str:
        names = ("kiosk-agent", "gateway-agent", "central")
        said = [f"{name}:\n{self.running.said(name)}" for name in names]
        late = f"not drained in {DRAIN_S:.0f} s (seed {self.seed})"
        return "\n".join((late, self.explain(), *said))

    # ── the verdict ──────────────────────────────────────────────────────────

    def verdict(self) -> Verdict:
        for one in self.collectors:
            self.kill_people(one)
        self.drain()
        self.clerk.ask("follow")
        self.running.stop_all()
        return self.judge()

    def judge(self) -> Verdict:
        """What central holds now, against what was acknowledged."""
        spoken = len(self._spoken())
        return judge(self.history_file, self.stored(), self.overclaimed, spoken)

    def _spoken(self) -> list[str]:
        return spoken_in(self.running.folder, self._may_not_be_said())

    def _may_not_be_said(self) -> Sequence[str]:
        secrets = [self.house.secret(name).read_text() for name in SECRETS]
        return (CANARY, NUMBERS, "seal1.", *secrets)

    def stored(self) -> list[Stored]:
        """Every row that central has, standing or held."""
        rows = self.store.rows(f"SELECT {', '.join(WORDS)} FROM intake_answer")
        held = self.store.rows("SELECT device, seq, body, reason FROM intake_held")
        comments = self.store.rows("SELECT device, seq, text FROM comments_comment")
        opened = {(device, seq): text for device, seq, text in comments}
        answers = [Answer(*row) for row in rows]
        stored = [Stored(one, opened.get((one.device, one.seq), "")) for one in answers]
        return stored + [
            Stored(_held(*row), twin=reason == "twin") for *row, reason in held
        ]

    def explain(self) -> str:
        """Where to look when the verdict does not hold."""
        told = []
        for one in self.collectors:
            state = f"{one.report().state} {one.claims()}"
            told.append(f"{one.name}: {state}, not at central {self._missing(one)}")
        devices = self.store.rows("SELECT id, begins, have, last FROM devices_device")
        held = self.store.rows(
            "SELECT device, reason, count(*) FROM intake_held GROUP BY 1, 2"
        )
        spoken = [line[:200] for line in self._spoken()[:3]]
        return "\n".join((*told, f"devices {devices}", f"held {held}", *spoken))

    def _missing(self, one: Collector) -> str:
        try:
            waiting = self._not_at_central(one)
        except LogError as error:
            free = os.statvfs(one.disk.folder).f_bfree
            return f"unknown, for {error} ({free} blocks free)"
        return f"{[row.seq for row in waiting[:9]]}… ({len(waiting)})"


def _held(device: str, seq: int, body: str) -> Answer:
    raw = json.loads(body)
    if isinstance(raw, str):
        raw = json.loads(base64.b64decode(raw))
    return Answer(device, seq, *(raw[word] for word in WIRE_WORDS))


def with_environ(program: Program, **more: str) -> Program:
    return replace(program, environ={**program.environ, **more})
