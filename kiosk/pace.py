"""How often is the screen drawn?

A tap is answered with the next frame. Twice as many frames halve that wait, and would
cost an idle tablet twice as much: so only while a finger is there, and a little after.
"""

from __future__ import annotations

from collections.abc import Callable

from kivy.clock import Clock

QUICK_FRAMES_PER_S = 120.0
AFTER_S = 1.0  # what a tap has begun is drawn by then
# A panel may lose the end of a touch, or a hand may rest on it.
LONGEST_S = 10.0


class Pace:
    """Kivy reads its rate anew for each frame, and has no other way to set it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calm = Clock._max_fps
        self._until = 0.0

    def finger_down(self) -> None:
        self._hurry(LONGEST_S)

    def finger_up(self) -> None:
        self._hurry(AFTER_S)

    def tick(self) -> None:
        if self._clock() >= self._until:
            Clock._max_fps = self._calm

    def _hurry(self, seconds: float) -> None:
        self._until = self._clock() + seconds
        # 0 is as fast as the machine can: nothing to hurry.
        if self._calm:
            Clock._max_fps = max(self._calm, QUICK_FRAMES_PER_S)
