"""Which colours does the tablet use?

NHS blue on pale grey. Every pair that carries words has a contrast of 4.5 or more, in
the strong palette of 7 or more; edges of things to tap have 3 or more. The tests
measure all of it on the real screen. Which palette is worn now: `kiosk.look`.
"""

from collections.abc import Mapping

Colour = tuple[float, float, float, float]


def _colour(code: str, alpha: float = 1.0) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue, alpha


NORMAL: Mapping[str, Colour] = {
    "blue": _colour("005eb8"),
    "dark_blue": _colour("003087"),
    "pale_blue": _colour("e3effa"),
    "pressed": _colour("c9e0f5"),
    "ink": _colour("212b32"),
    "quiet": _colour("425563"),  # second-rank words
    "edge": _colour("768692"),
    "line": _colour("d8dde0"),
    "page": _colour("f0f4f5"),
    "white": _colour("ffffff"),
    "amber": _colour("ffb81c"),
    "veil": _colour("212b32", 0.62),  # over what waits behind a notice
    "none": _colour("ffffff", 0.0),
    # The two ends of the map: told by place and face as well, never by these alone.
    "good": _colour("007f3b"),
    "bad": _colour("b0392b"),
    # The ring of whoever uses keys: dark around light shows on every ground.
    "focus": _colour("212b32"),
    "focus_under": _colour("ffeb3b"),
}

# Black on white and navy with thick edges: the pictures keep the light ground that
# they are drawn for. What is chosen turns yellow and gets a tick.
STRONG: Mapping[str, Colour] = {
    **NORMAL,
    "blue": _colour("00205c"),
    "dark_blue": _colour("000000"),
    "pale_blue": _colour("fff59d"),
    "pressed": _colour("ffe94d"),
    "ink": _colour("000000"),
    "quiet": _colour("000000"),
    "edge": _colour("000000"),
    "line": _colour("6b6b6b"),
    "page": _colour("ffffff"),
    "amber": _colour("ffd54a"),
    "veil": _colour("000000", 0.78),
    "good": _colour("004d21"),
    "bad": _colour("7a0f0f"),
    "focus": _colour("000000"),
}

# What has no thickness of its own is drawn so much thicker.
NORMAL_STROKE, STRONG_STROKE = 1.0, 2.0
