"""In which language are these words, as far as their letters tell?

For the reply to somebody who has chosen none. Letters that only one of our languages
has decide; nothing else is guessed.
"""

from __future__ import annotations

import unicodedata

_SCRIPTS = {
    "BENGALI": "bn",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "CJK": "zh-Hans",
    "ARABIC": "ar",
}
_URDU = frozenset("ٹڈڑںےہھگچپکی")
_LATIN = {"pl": frozenset("ąćęłńśźż"), "ro": frozenset("ășşțţ"), "cy": frozenset("ŵŷ")}


def language_by_letters(words: str) -> str:
    """The language, or nothing where the letters do not tell."""
    letters = unicodedata.normalize("NFC", words).casefold()
    for letter in letters:
        script = unicodedata.name(letter, "").split(" ")[0]
        if script in _SCRIPTS:
            language = _SCRIPTS[script]
            return "ur" if language == "ar" and _URDU & set(letters) else language
    found = [one for one, its in _LATIN.items() if its & set(letters)]
    return found[0] if len(found) == 1 else ""
