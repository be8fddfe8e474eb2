"""How long does the loop wait?

Until a finger or a key comes. Kivy sleeps from frame to frame, hears a touch when it
wakes, and hands it on after one more frame; here the sleep ends with the touch, and
what follows is done at once. So nobody waits for a frame, and while nobody is there
few frames are enough, which costs an idle tablet next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from kiosk.display import sdl

QUICK_FRAMES_PER_S = 120.0
CALM_FRAMES_PER_S = 20.0
AFTER_S = 1.0  # what a tap has begun is drawn by then
# A panel may lose the end of a touch, or a hand may rest on it.
LONGEST_S = 10.0
# Frames without a sleep behind an event: Kivy reads it in one and hands it on in the
# next, where what it leads to is laid out and drawn.
AT_ONCE = 3
TRIFLE_S = 0.002  # SDL counts in milliseconds


class Pace:
    """Kivy reads its rate anew for each frame, and has no other way to set it. A rate
    of 0, as fast as the machine can, is left alone."""

    def __init__(
        self, clock: Callable[[], float], wait: Callable[[float], bool]
    ) -> None:
        """`wait` sleeps for so many seconds; whether an event came before that."""
        self._clock = clock
        self._wait = wait
        self._until = 0.0
        self._at_once = 0
        if Clock._max_fps:
            Clock._max_fps = CALM_FRAMES_PER_S
            Clock.idle = self._idle

    def finger_down(self) -> None:
        self._hurry(LONGEST_S)

    def finger_up(self) -> None:
        self._hurry(AFTER_S)

    def tick(self) -> None:
        if Clock._max_fps and self._clock() >= self._until:
            Clock._max_fps = CALM_FRAMES_PER_S

    def stop(self) -> None:
        Clock.__dict__.pop("idle", None)

    def _hurry(self, seconds: float) -> None:
        self._until = self._clock() + seconds
        if Clock._max_fps:
            Clock._max_fps = QUICK_FRAMES_PER_S

    def _idle(self) -> float:
        """In place of Clock.idle: the time at which the next frame begins."""
        if self._at_once:
            self._at_once -= 1
        elif self._left_s() > 0 and self._wait(self._left_s()):
            self._at_once = AT_ONCE
        elif self._left_s() > TRIFLE_S:
            _sleep(self._left_s())  # a wait that fails must not burn the processor
        now: float = Clock.time()
        Clock._dt, Clock._last_tick = now - Clock._last_tick, now
        return now

    def _left_s(self) -> float:
        """Until the next frame is due."""
        return float(1 / Clock._max_fps - (Clock.time() - Clock._last_tick))


def wait_for_event() -> Callable[[float], bool]:
    """Sleeps until SDL has something to tell, and leaves it there for Kivy."""
    library = sdl()
    if library is None:
        return _sleep
    wait: Any = library.SDL_WaitEventTimeout

    def until_event(seconds: float) -> bool:
        return bool(wait(None, max(1, round(seconds * 1000))))

    return until_event


def _sleep(seconds: float) -> bool:
    Clock.usleep(seconds * 1_000_000)
    return False
