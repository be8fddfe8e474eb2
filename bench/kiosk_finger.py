"""How long does a tap take, from the finger to the next screen's pixels?

Each program is first watched for one visit: which pixels become others when the next
screen comes, and do not when a target is merely pressed. Then those few are watched.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.kiosk_ours import Program, Tap
from bench.kiosk_screen import CORNER, HEIGHT, WIDTH, Box, Screen, Strip

# A person looks before the next tap; and the kiosk takes two quick ones for one.
PAUSE_S = 0.7
PRESSED_S = 0.3
REST_S = 2.0
TIMEOUT_S = 30.0
STRIP_PX, STRIPS = 64, 12
BESIDE_PX = 40  # so far around a target its own change of looks may reach


@dataclass(frozen=True)
class Known:
    """How the first screen looks where its button is, and what to watch at a tap."""

    first: list[tuple[Strip, bytes]]
    taps: dict[str, list[Strip]]


class Finger:
    """Taps what runs on the screen. `chance` spreads taps over a frame's time."""

    def __init__(self, screen: Screen, chance: random.Random) -> None:
        self._screen = screen
        self._chance = chance

    @contextmanager
    def running(self, program: Program, output: Path) -> Iterator[int]:
        """The program, on this screen; its process id."""
        self._screen.move(CORNER)
        environ = {**program.environ, "DISPLAY": self._screen.display}
        with output.open("ab") as file:
            process = subprocess.Popen(
                program.command,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        try:
            yield process.pid
            assert process.poll() is None, f"{program.name} ended:\n{_tail(output)}"
        finally:
            process.terminate()
            process.wait(timeout=30)

    # ── the first time ───────────────────────────────────────────────────────

    def learn(self, program: Program) -> Known:
        """What one visit shows; the program has just been started."""
        first = self.first_screen(program).first
        taps = {}
        for tap in program.script.visit:
            taps[tap.mark] = self._differing(tap.box, *self._three_pictures(tap))
            assert taps[tap.mark], f"{program.name}: nothing follows {tap.mark}"
        return Known(first, taps)

    def first_screen(self, program: Program) -> Known:
        """What it shows where its first button is; it has just been started."""
        time.sleep(4 * REST_S)  # the first start reads every file from the disk
        button = program.script.visit[0].box
        rows = range(button.top + 8, button.top + button.height - 8, 8)
        strips = [self._screen.strip(button.left, y, button.width) for y in rows]
        return Known(list(zip(strips, self._screen.look(strips), strict=True)), {})

    def _three_pictures(self, tap: Tap) -> tuple[bytes, bytes, bytes]:
        screen = self._screen
        screen.move(tap.box.centre)
        time.sleep(PAUSE_S)
        before = screen.picture()
        screen.press()
        time.sleep(PRESSED_S)
        pressed = screen.picture()
        screen.release()
        time.sleep(REST_S)
        return before, pressed, screen.picture()

    def _differing(
        self, box: Box, before: bytes, pressed: bytes, after: bytes
    ) -> list[Strip]:
        found = []
        for y in range(4, HEIGHT, 8):
            for x in range(0, WIDTH, STRIP_PX):
                if box.near(x, y, BESIDE_PX) or box.near(x + STRIP_PX, y, BESIDE_PX):
                    continue
                strip = self._screen.strip(x, y, STRIP_PX)
                was, held, then = (_cut(one, strip) for one in (before, pressed, after))
                if was == held and was != then:
                    changed = sum(a != b for a, b in zip(was, then, strict=True))
                    found.append((changed, strip))
        found.sort(key=lambda one: one[0], reverse=True)
        return [strip for _, strip in found[:STRIPS]]

    # ── what is measured ─────────────────────────────────────────────────────

    def wait_for_first_screen(self, known: Known, began: float) -> float:
        """Seconds from the command to the first screen with its button on it."""
        strips = [strip for strip, _ in known.first]
        wanted = [pixels for _, pixels in known.first]
        assert self._screen.look(strips) != wanted, "the screen was not cleared"
        seen = self._screen.wait(
            lambda: self._screen.look(strips) == wanted, TIMEOUT_S, "the first screen"
        )
        return seen - began

    def visit(self, program: Program, known: Known) -> Iterator[tuple[str, float]]:
        """Each tap that answers: its mark, and milliseconds to the next screen."""
        for tap in program.script.visit:
            took_s = self._timed_tap(tap, known.taps[tap.mark])
            if tap.counts:
                yield tap.mark, took_s * 1000

    def tap(self, tap: Tap, rests: bool = True) -> float:
        """When it was made, on the clock of time.perf_counter; `rests`: with time for
        whatever it brings."""
        self._aim(tap)
        tapped_at = time.perf_counter()
        self._screen.click()
        if rests:
            time.sleep(PAUSE_S)
        return tapped_at

    def _timed_tap(self, tap: Tap, strips: Sequence[Strip]) -> float:
        self._aim(tap)
        screen = self._screen
        before = screen.look(strips)
        began = time.perf_counter()
        screen.click()
        seen = screen.wait(
            lambda: screen.look(strips) != before, TIMEOUT_S, f"what {tap.mark} brings"
        )
        return seen - began

    def _aim(self, tap: Tap) -> None:
        self._screen.move(tap.box.centre)
        time.sleep(PAUSE_S + self._chance.uniform(0, 0.05))


def _cut(picture: bytes, strip: Strip) -> bytes:
    return picture[strip.start : strip.start + strip.length]


def _tail(output: Path) -> str:
    return output.read_text(errors="replace")[-2000:]
