"""Which characters of a person's own words do we keep?

All scripts, all emoji, and the joiners that Persian and Indic scripts need. What
goes is what only harms: NUL (SQLite takes it, PostgreSQL refuses it), control
characters, lone surrogates, bidirectional overrides that can make a page lie,
invisible tag characters, and towers of combining marks.
"""

from __future__ import annotations

import re
import unicodedata

COMMENT_BYTES = 16_000
COMBINING_MARKS = 8

LONGEST = 64  # code points of one character that a reader sees; far more than any has

_PLANES = range(0, 0x110000, 0x10000)
_DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but not tab and new line
    "\u202a-\u202e\u2066-\u2069"  # bidirectional overrides and isolates
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef\ufeff"  # noncharacters, byte order mark
    + "".join(chr(plane + end) for plane in _PLANES for end in (0xFFFE, 0xFFFF))
    + "\U000e0000-\U000e007f"  # tags
    "]"
)
_ZWJ, _ZWNJ = "\u200d", "\u200c"


def clean_comment(text: str) -> str:
    """The text as it is kept: NFC, plain line ends, at most COMMENT_BYTES of UTF-8."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _DROPPED.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return cut(_fewer_marks(text).strip(), COMMENT_BYTES).rstrip()


def cut(text: str, most_bytes: int) -> str:
    """The text, cut to `most_bytes` of UTF-8 on the edge of a whole character.

    A character is what a reader sees: an emoji family or a letter with its marks is
    dropped whole rather than cut in two.
    """
    raw = text.encode()
    if len(raw) <= most_bytes:
        return text
    kept = raw[:most_bytes].decode(errors="ignore")
    return kept[: _edge(text, len(kept))]


def _edge(text: str, at: int) -> int:
    """The last edge between two characters at or before `at`."""
    if at == len(text):
        return at
    lowest = max(at - LONGEST, 0)
    edges = (edge for edge in range(at, lowest, -1) if not _joins(text, edge))
    # No edge for so long: this is no character, but a chain. It is cut anywhere, unless
    # the text begins with a character that has no room at all.
    return next(edges, at if lowest else 0)


def is_edge(text: str, at: int) -> bool:
    """Whether one character that a reader sees ends at `at` and another begins."""
    return at in (0, len(text)) or not _joins(text, at)


def _joins(text: str, at: int) -> bool:
    # Zero-width joiner, combining marks (variation selectors are marks too), skin
    # tones and the second half of a flag all belong to what stands before them.
    before, after = text[at - 1], text[at]
    return (
        _ZWJ in (before, after)
        or unicodedata.category(after).startswith("M")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or (_is_flag_letter(after) and _flag_letters_before(text, at) % 2 == 1)
    )


def _flag_letters_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return at - start


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _fewer_marks(text: str) -> str:
    if text.isascii():
        return text  # no marks in it
    kept: list[str] = []
    marks = 0
    for character in text:
        if unicodedata.category(character).startswith("M"):
            marks += 1
            if marks > COMBINING_MARKS:
                continue
        elif character not in (_ZWJ, _ZWNJ):  # what is joined on is the same tower
            marks = 0
        kept.append(character)
    return "".join(kept)
