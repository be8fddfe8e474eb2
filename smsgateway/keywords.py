"""Which ward does a text name, by the keyword on its poster?

A nurse may be called Heather as the ward is. So a code of letters alone is a keyword
only when the text is nothing else; one with a digit ("WARD12") also in front of a
story. No word is ever taken out of what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

KEYWORD_CHARS = 3  # shorter codes would be taken for words and numbers
AROUND = 1
_AROUND = ("ward", "text")  # no names of anybody's
TOGETHER = 2  # "WARD 12" is "WARD12"


def keyword_in(words: str, codes: tuple[str, ...]) -> tuple[str, bool]:
    """The ward's code that the text names, or nothing; and whether it says no more."""
    known = _keywords(codes)
    tokens = words.split()
    if len(tokens) == AROUND + 1:  # "Ward BIRCH", "Birch ward", "text BIRCH"
        named = [one for one in tokens if one.casefold() not in _AROUND]
        if len(named) == 1 and _plain(named[0]) in known:
            return known[_plain(named[0])], True
    for many in range(min(TOGETHER, len(tokens)), 0, -1):
        plain = _plain("".join(tokens[:many]))
        is_alone = many == len(tokens)
        if plain in known and (is_alone or any(map(str.isdecimal, plain))):
            return known[plain], is_alone
    return "", False


@lru_cache(maxsize=4)
def _keywords(codes: tuple[str, ...]) -> Mapping[str, str]:
    return {_plain(code): code for code in codes if _is_keyword(code)}


def _is_keyword(code: str) -> bool:
    plain = _plain(code)
    return len(plain) >= KEYWORD_CHARS and not plain.isdecimal()


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())
