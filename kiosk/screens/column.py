"""How do several paragraphs stand under one another, all in one size of letters?

Words alone make themselves smaller until they fit, each for itself. Here they share:
each takes the height that it needs, and when there is no room all shrink together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kivy.properties import NumericProperty, OptionProperty
from kivy.uix.layout import Layout
from kivy.uix.widget import Widget

from kiosk.room import Letters, lay
from kiosk.widgets import Words

STEPS = 32  # sizes that are tried between the smallest and the largest


class Paragraph(Words):
    """A paragraph of a Column; `base` is its design size. Takes no room when empty."""

    base = NumericProperty(26)

    def height_at(self, scale: float, width: float) -> float:
        """How high it is when its letters are `scale` times their design size."""
        if not self.text:
            return 0.0
        self._dress()
        self._label.resolve_font_name()
        size = max(1, int(self.base * scale * self.letters))
        file = self._label.options["font_name_r"]
        rtl = self.font_direction == "rtl"
        return float(lay(self.text, Letters(file, size, rtl), width).high)


class Column(Layout):
    """Paragraphs, and other things of a fixed height (`size_hint_y: None`).

    `scale` is what the letters came to, between `least` and `most`; `anchor` says where
    all of it stands when there is room to spare.
    """

    spacing = NumericProperty(0)
    least = NumericProperty(0.4)
    most = NumericProperty(1.0)
    scale = NumericProperty(1.0)
    anchor = OptionProperty("top", options=["top", "middle"])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        again = self._trigger_layout
        self.bind(
            pos=again, size=again, children=again, spacing=again, most=again,
            least=again, anchor=again,
        )  # fmt: skip

    def add_widget(self, widget: Widget, *args: Any, **options: Any) -> None:
        super().add_widget(widget, *args, **options)
        again = self._trigger_layout
        if isinstance(widget, Paragraph):
            widget.bind(text=again, base=again, letters=again, worn=again, bold=again)
        else:
            widget.bind(height=again)

    def needed(self, width: float, scale: float = 1.0) -> float:
        """The height that all of it takes in letters of that scale."""
        heights = [_height(child, scale, width) for child in self._there()]
        return float(sum(heights) + self.spacing * max(0, len(heights) - 1))

    def do_layout(self, *_: object) -> None:
        self.scale = scale = self.largest_that_fits()
        there = self._there()
        spare = self.height - self.needed(self.width, scale)
        top = self.top - (max(0.0, spare / 2) if self.anchor == "middle" else 0)
        for child in there:
            if isinstance(child, Paragraph):
                child.largest = child.base * scale
            child.size = self.width, _height(child, scale, self.width)
            child.x, child.top = self.x, top
            top -= child.height + self.spacing

    def _there(self) -> list[Widget]:
        """From top to bottom, without what is empty."""
        return [
            child
            for child in reversed(self.children)
            if (child.text if isinstance(child, Paragraph) else child.height)
        ]

    def largest_that_fits(self) -> float:
        """By halves, as a smaller size fits wherever a larger one does."""
        low, high = 0, STEPS
        while low < high:
            step = (low + high) // 2
            if self.needed(self.width, self._size_at(step)) <= self.height:
                high = step
            else:
                low = step + 1
        return self._size_at(low)

    def _size_at(self, step: int) -> float:
        return float(self.most - (self.most - self.least) * step / STEPS)


def only(layout: Layout, widgets: Iterable[Widget]) -> None:
    """These and nothing else, in this order."""
    wanted = list(widgets)
    if wanted == layout.children[::-1]:  # Kivy lists them from the last to the first
        return
    layout.clear_widgets()
    for widget in wanted:
        layout.add_widget(widget)


def _height(child: Widget, scale: float, width: float) -> float:
    if isinstance(child, Paragraph):
        return child.height_at(scale, width)
    return float(child.height)
