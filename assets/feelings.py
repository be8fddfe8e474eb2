"""What do the feelings look like, and the people who answer?"""

import math

from assets.build_faces import INK, Point, curve, mirrored
from assets.pen import (
    GOWN,
    HEART,
    LEAF,
    LILAC,
    LINE,
    MIST,
    PEACH,
    RED,
    ROSE,
    SKIN,
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
from assets.people import Head, bubble, bust, shoulders, staff_bust

# ── who is answering ─────────────────────────────────────────────────────────


def patient(paper: Paper) -> None:
    """Somebody in bed, sitting up."""
    paper.box((-0.92, -0.92), (0.92, 0.40), 0.14, WOOD)
    paper.box((-0.70, -0.70), (0.70, 0.30), 0.24, WHITE)
    shoulders(paper, (0, -0.22), 0.40, GOWN)
    Head(paper, (0, -0.22), 0.40).wears()
    paper.box((-0.92, 0.40), (0.92, 0.92), 0.08, LEAF)
    paper.box((-0.92, 0.34), (0.92, 0.52), 0.08, WHITE)


def carer(paper: Paper) -> None:
    """Two people who belong together."""
    paper.shape(moved(HEART, (0.04, -0.66), 0.25), RED)
    bust(paper, (0.46, 0.04), 0.35, GOWN).wears()
    bust(paper, (-0.42, -0.02), 0.38, LILAC).wears()


def young_person(paper: Paper) -> None:
    """A child who waves."""
    paper.stroke([(0.30, 0.36), (0.62, 0.02)], 0.085 + LINE)
    paper.stroke([(-0.30, 0.36), (-0.52, 0.64)], 0.085 + LINE)
    paper.oval((0.66, -0.04), 0.09, 0.09, SKIN)
    for end in ((0.30, 0.36), (0.60, 0.05)), ((-0.30, 0.36), (-0.52, 0.64)):
        paper.stroke(list(end), 0.085 - LINE * 0.6, LILAC)
    for x in (-0.15, 0.15):
        paper.box((x - 0.11, 0.66), (x + 0.11, 0.94), 0.05, TUNIC)
    body = [(-0.34, 0.76), *curve((-0.40, 0.18), (0, 0.02), (0.40, 0.18)), (0.34, 0.76)]
    paper.shape(body, LILAC)
    paper.shape(moved(STAR, (0, 0.48), 0.17), SUN, LINE * 0.6)
    Head(paper, (0, -0.36), 0.50).wears(mouth="laugh")


def staff_helping(paper: Paper) -> None:
    """Somebody of the staff beside a patient who holds a tablet."""
    staff_bust(paper, (-0.42, -0.34), 0.37).wears()
    bust(paper, (0.42, -0.12), 0.34, GOWN).wears()
    paper.box((-0.10, 0.36), (0.92, 0.92), 0.08, INK)
    paper.box((0.00, 0.46), (0.82, 0.82), 0.03, WHITE, LINE * 0.4)
    for x, colour in ((0.16, LEAF), (0.41, SUN), (0.66, ROSE)):
        paper.oval((x, 0.64), 0.085, 0.085, colour, LINE * 0.5)


# ── feelings ─────────────────────────────────────────────────────────────────


def safe(paper: Paper) -> None:
    """A happy face under an umbrella."""
    paper.stroke([(0, -0.94), (0, -0.80)], 0.05)
    hook = [(0.66, -0.10), (0.66, 0.74), *arc((0.80, 0.74), 0.14, 0.16, 180, 20)]
    paper.stroke(hook, 0.05)
    rim = [
        *curve((0.92, 0.02), (0.62, -0.22), (0.31, 0.02)),
        *curve((0.31, 0.02), (0, -0.22), (-0.31, 0.02)),
        *curve((-0.31, 0.02), (-0.62, -0.22), (-0.92, 0.02)),
    ]
    paper.shape([*arc((0, 0.02), 0.92, 0.86, 180, 360), *rim], TUNIC)
    for side in (-1, 1):
        rib = curve((0.31 * side, 0.02), (0.26 * side, -0.50), (0, -0.84))
        paper.stroke(rib, LINE * 0.6)
    Head(paper, (-0.06, 0.46), 0.44).wears(eyes="smiling")


def tangle(paper: Paper, centre: Point, size: float) -> None:
    """Thoughts that go round and round."""
    turns = [
        (0.11 * t - 0.34 * math.sin(t) - 1.03, 0.52 * math.cos(t))
        for t in (math.pi * step / 40 for step in range(241))
    ]
    paper.stroke(moved(turns, centre, size), LINE)


def worried(paper: Paper) -> None:
    """A wavy mouth, and drops of sweat."""
    drop = [
        (0.62 * math.sin(t) * math.sin(t / 2), -math.cos(t))
        for t in (step * math.tau / 60 for step in range(61))
    ]
    for x, y, size in ((-0.80, -0.40, 0.20), (0.80, -0.40, 0.20), (0, -0.74, 0.20)):
        paper.shape(moved(drop, (x, y), size), "#7fbbe8", LINE * 0.9)
    Head(paper, (0, 0.26), 0.64, MIST).wears(mouth="wavy", brows="sad")


def valued(paper: Paper) -> None:
    """A happy face, hearts around."""
    for centre, size in (
        ((-0.66, -0.46), 0.24),
        ((0, -0.70), 0.26),
        ((0.66, -0.46), 0.24),
    ):
        paper.shape(moved(HEART, centre, size), RED)
    Head(paper, (0, 0.32), 0.60).wears(eyes="smiling")


def ignored(paper: Paper) -> None:
    """Somebody speaks; the other has turned away."""
    bubble(paper, (-0.34, -0.64), 0.38, -0.06, WHITE)
    shoulders(paper, (0.48, 0.10), 0.36, MIST)
    paper.oval((0.48, 0.06), 0.36, 0.36, "#8a93a6")
    bust(paper, (-0.46, 0.12), 0.36, GOWN).wears(mouth="small_frown", brows="sad")


def supported(paper: Paper) -> None:
    """Held by two hands."""
    Head(paper, (0, -0.36), 0.52).wears()
    palm = [
        (-0.02, 0.92), *curve((-0.02, 0.60), (-0.10, 0.36), (-0.46, 0.22)),
        *curve((-0.58, 0.18), (-0.66, 0.26), (-0.56, 0.36)),
        *curve((-0.80, 0.10), (-0.70, -0.40), (-0.80, -0.40)),
        *curve((-0.80, -0.40), (-0.98, -0.38), (-0.94, 0.20)),
        *curve((-0.94, 0.20), (-0.90, 0.66), (-0.44, 0.92)),
    ]  # fmt: skip
    for side in (palm, mirrored(palm)):
        paper.shape(side, PEACH)


def frustrated(paper: Paper) -> None:
    """Clenched teeth, and thoughts that go round and round."""
    tangle(paper, (0, -0.66), 0.52)
    head = Head(paper, (0, 0.32), 0.60, ROSE)
    head.eyes()
    head.brows("knit")
    paper.box((-0.30, 0.48), (0.30, 0.72), 0.08, WHITE, LINE * 0.9)
    paper.stroke([(-0.30, 0.60), (0.30, 0.60)], LINE * 0.5)
    for x in (-0.12, 0.12):
        paper.stroke([(x, 0.48), (x, 0.72)], LINE * 0.5)


def hopeful(paper: Paper) -> None:
    """The sun comes up, and is glad."""
    for x, y in arc((0, 0.12), 0.94, 0.94, 180, 360)[::15]:
        paper.stroke([(x * 0.78, 0.12 + (y - 0.12) * 0.78), (x, y)], 0.05)
    Head(paper, (0, 0.16), 0.54, SUN).wears(eyes="smiling")
    hill = [(-0.92, 0.92), *curve((-0.92, 0.74), (0, 0.42), (0.92, 0.74)), (0.92, 0.92)]
    paper.shape(hill, LEAF)


def dashed(paper: Paper, centre: Point, size: float) -> None:
    for start in range(0, 360, 45):
        paper.stroke(arc(centre, size, size, start, start + 20), LINE * 0.8)


def lonely(paper: Paper) -> None:
    """Nobody on either side."""
    for side in (-1, 1):
        x = 0.70 * side
        dashed(paper, (x, 0.00), 0.22)
        for start in (182, 228, 274, 320):
            paper.stroke(arc((x, 0.90), 0.26, 0.50, start, start + 24), LINE * 0.8)
    bust(paper, (0, 0.12), 0.34, GOWN).wears(mouth="small_frown", brows="sad")


def comfortable(paper: Paper) -> None:
    """At ease in an armchair."""
    paper.box((-0.62, -0.90), (0.62, 0.70), 0.34, LILAC)
    shoulders(paper, (0, -0.24), 0.38, GOWN)
    Head(paper, (0, -0.24), 0.38).wears(eyes="resting")
    paper.box((-0.56, 0.46), (0.56, 0.80), 0.12, LILAC)
    for x in (-0.72, 0.72):
        paper.box((x - 0.20, 0.04), (x + 0.20, 0.84), 0.18, LILAC)
        paper.stroke([(x, 0.88), (x, 0.94)], 0.05)


def in_pain(paper: Paper) -> None:
    """Eyes tight, and flashes."""
    flash = [
        (0.1, -1),
        (-0.55, 0.15),
        (-0.05, 0.15),
        (-0.25, 1),
        (0.55, -0.25),
        (0.05, -0.25),
    ]
    for x, y, lean in ((-0.70, -0.48, -30), (0.70, -0.48, 30), (0, -0.64, 0)):
        there = turned(moved(flash, (x, y), 0.30), (x, y), lean)
        paper.shape(there, SUN, LINE * 0.8)
    Head(paper, (0, 0.34), 0.58, MIST).wears(eyes="tight", mouth="deep_frown")


def own(paper: Paper) -> None:
    """A pencil that writes."""
    paper.box((-0.90, -0.30), (0.62, 0.90), 0.12, WHITE)
    paper.stroke(
        [
            *curve((-0.64, 0.46), (-0.50, 0.10), (-0.38, 0.44)),
            *curve((-0.38, 0.44), (-0.28, 0.66), (-0.14, 0.40)),
        ],
        LINE * 1.1,
        TUNIC,
    )
    paper.stroke([(-0.64, 0.70), (0.34, 0.70)], LINE * 0.7)
    at: Point = (0, 0)
    parts = (
        ([(-0.16, -1.24), (0.16, -1.24), (0.16, -1.04), (-0.16, -1.04)], ROSE),
        ([(-0.16, -1.04), (0.16, -1.04), (0.16, -0.30), (-0.16, -0.30)], SUN),
        ([(-0.16, -0.30), (0.16, -0.30), (0, 0.02)], WALL),
        ([(-0.06, -0.10), (0.06, -0.10), (0, 0.02)], INK),
    )
    for points, colour in parts:
        there = moved(turned(points, at, 42), (-0.08, 0.38), 1.0)
        paper.shape(there, colour)
