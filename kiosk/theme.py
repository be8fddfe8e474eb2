"""Which colours does the tablet use?

NHS blue on pale grey. Every pair that carries words has a contrast of 4.5 or more;
edges of things to tap have 3 or more. The tests measure both on the real screen.
"""

Colour = tuple[float, float, float, float]


def _colour(code: str, alpha: float = 1.0) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue, alpha


BLUE = _colour("005eb8")
DARK_BLUE = _colour("003087")
PALE_BLUE = _colour("e3effa")
PRESSED = _colour("c9e0f5")
INK = _colour("212b32")
QUIET = _colour("425563")  # second-rank words
EDGE = _colour("768692")
LINE = _colour("d8dde0")
PAGE = _colour("f0f4f5")
WHITE = _colour("ffffff")
AMBER = _colour("ffb81c")
VEIL = _colour("212b32", 0.62)  # over what waits behind a notice
NONE = _colour("ffffff", 0.0)
