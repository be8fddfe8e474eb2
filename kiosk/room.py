"""How much room do words take?

Of most scripts a line is as high as its font says. Nastaliq climbs: a word of Urdu may
be half as high again as the one before, and lean out to the right of its own width. So
what is measured is the ink. Nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PIL import ImageFont

from kiosk.lines import pieces, wrap

Font = ImageFont.FreeTypeFont

# Our fonts are not hinted, so letters of any size are these made larger or smaller:
# each word is measured once.
SIZE = 128


@lru_cache(32)
def font_at(file: str, size: int) -> Font:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)


# No more than this of a font's own line: Nastaliq's is for its highest words.
MOST_ABOVE, MOST_BELOW = 1.1 * SIZE, 0.45 * SIZE


@dataclass(frozen=True, slots=True)
class Ink:
    """How far the ink of a piece reaches from where it begins on the line, and beyond
    its own width on both sides, at SIZE."""

    up: float
    down: float
    left: float
    right: float


def _line(file: str) -> tuple[float, float]:
    above, below = font_at(file, SIZE).getmetrics()
    return min(above, MOST_ABOVE), min(below, MOST_BELOW)


@lru_cache(20_000)
def _width(file: str, text: str, rtl: bool) -> float:
    direction = "rtl" if rtl else "ltr"
    return font_at(file, SIZE).getlength(text, direction=direction) if text else 0.0


@lru_cache(20_000)
def _ink(file: str, text: str, rtl: bool) -> Ink:
    direction = "rtl" if rtl else "ltr"
    box = font_at(file, SIZE).getbbox(text, direction=direction, anchor="ls")
    return Ink(-box[1], box[3], -box[0], box[2] - _width(file, text, rtl))


@dataclass(frozen=True, slots=True)
class Letters:
    """A font at a size, and the direction that it is written in."""

    file: str
    size: int
    rtl: bool = False

    @property
    def scale(self) -> float:
        return self.size / SIZE

    def width(self, text: str) -> float:
        """How far behind the text the next letter would stand."""
        return _width(self.file, text, self.rtl) * self.scale

    def line(self, text: str) -> float:
        """The same, out of words that are measured already: in Nastaliq to shape a line
        takes 5 ms. No letter of ours joins or moves towards one behind a space."""
        space = self.width(" ")
        parts = ((part, part.rstrip()) for part in pieces(text))
        return sum(
            self.width(word) + space * (len(part) - len(word)) for part, word in parts
        )

    def ink(self, text: str) -> Ink:
        return _ink(self.file, text, self.rtl)


@dataclass(frozen=True, slots=True)
class Laid:
    """Words in lines. `above` and `below` the line that each stands on, and `left` and
    `right` of it, is room for all their ink. `whole`: no word is broken in two."""

    lines: tuple[str, ...]
    wide: int
    above: int
    below: int
    left: int
    right: int
    whole: bool

    @property
    def high(self) -> int:
        return len(self.lines) * (self.above + self.below)

    def fits(self, width: float, height: float) -> bool:
        return self.whole and self.wide <= width and self.high <= height


@lru_cache(2_000)
def lay(text: str, letters: Letters, room: float | None = None) -> Laid:
    """The text in lines that fit into `room`, sides included; without it the lines end
    only where the text says so."""
    parts = [piece.rstrip() for part in text.split("\n") for piece in pieces(part)]
    inks = [letters.ink(part) for part in parts if part] or [Ink(0, 0, 0, 0)]
    scale = letters.scale
    left = _over(max(ink.left for ink in inks), scale)
    right = _over(max(ink.right for ink in inks), scale)
    above, below = _line(letters.file)
    inside = None if room is None else max(1.0, room - left - right)

    lines = _lines(text, letters, inside)
    if not letters.rtl:  # then only what stands at an end of a line can lean out of it
        left, right = _ends(lines, letters)
    ups, downs = max(ink.up for ink in inks), max(ink.down for ink in inks)
    return Laid(
        lines=tuple(lines),
        wide=ceil(max(letters.line(line) for line in lines)) + left + right,
        above=max(ceil(above * scale), _over(ups, scale)),
        below=max(ceil(below * scale), _over(downs, scale)),
        left=left,
        right=right,
        whole=inside is None or all(letters.width(part) <= inside for part in parts),
    )


def _ends(lines: list[str], letters: Letters) -> tuple[int, int]:
    parts = [[piece.rstrip() for piece in pieces(line)] for line in lines if line]
    left = max((letters.ink(one[0]).left for one in parts), default=0)
    right = max((letters.ink(one[-1]).right for one in parts), default=0)
    return _over(left, letters.scale), _over(right, letters.scale)


def _over(ink: float, scale: float) -> int:
    """In whole pixels, with some for the rounding of what is measured and drawn."""
    return ceil(ink * scale) + 2 if ink > 0 else 1


def _lines(text: str, letters: Letters, room: float | None) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        ends = [len(paragraph)]
        if room is not None:
            ends = wrap(paragraph, room, letters.width)
        starts = [0, *ends[:-1]]
        found = zip(starts, ends, strict=True)
        lines += [paragraph[start:end].rstrip() for start, end in found]
    return lines


def forget() -> None:
    """Drop what was measured: keys may have shown pieces of what somebody wrote."""
    lay.cache_clear()
    _width.cache_clear()
    _ink.cache_clear()
