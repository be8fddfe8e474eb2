"""Where on the screen does the map of the journey stand?

Pure: sizes go in, boxes come out. On a wide screen the journey runs along the lines of
writing and a higher place felt better. On a tall screen it runs downwards and the best
place comes first on each line, as in the national question. Where people read from the
right, all of it is mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LEVELS = 5

Point = tuple[float, float]

# Points of the soft line between two faces: enough that no corner shows.
SEGMENTS = 20


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the screen; x and y are its corner below on the left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def within(self, sides: float, ends: float) -> Box:
        """A little smaller."""
        return Box(
            self.x + sides,
            self.y + ends,
            self.width - 2 * sides,
            self.height - 2 * ends,
        )

    def mirrored(self, room: Box) -> Box:
        x = 2 * room.x + room.width - self.x - self.width
        return Box(x, self.y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Plan:
    """`spots[step][level]`: where a face may be put, best level first; `heads`: the
    names of the steps; `scale`: what each level means; `plot`: all spots together."""

    spots: tuple[tuple[Box, ...], ...]
    heads: tuple[Box, ...]
    scale: tuple[Box, ...]
    plot: Box


def wide(room: Box, steps: int, scale: float, head: float, rtl: bool) -> Plan:
    """Steps side by side, their names below, the scale where reading begins."""
    across, down = (room.width - scale) / steps, (room.height - head) / LEVELS
    starts = [room.x + scale + across * step for step in range(steps)]
    floors = [room.y + room.height - down * (level + 1) for level in range(LEVELS)]
    plan = Plan(
        tuple(tuple(Box(x, y, across, down) for y in floors) for x in starts),
        tuple(Box(x, room.y, across, head) for x in starts),
        tuple(Box(room.x, y, scale, down) for y in floors),
        Box(room.x + scale, room.y + head, room.width - scale, room.height - head),
    )
    return _mirrored(plan, room) if rtl else plan


def tall(room: Box, steps: int, scale: float, head: float, rtl: bool) -> Plan:
    """Steps one below the other, their names where reading begins, the scale above."""
    across, down = (room.width - head) / LEVELS, (room.height - scale) / steps
    starts = [room.x + head + across * level for level in range(LEVELS)]
    floors = [room.y + room.height - scale - down * (step + 1) for step in range(steps)]
    plan = Plan(
        tuple(tuple(Box(x, y, across, down) for x in starts) for y in floors),
        tuple(Box(room.x, y, head, down) for y in floors),
        tuple(Box(x, room.y + room.height - scale, across, scale) for x in starts),
        Box(room.x + head, room.y, room.width - head, room.height - scale),
    )
    return _mirrored(plan, room) if rtl else plan


def _mirrored(plan: Plan, room: Box) -> Plan:
    return Plan(
        tuple(tuple(spot.mirrored(room) for spot in step) for step in plan.spots),
        tuple(head.mirrored(room) for head in plan.heads),
        tuple(one.mirrored(room) for one in plan.scale),
        plan.plot.mirrored(room),
    )


def halves(plan: Plan, portrait: bool) -> tuple[Box, Box]:
    """The better half of the plot and the other one; the middle parts them."""
    plot, best = plan.plot, plan.spots[0][0].centre
    middle = plot.centre
    if not portrait:
        low = Box(plot.x, plot.y, plot.width, plot.height / 2)
        high = Box(plot.x, middle[1], plot.width, plot.height / 2)
        return high, low
    left = Box(plot.x, plot.y, plot.width / 2, plot.height)
    right = Box(middle[0], plot.y, plot.width / 2, plot.height)
    return (left, right) if best[0] < middle[0] else (right, left)


def soft_line(places: Sequence[Point], portrait: bool) -> list[float]:
    """Through all places in turn: level at each face and never beyond it, so that the
    line shows no high or low that nobody meant. As x, y, x, y …"""
    line: list[float] = []
    for (x0, y0), (x1, y1) in pairwise(places):
        for step in range(SEGMENTS + 1):
            t = step / SEGMENTS
            soft = t * t * (3 - 2 * t)
            across, down = (soft, t) if portrait else (t, soft)
            line += [x0 + (x1 - x0) * across, y0 + (y1 - y0) * down]
    return line
