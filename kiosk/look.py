"""How does the tablet look to whoever stands before it now?

Their language, the size of their words, their colours, easy read. One object, `look`,
that every .kv reads (`#:import look kiosk.look.look`): what changes here changes on the
screen with the next frame.
"""

from __future__ import annotations

from math import hypot

from kivy.event import EventDispatcher
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)

from kiosk import theme
from kiosk.fonts import family_of, font_of

__all__ = ["LARGE", "LARGEST", "NORMAL", "SIZES", "Look", "font_of", "look"]

NORMAL, LARGE, LARGEST = "normal", "large", "largest"
SIZES = {NORMAL: 1.0, LARGE: 1.25, LARGEST: 1.5}

MM_PER_INCH = 25.4
TARGET_MM = 20.0
TARGET_DP = 80  # 20 mm on a panel of 15 inches at 1280 × 800
# 20 mm on a panel of 10 inches. On a smaller one our screens have no room for more.
TARGET_MOST_DP = 118
TARGET_LEAST_DP = 44  # whatever is tapped, however seldom
DENSE_DP = 95


class Look(EventDispatcher):
    """Set `language` (by `wear`), `size`, `contrast` and `easy`; read all the rest."""

    language = StringProperty("en")
    size = OptionProperty(NORMAL, options=list(SIZES))
    contrast = BooleanProperty(False)
    easy = BooleanProperty(False)

    # What follows from the language.
    rtl = BooleanProperty(False)
    font = StringProperty(font_of("en"))
    tall = NumericProperty(1.0)  # a line of its words against one of Latin

    # What follows from the size: words are so much larger; `room` is what a box with a
    # fixed height needs so that they are: both the size and the script count.
    letters = NumericProperty(1.0)
    room = NumericProperty(1.0)

    # The least side of a thing to tap, in pixels.
    target = NumericProperty(dp(TARGET_DP))
    # On a small panel they are so large that little room is left between them.
    dense = BooleanProperty(False)
    stroke = NumericProperty(theme.NORMAL_STROKE)

    blue = ColorProperty(theme.NORMAL["blue"])
    dark_blue = ColorProperty(theme.NORMAL["dark_blue"])
    pale_blue = ColorProperty(theme.NORMAL["pale_blue"])
    pressed = ColorProperty(theme.NORMAL["pressed"])
    ink = ColorProperty(theme.NORMAL["ink"])
    quiet = ColorProperty(theme.NORMAL["quiet"])
    edge = ColorProperty(theme.NORMAL["edge"])
    line = ColorProperty(theme.NORMAL["line"])
    page = ColorProperty(theme.NORMAL["page"])
    white = ColorProperty(theme.NORMAL["white"])
    amber = ColorProperty(theme.NORMAL["amber"])
    veil = ColorProperty(theme.NORMAL["veil"])
    none = ColorProperty(theme.NORMAL["none"])
    good = ColorProperty(theme.NORMAL["good"])
    bad = ColorProperty(theme.NORMAL["bad"])
    focus = ColorProperty(theme.NORMAL["focus"])
    focus_under = ColorProperty(theme.NORMAL["focus_under"])

    def wear(self, language: str) -> None:
        """Every word without a language of its own is in this one from now on."""
        self.language = language

    def reset(self, language: str = "en") -> None:
        """What a visitor finds: nothing that the one before chose."""
        self.size, self.contrast, self.easy = NORMAL, False, False
        self.wear(language)

    def fit(self, pixels: tuple[int, int], panel_inches: float = 0.0) -> None:
        """Set `target` for this window; `panel_inches` is its diagonal, 0 if unknown.

        Call it once the density is set, before anything is built.
        """
        self.target = dp(TARGET_DP)
        if panel_inches:
            per_mm = hypot(*pixels) / (panel_inches * MM_PER_INCH)
            wanted = TARGET_MM * per_mm
            self.target = min(max(self.target, wanted), dp(TARGET_MOST_DP))
        self.dense = self.target > dp(DENSE_DP)

    def on_language(self, *_: object) -> None:
        family = family_of(self.language)
        self.rtl, self.font, self.tall = family.rtl, family.name, family.tall
        self._make_room()

    def on_size(self, *_: object) -> None:
        self.letters = SIZES[self.size]
        self._make_room()

    def on_contrast(self, *_: object) -> None:
        palette = theme.STRONG if self.contrast else theme.NORMAL
        for name, colour in palette.items():
            setattr(self, name, colour)
        self.stroke = theme.STRONG_STROKE if self.contrast else theme.NORMAL_STROKE

    def _make_room(self) -> None:
        self.room = self.letters * self.tall


look = Look()
