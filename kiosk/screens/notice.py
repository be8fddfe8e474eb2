"""What lies over a screen, and keeps fingers off what is under it?"""

from __future__ import annotations

from kivy.input import MotionEvent
from kivy.properties import BooleanProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.widgets import fit_again, load_looks


class Notice(FloatLayout):
    """A veil over the whole window with a card on it."""

    portrait = BooleanProperty(False)
    fits_when_shown = True
    takes_words = False

    def on_parent(self, *_: object) -> None:
        if self.parent is not None:
            fit_again(self)

    def is_typing(self, touch: MotionEvent) -> bool:
        return False

    def on_touch_down(self, touch: MotionEvent) -> bool:
        super().on_touch_down(touch)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        super().on_touch_up(touch)
        return True


load_looks(__file__)
