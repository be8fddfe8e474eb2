"""How does a patient draw the map of the stay?

Five places for every step; a touch puts a face there, another touch takes it off. All
of it is built once for a survey's steps. Afterwards only what changes is drawn anew, so
that a tap is answered at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.image import Image
from kivy.factory import Factory
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from feedback.assets import assets_folder
from kiosk import journey
from kiosk.journey import Box, Plan
from kiosk.look import look
from kiosk.page import Card, MapStop
from kiosk.widgets import Target, Words, load_looks

PICTURES = assets_folder() / "pictures"

HIGH = 1.5  # lines so much higher than usual: Urdu's
NOWHERE = [-99, -99, 30, 30]  # outside the window
FEW = 6  # with so many steps or fewer a picture stands beside its name


class Spot(Target):
    """A place where a face may be put. It draws nothing until it is touched."""

    key = StringProperty("")
    level = StringProperty("")


class Head(Target):
    """A step's picture and name. Once it is placed, a button for its words."""

    key = StringProperty("")
    title = StringProperty("")
    picture = StringProperty("")
    note = StringProperty("")
    placed = BooleanProperty(False)


class Tag(Words):
    """The words of a face. `inked`: how wide they are written."""

    inked = NumericProperty(0)
    plate = BooleanProperty(False)

    def _fit(self, *_: object) -> None:
        super()._fit()
        self.inked = self._laid(self.font_size).wide if self.text else 0


class Mark(Widget):
    """A face with its word."""

    face = ObjectProperty(None, allownone=True)
    word = StringProperty("")
    side = NumericProperty(0)
    middle = ListProperty([0, 0])
    below = NumericProperty(0)  # the height of the word
    wide = BooleanProperty(False)  # the word may be wider than the place
    plate = BooleanProperty(False)


class Marker(Mark):
    """A face that was put on the map."""


class Rung(Mark):
    """What a level of the scale means."""


class Board(Widget):
    """Events: on_put(key, level), empty when taken off; on_head(key, placed)."""

    __events__ = ("on_put", "on_head")

    portrait = BooleanProperty(False)
    rtl = BooleanProperty(False)
    scale_room = NumericProperty(0)
    head_room = NumericProperty(0)

    # What the canvas draws.
    better = ListProperty([0, 0, 0, 0])
    worse = ListProperty([0, 0, 0, 0])
    better_corners = ListProperty([0])
    worse_corners = ListProperty([0])
    middle = ListProperty([0, 0, 0, 0])
    rings = ListProperty([])
    dots = ListProperty([])
    line = ListProperty([])
    touched = ListProperty(NOWHERE)
    ring = ObjectProperty(None, allownone=True)
    dot = ObjectProperty(None, allownone=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.ring = _texture(PICTURES / "ring.png")
        self.dot = _texture(PICTURES / "spot.png")
        self._keys: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._built = ""
        self._faces: list[Texture | None] = []
        self._words: list[str] = []
        self._said: list[str] = []
        self._spots: list[list[Spot]] = []
        self._heads: list[Head] = []
        self._marks: list[Marker] = []
        self._scale: list[Rung] = []
        self._plan: Plan | None = None
        place = Clock.create_trigger(self._lay_out, -1)
        for change in ("pos", "size", "scale_room", "head_room", "rtl"):
            self.fbind(change, place)

    # ── what it shows ────────────────────────────────────────────────────────

    def show(
        self,
        stops: Sequence[MapStop],
        levels: Sequence[Card],
        notes: Sequence[str],
        ends: tuple[str, str],
    ) -> None:
        """`notes`: what stands under each step's name; `ends`: what the two ends of
        the scale are called."""
        keys = tuple(stop.key for stop in stops), tuple(card.key for card in levels)
        heads = self._heads_now(len(stops))
        if (heads, keys) != (self._built, self._keys):
            self._build(heads, stops, levels)
            self._built, self._keys = heads, keys
        self._words = [card.text for card in levels]
        for head, stop, note in zip(self._heads, stops, notes, strict=True):
            head.title, head.picture, head.note = stop.title, stop.picture, note
        self._scale[0].word, self._scale[-1].word = ends
        self._said = [stop.level for stop in stops]
        self._draw()

    def forget(self) -> None:
        self._said = ["" for _ in self._said]
        self.touched = list(NOWHERE)
        for head in self._heads:
            head.note = ""
        self._draw()

    def _heads_now(self, steps: int) -> str:
        """How the names of the steps look here."""
        if self.portrait:
            return "HeadAcross" if look.room >= HIGH else "HeadBeside"
        return "HeadBeside" if steps <= FEW else "HeadBelow"

    def _build(
        self, heads: str, stops: Sequence[MapStop], levels: Sequence[Card]
    ) -> None:
        self.clear_widgets()
        # Of another survey, with another number of steps.
        self._said, self._plan = ["" for _ in stops], None
        self._faces = [_texture(Path(c.face)) if c.face else None for c in levels]
        self._scale = [Rung(face=face, wide=self.portrait) for face in self._faces]
        self._marks = [Marker(plate=True, wide=self.portrait) for _ in stops]
        self._heads = [Factory.get(heads)(key=stop.key) for stop in stops]
        self._spots = [
            [Spot(key=stop.key, level=card.key) for card in levels] for stop in stops
        ]
        for head in self._heads:
            head.bind(on_release=lambda o: self.dispatch("on_head", o.key, o.placed))
        for spot in (spot for step in self._spots for spot in step):
            spot.bind(on_release=self._tapped, state=self._pressed)
        # In reading order: whoever uses keys meets a step's name, then its places.
        for head, spots in zip(self._heads, self._spots, strict=True):
            for widget in (head, *spots):
                self.add_widget(widget)
        for mark in (*self._scale, *self._marks):
            self.add_widget(mark)
        self._lay_out()

    # ── what a finger does ───────────────────────────────────────────────────

    def _tapped(self, spot: Spot) -> None:
        """Shown at once: it stays so if it cannot be saved."""
        step = [head.key for head in self._heads].index(spot.key)
        level = "" if self._said[step] == spot.level else spot.level
        self._said[step] = level
        self._draw()
        self.dispatch("on_put", spot.key, level)

    def _pressed(self, spot: Spot, state: str) -> None:
        down = state == "down"
        self.touched = [*spot.pos, *spot.size] if down else list(NOWHERE)

    def on_put(self, key: str, level: str) -> None:
        pass

    def on_head(self, key: str, placed: bool) -> None:
        pass

    @property
    def placed(self) -> list[str]:
        """The steps that have a face now."""
        keys = self._keys[0]
        return [key for key, level in zip(keys, self._said, strict=True) if level]

    # ── where it stands ──────────────────────────────────────────────────────

    def _lay_out(self, *_: object) -> None:
        if not self._heads:
            return
        plan = (journey.tall if self.portrait else journey.wide)(
            Box(*self.pos, *self.size),
            len(self._heads),
            self.scale_room,
            self.head_room,
            self.rtl,
        )
        self._plan = plan
        for head, box in zip(self._heads, plan.heads, strict=True):
            _put(head, box.within(dp(12) if self.portrait else dp(2), dp(1)))
        for marker, box in zip(self._scale, plan.scale, strict=True):
            _put(marker, box)
        for spots, boxes in zip(self._spots, plan.spots, strict=True):
            for spot, box in zip(spots, boxes, strict=True):
                _put(spot, box)
        better, worse = journey.halves(plan, self.portrait)
        self.better, self.worse = _as_list(better), _as_list(worse)
        first = self._corners(better.x == plan.plot.x)
        self.better_corners, self.worse_corners = first, first[2:] + first[:2]
        (x, y), plot = plan.plot.centre, plan.plot
        self.middle = (
            [x, plot.y, x, plot.y + plot.height]
            if self.portrait
            else [plot.x, y, plot.x + plot.width, y]
        )
        self._draw()

    def _corners(self, at_left: bool) -> list[float]:
        """The round corners of the better half, from above left clockwise."""
        round_, square = dp(18), 0.01
        if not self.portrait:
            return [round_, round_, square, square]
        if at_left:
            return [round_, square, square, round_]
        return [square, round_, round_, square]

    def _draw(self) -> None:
        """Put the faces where they belong, and the line through them."""
        if self._plan is None:
            return
        levels = self._keys[1]
        rings: list[float] = []
        dots: list[float] = []
        places = []
        for step, level in enumerate(self._said):
            boxes, mark = self._plan.spots[step], self._marks[step]
            self._heads[step].placed = bool(level)
            mark.opacity = 1 if level else 0
            if not level:
                rings += [part for box in boxes for part in box.centre]
                continue
            at = levels.index(level)
            dots += [
                part for box in boxes if box is not boxes[at] for part in box.centre
            ]
            mark.face, mark.word = self._faces[at], self._words[at]
            _put(mark, boxes[at])
            places.append(mark.middle)
        self.rings, self.dots = rings, dots
        self.line = journey.soft_line(places, self.portrait)


def _put(widget: Widget, box: Box) -> None:
    widget.pos, widget.size = (box.x, box.y), (box.width, box.height)


def _as_list(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]


def _texture(file: Path) -> Texture:
    return Image(str(file), mipmap=True).texture


load_looks(__file__)
