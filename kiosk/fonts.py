"""Which letters does a language have, and in which direction do they run?

`assets/build_fonts.py` makes the files. Each holds its own script and Latin, so that
"NHS 111" stands in every language in the same font as the words around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """`tall`: the height of a usual line of it against one of Latin."""

    name: str
    regular: str
    bold: str
    letters: re.Pattern[str]
    rtl: bool = False
    tall: float = 1.0


def _family(name: str, letters: str, rtl: bool = False, tall: float = 1.0) -> Family:
    return Family(
        name, f"{name}-Regular.ttf", f"{name}-Bold.ttf",
        re.compile(f"[{letters}]"), rtl, tall,
    )  # fmt: skip


_ARABIC = "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe"
_CHINESE = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"

_LATIN = _family("NotoSans", "A-Za-z\u00c0-\u024f\u1e00-\u1eff")
_GURMUKHI = _family("NotoSansGurmukhi", "\u0a00-\u0a7f")
_BENGALI = _family("NotoSansBengali", "\u0980-\u09ff")
_GUJARATI = _family("NotoSansGujarati", "\u0a80-\u0aff")
_NASKH = _family("NotoNaskhArabic", _ARABIC, rtl=True, tall=1.12)
_NASTALIQ = _family("NotoNastaliqUrdu", _ARABIC, rtl=True, tall=1.55)
_HAN = _family("NotoSansSC", _CHINESE)

FAMILIES = {
    "en": _LATIN,
    "cy": _LATIN,
    "pl": _LATIN,
    "ro": _LATIN,
    "ur": _NASTALIQ,
    "pa": _GURMUKHI,
    "bn": _BENGALI,
    "gu": _GUJARATI,
    "ar": _NASKH,
    "so": _LATIN,
    "zh-Hans": _HAN,
}
_SCRIPTS = (_GURMUKHI, _BENGALI, _GUJARATI, _NASKH, _HAN)


def family_of(language: str, text: str = "") -> Family:
    """The letters of a language. For a text in another script, the letters that it is
    written in: a ward's name among Urdu, or what somebody wrote before they changed the
    language."""
    family = FAMILIES.get(language, _LATIN)
    if not text or family.letters.search(text):
        return family
    # Latin stands in every font, but its full stop would come first from the right.
    others = (*_SCRIPTS, _LATIN) if family.rtl else _SCRIPTS
    return next((one for one in others if one.letters.search(text)), family)


def font_of(language: str) -> str:
    """The name under which Kivy knows the font of a language."""
    return family_of(language).name
