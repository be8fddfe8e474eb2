"""Where do somebody's own words stand on the screen?

In place of Kivy's TextInput, which orders Arabic wrongly, sets the caret into the
middle of Bengali letters, and keeps pieces of what was written in caches of its own.
Nothing here outlives `wipe`: no undo, no clipboard, no selection.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.input import MotionEvent
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.widget import Widget
from PIL import Image, ImageDraw

from kiosk.bidi import runs
from kiosk.fonts import Family, family_of
from kiosk.lines import caret_x, nearest, wrap
from kiosk.room import Font, font_at
from kiosk.writing import Writing

Piece = tuple[str, bool]

LINES_AT_LEAST = 2  # letters are made smaller until so many lines show
SMALLER = 0.94
LEAST_DP = 18

# Parts of a letter's height that letters reach beyond their line and beyond its ends.
OVER, BESIDE = 0.3, 0.25

# Kivy's numbers of keys on a keyboard that somebody has plugged in.
BACKSPACE, RIGHT, LEFT, HOME, END = 8, 275, 276, 278, 279
NEW_LINE = (13, 271)
COMMANDS = {"ctrl", "alt", "meta"}


@dataclass(slots=True)
class Kept:
    """What was measured and drawn, for as long as it stands on the sheet.

    `breaks` by paragraph, all else by a piece of a line and whether it is read from
    right to left. Each is made anew with every change out of what is still in use, so
    what was deleted is gone with the change after it. `older`: widths not asked for
    again yet.
    """

    breaks: dict[str, list[int]] = field(default_factory=dict)
    widths: dict[Piece, float] = field(default_factory=dict)
    older: dict[Piece, float] = field(default_factory=dict)
    pictures: dict[Piece, Texture] = field(default_factory=dict)


class Sheet(Widget):
    """Words with a caret. Set `text` to begin with it; read it at any time.

    Keys of a plugged-in keyboard: `listens` says whether they are meant for the sheet,
    `taken` and `taken_back` whether somebody else takes what they write or delete.
    """

    text = StringProperty("")
    focus = BooleanProperty(False)
    listens = ObjectProperty(lambda: True)
    taken = ObjectProperty(lambda letters: False)
    taken_back = ObjectProperty(lambda: False)

    language = StringProperty("en")
    largest = NumericProperty(28)
    side = NumericProperty(18)
    colour = ColorProperty("black")
    caret_colour = ColorProperty("blue")

    # Whether there are lines out of sight.
    above = BooleanProperty(False)
    below = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        self._writing = Writing()
        self._kept = Kept()
        self._lines: list[tuple[int, int]] = [(0, 0)]
        self._first = 0  # line that shows
        self._family = family_of("en")
        self._font: Font | None = None
        super().__init__(**options)
        # Once before the next frame, however many of these change until then.
        self._draw = Clock.create_trigger(self._paint, -1)
        self._fit = Clock.create_trigger(self._refit, -1)
        fits = ("size", "language", "largest", "side")
        self.bind(**dict.fromkeys(fits, self._fit))
        draws = ("pos", "colour", "caret_colour")
        self.bind(**dict.fromkeys(draws, self._draw))
        self._fit()

    # ── writing ──────────────────────────────────────────────────────────────

    @property
    def caret(self) -> int:
        return self._writing.caret

    def write(self, words: str) -> None:
        """At the caret, as far as there is room."""
        self._writing.write(words)
        self._written()

    def backspace(self) -> None:
        self._writing.backspace()
        self._written()

    def move(self, way: int) -> None:
        """The caret one character on (+1) or back (-1)."""
        self._writing.move(way)
        self._written()

    def place(self, at: int) -> None:
        self._writing.place(at)
        self._written()

    def wipe(self) -> None:
        """Leave nothing of the words, nor of the pictures of them."""
        self._writing = Writing()
        self._kept = Kept()
        self._written()
        self._paint()

    def on_text(self, *_: object) -> None:
        if self.text != self._writing.text:
            self._writing.put(self.text)
        if self._wanted_family() is not self._family:
            self._refit()  # in another script than the tablet wears
        else:
            self._break()
            self._follow()

    def _written(self) -> None:
        if self.text != self._writing.text:
            self.text = self._writing.text  # leads to on_text
        else:
            self._follow()

    @property
    def rtl(self) -> bool:
        return self._family.rtl

    def _wanted_family(self) -> Family:
        """Of the script that is written here, which the tablet may not wear any more.
        Latin stands in every font and says nothing of the direction."""
        found = family_of(self.language, self.text)
        return family_of(self.language) if found is family_of("en") else found

    # ── lines ────────────────────────────────────────────────────────────────

    @property
    def line_height(self) -> int:
        return sum(self._font.getmetrics()) if self._font else 1

    @property
    def lines_shown(self) -> int:
        return max(1, int(self.height // self.line_height))

    @property
    def lines(self) -> list[str]:
        return [self.text[start:end] for start, end in self._lines]

    def scroll(self, way: int) -> None:
        """A page down (+1) or up (-1), one line of it still in sight."""
        self._show_from(self._first + way * max(1, self.lines_shown - 1))

    def _refit(self, *_: object) -> None:
        """The letters as large as wished, or as two lines of them have room."""
        if self.width <= 1 or self.height <= 1:
            return
        self._family = self._wanted_family()
        file, size = font_file(self._family.name), float(self.largest)
        while sum(
            font_at(file, round(size)).getmetrics()
        ) * LINES_AT_LEAST > self.height and size > dp(LEAST_DP):
            size *= SMALLER
        self._font = font_at(file, round(size))
        self._kept = Kept()
        self._break()
        self._follow()

    def _break(self) -> None:
        if self._font is None:
            return
        self._kept.older, self._kept.widths = self._kept.widths, {}
        broken: dict[str, list[int]] = {}
        self._lines, offset = [], 0
        for paragraph in self.text.split("\n"):
            ends = self._kept.breaks.get(paragraph)
            if ends is None:
                ends = wrap(
                    paragraph, self._room, lambda piece: self._measure(piece, self.rtl)
                )
            broken[paragraph] = ends
            starts = [0, *ends[:-1]]
            self._lines += [
                (offset + start, offset + end)
                for start, end in zip(starts, ends, strict=True)
            ]
            offset += len(paragraph) + 1
        self._kept.breaks = broken

    @property
    def _room(self) -> float:
        return float(self.width - 2 * self.side)

    def _measure(self, piece: str, rtl: bool) -> float:
        """A width in pixels. Whatever is measured takes 3 ms in Nastaliq."""
        key = piece, rtl
        known = self._kept.widths.get(key, self._kept.older.get(key))
        if known is None:
            assert self._font is not None
            direction = "rtl" if rtl else "ltr"
            known = float(self._font.getlength(piece, direction=direction))
        self._kept.widths[key] = known
        return known

    def _follow(self) -> None:
        """Show the line of the caret."""
        line = self._caret_line()
        lowest = line - self.lines_shown + 1
        self._show_from(min(max(self._first, lowest), line))

    def _show_from(self, first: int) -> None:
        last = max(0, len(self._lines) - self.lines_shown)
        self._first = min(max(first, 0), last)
        self.above = self._first > 0
        self.below = self._first < last
        self._draw()

    def _caret_line(self) -> int:
        starts = [start for start, _ in self._lines]
        return max(0, bisect_right(starts, self._writing.caret) - 1)

    # ── pictures ─────────────────────────────────────────────────────────────

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        before, self._kept.pictures = self._kept.pictures, {}
        if self._font is None:
            return
        shown = range(self._first, self._first + self.lines_shown)
        with self.canvas:
            Color(*self.colour)
            for at in shown[: len(self._lines) - self._first]:
                self._paint_line(at, before)
            if self.focus and self._caret_line() in shown:
                self._paint_caret(self._caret_line())

    def _paint_line(self, at: int, before: dict[Piece, Texture]) -> None:
        """Piece by piece: only what has changed is drawn anew."""
        assert self._font is not None
        line, kept = self._line(at), self._kept.pictures
        beside, over = _margins(self._font)
        left, below = self._left(line) - beside, self._bottom(at - self._first) - over
        for run in runs(line, self.rtl, self._measure):
            piece = line[run.start : run.end], run.rtl
            if piece[0].isspace():
                continue
            if piece not in kept:
                known = before.get(piece)
                kept[piece] = known or draw(piece, run.width, self._font)
            Rectangle(
                texture=kept[piece],
                pos=(int(left + run.x), below),
                size=kept[piece].size,
            )

    def _paint_caret(self, at: int) -> None:
        start, _ = self._lines[at]
        line = self._line(at)
        x = self._left(line) + caret_x(
            line, self._writing.caret - start, self.rtl, self._measure
        )
        x = min(max(x, self.x + self.side), self.right - self.side)
        thick = dp(3)
        Color(*self.caret_colour)
        Rectangle(
            pos=(int(x - thick / 2), self._bottom(at - self._first)),
            size=(thick, self.line_height),
        )

    def _line(self, at: int) -> str:
        start, end = self._lines[at]
        return str(self.text[start:end])

    def _left(self, line: str) -> float:
        """Where a line begins or, from right to left, where it ends."""
        if not self.rtl:
            return float(self.x + self.side)
        wide = sum(run.width for run in runs(line, True, self._measure))
        return float(self.right - self.side - wide)

    def _bottom(self, row: int) -> int:
        # What a screen has left over above and below the lines is shared.
        spare = self.height - self.lines_shown * self.line_height
        top = self.top - min(spare / 2, dp(12))
        return int(top - (row + 1) * self.line_height)

    # ── fingers and keys ─────────────────────────────────────────────────────

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self._font is None:
            return bool(super().on_touch_down(touch))
        rows = range(self.lines_shown)
        row = next((row for row in rows if touch.y >= self._bottom(row)), rows[-1])
        at = min(self._first + row, len(self._lines) - 1)
        start, _ = self._lines[at]
        line = self._line(at)
        # Behind the space at which a line was broken the next line begins.
        near = nearest(line, touch.x - self._left(line), self.rtl, self._measure)
        if at + 1 < len(self._lines) and self._lines[at + 1][0] == start + near:
            near = len(line.rstrip())
        self.place(start + near)
        return True

    def on_focus(self, *_: object) -> None:
        # Bound last, so asked first: what is typed does not move between buttons too.
        bind = Window.bind if self.focus else Window.unbind
        bind(on_textinput=self._typed, on_key_down=self._key)
        self._draw()

    def _typed(self, _: object, letters: str) -> bool:
        if not self.listens():
            return False
        if not self.taken(letters):
            self.write(letters)
        return True

    def _key(
        self, _: object, key: int, __: int, ___: str | None, modifiers: list[str]
    ) -> bool:
        if COMMANDS.intersection(modifiers) or not self.listens():
            return False
        if key == BACKSPACE:
            if not self.taken_back():
                self.backspace()
        elif key in NEW_LINE:
            self._typed(None, "\n")
        elif key in (LEFT, RIGHT) and self.text:
            self.move(1 if (key == RIGHT) != self.rtl else -1)
        elif key == HOME:
            self.place(0)
        elif key == END:
            self.place(len(self.text))
        else:
            return False
        return True


# ── fonts and pictures ───────────────────────────────────────────────────────


@lru_cache(64)
def font_file(name: str) -> str:
    """The file of a font that Kivy knows by this name."""
    return str(CoreLabel(font_name=name).options["font_name_r"])


def _margins(font: Font) -> tuple[int, int]:
    return round(font.size * BESIDE), round(font.size * OVER)


def draw(piece: Piece, wide: float, font: Font) -> Texture:
    """White letters on nothing: their colour is given where they are shown."""
    text, rtl = piece
    beside, over = _margins(font)
    across = round(wide) + 2 * beside
    size = across + -across % 4, sum(font.getmetrics()) + 2 * over
    letters = Image.new("L", size)
    ImageDraw.Draw(letters).text(
        (beside, over), text, font=font, fill=255, direction="rtl" if rtl else "ltr"
    )
    picture = Image.merge("LA", (Image.new("L", size, 255), letters))
    texture = Texture.create(size=size, colorfmt="luminance_alpha")
    texture.blit_buffer(picture.tobytes(), colorfmt="luminance_alpha")
    texture.flip_vertical()
    return texture
