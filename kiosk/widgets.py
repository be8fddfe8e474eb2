"""Which pieces are all screens made of?

Their looks are in theme.kv, in the colours and letters of `kiosk.look`. A thing to tap
carries a `mark`, its stable name for tests and for the scripted patient: `language-en`,
`option-very_good`, `next`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.context_instructions import BindTexture
from kivy.input import MotionEvent
from kivy.lang import Builder
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.label import Label
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from kiosk import theme
from kiosk.fonts import family_of
from kiosk.look import look
from kiosk.pictures import Face, Picture, unblended
from kiosk.room import Laid, Letters, lay

__all__ = ["Face", "Picture"]  # used in the .kv of every screen

SMALLER = 0.94  # one step of making words smaller until they fit
STEPS = 18  # at most: then they are a third as large


def load_looks(module_file: str) -> None:
    """Load the .kv that stands beside a module."""
    Builder.load_file(str(Path(module_file).with_suffix(".kv")))


class Words(Label):
    """Words that are made smaller, never cut: from `largest` until they fit.

    `largest` is for words of the normal size; look.letters comes on top. A word is
    never broken in two, so the widest word counts as well. `language` is empty for
    words in the language that the tablet wears. The alignment `lead` is the side on
    which reading begins.
    """

    largest = NumericProperty(24)
    letters = NumericProperty(1.0)
    language = StringProperty("")
    worn = StringProperty("en")
    fitted = NumericProperty(0)  # the size that fits
    shared = NumericProperty(10_000)  # no larger than this: see Chorus
    color = ColorProperty(None, allownone=True)  # None: the ink of the day
    plain = ColorProperty(theme.NORMAL["ink"])
    halign = OptionProperty("lead", options=["lead", "left", "center", "right"])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Once before the next frame, however many of these change until then.
        self.fit = fit = Clock.create_trigger(self._fit, -1)
        self.stale = False
        self.bind(
            size=fit, text=fit, largest=fit, letters=fit, bold=fit, worn=fit,
            valign=fit, shared=self._resize,
        )  # fmt: skip
        self.bind(plain=self._trigger_texture)

    def _colour(self) -> list[float]:
        return list(self.color or self.plain)

    shown_color = AliasProperty(_colour, bind=("color", "plain"))

    def texture_update(self, *args: object) -> None:
        self._label.options["color"] = self.shown_color
        super().texture_update(*args)
        if self.texture is not None:
            unblended(self.texture)

    def _fit(self, *_: object) -> None:
        self.stale = _waits(self)
        if self.stale or not self.text or self.width <= 1 or self.height <= 1:
            return
        self._dress()
        self.fitted = self._largest_that_fits(self.height)
        self._resize()
        # Only what begins at the top needs to know how high its room is.
        self.text_size = self.width, self.height if self.valign == "top" else None

    def _resize(self, *_: object) -> None:
        self.font_size = min(self.fitted, self.shared)

    def _largest_that_fits(self, height: float) -> float:
        """By halves: a smaller size fits wherever a larger one does."""
        most = self.largest * self.letters
        low, high = 0, STEPS
        step = 0  # most words fit as they are
        while low < high:
            if self._laid(most * SMALLER**step).fits(self.width, height):
                high = step
            else:
                low = step + 1
            step = (low + high) // 2
        return float(most * SMALLER**low)

    def _dress(self) -> None:
        """The letters that these words are written in."""
        family = family_of(self.worn, self.text)
        self.font_name = family.name
        self.font_direction = "rtl" if family.rtl else "ltr"
        # A name in Latin letters stands where the words around it begin.
        self.base_direction = "rtl" if family_of(self.worn).rtl else "ltr"

    def _laid(self, size: float) -> Laid:
        self._label.resolve_font_name()
        file = self._label.options["font_name_r"]
        rtl = self.font_direction == "rtl"
        return lay(self.text, Letters(file, max(1, int(size)), rtl), self.width)


def _waits(widget: Widget) -> bool:
    """Whether it is on a screen that is not shown: that one sees to it when it is."""
    while isinstance(widget.parent, Widget):
        widget = widget.parent
    return widget.parent is None and hasattr(widget, "fits_when_shown")


def fit_again(shown: Widget) -> None:
    """Fit the words of what has just come onto the screen, where they changed their
    language or their size while it was away."""
    for widget in shown.walk():
        if isinstance(widget, Words) and widget.stale:
            widget.fit()


class Snug(Words):
    """Words in a box as high as they need; at `most`, then they become smaller.

    Its `size_hint_y` is None. Without words it takes no room.
    """

    most = NumericProperty(10_000)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        grow = Clock.create_trigger(self._grow, -1)
        self.bind(
            width=grow, text=grow, largest=grow, letters=grow, bold=grow, worn=grow,
            most=grow,
        )  # fmt: skip

    def _grow(self, *_: object) -> None:
        if not self.text:
            self.height = 0
        elif self.width > 1:
            self._dress()
            size = self._largest_that_fits(self.most)
            self.height = min(self._laid(size).high, self.most)


class Chorus:
    """Words that stand side by side in letters of one size: what fits the longest of
    them. One that is far too long makes the others only so much smaller."""

    LEAST = 0.7

    def __init__(self) -> None:
        self._voices: list[Words] = []
        self._tune = Clock.create_trigger(self._share, -1)

    def sing(self, voices: Iterable[Words]) -> None:
        for voice in self._voices:
            voice.unbind(fitted=self._tune)
        self._voices = list(voices)
        for voice in self._voices:
            voice.bind(fitted=self._tune)
        self._tune()

    def _share(self, *_: object) -> None:
        sizes = [voice.fitted for voice in self._voices if voice.fitted]
        if sizes:
            shared = max(min(sizes), max(sizes) * self.LEAST)
            for voice in self._voices:
                voice.shared = shared


class Mirrored:
    """A layout whose reading order begins on the right where the language does.

    Padding is mirrored, too: a .kv is written for left to right.
    """

    def _iterate_layout(self: Any, *args: Any) -> Iterator[tuple[Any, ...]]:
        for at, x, y, wide, high in super()._iterate_layout(*args):  # type: ignore[misc]
            if self.rtl:
                child = self.children[at]
                across = child.width if child.size_hint_x is None else wide
                x = self.x + self.right - x - across
            yield at, x, y, wide, high


class Row(Mirrored, BoxLayout):
    """Things in reading order; with `mirrors` off always from left to right."""

    mirrors = BooleanProperty(True)
    rtl = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fbind("rtl", self._trigger_layout)


class Tiles(Mirrored, GridLayout):
    """Things in reading order, in several rows."""

    mirrors = BooleanProperty(True)
    rtl = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fbind("rtl", self._trigger_layout)


class Target(ButtonBehavior, Row):
    """Anything that a finger or a key may touch. `focused`: the next key touches it.

    A colour that is None is the usual one. It is no rule in theme.kv: Kivy would run
    that rule again, over a screen's own, whenever the palette changes. `ground`, `rim`
    and `rim_width` are what is usual for a kind of target.
    """

    mark = StringProperty("")
    enabled = BooleanProperty(True)
    focused = BooleanProperty(False)
    fill = ColorProperty(None, allownone=True)
    pressed_fill = ColorProperty(None, allownone=True)
    edge = ColorProperty(None, allownone=True)
    edge_width = NumericProperty(0)  # 0: the usual
    ground = ColorProperty(None, allownone=True)
    pressed_ground = ColorProperty(None, allownone=True)
    rim = ColorProperty(None, allownone=True)
    rim_width = NumericProperty(0)
    radius = NumericProperty(12)
    ring_inset = NumericProperty(2)
    shown_fill = ColorProperty(theme.NORMAL["white"])
    shown_edge = ColorProperty(theme.NORMAL["edge"])

    _ring: Ring | None = None

    def on_enabled(self, *_: object) -> None:
        self.disabled = not self.enabled

    def on_focused(self, *_: object) -> None:
        if self._ring is not None:
            self.canvas.after.remove(self._ring.canvas)
            self._ring = None
        if self.focused:
            self._ring = Ring(around=self)
            self.canvas.after.add(self._ring.canvas)


class Ring(Widget):
    """Which target the next key touches. There only while there is such a one: rings
    that do not show would take a third of the time of a frame."""

    around = ObjectProperty(None)
    outer = NumericProperty(0)
    inner = NumericProperty(0)


class Press(Target):
    """A button with words. `strong`: the one that leads on."""

    text = StringProperty("")
    language = StringProperty("")
    strong = BooleanProperty(False)
    largest = NumericProperty(26)
    ink = ColorProperty(None, allownone=True)


class Option(Target):
    """A face, a choice or a word."""

    key = StringProperty("")
    text = StringProperty("")
    face = StringProperty("")
    picture = StringProperty("")
    pictured = BooleanProperty(True)  # there is room for its picture
    chosen = BooleanProperty(False)


class Cards(Tiles):
    """Things to choose from, in rows of one height."""

    def _count_rows(self) -> int:
        columns = max(1, self.cols or 1)
        return max(1, -(-len(self.children) // columns))

    rows_now = AliasProperty(_count_rows, bind=("children", "cols"))


class Tick(Widget):
    """A tick in a disc, or in a box that may stay empty."""

    box = BooleanProperty(False)
    ticked = BooleanProperty(True)


class Bar(Widget):
    """How much of the way is done, 0 to 1."""

    done = NumericProperty(0)
    rtl = BooleanProperty(False)


class Band(Row):
    """A box with a background: white, or `fill`."""

    fill = ColorProperty(None, allownone=True)
    edge = ColorProperty(theme.NORMAL["none"])
    radius = NumericProperty(0)
    corners = ListProperty([1, 1, 1, 1])


class View(Screen):
    """A screen. `forget` leaves nothing of a visitor on it.

    Its ground is the window's own, which is wiped for each frame anyway: to paint it
    would take as long as all that stands on it.
    """

    portrait = BooleanProperty(False)
    speaking = BooleanProperty(False)  # what is on the screen is being read aloud
    fits_when_shown = True
    takes_words = False  # from a keyboard that is plugged in

    def on_pre_enter(self, *_: object) -> None:
        fit_again(self)

    def is_typing(self, touch: MotionEvent) -> bool:
        """Whether a touch is one of many that belong together."""
        return False

    def forget(self) -> None:
        """Nothing to forget, unless a screen says otherwise."""


def _show_ground(*_: object) -> None:
    Window.clearcolor = look.page


look.bind(page=_show_ground)
_show_ground()
# A plain shape is painted with one white pixel, the same for all of them.
unblended(BindTexture(source=None).texture)
Builder.load_file(str(Path(__file__).with_name("theme.kv")))
