"""Which ward does a text name, by the keyword on its poster?"""

from __future__ import annotations

from collections.abc import Iterable

KEYWORD_CHARS = 3  # shorter codes would be taken for words and numbers
TOGETHER = 2  # "WARD 12" is "WARD12"


def keyword_in(words: str, codes: Iterable[str]) -> tuple[str, str]:
    """The ward's code with which the text begins, and the words after it; else two
    empty ones. A code is a keyword if it has a letter and is long enough."""
    known = {_plain(code): code for code in codes if _is_keyword(code)}
    tokens = words.split()
    for many in range(min(TOGETHER, len(tokens)), 0, -1):
        code = known.get(_plain("".join(tokens[:many])))
        if code:
            rest = words.split(maxsplit=many)[many:]
            return code, rest[0].lstrip(" :,.;-–—") if rest else ""
    return "", ""


def _is_keyword(code: str) -> bool:
    plain = _plain(code)
    return len(plain) >= KEYWORD_CHARS and not plain.isdecimal()


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())
