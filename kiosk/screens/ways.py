"""How would this visitor like to see it? Larger, with more contrast, in easy read."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.look import LARGE, LARGEST, NORMAL, look
from kiosk.page import Phrases
from kiosk.screens.notice import Notice
from kiosk.widgets import Target, load_looks

# Each choice is written a little larger than the one before.
SAMPLES = {NORMAL: 23, LARGE: 27, LARGEST: 31}


class Way(Target):
    """One of a group, of which always one is `chosen`."""

    text = StringProperty("")
    chosen = BooleanProperty(False)
    sample = NumericProperty(0)  # the size of its words; 0: the usual


class WaysNotice(Notice):
    """Three groups of buttons; what is chosen has a tick.

    Events: on_letters(size), on_contrast(bool), on_easy(bool), on_close(). The app lets
    `look` wear it; what is ticked here follows by itself. Marks: `size-normal`,
    `size-large`, `size-largest`, `contrast-off`, `contrast-on`, `easy-off`, `easy-on`,
    `close`.
    """

    # Large words on a narrow screen: the sizes stand under one another.
    tall = BooleanProperty(False)

    __events__ = ("on_letters", "on_contrast", "on_easy", "on_close")

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        look.bind(size=self._tick, contrast=self._tick, easy=self._tick)

    def show(self, words: Phrases) -> None:
        for name in ("ways_title", "size_title", "colours_title", "easy_title"):
            self.ids[name].text = words(name)
        self.ids.close.text = words("close")
        for size in SAMPLES:
            self.ids[f"size_{size}"].text = words(f"size_{size}")
        self.ids.contrast_off.text = words("colours_normal")
        self.ids.contrast_on.text = words("colours_strong")
        self.ids.easy_off.text = words("easy_off")
        self.ids.easy_on.text = words("easy_on")
        self._tick()

    def _tick(self, *_: object) -> None:
        for size in SAMPLES:
            self.ids[f"size_{size}"].chosen = look.size == size
        for name, is_on in (("contrast", look.contrast), ("easy", look.easy)):
            self.ids[f"{name}_on"].chosen = is_on
            self.ids[f"{name}_off"].chosen = not is_on

    def on_letters(self, size: str) -> None:
        pass

    def on_contrast(self, is_on: bool) -> None:
        pass

    def on_easy(self, is_on: bool) -> None:
        pass

    def on_close(self) -> None:
        pass


load_looks(__file__)
