"""Which target would the next key touch?

For people who use a keyboard or one or two switches in place of a finger. Tab goes
through everything in reading order, the arrows go to what is nearest that way, Enter
or Space presses it. Where things lie decides, so no screen knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.look import look
from kiosk.widgets import Target

# Kivy's numbers of the keys that lead somewhere. A switch box sends the same.
KEYS = {
    9: "tab",
    13: "enter",
    271: "enter",  # on the number pad
    32: "space",
    273: "up",
    274: "down",
    275: "right",
    276: "left",
}
PRESSES = ("enter", "space")
WAYS = {"up": (0, 1), "down": (0, -1), "right": (1, 0), "left": (-1, 0)}

# Around every question. A screen begins with what it asks, not with these: whoever has
# one switch would have to pass them on each screen. Tab still comes to them, last.
AROUND = frozenset({"listen", "ways", "language", "stop"})

SETTLING = 4  # frames until a new page is laid out

# What lies off to the side of the way counts as so much further.
ASIDE = 3.0


# ── geometry ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Box:
    """Where a target lies; the origin is below on the left, as in the window."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def reading_order(boxes: Sequence[Box], rtl: bool) -> list[int]:
    """Places in `boxes`: row by row from the top, each from where reading begins."""
    left = sorted(range(len(boxes)), key=lambda at: -boxes[at].top)
    order: list[int] = []
    while left:
        # A box that is not laid out yet may have no height, or less: it is a row alone.
        first, *others = left
        row = [first, *(at for at in others if _in_one_row(boxes[first], boxes[at]))]
        row.sort(key=lambda at: (_lead(boxes[at], rtl), -boxes[at].top))
        order += row
        left = [at for at in left if at not in row]
    return order


def _lead(box: Box, rtl: bool) -> float:
    return -box.right if rtl else box.left


def _in_one_row(one: Box, other: Box) -> bool:
    """They share at least half the height of the lower one."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared * 2 >= min(one.top - one.bottom, other.top - other.bottom)


def after(boxes: Sequence[Box], at: int, back: bool, rtl: bool) -> int:
    """Where Tab leads from there, round and round; `back` with Shift."""
    order = reading_order(boxes, rtl)
    return order[(order.index(at) + (-1 if back else 1)) % len(order)]


def towards(boxes: Sequence[Box], at: int, way: str) -> int:
    """Where an arrow leads from there; the same place if there is nothing that way."""
    ahead = [
        (_distance(boxes[at], box, way), place)
        for place, box in enumerate(boxes)
        if _is_ahead(boxes[at], box, way)
    ]
    return min(ahead)[1] if ahead else at


def _is_ahead(here: Box, there: Box, way: str) -> bool:
    right, up = WAYS[way]
    across = (there.centre[0] - here.centre[0]) * right
    along = (there.centre[1] - here.centre[1]) * up
    return across + along > 0


def _distance(here: Box, there: Box, way: str) -> tuple[float, float]:
    """The gap that way and the gap aside; between equals the nearer centre wins."""
    across = max(0.0, there.left - here.right, here.left - there.right)
    along = max(0.0, there.bottom - here.top, here.bottom - there.top)
    if way in ("up", "down"):
        across, along = along, across
    between = [abs(a - b) for a, b in zip(here.centre, there.centre, strict=True)]
    return across + ASIDE * along, sum(between)


# ── on the screen ────────────────────────────────────────────────────────────


class _Key(MotionEvent):
    """A key's touch: it goes the way of a finger's, through the same glass."""

    def __init__(self, x: float, y: float) -> None:
        place = {"x": x / (Window.width - 1.0), "y": y / (Window.height - 1.0)}
        super().__init__("key", 1, place, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy = args["x"], args["y"]
        super().depack(args)


class Focus:
    """`targets` gives what can be touched now, on whatever lies on top.

    The ring shows once a key was used and goes with the next touch. The app calls `key`
    and `key_up` for the keys, `moved` when another page shows, `forget` on a touch.
    """

    def __init__(self, targets: Callable[[], list[Target]]) -> None:
        self._targets = targets
        self._at: Target | None = None
        self._in_use = self._pressing = False
        self._held: set[str] = set()
        self._frames_left = 0
        self._begin = Clock.create_trigger(self._begin_anew)

    @property
    def at(self) -> Target | None:
        """What has the ring; None while keys are not in use."""
        return self._at if self._at in self._targets() else None

    def key(self, name: str, shift: bool = False) -> bool:
        """Whether the key led somewhere. Names as in KEYS."""
        if name in PRESSES:
            return self._press(name)
        if name != "tab" and name not in WAYS:
            return False
        self._in_use = True
        self._begin.cancel()
        targets, at = self._targets(), self.at
        if at is None:
            self._show_first()
        else:
            boxes = [box_of(target) for target in targets]
            here = targets.index(at)
            tab = name == "tab"
            there = (
                after(boxes, here, shift, look.rtl)
                if tab
                else towards(boxes, here, name)
            )
            self._put(targets[there])
        return True

    def key_up(self, name: str) -> None:
        """A held key repeats itself many times a second: it presses only once."""
        self._held.discard(name)

    def moved(self) -> None:
        """Another page shows. The ring begins there anew, once it is laid out."""
        if self._in_use:
            self._put(None)
            self._frames_left = SETTLING
            self._begin()

    def forget(self) -> None:
        """A finger has touched the glass: no ring until the next key."""
        if not self._pressing:
            self._in_use = False
            self._begin.cancel()
            self._put(None)

    def _press(self, name: str) -> bool:
        at = self.at
        if at is None:
            return False
        if name not in self._held:
            self._held.add(name)
            self._tap(at)
        return True

    def _tap(self, target: Target) -> None:
        touch = _Key(*target.to_window(*target.center))
        self._pressing = True
        try:
            EventLoop.post_dispatch_input("begin", touch)
            EventLoop.post_dispatch_input("end", touch)
        finally:
            self._pressing = False

    def _begin_anew(self, *_: object) -> None:
        """Until a page stands where it will stand, what is first may be another."""
        self._show_first()
        self._frames_left -= 1
        if self._frames_left > 0:
            self._begin()

    def _show_first(self) -> None:
        targets = self._targets()
        order = reading_order([box_of(target) for target in targets], look.rtl)
        asked = [targets[at] for at in order if targets[at].mark not in AROUND]
        self._put(next(iter(asked or targets), None))

    def _put(self, target: Target | None) -> None:
        if self._at is not None:
            self._at.focused = False
        self._at = target
        if target is not None:
            target.focused = True


def box_of(target: Widget) -> Box:
    left, bottom = target.to_window(*target.pos)
    return Box(left, bottom, left + target.width, bottom + target.height)


def targets_of(top: Widget) -> list[Target]:
    """What can be touched on a screen or a notice."""
    return [
        widget
        for widget in top.walk(restrict=True)
        if isinstance(widget, Target) and not widget.disabled and widget.opacity > 0
    ]
