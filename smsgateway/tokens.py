"""Which words does a text consist of, however it was typed?

Small letters, without accents, apostrophes and punctuation, and with one letter for
those that keyboards exchange. Chinese has no spaces: there each sign is a word.
"""

from __future__ import annotations

import re
import unicodedata

Tokens = tuple[str, ...]

# Apostrophes, what makes a keycap of a digit, the joiners and direction marks of
# scripts, and the stretched line of Arabic.
_UNHEARD = str.maketrans(
    "", "", "'’‘`´\ufe0e\ufe0f\u20e3\u200b\u200c\u200d\u200e\u200f\u061c\u0640"
)
# What NFD does not take apart, and the letters of Arabic and Urdu keyboards that stand
# for one another.
_ALIKE = str.maketrans("łøđıىیکہھةۃںٱ", "lodiييكههههنا")
# The wide letters and digits of Chinese keyboards.
_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)}
_HAN = re.compile("([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
# Signs that belong to a number (10%, 1/2, #1) stay, and make it unclear.
_SIGNS = "%‰٪؉/\\#&@*"
# The usual ones, and all of ASCII's; stripping them at once is much of this room's
# speed.
_EDGES = '!"(),.:;?[]{}…“”«»।॥۔،؛؟。，、；：！？（）'
_PUNCTUATION = ("Po", "Ps", "Pe", "Pi", "Pf")
_CLAUSES = re.compile(r"[.,;:!?…\n()\"“”«»।॥۔،؛؟。，、；：！？]+|\s[-–—]+\s")


def tokens_in(words: str) -> list[str]:
    """The words. A keycap emoji (1️⃣) counts as its digit."""
    if words.isascii():
        plain = words.replace("'", "").replace("`", "").lower()
    else:
        plain = unicodedata.normalize("NFC", words).translate(_UNHEARD).casefold()
        plain = plain.translate(_WIDE)
        plain = _HAN.sub(r" \1 ", plain)
    tokens = []
    for n, token in enumerate(plain.split()):
        bare = token.strip(_EDGES)
        if not bare.isascii():
            bare = _strip(bare)
        if bare and not (n and _is_dash(bare)):
            tokens.append(_without_accents(bare))
    return tokens


def clauses_in(words: str) -> list[list[str]]:
    """The words between one comma or full stop and the next."""
    clauses = (tokens_in(clause) for clause in _CLAUSES.split(words))
    return [clause for clause in clauses if clause]


def is_han(token: str) -> bool:
    return _HAN.fullmatch(token) is not None


def _strip(token: str) -> str:
    while token and _is_punctuation(token[0]):
        token = token[1:]
    while token and _is_punctuation(token[-1]):
        token = token[:-1]
    return token


def _is_punctuation(character: str) -> bool:
    if character.isalnum() or character in _SIGNS:
        return False
    return unicodedata.category(character) in _PUNCTUATION


def _is_dash(token: str) -> bool:
    if token[0].isalnum():
        return False
    return all(c == "=" or unicodedata.category(c) == "Pd" for c in token)


def _without_accents(token: str) -> str:
    # "arrêt" and "przestań" as typed on a keyboard without the accent.
    if token.isascii():
        return token
    parts = unicodedata.normalize("NFD", token)
    return "".join(c for c in parts if not _is_accent(c)).translate(_ALIKE) or token


def _is_accent(character: str) -> bool:
    """A mark that people leave out. The vowels of Indic scripts are marks too, and no
    word is the same without them."""
    return (
        "\u0300" <= character <= "\u036f"  # Latin
        or "\u064b" <= character <= "\u065f"  # Arabic
        or character in "\u0670\u0a3c\u0abc"  # and the dots of Gurmukhi and Gujarati
    )
