"""How is a picture drawn?

With a felt pen on paper: shapes filled with quiet colours under one dark line, and a
white edge around the whole, so that a picture stands out on white, on grey, on NHS blue
and on black. Pictures that take the colour of the words beside them are a white line
only. The colours are those of the faces.
"""

import math
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFilter

from assets.build_faces import FINE, INK, SIZE, Point, curve

LINE = 0.036  # half the width of the pen, where the paper reaches from -1 to 1
EDGE = 0.045  # the white edge
WHITE = "#ffffff"

# The colours, all quiet: words and signs of the screen stand out more.
SKIN = "#fbdc86"
GOWN = "#bcd9f3"  # what patients wear
TUNIC = "#3f7fc0"  # what staff wear
SKY, NIGHT = "#cfe6f7", "#2c4a86"
LEAF, ROSE, LILAC, PEACH = "#a9d9a0", "#f3a79b", "#cdb9e4", "#fbc18d"
WALL, WOOD, SUN, MIST, RED = "#f6efe2", "#d9a86c", "#f9cf4f", "#c9d3e3", "#e0705f"

Points = list[Point]


def arc(centre: Point, across: float, down: float, start: float, end: float) -> Points:
    """Part of an oval. Degrees: 0 is to the right, 90 below."""
    steps = [math.radians(start + (end - start) * step / 120) for step in range(121)]
    x, y = centre
    return [(x + across * math.cos(t), y + down * math.sin(t)) for t in steps]


def moved(points: Iterable[Point], centre: Point, size: float) -> Points:
    """Points around 0, made as large as `size` and put around a centre."""
    return [(centre[0] + size * x, centre[1] + size * y) for x, y in points]


def turned(points: Iterable[Point], centre: Point, degrees: float) -> Points:
    """Points turned clockwise about a centre."""
    (a, b), t = centre, math.radians(degrees)
    return [
        (
            a + (x - a) * math.cos(t) - (y - b) * math.sin(t),
            b + (x - a) * math.sin(t) + (y - b) * math.cos(t),
        )
        for x, y in points
    ]


HEART = [
    *curve((0, -0.45), (0.14, -0.86), (0.50, -0.86)),
    *curve((0.50, -0.86), (0.94, -0.86), (0.94, -0.38)),
    *curve((0.94, -0.38), (0.94, 0.16), (0, 0.86)),
    *curve((0, 0.86), (-0.94, 0.16), (-0.94, -0.38)),
    *curve((-0.94, -0.38), (-0.94, -0.86), (-0.50, -0.86)),
    *curve((-0.50, -0.86), (-0.14, -0.86), (0, -0.45)),
]
STAR = [
    (radius * math.sin(math.pi * t / 5), -radius * math.cos(math.pi * t / 5))
    for t, radius in ((t, 1.0 if t % 2 == 0 else 0.46) for t in range(10))
]


class Paper:
    """A clear square that takes points from -1 to 1."""

    def __init__(self) -> None:
        self.side = SIZE * FINE
        self.unit = self.side * 0.47  # leaves the white edge its room
        self.image = Image.new("RGBA", (self.side, self.side), (255, 255, 255, 0))
        self.draw = ImageDraw.Draw(self.image)

    def at(self, point: Point) -> Point:
        middle = self.side / 2
        return middle + point[0] * self.unit, middle + point[1] * self.unit

    def disc(self, centre: Point, across: float, down: float, colour: str) -> None:
        """An oval without a line."""
        x, y = centre
        box = [self.at((x - across, y - down)), self.at((x + across, y + down))]
        self.draw.ellipse(box, fill=colour)

    def oval(
        self, centre: Point, across: float, down: float, colour: str, line: float = LINE
    ) -> None:
        self.disc(centre, across + line, down + line, INK)
        self.disc(centre, across - line, down - line, colour)

    def box(
        self, start: Point, end: Point, radius: float, colour: str, line: float = LINE
    ) -> None:
        """A rectangle with round corners."""
        for grow, shade in ((line, INK), (-line, colour)):
            self.draw.rounded_rectangle(
                [
                    self.at((start[0] - grow, start[1] - grow)),
                    self.at((end[0] + grow, end[1] + grow)),
                ],
                max(0.0, radius + grow) * self.unit,
                fill=shade,
            )

    def shape(self, points: Points, colour: str, line: float = LINE) -> None:
        self.draw.polygon([self.at(point) for point in points], fill=colour)
        self.stroke([*points, points[0]], line)

    def stroke(self, points: Points, width: float = LINE, colour: str = INK) -> None:
        """A line with round ends and round corners."""
        spots = [self.at(point) for point in points]
        self.draw.line(spots, fill=colour, width=round(2 * width * self.unit))
        for x, y in spots:
            r = width * self.unit
            self.draw.ellipse([x - r, y - r, x + r, y + r], fill=colour)

    def finished(self, edge: bool = True) -> Image.Image:
        """Made small, and white under all that is clear.

        The colour under a transparent edge matters: black there would shine through
        as a fringe wherever the picture is scaled.
        """
        drawn = self.image.getchannel("A")
        outside = self._grown(drawn) if edge else drawn
        flat = Image.new("RGB", self.image.size, WHITE)
        flat.paste(self.image.convert("RGB"), mask=drawn)
        small = (SIZE, SIZE)
        picture = flat.resize(small, Image.Resampling.LANCZOS)
        picture.putalpha(outside.resize(small, Image.Resampling.LANCZOS))
        return picture

    def _grown(self, mask: Image.Image) -> Image.Image:
        """The mask with the white edge's width around it."""
        reach = EDGE * self.unit
        soft = mask.filter(ImageFilter.GaussianBlur(reach))
        # Beside a straight side a blur of this reach falls to a sixth there.
        return soft.point([255 if value > 40 else 0 for value in range(256)])
