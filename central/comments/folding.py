"""When are two spellings the same to someone who searches?

Capitals, accents and the ways of writing one letter make no difference. The folded
text stands beside the comment, so that SQLite and PostgreSQL find the same with a plain
LIKE: neither folds accents without an extension, and SQLite only English capitals.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Letters that Unicode takes for letters of their own, but people for one with a mark;
# and Arabic and Persian keyboards' two ways to write one letter.
_ALIKE = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe",
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": "",
        "‘": "'", "’": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    }
)  # fmt: skip
# Not an accent but a part of the letter, as in Bengali, Gujarati and Punjabi.
_NUKTA, _VIRAMA = 7, 9


def fold(text: str) -> str:
    """The text as it is searched; space of any kind and length is one space."""
    return "".join(piece for piece, _ in _pieces(text)).strip(" ")


def found_in(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where in `text` any of these folded words stand: (begin, end), in order, none
    within another."""
    pieces = list(_pieces(text))
    folded = "".join(piece for piece, _ in pieces)
    places = [place for piece, place in pieces for _ in piece]
    spans = []
    for word in wanted:
        begin = folded.find(word) if word else -1
        while begin >= 0:
            last = begin + len(word) - 1
            spans.append((places[begin], _end(text, places[last])))
            begin = folded.find(word, begin + 1)
    return _merged(spans)


def _pieces(text: str) -> list[tuple[str, int]]:
    """Each character's folded form, and where it stands in the text."""
    found: list[tuple[str, int]] = []
    after_space = False
    for place, character in enumerate(text):
        piece = _folded(character)
        if piece == " " and after_space:
            continue
        if piece:
            after_space = piece == " "
            found.append((piece, place))
    return found


@lru_cache(maxsize=10_000)
def _folded(character: str) -> str:
    if character.isspace():
        return " "
    apart = unicodedata.normalize("NFKD", character).casefold()
    apart = unicodedata.normalize("NFKD", apart).translate(_ALIKE)
    kept = "".join(one for one in apart if _is_kept(one))
    return " " if kept and kept.isspace() else kept


def _is_kept(character: str) -> bool:
    is_accent = unicodedata.combining(character) not in (0, _NUKTA, _VIRAMA)
    return not is_accent and unicodedata.category(character) not in ("Cf", "Cc", "Cs")


def _end(text: str, place: int) -> int:
    """Behind the character and the accents that stand over it."""
    end = place + 1
    while end < len(text) and not _folded(text[end]):
        end += 1
    return end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
