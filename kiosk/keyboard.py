"""Which keys does a finger find, and what do they write?

Layouts are data: assets/keyboards.toml, one per language. Kivy's own keyboard has no
Welsh, and a tablet's keyboard learns what people write.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.input import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import FocusBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.page import Phrases
from kiosk.widgets import Target, load_looks

Layouts = Mapping[str, Sequence[str]]  # language → rows

SYMBOLS = "symbols"
ROW_WIDTH = 10.0  # in widths of a letter
WIDTHS = {
    "shift": 1.5,
    "backspace": 1.5,
    "symbols": 1.5,
    "letters": 1.5,
    "newline": 1.5,
    "space": 4.0,
    "half": 0.5,
}
WRITES = {"space": " ", "newline": "\n"}

HOLD_S = 0.6  # held longer, "Delete" goes on
REPEAT_S = 0.12


def read_layouts(path: Path) -> Layouts:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: tuple(table["rows"]) for name, table in tables.items()}


def starts_sentence(text: str) -> bool:
    """Whether the next letter is a capital without anybody asking for it."""
    before = text.rstrip(" ")
    return not before or before[-1] == "\n" or (text != before and before[-1] in ".!?")


class Key(Target):
    """One key: `name` says what it does, `text` what stands on it."""

    name = StringProperty("")
    text = StringProperty("")
    small = BooleanProperty(False)  # words instead of a letter
    locked = BooleanProperty(False)  # capitals are on


class Keyboard(BoxLayout):
    """Rows of keys. Events: on_write(text), on_backspace()."""

    __events__ = ("on_write", "on_backspace")

    row_height = NumericProperty(80)
    capitals = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._layouts: Layouts = {}
        self._words: Phrases | None = None
        self._built: dict[tuple[str, str], list[Widget]] = {}
        self._repeat = Clock.create_trigger(self._again, HOLD_S)

    def show(self, layouts: Layouts, words: Phrases) -> None:
        """The letters of the words' language, or of English."""
        self._layouts, self._words = layouts, words
        self._lay(words.language if words.language in layouts else "en")

    def _lay(self, layout: str) -> None:
        assert self._words is not None
        # Forty keys take longer to make than all else on the screen: made once.
        name = layout, self._words.language
        if name not in self._built:
            rows = self._layouts[layout]
            self._built[name] = [self._row(row.split()) for row in rows]
        self.clear_widgets()
        for row in self._built[name]:
            self.add_widget(row)
        self.on_capitals()

    def _row(self, names: Sequence[str]) -> Widget:
        row = BoxLayout()
        for name in names:
            width = WIDTHS.get(name, 1.0) / ROW_WIDTH
            key = Widget() if name == "half" else self._key(name)
            key.size_hint_x = width
            row.add_widget(key)
        return row

    def _key(self, name: str) -> Key:
        assert self._words is not None
        named = name in WIDTHS
        text = self._words(f"key_{name}") if named else name
        key = Key(mark=f"key-{name}", name=name, text=text, small=named)
        key.bind(on_press=self._press, on_release=self._release)
        return key

    def keys(self) -> list[Key]:
        return [key for key in self.walk() if isinstance(key, Key)]

    def on_capitals(self, *_: object) -> None:
        for key in self.keys():
            key.locked = key.name == "shift" and self.capitals
            if not key.small:
                key.text = key.name.upper() if self.capitals else key.name

    def on_touch_down(self, touch: MotionEvent) -> bool:
        # Else the touch would take the cursor out of the box that is written in.
        if self.collide_point(*touch.pos):
            FocusBehavior.ignored_touch.append(touch)
        return bool(super().on_touch_down(touch))

    def _press(self, key: Key) -> None:
        if key.name == "backspace":
            self._again()
            self._repeat.timeout = HOLD_S
            self._repeat()

    def _again(self, *_: object) -> None:
        self.dispatch("on_backspace")
        self._repeat.timeout = REPEAT_S
        self._repeat()

    def _release(self, key: Key) -> None:
        self._repeat.cancel()
        if key.name == "shift":
            self.capitals = not self.capitals
        elif key.name == SYMBOLS:
            self._lay(SYMBOLS)
        elif key.name == "letters":
            assert self._words is not None
            self.show(self._layouts, self._words)
        elif key.name != "backspace":
            self.dispatch("on_write", WRITES.get(key.name, key.text))

    def on_write(self, text: str) -> None:
        pass

    def on_backspace(self) -> None:
        pass


load_looks(__file__)
