"""How does a picture come onto the screen?

At the very size at which it is shown, made once and kept. Kivy would keep every picture
at its full size with smaller ones beside it, and blend them anew for each frame: five
times the memory, and without a GPU most of the time that the first screen takes.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import (
    ColorProperty,
    ListProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.widget import Widget
from PIL import Image

from feedback.assets import assets_folder

KEPT = 160  # textures: all pictures at two or three sizes


def unblended(texture: Texture) -> None:
    """For what is drawn pixel by pixel: Kivy blends four of a picture for each that it
    draws, which takes a processor without a GPU twice as long and changes nothing."""
    texture.mag_filter = texture.min_filter = "nearest"


@lru_cache(KEPT)
def picture_at(file: str, wide: int, high: int) -> Texture:
    """The largest that fits into so many pixels and keeps its proportions."""
    with Image.open(file) as whole:
        share = min(wide / whole.width, high / whole.height)
        size = max(1, round(whole.width * share)), max(1, round(whole.height * share))
    texture = Texture.create(size=size, colorfmt="rgba")
    texture.flip_vertical()
    unblended(texture)

    def paint(onto: Texture) -> None:
        with Image.open(file) as whole:
            small = whole.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
        onto.blit_buffer(small.tobytes(), colorfmt="rgba")

    paint(texture)
    texture.add_reload_observer(paint)  # a display that lost all that was drawn
    return texture


class Face(Widget):
    """A picture as large as its room allows, kept in proportion."""

    source = StringProperty("")
    tint = ColorProperty((1, 1, 1, 1))
    texture = ObjectProperty(None, allownone=True)
    drawn = ListProperty([0, 0, 0, 0])  # x, y, width, height

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Once before the next frame, however many of these change until then.
        paint = Clock.create_trigger(self._paint, -1)
        self.bind(pos=paint, size=paint, source=paint)
        paint()

    def _paint(self, *_: object) -> None:
        wide, high = round(self.width), round(self.height)
        if not self.source or wide < 1 or high < 1:
            self.texture, self.drawn = None, [0, 0, 0, 0]
            return
        self.texture = picture_at(self.source, wide, high)
        across, down = self.texture.size
        x, y = self.center_x - across / 2, self.center_y - down / 2
        self.drawn = [round(x), round(y), across, down]


class Picture(Face):
    """A picture of assets/pictures by its name; nothing where there is none.

    `tint` is for the few that are a white shape on clear ground.
    """

    name = StringProperty("")

    def on_name(self, *_: object) -> None:
        self.source = _path(self.name)


@cache
def _path(name: str) -> str:
    file = assets_folder() / "pictures" / f"{name}.png"
    return str(file) if name and file.is_file() else ""
