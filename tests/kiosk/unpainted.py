"""A kiosk that is laid out frame by frame, and painted only when it is looked at.

Without a GPU painting is half of the time of these tests, and what they ask of a screen
(its words, its places, what a tap does) is known once it is laid out.
"""

from __future__ import annotations

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.lang import Builder

from kiosk.stepper import Stepper


class Unpainted(Stepper):
    """`picture` paints, and so does `close`: a screen that cannot be drawn is found at
    the end of the test that came to it. The program itself (`tests.kiosk.program`)
    paints every frame."""

    def frames(self, count: int = 1) -> None:
        for _ in range(count):
            Clock.tick()
            EventLoop.dispatch_input()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    def paint(self, count: int = 1) -> None:
        """As Kivy's own loop does."""
        super().frames(count)

    def close(self) -> None:
        try:
            self.paint()
        finally:
            super().close()
