"""How many segments does a text cost?

By the rules of Twilio's own calculator: a text in GSM-7 holds 160 letters, and 153 a
segment when it needs more than one; any other letter makes the whole text UCS-2, with
70 and 67. What a reader sees as one letter is never cut in two.
"""

from __future__ import annotations

from collections.abc import Iterable

from feedback.text import is_edge

GSM, UCS2 = "GSM-7", "UCS-2"

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # two places each: an escape stands before them
_GSM = _BASIC | _EXTENDED
_ROOM = {GSM: (160, 153), UCS2: (70, 67)}


def encoding(text: str) -> str:
    """GSM or UCS2: one letter from outside of GSM-7 is enough for UCS-2."""
    return GSM if _GSM.issuperset(text) else UCS2


def segments(text: str) -> int:
    """What is paid for. An empty text would cost one."""
    code = encoding(text)
    alone, each = _ROOM[code]
    sizes = _gsm_sizes(text) if code == GSM else _ucs2_sizes(text)
    return 1 if sum(sizes) <= alone else _filled(sizes, each)


def _filled(sizes: Iterable[int], room: int) -> int:
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count


def _gsm_sizes(text: str) -> list[int]:
    return [2 if letter in _EXTENDED else 1 for letter in text]


def _ucs2_sizes(text: str) -> list[int]:
    sizes: list[int] = []
    for at, letter in enumerate(text):
        size = 2 if ord(letter) > 0xFFFF else 1
        if at and not is_edge(text, at):
            sizes[-1] += size
        else:
            sizes.append(size)
    return sizes
