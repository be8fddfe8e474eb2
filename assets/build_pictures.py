"""What do the parts of a stay, feelings and people look like?

Draws the pictures of the survey and of the tablet's own buttons. Each is told from the
others by its outline, in black and white too. Run from the repository:
`.venv/bin/python -m assets.build_pictures`.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from assets import feelings
from assets.build_faces import INK, curve
from assets.pen import (
    GOWN,
    HEART,
    LEAF,
    LILAC,
    LINE,
    MIST,
    NIGHT,
    PEACH,
    RED,
    ROSE,
    SKY,
    STAR,
    SUN,
    TUNIC,
    WALL,
    WHITE,
    WOOD,
    Paper,
    arc,
    moved,
    turned,
)
from assets.people import Head, bubble, bust, staff_bust

# ── steps of the journey ─────────────────────────────────────────────────────


def traveller(paper: Paper, x: float) -> None:
    """Somebody with a bag."""
    body = [
        (x - 0.20, 0.92), *curve((x - 0.24, 0.45), (x - 0.24, 0.12), (x, 0.12)),
        *curve((x, 0.12), (x + 0.24, 0.12), (x + 0.24, 0.45)), (x + 0.20, 0.92),
    ]  # fmt: skip
    paper.shape(body, LILAC)
    Head(paper, (x, -0.10), 0.21)


def bag(paper: Paper, x: float) -> None:
    paper.stroke(arc((x, 0.50), 0.11, 0.13, 180, 360))
    paper.box((x - 0.20, 0.50), (x + 0.20, 0.92), 0.06, WOOD)


def arrival(paper: Paper) -> None:
    """A hospital, and somebody in front of it with a bag."""
    paper.box((-0.28, -0.62), (0.92, 0.92), 0.05, WALL)
    paper.box((-0.02, -0.94), (0.66, -0.34), 0.10, TUNIC)
    paper.stroke([(0.32, -0.82), (0.32, -0.46)], 0.075, WHITE)
    paper.stroke([(0.14, -0.64), (0.50, -0.64)], 0.075, WHITE)
    paper.box((0.30, 0.20), (0.72, 0.92), 0.02, SKY)
    paper.stroke([(0.51, 0.20), (0.51, 0.92)], LINE * 0.7)
    for x in (-0.08, 0.42):
        paper.box((x, -0.16), (x + 0.26, 0.02), 0.02, SKY, LINE * 0.7)
    traveller(paper, -0.42)
    bag(paper, -0.76)


def going_home(paper: Paper) -> None:
    """A house with a warm window, and the same somebody."""
    paper.box((-0.02, -0.10), (0.86, 0.92), 0.02, WALL)
    paper.box((0.56, -0.72), (0.74, -0.20), 0.02, RED)
    paper.shape([(-0.20, -0.08), (0.42, -0.80), (1.0, -0.08)], RED)
    paper.shape(moved(HEART, (0.42, -0.30), 0.15), WHITE, LINE * 0.6)
    paper.box((0.50, 0.30), (0.80, 0.92), 0.02, WOOD)
    paper.box((0.10, 0.14), (0.34, 0.38), 0.02, SUN, LINE * 0.7)
    traveller(paper, -0.36)
    bag(paper, -0.74)


def bed(paper: Paper, start: float, cover: str) -> None:
    """A bed seen from its side, its head on the left."""
    paper.stroke([(start, -0.48), (start, 0.88)], 0.06)
    paper.stroke([(0.92, 0.08), (0.92, 0.88)], 0.06)
    paper.box((start + 0.04, 0.30), (0.88, 0.64), 0.06, WHITE)
    paper.box((start + 0.07, -0.10), (start + 0.50, 0.28), 0.14, WHITE)
    quilt = [
        (start + 0.42, 0.46),
        *curve((start + 0.38, -0.16), (0.10, -0.16), (0.30, -0.12)),
        *curve((0.30, -0.12), (0.84, -0.06), (0.88, 0.26)), (0.88, 0.46),
    ]  # fmt: skip
    paper.shape(quilt, cover)


def settling(paper: Paper) -> None:
    """A bed made ready, flowers beside it, a lamp above."""
    bed(paper, -0.42, LEAF)
    paper.box((-0.92, 0.24), (-0.56, 0.88), 0.05, WOOD)
    paper.stroke([(-0.80, 0.46), (-0.68, 0.46)], LINE * 0.9)
    for x, y in ((-0.84, -0.34), (-0.64, -0.34), (-0.74, -0.54)):
        paper.stroke([(x, y), (-0.74, 0.02)], LINE * 0.7)
    paper.shape([(-0.86, -0.04), (-0.62, -0.04), (-0.66, 0.22), (-0.82, 0.22)], SKY)
    for x, y in ((-0.86, -0.36), (-0.62, -0.36), (-0.74, -0.58)):
        paper.oval((x, y), 0.12, 0.12, ROSE, LINE * 0.8)
        paper.disc((x, y), 0.045, 0.045, SUN)
    paper.stroke([(0.34, -0.94), (0.34, -0.82)], LINE * 0.9)
    paper.shape([(0.00, -0.44), (0.18, -0.80), (0.50, -0.80), (0.68, -0.44)], SUN)


def meals(paper: Paper) -> None:
    """A plate with food, a fork and a knife."""
    paper.oval((0, 0.05), 0.60, 0.60, WHITE)
    paper.oval((0, 0.05), 0.42, 0.42, SKY, LINE * 0.6)
    paper.oval((-0.12, 0.12), 0.17, 0.14, PEACH, LINE * 0.7)
    for x, y in ((0.10, -0.12), (0.20, 0.00), (0.02, -0.04), (0.16, 0.14)):
        paper.oval((x, y), 0.075, 0.075, LEAF, LINE * 0.6)
    for x in (-0.94, -0.83, -0.72):
        paper.stroke([(x, -0.62), (x, -0.28)], LINE * 0.9)
    paper.stroke([*arc((-0.83, -0.28), 0.11, 0.13, 180, 0)], LINE * 0.9)
    paper.stroke([(-0.83, -0.14), (-0.83, 0.76)], 0.055)
    blade = [(0.76, -0.64), *curve((0.76, -0.64), (0.98, -0.44), (0.94, 0.12))]
    paper.shape([*blade, (0.76, 0.12)], MIST)
    paper.stroke([(0.80, 0.12), (0.80, 0.76)], 0.06)


def tests(paper: Paper) -> None:
    """A screen with a heartbeat, and a test tube."""
    paper.stroke([(-0.16, 0.36), (-0.16, 0.84)], 0.07)
    paper.stroke([(-0.52, 0.86), (0.20, 0.86)], 0.06)
    paper.box((-0.92, -0.80), (0.60, 0.40), 0.12, WALL)
    paper.box((-0.76, -0.64), (0.44, 0.24), 0.06, NIGHT, LINE * 0.6)
    beat = [
        (-0.66, -0.16), (-0.40, -0.16), (-0.26, -0.42), (-0.08, 0.10),
        (0.06, -0.28), (0.14, -0.16), (0.34, -0.16),
    ]  # fmt: skip
    paper.stroke(beat, 0.04, "#8fe0a0")
    tube = [(0.56, -0.10), (0.92, -0.10)]
    glass = [(0.60, -0.08), (0.88, -0.08), *arc((0.74, 0.72), 0.14, 0.16, 0, 180)]
    paper.shape(glass, WHITE)
    full = [(0.62, 0.30), (0.86, 0.30), *arc((0.74, 0.72), 0.12, 0.14, 0, 180)]
    paper.shape(full, PEACH, LINE * 0.5)
    paper.stroke(tube, 0.05)


def medicines(paper: Paper) -> None:
    """A bottle, a capsule and a tablet."""
    paper.box((-0.78, -0.52), (0.14, 0.92), 0.14, PEACH)
    paper.box((-0.86, -0.90), (0.22, -0.56), 0.08, WHITE)
    for x in (-0.58, -0.32, -0.06):
        paper.stroke([(x, -0.82), (x, -0.64)], LINE * 0.6)
    paper.box((-0.78, -0.16), (0.14, 0.52), 0.0, WHITE, LINE * 0.7)
    paper.stroke([(-0.32, 0.02), (-0.32, 0.34)], 0.055)
    paper.stroke([(-0.48, 0.18), (-0.16, 0.18)], 0.055)
    capsule = [
        *arc((0.36, 0.20), 0.19, 0.19, 90, 270), *arc((0.78, 0.20), 0.19, 0.19, -90, 90)
    ]  # fmt: skip
    half = [(0.57, 0.01), *arc((0.78, 0.20), 0.19, 0.19, -90, 90), (0.57, 0.39)]
    middle = (0.57, 0.20)
    paper.shape(turned(capsule, middle, -52), WHITE)
    paper.shape(turned(half, middle, -52), RED)
    paper.oval((0.64, 0.72), 0.25, 0.20, WHITE)
    paper.stroke([(0.48, 0.78), (0.80, 0.66)], LINE * 0.7)


def staff(paper: Paper) -> None:
    """Somebody of the staff and a patient, talking."""
    bubble(paper, (-0.08, -0.62), 0.44, -0.26, WHITE)
    for x in (-0.28, -0.08, 0.12):
        paper.disc((x, -0.62), 0.055, 0.055, INK)
    bust(paper, (0.54, 0.20), 0.31, GOWN).wears()
    staff_bust(paper, (-0.46, 0.16), 0.36).wears()


def night(paper: Paper) -> None:
    """The moon and stars."""
    paper.oval((0, 0), 0.93, 0.93, NIGHT)
    moon = [
        *arc((-0.08, 0.04), 0.58, 0.58, -62, -328),
        *curve((0.41, 0.35), (-0.06, 0.34), (-0.06, -0.16)),
        *curve((-0.06, -0.16), (-0.06, -0.36), (0.19, -0.47)),
    ]
    paper.shape(moon, SUN)
    for centre, size in (
        ((0.46, -0.34), 0.20),
        ((0.34, 0.14), 0.13),
        ((0.66, 0.06), 0.10),
    ):
        paper.shape(moved(STAR, centre, size), WHITE, LINE * 0.4)


def other(paper: Paper) -> None:
    """A thought."""
    puffs = [
        (-0.46, -0.06, 0.36), (-0.20, -0.42, 0.36), (0.26, -0.44, 0.38),
        (0.54, -0.08, 0.34), (0.20, 0.16, 0.36), (-0.22, 0.18, 0.34),
    ]  # fmt: skip
    for x, y, size in puffs:
        paper.disc((x, y), size + LINE, size + LINE, INK)
    for x, y, size in puffs:
        paper.disc((x, y), size - LINE, size - LINE, WHITE)
    paper.disc((0.04, -0.12), 0.40, 0.30, WHITE)
    for x in (-0.30, 0.03, 0.36):
        paper.disc((x, -0.13), 0.10, 0.10, TUNIC)
    paper.oval((-0.50, 0.64), 0.15, 0.13, WHITE)
    paper.oval((-0.76, 0.86), 0.08, 0.07, WHITE)


def play(paper: Paper) -> None:
    """Blocks and a ball."""
    paper.box((-0.90, 0.18), (-0.20, 0.90), 0.06, LEAF)
    paper.box((-0.60, -0.54), (0.10, 0.16), 0.06, SUN)
    paper.shape(moved(STAR, (-0.25, -0.18), 0.24), WHITE, LINE * 0.6)
    paper.shape([(-0.72, 0.72), (-0.55, 0.36), (-0.38, 0.72)], WHITE, LINE * 0.6)
    paper.oval((0.42, 0.44), 0.46, 0.46, WHITE)
    for start in (-90, 30, 150):
        slice_ = [(0.42, 0.44), *arc((0.42, 0.44), 0.46, 0.46, start, start + 60)]
        paper.shape(slice_, RED, LINE * 0.6)
    paper.stroke(arc((0.42, 0.44), 0.46, 0.46, 0, 360))
    paper.oval((0.42, 0.44), 0.07, 0.07, WHITE, LINE * 0.6)


# ── yes, no, talk ────────────────────────────────────────────────────────────


def yes(paper: Paper) -> None:
    paper.oval((0, 0), 0.90, 0.90, LEAF)
    paper.stroke([(-0.44, 0.04), (-0.12, 0.38), (0.46, -0.34)], 0.11)


def no(paper: Paper) -> None:
    paper.box((-0.84, -0.84), (0.84, 0.84), 0.30, ROSE)
    paper.stroke([(-0.40, -0.40), (0.40, 0.40)], 0.11)
    paper.stroke([(0.40, -0.40), (-0.40, 0.40)], 0.11)


def talk(paper: Paper) -> None:
    """Two speech bubbles."""
    bubble(paper, (0.30, -0.36), 0.60, 0.40, SKY)
    bubble(paper, (-0.30, 0.30), 0.62, -0.36, WHITE)
    for y, width in ((0.14, 0.34), (0.32, 0.34), (0.50, 0.18)):
        paper.stroke([(-0.30 - 0.34, y), (-0.30 + width, y)], LINE)


# ── the tablet's own buttons: a white line, to be coloured like their words ──


def speaker(paper: Paper) -> None:
    horn = [
        (-0.92, -0.26),
        (-0.58, -0.26),
        (-0.14, -0.64),
        (-0.14, 0.64),
        (-0.58, 0.26),
    ]
    paper.draw.polygon(
        [paper.at(point) for point in [*horn, (-0.92, 0.26)]], fill=WHITE
    )
    paper.stroke([*horn, (-0.92, 0.26), horn[0]], 0.07, WHITE)


def listen(paper: Paper) -> None:
    speaker(paper)
    for size in (0.34, 0.62, 0.90):
        paper.stroke(arc((-0.02, 0), size, size, -46, 46), 0.07, WHITE)


def stop_listening(paper: Paper) -> None:
    speaker(paper)
    paper.stroke([(0.26, -0.34), (0.90, 0.34)], 0.08, WHITE)
    paper.stroke([(0.90, -0.34), (0.26, 0.34)], 0.08, WHITE)


def ways(paper: Paper) -> None:
    """A large and a small letter, an eye above."""
    lid = [*curve((-0.80, -0.52), (0, -1.24), (0.80, -0.52))]
    paper.stroke([*lid, *curve((0.80, -0.52), (0, 0.20), (-0.80, -0.52))], 0.07, WHITE)
    paper.disc((0, -0.52), 0.20, 0.20, WHITE)
    paper.stroke([(-0.80, 0.92), (-0.38, 0.02), (0.04, 0.92)], 0.08, WHITE)
    paper.stroke([(-0.64, 0.62), (-0.12, 0.62)], 0.07, WHITE)
    paper.stroke(arc((0.46, 0.68), 0.22, 0.24, 0, 360), 0.08, WHITE)
    paper.stroke([(0.70, 0.42), (0.70, 0.92)], 0.08, WHITE)


def language(paper: Paper) -> None:
    """The globe."""
    paper.stroke(arc((0, 0), 0.86, 0.86, 0, 360), 0.07, WHITE)
    paper.stroke(arc((0, 0), 0.40, 0.86, 0, 360), 0.06, WHITE)
    paper.stroke([(-0.86, 0), (0.86, 0)], 0.06, WHITE)
    for y in (-0.44, 0.44):
        paper.stroke([(-0.73, y), (0.73, y)], 0.06, WHITE)


# ── the map: places where a face may be put ──────────────────────────────────


def ring(paper: Paper) -> None:
    """An empty place."""
    for start in range(0, 360, 30):
        paper.stroke(arc((0, 0), 0.90, 0.90, start, start + 16), 0.055, WHITE)


def spot(paper: Paper) -> None:
    """A place beside a face."""
    paper.disc((0, 0), 0.95, 0.95, WHITE)


Picture = Callable[[Paper], None]

PICTURES: tuple[Picture, ...] = (
    arrival, settling, meals, tests, medicines, staff, night, going_home, other, play,
    feelings.patient, feelings.carer, feelings.young_person, feelings.staff_helping,
    feelings.safe, feelings.worried, feelings.valued, feelings.ignored,
    feelings.supported, feelings.frustrated, feelings.hopeful, feelings.lonely,
    feelings.comfortable, feelings.in_pain, feelings.own,
    yes, no, talk,
)  # fmt: skip
LINES: tuple[Picture, ...] = (listen, stop_listening, ways, language, ring, spot)


def draw(picture: Picture) -> Image.Image:
    paper = Paper()
    picture(paper)
    return paper.finished(edge=picture not in LINES)


if __name__ == "__main__":
    folder = Path(__file__).with_name("pictures")
    folder.mkdir(exist_ok=True)
    for picture in (*PICTURES, *LINES):
        draw(picture).save(folder / f"{picture.__name__}.png", optimize=True)
