"""What do the answers look like?

Draws the faces of the survey, so that each can be told from the others by the shape of
its mouth, eyes and brows, in black and white too. Run from the repository:
`.venv/bin/python assets/build_faces.py`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = 320  # pixels of a finished face
FINE = 4  # drawn this many times larger, then scaled down: smooth edges
INK = "#3a2b2f"  # a warm near-black; at least 6:1 on every skin below

Point = tuple[float, float]  # across and down, from the middle; the rim is at 1


@dataclass(frozen=True)
class Face:
    skin: str
    rim: str
    mouth: str
    eyes: str = "open"
    brows: str = ""
    tear: bool = False
    cheeks: bool = False


GREEN = ("#a9d9a0", "#4f8f52")
LIME = ("#d3dd8a", "#838b2b")
HONEY = ("#fbdc86", "#b98a1c")
PEACH = ("#fbc18d", "#bd6f2c")
ROSE = ("#f3a79b", "#b9584d")
MIST = ("#c9d3e3", "#6a7b96")

FACES = {
    # How was the service? The national question.
    "very_good": Face(*GREEN, mouth="laugh", cheeks=True),
    "good": Face(*LIME, mouth="smile"),
    "neither": Face(*HONEY, mouth="flat"),
    "poor": Face(*PEACH, mouth="frown"),
    "very_poor": Face(*ROSE, mouth="deep_frown", brows="knit"),
    "dont_know": Face(*MIST, mouth="aslant", eyes="aside", brows="raised"),
    # How did it feel? A step of the journey.
    "very_happy": Face(*GREEN, mouth="laugh", eyes="smiling", cheeks=True),
    "happy": Face(*LIME, mouth="smile", brows="soft", cheeks=True),
    "neutral": Face(*HONEY, mouth="flat", brows="level"),
    "sad": Face(*PEACH, mouth="frown", brows="sad"),
    "very_sad": Face(*ROSE, mouth="deep_frown", brows="sad", tear=True),
}


def curve(start: Point, bend: Point, end: Point) -> list[Point]:
    """A quadratic curve, which leaves `start` and reaches `end` towards `bend`."""
    points = []
    for step in range(201):
        t = step / 200
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        x, y = (a * p + b * q + c * r for p, q, r in zip(start, bend, end, strict=True))
        points.append((x, y))
    return points


def mirrored(points: Iterable[Point]) -> list[Point]:
    return [(-x, y) for x, y in points]


MOUTHS = {
    "smile": curve((-0.40, 0.24), (0, 0.64), (0.40, 0.24)),
    "flat": curve((-0.32, 0.38), (0, 0.38), (0.32, 0.38)),
    "frown": curve((-0.32, 0.49), (0, 0.22), (0.32, 0.49)),
    "deep_frown": curve((-0.40, 0.57), (0, 0.03), (0.40, 0.57)),
    "aslant": curve((-0.24, 0.45), (0.08, 0.43), (0.26, 0.31)),
}
LAUGH = [*curve((-0.44, 0.20), (0, 0.25), (0.44, 0.20))]
LAUGH += curve((0.44, 0.20), (0.38, 0.66), (0, 0.66))
LAUGH += curve((0, 0.66), (-0.38, 0.66), (-0.44, 0.20))

# The right brow; the left one mirrors it.
BROWS = {
    "soft": curve((0.22, -0.46), (0.36, -0.56), (0.50, -0.46)),
    "level": curve((0.23, -0.46), (0.36, -0.49), (0.49, -0.46)),
    "sad": curve((0.18, -0.54), (0.36, -0.50), (0.52, -0.38)),
    "knit": curve((0.19, -0.42), (0.36, -0.48), (0.52, -0.50)),
}


class Canvas:
    """A square of colour that takes points of -1 to 1."""

    def __init__(self, size: int, colour: str) -> None:
        self.middle = size / 2
        self.unit = size * 0.48  # leaves the rim a little air
        self.image = Image.new("RGB", (size, size), colour)
        self.draw = ImageDraw.Draw(self.image)

    def at(self, point: Point) -> Point:
        x, y = point
        return self.middle + x * self.unit, self.middle + y * self.unit

    def box(self, centre: Point, across: float, down: float) -> list[Point]:
        x, y = centre
        return [self.at((x - across, y - down)), self.at((x + across, y + down))]

    def oval(self, centre: Point, across: float, down: float, colour: str) -> None:
        self.draw.ellipse(self.box(centre, across, down), fill=colour)

    def stroke(self, points: list[Point], width: float) -> None:
        """A line with round ends, as a felt pen draws it."""
        for point in points:
            self.oval(point, width, width, INK)

    def glow(self, centre: Point, radius: float, colour: str, strength: float) -> None:
        """A soft patch of light or blush."""
        mask = Image.new("L", self.image.size, 0)
        patch = ImageDraw.Draw(mask)
        patch.ellipse(self.box(centre, radius, radius), fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(radius * self.unit / 2.2))
        self.image.paste(Image.new("RGB", self.image.size, colour), mask=mask)


def draw_eyes(canvas: Canvas, kind: str) -> None:
    for side in (-1, 1):
        if kind == "smiling":
            lid = curve((0.20, -0.14), (0.35, -0.40), (0.50, -0.14))
            canvas.stroke(lid if side > 0 else mirrored(lid), 0.046)
            continue
        aside = 0.06 if kind == "aside" else 0
        canvas.oval((0.35 * side + aside, -0.18 - aside), 0.09, 0.125, INK)
        canvas.oval((0.35 * side + 0.03 + aside, -0.23 - aside), 0.03, 0.034, "#ffffff")


def draw_brows(canvas: Canvas, kind: str) -> None:
    if kind == "raised":
        canvas.stroke(curve((0.24, -0.56), (0.40, -0.72), (0.56, -0.58)), 0.036)
        canvas.stroke(curve((-0.50, -0.42), (-0.36, -0.44), (-0.22, -0.40)), 0.036)
    elif kind:
        canvas.stroke(BROWS[kind], 0.036)
        canvas.stroke(mirrored(BROWS[kind]), 0.036)


def draw_mouth(canvas: Canvas, kind: str) -> None:
    if kind != "laugh":
        canvas.stroke(MOUTHS[kind], 0.046)
        return
    outline = [canvas.at(point) for point in LAUGH]
    inside = Image.new("L", canvas.image.size, 0)
    ImageDraw.Draw(inside).polygon(outline, fill=255)
    tongue = Image.new("L", canvas.image.size, 0)
    ImageDraw.Draw(tongue).ellipse(canvas.box((0, 0.66), 0.27, 0.18), fill=255)
    canvas.image.paste(Image.new("RGB", canvas.image.size, INK), mask=inside)
    canvas.image.paste(
        Image.new("RGB", canvas.image.size, "#e2857c"),
        mask=ImageChops.multiply(inside, tongue),
    )
    canvas.stroke(LAUGH, 0.03)


def draw_tear(canvas: Canvas) -> None:
    drop = [
        (0.40 + 0.085 * math.sin(t) * math.sin(t / 2), 0.19 - 0.13 * math.cos(t))
        for t in (step * math.tau / 60 for step in range(61))
    ]
    canvas.draw.polygon([canvas.at(point) for point in drop], fill="#4f9fd8")


def draw(face: Face) -> Image.Image:
    """The finished face, its outside transparent and of the rim's colour beneath.

    The colour under the transparent edge matters: white or black there would shine
    through as a fringe wherever the face is scaled.
    """
    canvas = Canvas(SIZE * FINE, face.rim)
    canvas.oval((0, 0), 0.955, 0.955, face.skin)
    canvas.glow((0, -0.35), 0.55, "#ffffff", 0.38)
    if face.cheeks:
        for side in (-1, 1):
            canvas.glow((0.62 * side, 0.10), 0.15, "#f6a68c", 0.75)
    draw_eyes(canvas, face.eyes)
    draw_brows(canvas, face.brows)
    draw_mouth(canvas, face.mouth)
    if face.tear:
        draw_tear(canvas)

    outside = Image.new("L", canvas.image.size, 0)
    ImageDraw.Draw(outside).ellipse(canvas.box((0, 0), 1, 1), fill=255)
    small = (SIZE, SIZE)
    finished = canvas.image.resize(small, Image.Resampling.LANCZOS)
    finished.putalpha(outside.resize(small, Image.Resampling.LANCZOS))
    return finished


if __name__ == "__main__":
    folder = Path(__file__).with_name("faces")
    for name, face in FACES.items():
        draw(face).save(folder / f"{name}.png", optimize=True)
