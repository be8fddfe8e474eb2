"""How do letters of every script become a picture?

Kivy's own text is wrong for Indic scripts and for Arabic. Pillow with raqm shapes
them, orders them and joins them, so it draws all our text. It must be in place before
anything of kivy.uix is imported: those modules keep the class that they find.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from pathlib import Path

import kivy.core.text as kivy_text
from kivy.core.text.text_pil import LabelPIL
from PIL import ImageFont

Font = ImageFont.FreeTypeFont


@lru_cache(64)
def _font(file: str, size: int) -> Font:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(20_000)
def _width(file: str, size: int, text: str, direction: str) -> int:
    return ceil(_font(file, size).getlength(text, direction=direction))


class LabelRaqm(LabelPIL):
    """Kivy's text on Pillow, shaped by raqm, with the widths of words remembered."""

    def _file_and_size(self) -> tuple[str, int]:
        return self.options["font_name_r"], max(1, int(self.options["font_size"]))

    def _direction(self) -> str:
        return "rtl" if self.options.get("font_direction") == "rtl" else "ltr"

    def _select_font(self) -> Font:
        return _font(*self._file_and_size())

    def get_extents(self, text: str) -> tuple[int, int]:
        height = sum(self._select_font().getmetrics())
        if not text:
            return 0, height
        return _width(*self._file_and_size(), text, self._direction()), height

    def get_cached_extents(self) -> object:
        return self.get_extents

    def get_ascent(self) -> int:
        return self._select_font().getmetrics()[0]

    def get_descent(self) -> int:
        return self._select_font().getmetrics()[1]

    def _render_text(self, text: str, x: float, y: float) -> None:
        colour = tuple(round(part * 255) for part in self.options["color"])
        self._pil_draw.text(
            (int(x), int(y)),
            text,
            font=self._select_font(),
            fill=colour,
            direction=self._direction(),
        )


def install(fonts: Path) -> None:
    """Draw all text of this process with raqm and our font, in place of Kivy's own."""
    kivy_text.Label = LabelRaqm
    kivy_text.LabelBase.register(
        kivy_text.DEFAULT_FONT,
        str(fonts / "NotoSans-Regular.ttf"),
        fn_bold=str(fonts / "NotoSans-Bold.ttf"),
    )


def forget() -> None:
    """Drop the remembered widths: their keys are pieces of what somebody wrote."""
    _width.cache_clear()
