"""Which pieces are all screens made of?

Their looks are in theme.kv. A thing to tap carries a `mark`, its stable name for
tests and for the scripted patient: `language-en`, `option-very_good`, `next`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.label import Label
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from kiosk import theme

SMALLER = 0.94  # one step of making words smaller until they fit


def load_looks(module_file: str) -> None:
    """Load the .kv that stands beside a module."""
    Builder.load_file(str(Path(module_file).with_suffix(".kv")))


class Words(Label):
    """Words that are made smaller, never cut: from `largest` until they fit.

    A word is never broken in two, so the widest word counts as well.
    """

    largest = NumericProperty(24)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Once before the next frame, however many of these change until then.
        fit = Clock.create_trigger(self._fit, -1)
        self.bind(size=fit, text=fit, largest=fit, bold=fit)

    def _fit(self, *_: object) -> None:
        if not self.text or self.width <= 1 or self.height <= 1:
            return
        size = self.largest
        while not self._fits(size) and size > self.largest / 2:
            size *= SMALLER
        if self.valign == "top":
            self.text_size = self.size

    def _fits(self, size: float) -> bool:
        self.font_size = size
        self.text_size = (self.width, None)
        self.texture_update()
        extents = self._label.get_extents
        widest = max(extents(word)[0] for word in self.text.split() or [""])
        return bool(widest <= self.width and self.texture_size[1] <= self.height)


class Target(ButtonBehavior, BoxLayout):
    """Anything that a finger may touch."""

    mark = StringProperty("")
    fill = ColorProperty(theme.WHITE)
    pressed_fill = ColorProperty(theme.PRESSED)
    edge = ColorProperty(theme.EDGE)
    edge_width = NumericProperty(1)
    radius = NumericProperty(12)


class Press(Target):
    """A button with words. `strong`: the one that leads on."""

    text = StringProperty("")
    strong = BooleanProperty(False)
    largest = NumericProperty(26)


class Option(Target):
    """A face, a choice or a word."""

    key = StringProperty("")
    text = StringProperty("")
    face = StringProperty("")
    chosen = BooleanProperty(False)


class Cards(GridLayout):
    """Things to choose from, in rows of one height."""

    def _count_rows(self) -> int:
        columns = max(1, self.cols or 1)
        return max(1, -(-len(self.children) // columns))

    rows_now = AliasProperty(_count_rows, bind=("children", "cols"))


class Tick(Widget):
    """A tick in a disc, or in a box that may stay empty."""

    box = BooleanProperty(False)
    ticked = BooleanProperty(True)


class Face(Widget):
    """A picture as large as its room allows, kept in proportion."""

    source = StringProperty("")


class Bar(Widget):
    """How much of the way is done, 0 to 1."""

    done = NumericProperty(0)


class Band(BoxLayout):
    """A box with a background."""

    fill = ColorProperty(theme.WHITE)
    edge = ColorProperty(theme.NONE)
    radius = NumericProperty(0)
    corners = ListProperty([1, 1, 1, 1])


class View(Screen):
    """A screen. `forget` leaves nothing of a visitor on it."""

    portrait = BooleanProperty(False)

    def forget(self) -> None:
        """Nothing to forget, unless a screen says otherwise."""


Builder.load_file(str(Path(__file__).with_name("theme.kv")))
