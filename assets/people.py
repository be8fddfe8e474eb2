"""How are people drawn?

As the faces of the scale are: no particular skin, hair, sex or age. Who somebody is
shows in what they wear and do.
"""

from assets.build_faces import (
    BROWS,
    INK,
    LAUGH,
    MOUTHS,
    Point,
    curve,
    mirrored,
)
from assets.pen import LINE, SKIN, TUNIC, WHITE, Paper, Points, arc, moved

OWN_MOUTHS = {
    **MOUTHS,
    "wavy": [
        *curve((-0.38, 0.42), (-0.26, 0.26), (-0.13, 0.40)),
        *curve((-0.13, 0.40), (0, 0.54), (0.13, 0.40)),
        *curve((0.13, 0.40), (0.26, 0.26), (0.38, 0.42)),
    ],
    "small_frown": curve((-0.22, 0.46), (0, 0.28), (0.22, 0.46)),
}


class Head:
    """A head on the paper; its features are drawn at its own size."""

    def __init__(
        self, paper: Paper, centre: Point, size: float, skin: str = SKIN
    ) -> None:
        self.paper, self.centre, self.size = paper, centre, size
        paper.oval(centre, size, size, skin)

    def line(self, points: Points, width: float = 0.055) -> None:
        self.paper.stroke(moved(points, self.centre, self.size), width * self.size)

    def spot(self, centre: Point, across: float, down: float, colour: str) -> None:
        [there] = moved([centre], self.centre, self.size)
        self.paper.disc(there, across * self.size, down * self.size, colour)

    def eyes(self, kind: str = "open") -> None:
        for side in (-1, 1):
            if kind == "open":
                self.spot((0.35 * side, -0.16), 0.10, 0.14, INK)
            else:
                lid = LIDS[kind]
                self.line(lid if side > 0 else mirrored(lid))

    def brows(self, kind: str) -> None:
        self.line(BROWS[kind], 0.045)
        self.line(mirrored(BROWS[kind]), 0.045)

    def mouth(self, kind: str) -> None:
        if kind == "laugh":
            there = moved(LAUGH, self.centre, self.size)
            self.paper.shape(there, INK, 0.02 * self.size)
            self.spot((0, 0.55), 0.17, 0.08, "#e2857c")
        else:
            self.line(OWN_MOUTHS[kind])

    def wears(self, eyes: str = "open", mouth: str = "smile", brows: str = "") -> None:
        """An expression."""
        self.eyes(eyes)
        self.mouth(mouth)
        if brows:
            self.brows(brows)


# The right eye; the left one mirrors it.
LIDS = {
    "smiling": curve((0.20, -0.10), (0.35, -0.36), (0.50, -0.10)),
    "resting": curve((0.20, -0.16), (0.35, 0.04), (0.50, -0.16)),
    "tight": [(0.50, -0.30), (0.22, -0.16), (0.50, -0.02)],
}


def shoulders(paper: Paper, centre: Point, size: float, colour: str) -> None:
    """From the neck down to the lower edge of a bust."""
    outline = [
        (-1.25, 2.25),
        *curve((-1.25, 1.95), (-1.25, 0.95), (-0.30, 0.85)),
        *curve((0.30, 0.85), (1.25, 0.95), (1.25, 1.95)),
        (1.25, 2.25),
    ]
    paper.shape(moved(outline, centre, size), colour)


def bust(paper: Paper, centre: Point, size: float, colour: str) -> Head:
    """Head and shoulders; the head still has no expression."""
    shoulders(paper, centre, size, colour)
    return Head(paper, centre, size)


def staff_bust(paper: Paper, centre: Point, size: float) -> Head:
    """A tunic with a white collar, a stethoscope and a badge."""
    shoulders(paper, centre, size, TUNIC)
    collar = [(-0.52, 0.92), (0, 1.55), (0.52, 0.92), (0, 0.80)]
    paper.shape(moved(collar, centre, size), WHITE, LINE * 0.7)
    tube = [*arc((0, 0.95), 0.72, 0.78, 175, 60), (0.36, 2.0)]
    paper.stroke(moved(tube, centre, size), LINE * 0.8)
    badge = moved([(-0.92, 1.72), (-0.40, 2.06)], centre, size)
    paper.box(badge[0], badge[1], 0.02, WHITE, LINE * 0.5)
    return Head(paper, centre, size)


def bubble(paper: Paper, centre: Point, across: float, tail: float, shade: str) -> None:
    """A speech bubble. `tail`: how far its point leans, below, to the right."""
    x, y = centre
    down = across * 0.70
    point = [
        (x + tail * 0.35 - 0.16, y + down * 0.8),
        (x + tail, y + down * 1.62),
        (x + tail * 0.35 + 0.16, y + down * 0.8),
    ]
    paper.shape(point, shade)
    paper.oval(centre, across, down, shade)
    inside = [(a * 0.92 + 0.08 * x, b - 0.07) for a, b in (point[0], point[2])]
    paper.draw.polygon(
        [paper.at(p) for p in (*inside, (x + tail * 0.55, y + down * 1.12))], fill=shade
    )
