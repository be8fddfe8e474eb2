"""What happens to everybody, drawn from a seed.

Each event is `verb noun`, a method and whom it meets; its beginning and its end are
lines of the history, so that one file tells what was said while what was broken.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence

from deploy.demo.processes import ProgramFailed
from tests.faults.clock import JUMPS_S
from tests.faults.collectors import Collector
from tests.faults.fault_proxy import FAULTS, PASS
from tests.faults.history import ANSWER, ERASE, faults_in, read
from tests.faults.storm import Storm

LONGEST = 4  # times the events that a storm is asked for

KIOSK: Mapping[str, int] = {
    "kill visitor": 14,
    "kill kiosk-agent": 16,
    "kill central": 16,
    "copy kiosk": 4,
    "copy central": 4,
    "restore kiosk": 4,
    "restore central": 5,
    "jump clock": 5,
    "erase response": 4,
}
GATEWAY: Mapping[str, int] = {
    "kill sms": 12,
    "kill gateway-agent": 10,
    "copy gateway": 2,
    "restore gateway": 3,
}
DISKS: Mapping[str, int] = {
    "cut kiosk": 4,
    "cut gateway": 3,
    "fill kiosk": 3,
    "fill gateway": 3,
    "die kiosk": 2,
    "die gateway": 2,
}
# Even a short storm meets these, in this order, between the others.
RARE = (
    "kill sms",
    "erase response",
    "fill gateway",
    "kill central",
    "cut kiosk",
    "restore central",
    "jump clock",
    "restore kiosk",
    "fill kiosk",
    "cut gateway",
    "restore central",
    "die kiosk",
    "restore gateway",
    "kill gateway-agent",
)
NETWORK = 8  # faults of the network, at least
KINDS = 4  # and so many kinds of them


class Weather:
    def __init__(
        self,
        storm: Storm,
        events: Mapping[str, int] | None = None,
        rare: Sequence[str] = RARE,
    ) -> None:
        """`events`: how often each comes, instead of all that can. `rare`: what is met
        in any case, in this order."""
        self.storm, self.chance = storm, storm.chance
        self.events = dict(events or self._all_events())
        self.met: Counter[str] = Counter()
        self._rare = [] if events else [one for one in rare if one in self.events]

    def _all_events(self) -> Mapping[str, int]:
        gateway = self.storm.gateway is not None
        disks = all(one.disk.is_real for one in self.storm.collectors)
        more = {**(GATEWAY if gateway else {}), **(DISKS if gateway and disks else {})}
        return {**KIOSK, **more}

    def blow(self, events: int, acknowledged: int = 0, kills: int = 0) -> None:
        """So many events; more, until it was a storm with so many acknowledged answers
        and kills. Counted, and not timed: a seed brings the same on any machine."""
        planned = iter(self._rare)
        for number in range(events * LONGEST):
            if number >= events and self.was_one(acknowledged, kills):
                return
            self.breathe()
            self.happens(next(planned, "") if self.chance.random() < 0.7 else "")

    def breathe(self) -> None:
        """What was killed must have come up again before it is killed once more: else
        a slow machine has no storm, for nobody says anything."""
        self.storm.watch(self.chance.uniform(0.2, 1.5) * self.storm.breath_s)

    def happens(self, event: str = "") -> None:
        """This one, or one that is drawn."""
        names, weights = list(self.events), list(self.events.values())
        event = event or self.chance.choices(names, weights)[0]
        verb, noun = event.split()
        self.met[event] += 1
        self.storm.history.write("start", event)
        getattr(self, verb)(noun)
        self.storm.history.write("stop", event)
        self.storm.revive()
        self.storm.enrol_again_if_asked()

    def was_one(self, acknowledged: int = 0, kills: int = 0) -> bool:
        """A day without weather proves nothing."""
        faults = faults_in(self.storm.history_file)
        network = {one: faults[one] for one in FAULTS if one != PASS and faults[one]}
        if sum(network.values()) < NETWORK or len(network) < KINDS:
            return False
        if not self.met.keys() >= set(self._rare) or self.kills < kills:
            return False
        return acknowledged == 0 or self._acknowledged() >= acknowledged

    @property
    def kills(self) -> int:
        return sum(self.storm.running.kills.values())

    def _acknowledged(self) -> int:
        events = read(self.storm.history_file)
        return sum(len(one.value) for one in events if one.type == "ok")

    # ── events ───────────────────────────────────────────────────────────────

    def kill(self, name: str) -> None:
        self.storm.running.kill(name)
        time.sleep(self.chance.uniform(0, 0.3))
        self.storm.start(name)

    def copy(self, name: str) -> None:
        if name == "central":
            self.storm.store.copy()
        else:
            self._one(name).copy()

    def restore(self, name: str) -> None:
        if name == "central":
            self._restore_central()
        else:
            self._restore(self._one(name))

    def _restore_central(self) -> None:
        """An older copy of central's database comes back; the devices refill it."""
        self.storm.running.kill("central")
        self.storm.store.put_back()
        self.storm.doubt_the_watermarks()
        self.storm.start("central")

    def _restore(self, one: Collector) -> None:
        """An older copy of the device's disk comes back. What it never sent is gone
        with the disk, so first everything is let through."""
        storm = self.storm
        storm.kill_people(one)
        storm.drain(one)
        storm.running.kill(one.agent)
        one.put_back()
        storm.store.copy()  # only central holds these rows now
        storm.start(one.agent)
        time.sleep(self.chance.uniform(0.3, 2.0))  # it starts, then people come
        storm.start_people(one)

    def jump(self, _clock: str) -> None:
        self.storm.clock.jump(self.chance.choice(JUMPS_S))

    def erase(self, _response: str) -> None:
        """Central is asked to erase what somebody said at the kiosk, for ever."""
        storm = self.storm
        response = self.someone_who_spoke()
        if not response:
            return
        storm.history.write("invoke", ERASE, [response])
        try:
            storm.clerk.ask("erase_response", response)
        except ProgramFailed:
            storm.history.write("info", ERASE, [response])
        else:
            storm.history.write("ok", ERASE, [response])

    def someone_who_spoke(self) -> str:
        """A response with words that were acknowledged."""
        spoke = [
            str(row[0])
            for event in read(self.storm.history_file)
            if event.f == ANSWER and event.type == "ok"
            for row in event.value
            if isinstance(row, list) and row[3]
        ]
        return self.chance.choice(spoke) if spoke else ""

    # ── of disks ─────────────────────────────────────────────────────────────

    def fill(self, name: str) -> None:
        disk = self._one(name).disk
        disk.fill()
        self.storm.watch(self.chance.uniform(0.3, 1.2))
        disk.free()

    def die(self, name: str) -> None:
        """The disk fails in the middle of what is written, and its programs meet it.
        Frozen meanwhile: the kernel may say that a write is safe in the very moment in
        which it gives the disk up, as it does once in fifty when one pulls the plug."""
        one = self._one(name)
        for program in one.on_the_disk:
            self.storm.running.freeze(program)
        one.disk.die()
        for program in one.on_the_disk:
            self.storm.running.thaw(program)
        self.storm.watch(self.chance.uniform(0.2, 0.6))
        self._mount_again(one)

    def cut(self, name: str) -> None:
        """The plug is pulled. Frozen first: what a program says after its disk has
        gone would be no promise of the disk's."""
        one = self._one(name)
        for program in one.on_the_disk:
            self.storm.running.freeze(program)
        one.disk.cut()
        self._mount_again(one)

    def _mount_again(self, one: Collector) -> None:
        for program in one.on_the_disk:
            self.storm.running.kill(program)
        one.disk.back_on()
        for program in one.on_the_disk:
            self.storm.start(program)

    def _one(self, name: str) -> Collector:
        return next(one for one in self.storm.collectors if one.name == name)
