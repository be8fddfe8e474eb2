"""The real kiosk in a process of its own, which tests freeze, kill and starve.

python -m tests.kiosk.child FILE WAY…
    opens FILE as `wardvoice-kiosk` does, in a window that nobody sees, and says
    "welcome" when it can be touched. Then for each line of its standard input it does
    what the line says and answers with the screen that shows and how many rows it has
    been told are on the disk:
        tap MARK     touch it        key LETTER   on the keyboard of the screen
        wait SECONDS let them pass   visits       one visit after the other, for ever
    WAY: NORMAL commits as the log never does; swallow takes a save for done that
    failed; unsealed writes words as they are; stays never begins again.

Letters come one at a time, so that no word stands in this process that a visitor
did not write. The parent holds the words; so does no command line.
"""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from kiosk import logs, memory
from kiosk.__main__ import make_app
from kiosk.settings import Settings
from kiosk.store import open_store

SIZE = (1280, 800)


class Hours:
    """Seconds that a test lets pass, beside those that pass by themselves."""

    def __init__(self):
        self.passed = 0.0

    def __call__(self):
        return time.monotonic() + self.passed

    def rest(self, seconds):
        self.passed += seconds


def say(text):
    print(text, flush=True)


def swallows(visit):
    step, visit._step = visit._step, None
    try:
        visit._write(step)
    except Exception:  # noqa: BLE001 the planted fault
        say("swallowed")
    visit.place = step.to


class Child:
    def __init__(self, app, log, begin_again=None):
        from kivy.clock import Clock

        from kiosk.stepper import Stepper

        self.app, self.log, self.hours = app, log, Hours()
        world = replace(app.world, clock=self.hours)
        app.world = replace(world, begin_again=begin_again) if begin_again else world
        Clock._max_fps = 0
        self.stepper = Stepper(app, rest=self.hours.rest)
        while app.views.build_one_more():  # else it comes between two taps
            self.stepper.settle()

    def state(self):
        """What stands on the screen, as a person would see it."""
        visit = self.app.visit
        waits = " unsaved" if visit and visit.unsaved else ""
        say(f"{self.stepper.screen}{waits} {self.log.last if not waits else '-'}")

    def wait(self, seconds):
        while seconds > 0:
            self.hours.rest(min(1.0, seconds))
            self.app.tick()
            seconds -= 1.0
        self.stepper.settle()

    def key(self, letter):
        self.hours.rest(0.5)
        self.stepper._key(letter)

    def visits(self):
        """Acknowledged is what the person has seen the screen move for."""
        while True:
            for mark in ("start", "option-patient", "option-good", "stop", "done"):
                self.stepper.tap(mark)
                self.state()

    def obey(self, line):
        what, _, rest = line.strip("\n").partition(" ")
        match what:
            case "tap":
                self.stepper.tap(rest)
            case "key":
                self.key(rest or " ")
            case "wait":
                self.wait(float(rest))
            case "visits":
                self.visits()
        self.state()


def run(file, ways, home):
    settings = Settings(Path(file), "", SIZE, 60)
    with open_store(settings.log, datetime.now(UTC)) as log, ExitStack() as faults:
        if "NORMAL" in ways:
            log.db.conn.execute("PRAGMA synchronous = NORMAL")
        app = make_app(log, settings, os.environ, home)
        from kiosk.flow import Visit

        if "swallow" in ways:
            faults.enter_context(mock.patch.object(Visit, "retry", swallows))
        if "unsealed" in ways:
            plain = mock.patch.object(Visit, "_sealed", lambda visit, key, text: text)
            faults.enter_context(plain)
        stays = (lambda ended_at: None) if "stays" in ways else None
        child = Child(app, log, stays)
        child.state()
        while line := sys.stdin.readline():
            child.obey(line)


def main(file, *ways):
    logs.configure()
    memory.never_dump()
    try:
        with tempfile.TemporaryDirectory(prefix="wardvoice-kiosk-") as home:
            run(file, ways, Path(home))
    except memory.BeginAgain as wish:
        memory.begin_again(wish.ended_at)


if __name__ == "__main__":
    os.environ.update(SDL_VIDEODRIVER="offscreen", SDL_AUDIODRIVER="dummy")
    main(*sys.argv[1:])
