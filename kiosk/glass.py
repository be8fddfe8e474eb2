"""Which touches count?

One finger at a time, and a tap once: an elbow on the glass, a trembling hand and a
second tap on a screen that has just moved must not answer anything. Nor does a finger
that was already down when what is under it changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.input import MotionEvent
from kivy.metrics import dp
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.floatlayout import FloatLayout

DOUBLE_TAP_S = 0.4
NEAR_DP = 60
# A panel may lose the end of a touch. Then the next finger counts after this long.
LOST_FINGER_S = 3.0


class Glass(FloatLayout):
    """The root of all widgets."""

    def __init__(
        self,
        clock: Callable[[], float],
        is_typing: Callable[[MotionEvent], bool],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._clock = clock
        self._is_typing = is_typing
        self._finger: MotionEvent | None = None
        self._down_at = self._moved_at = self._ignored_at = float("-inf")
        self._down_pos = (0.0, 0.0)

    @property
    def is_held(self) -> bool:
        """Whether a finger is down."""
        lasts = self._clock() - self._down_at < LOST_FINGER_S
        return self._finger is not None and lasts

    def moved(self) -> None:
        """Another screen is shown now: whoever tapped twice did not mean this one."""
        self._moved_at = self._clock()
        if self._finger is not None:
            _let_go(self._finger)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        now = self._clock()
        if self._finger is not None and now - self._down_at < LOST_FINGER_S:
            return True
        if self._is_second_half(touch, now):
            self._ignored_at = now
            return True
        self._finger = touch
        self._down_at, self._down_pos = now, touch.pos
        return bool(super().on_touch_down(touch))

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch is self._finger:
            self._finger = None
        return bool(super().on_touch_up(touch))

    def _is_second_half(self, touch: MotionEvent, now: float) -> bool:
        if now - self._moved_at < DOUBLE_TAP_S:
            return True
        if self._is_typing(touch):
            return False
        # Whoever drums on the glass answers once: a pause ends it, not time alone.
        if now - self._ignored_at < DOUBLE_TAP_S:
            return True
        if now - self._down_at >= DOUBLE_TAP_S:
            return False
        across = abs(touch.x - self._down_pos[0]), abs(touch.y - self._down_pos[1])
        return bool(max(across) < dp(NEAR_DP))


def _let_go(touch: MotionEvent) -> None:
    """What the finger holds down is not pressed when it goes up."""
    for held in list(touch.grab_list):
        widget = held()
        if isinstance(widget, ButtonBehavior):
            touch.ungrab(widget)
            widget.state = "normal"
