"""What stands written, and where does the next letter go?

Words and a caret, nothing else: no undo, no selection, no history. Pure.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from feedback.text import COMMENT_BYTES, LONGEST, cut, is_edge

# A virama joins the consonant after it to the one before: one shape, so no caret
# stands between. (Devanagari, Bengali, Gurmukhi, Gujarati.)
VIRAMAS = "\u094d\u09cd\u0a4d\u0acd"

# Hebrew to Tibetan: scripts whose marks are keys of their own on every keyboard.
_TYPED_MARKS = range(0x0590, 0x1000)
_NUKTAS = "\u093c\u09bc\u0a3c\u0abc"


@dataclass(slots=True)
class Writing:
    """`caret` is a place between two code points of `text`, from 0 to its length."""

    text: str = ""
    caret: int = 0

    def put(self, text: str) -> None:
        """Begin with these words; the caret stands behind them."""
        self.text, self.caret = text, len(text)

    def write(self, words: str) -> None:
        """At the caret, as far as there is room."""
        kept = "".join(one for one in words if one == "\n" or _is_written(one))
        room = COMMENT_BYTES - len(self.text.encode())
        kept = cut(kept, max(0, room))
        self.text = self.text[: self.caret] + kept + self.text[self.caret :]
        self.caret += len(kept)

    def backspace(self) -> None:
        """Take away what the last key wrote."""
        start = begins(self.text, self.caret)
        self.text = self.text[:start] + self.text[self.caret :]
        self.caret = start

    def move(self, way: int) -> None:
        """One character on (+1) or back (-1), as a reader counts them."""
        self.caret = _stop(self.text, self.caret, way)

    def place(self, at: int) -> None:
        """The caret to `at`, or before the character that `at` is in the middle of."""
        at = min(max(at, 0), len(self.text))
        self.caret = at if is_stop(self.text, at) else _stop(self.text, at, -1)


def is_stop(text: str, at: int) -> bool:
    """Whether a caret can stand there: on an edge, and not within a conjunct."""
    if not is_edge(text, at):
        return False
    if at in (0, len(text)):
        return True
    joined = text[at - 1] in VIRAMAS and unicodedata.category(text[at]) == "Lo"
    return not joined


def stops(text: str) -> list[int]:
    """Every place where a caret can stand, both ends included."""
    return [at for at in range(len(text) + 1) if is_stop(text, at)]


def begins(text: str, at: int) -> int:
    """Where that begins which a backspace at `at` takes away.

    A character that a reader sees goes whole: an emoji family, a flag, ŵ however it is
    encoded. Signs of Indic scripts and of Arabic go one by one, and so does the last
    letter of a conjunct: each was a key, and whoever writes these scripts expects the
    last key back, on every phone. A nukta is no key in ড় or ਸ਼, which stand in the
    alphabet and have keys of their own: it goes with its letter.
    """
    if at == 0:
        return 0
    last = text[at - 1]
    if ord(last) in _TYPED_MARKS and unicodedata.category(last).startswith("M"):
        return at - 2 if _is_letter_with_nukta(text[max(0, at - 2) : at]) else at - 1
    lowest = max(at - LONGEST, 0)
    edges = (edge for edge in range(at - 1, lowest, -1) if is_edge(text, edge))
    return next(edges, lowest)


def _stop(text: str, at: int, way: int) -> int:
    end = len(text) if way > 0 else 0
    while at != end:
        at += way
        if is_stop(text, at):
            break
    return at


def _is_letter_with_nukta(pair: str) -> bool:
    """Whether Unicode has this letter with its nukta as one code point, too."""
    return len(pair) == 2 and pair[1] in _NUKTAS and pair in _LETTERS_WITH_NUKTA


_LETTERS_WITH_NUKTA = frozenset(
    unicodedata.normalize("NFD", chr(one))
    for one in range(0x0900, 0x0B00)
    if len(unicodedata.normalize("NFD", chr(one))) == 2
)


def _is_written(character: str) -> bool:
    """No control and no other half of anything; joiners are Cf and are written."""
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn")
