"""How do letters of every script become a picture?

Kivy's own text is wrong for Indic scripts and for Arabic. Pillow with raqm shapes
them, orders them and joins them, so it draws all our text. It must be in place before
anything of kivy.uix is imported: those modules keep the class that they find. Which
font a language has: `kiosk.fonts`. What room words take: `kiosk.room`.
"""

from __future__ import annotations

from copy import copy
from math import ceil
from pathlib import Path
from typing import Any

import kivy.core.text as kivy_text
from kivy.core.text.text_layout import LayoutLine, LayoutWord
from kivy.core.text.text_pil import LabelPIL

from kiosk import room
from kiosk.fonts import FAMILIES
from kiosk.room import Font, Laid, Letters, font_at, lay


class LabelRaqm(LabelPIL):
    """Kivy's text on Pillow, shaped by raqm and broken into lines by us.

    Besides Kivy's own alignments it knows `lead`: the side on which reading begins.
    """

    _above = 0

    @property
    def letters(self) -> Letters:
        options = self.options
        size = max(1, int(options["font_size"]))
        rtl = options.get("font_direction") == "rtl"
        return Letters(options["font_name_r"], size, rtl)

    def _select_font(self) -> Font:
        return font_at(self.letters.file, self.letters.size)

    def get_extents(self, text: str) -> tuple[int, int]:
        """How far the next letter would stand, and the height of a line."""
        return ceil(self.letters.width(text)), sum(self._select_font().getmetrics())

    def get_cached_extents(self) -> object:
        return self.get_extents

    def get_ascent(self) -> int:
        return self._select_font().getmetrics()[0]

    def get_descent(self) -> int:
        return self._select_font().getmetrics()[1]

    def render(self, real: bool = False) -> tuple[int, int] | None:
        """Lay the text out; `real`: draw it. Kivy breaks lines at spaces only, which
        Chinese has none of, and cuts ink that is higher than its font says."""
        if real:
            self._render_real()
            return None
        self.is_shortened = False
        self._cached_lines = []
        if not self.text:
            return 0, 0
        across, down = self._text_size
        before, over, behind, under = self.options["padding"]
        inside = None if across is None else across - before - behind
        laid = lay(self.text, self.letters, inside)
        self._above = laid.above
        options = self._laid_options(laid)
        self._cached_lines = [self._line(line, laid, options) for line in laid.lines]
        wide, high = laid.wide + before + behind, laid.high + over + under
        self._internal_size = wide, high
        return int(max(2, across or wide)), int(down or high)

    def _laid_options(self, laid: Laid) -> dict[str, Any]:
        options: dict[str, Any] = copy(self.options)
        before, over, behind, under = options["padding"]
        options["padding"] = [before + laid.left, over, behind + laid.right, under]
        options["text_size"] = self._text_size
        options["space_width"] = 0
        if options["halign"] == "lead":
            begins = options["base_direction"] or options["font_direction"]
            options["halign"] = "right" if begins == "rtl" else "left"
        return options

    def _line(self, text: str, laid: Laid, options: dict[str, Any]) -> LayoutLine:
        wide, high = ceil(self.letters.line(text)), laid.above + laid.below
        return LayoutLine(
            0, 0, wide, high, 1, 0, [LayoutWord(options, wide, high, text)]
        )

    def _render_text(self, text: str, x: float, y: float) -> None:
        self._pil_draw.text(
            (int(x), int(y) + self._above),
            text,
            font=self._select_font(),
            fill=tuple(round(part * 255) for part in self.options["color"]),
            direction="rtl" if self.letters.rtl else "ltr",
            anchor="ls",
        )


def install(fonts: Path) -> None:
    """Draw all text of this process with raqm and our fonts, in place of Kivy's own.

    Only their names are kept here: a font is opened when its first word is drawn.
    """
    kivy_text.Label = LabelRaqm
    first = next(iter(FAMILIES.values()))
    for family in dict.fromkeys(FAMILIES.values()):
        regular, bold = (str(fonts / file) for file in (family.regular, family.bold))
        kivy_text.LabelBase.register(family.name, regular, fn_bold=bold)
        if family is first:
            kivy_text.LabelBase.register(kivy_text.DEFAULT_FONT, regular, fn_bold=bold)


def forget() -> None:
    """Drop what was remembered of words: some may be what somebody wrote."""
    room.forget()
