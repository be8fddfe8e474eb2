"""Where does a line of words break, and where on it does a letter stand?

Pure: `measure` gives the width of a piece of text, in whatever font.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import inf

from kiosk.bidi import Measured, Run, runs
from kiosk.writing import stops

Measure = Callable[[str], float]

LETTERS_MOST = 400  # on one line; ours have room for fewer

# Chinese is written without spaces and breaks between any two characters, only not
# before what closes nor after what opens.
_HAN = "\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN += "\U00020000-\U0003ffff"
_HAN_OPENS = "（《〈「『【〔"
_OPENS = _HAN_OPENS + "“‘"
_CLOSES = "，。！？、；：）》〉」』】〕”’…—～·"
_PIECE = re.compile(
    rf"[{_OPENS}]*(?:[{_HAN}][\ufe00-\ufe0f]*[{_CLOSES}]*|[^\s{_HAN}{_HAN_OPENS}]+)?[^\S\n]*"
)


def wrap(text: str, room: float, measure: Measure) -> list[int]:
    """Where each line of a paragraph ends. Spaces at an end hang over it."""
    ends: list[int] = []
    start, used = 0, 0.0  # of the line that is being filled
    for piece in pieces(text):
        bare = piece.rstrip()
        width = measure(bare) if len(bare) <= LETTERS_MOST else inf
        if used and used + width > room:
            ends.append(start)
            used = 0.0
        if width > room and (parts := _parts(bare, room, measure)):
            ends += [start + end for end in parts]
            used, width = 0.0, measure(bare[parts[-1] :])
        used += width + measure(" ") * (len(piece) - len(bare))
        start += len(piece)
    return [*ends, len(text)]


def pieces(text: str) -> list[str]:
    """What is never broken, in order; spaces stand with what is before them."""
    return [piece for piece in _PIECE.findall(text) if piece]


def _parts(word: str, room: float, measure: Measure) -> list[int]:
    """Where a word is broken that is longer than a whole line."""
    ends: list[int] = []
    start = 0
    edges = stops(word)
    while True:
        # Measured no further than a line can reach: a key may have been held for long.
        rest = word[start : start + LETTERS_MOST]
        if start + len(rest) == len(word) and measure(rest) <= room:
            return ends
        later = edges[bisect_right(edges, start) :][:LETTERS_MOST]
        fits = bisect_left(
            later, True, key=lambda edge: measure(word[start:edge]) > room
        )
        end = later[max(0, fits - 1)]  # one character at least
        if end == len(word):
            return ends
        ends.append(end)
        start = end


# ── the caret ────────────────────────────────────────────────────────────────

_JOINER = "\u200d"


def caret_x(line: str, at: int, rtl: bool, measure: Measured) -> float:
    """How far from the left of the line the caret stands before letter `at`.

    Where two directions meet it stands behind the letter that was written last.
    """
    found = runs(line, rtl, measure)
    if not found:
        return 0.0
    run = next((one for one in found if one.start < at <= one.end), found[0])
    return _within(line, run, at, measure)


def _within(line: str, run: Run, at: int, measure: Measured) -> float:
    before = line[run.start : at]
    if run.rtl and before and line[at : at + 1].isalpha():
        before += _JOINER  # else its last letter would be measured as if a word ended
    wide = measure(before, run.rtl) if before else 0.0
    wide = min(wide, run.width)
    return run.x + (run.width - wide if run.rtl else wide)


def nearest(line: str, x: float, rtl: bool, measure: Measured) -> int:
    """Before which letter a finger at `x` put the caret."""
    found = runs(line, rtl, measure)
    if not found:
        return 0
    run = min(found, key=lambda one: max(one.x - x, x - one.x - one.width))
    edges = [at for at in stops(line) if run.start <= at <= run.end]
    if not edges:
        return run.end

    def reaches(at: int) -> bool:
        place = _within(line, run, at, measure)
        return place <= x if run.rtl else place >= x

    after = bisect_left(edges, True, key=reaches)
    around = edges[max(0, after - 1) : after + 1]
    return min(around, key=lambda at: abs(_within(line, run, at, measure) - x))
