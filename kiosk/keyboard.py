"""Which keys does a finger find, and what do they write?

Kivy's own keyboard has no Welsh, and a tablet's keyboard learns what people write.
Layouts are data: `kiosk.layouts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.layouts import (
    BASE,
    DEFAULT,
    EMPTY,
    JOBS,
    MORE,
    ROW_WIDTH,
    SYMBOLS,
    Layer,
    Layout,
    Layouts,
    layout_of,
    read_layouts,
    widths,
    written,
)
from kiosk.page import Phrases
from kiosk.pinyin import Spelling, read_pinyin
from kiosk.widgets import Target, load_looks

__all__ = ["Key", "Keyboard", "Layouts", "read_layouts", "starts_sentence"]

CANDIDATES = 6  # on one page
PINYIN_LETTERS = "abcdefghijklmnopqrstuüwxyz"

HOLD_S = 0.6  # held longer, "Delete" goes on
REPEAT_S = 0.12


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


class Candidates(BoxLayout):
    """The letters that wait and what they may become. Events: on_choose(place),
    on_turn(way)."""

    __events__ = ("on_choose", "on_turn")

    letters = StringProperty("")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._keys = [self._key(place) for place in range(CANDIDATES)]
        self._turns = {-1: self._turn("‹", -1), 1: self._turn("›", 1)}
        self.show(None)

    def show(self, spelling: Spelling | None) -> None:
        page = spelling.page if spelling else []
        self.letters = spelling.letters if spelling else ""
        for place, key in enumerate(self._keys):
            key.text = page[place].character if place < len(page) else ""
            key.mark = f"candidate-{key.text}" if key.text else f"no-candidate-{place}"
            _present(key, bool(key.text))
        _present(self._turns[-1], bool(spelling and spelling.has_before))
        _present(self._turns[1], bool(spelling and spelling.has_more))

    def _key(self, place: int) -> Key:
        key = Key(size_hint_x=1 / ROW_WIDTH)
        key.bind(on_release=lambda _: self.dispatch("on_choose", place))
        self.add_widget(key)
        return key

    def _turn(self, face: str, way: int) -> Key:
        mark = "candidates-more" if way > 0 else "candidates-back"
        key = Key(mark=mark, text=face, size_hint_x=1 / ROW_WIDTH)
        key.bind(on_release=lambda _: self.dispatch("on_turn", way))
        self.add_widget(key)
        return key

    def on_choose(self, place: int) -> None:
        pass

    def on_turn(self, way: int) -> None:
        pass


class Keyboard(BoxLayout):
    """Rows of keys. Events: on_write(text), on_backspace()."""

    __events__ = ("on_write", "on_backspace")

    row_height = NumericProperty(80)
    rows_most = NumericProperty(4)
    capitals = BooleanProperty(False)
    waiting = StringProperty("")  # letters that have not become a character yet

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._words: Phrases | None = None
        self._language = DEFAULT
        self._layout = Layout({})
        self.layer = BASE
        self._built: dict[tuple[str, str, str], list[Widget]] = {}
        self._keys: list[Key] = []
        self._spelling: Spelling | None = None
        self._candidates: Candidates | None = None
        self._deletes: Key | None = None
        self._repeat = Clock.create_trigger(self._again, HOLD_S)

    # ── what shows ───────────────────────────────────────────────────────────

    def show(self, layouts: Layouts, words: Phrases) -> None:
        """The letters of the words' language, or of English."""
        self._words = words
        self._language = words.language if words.language in layouts else DEFAULT
        self._layout = layout_of(layouts, words.language)
        self.rows_most = self._layout.rows_most
        self._spelling, self.waiting = None, ""
        if self._layout.spelled:
            pinyin = read_pinyin(self._layout.spelled)
            self._spelling = Spelling(pinyin, CANDIDATES)
        self._lay(BASE)

    @property
    def bytes_most(self) -> int:
        """Of one letter of this keyboard's language, in UTF-8."""
        return self._layout.bytes_most

    def forget(self) -> None:
        """Letters that wait to be spelled are words of the visitor, too."""
        self._repeat.cancel()
        if self._spelling:
            self._spelling.wipe()
            self._spelled()

    def _lay(self, layer: str) -> None:
        assert self._words is not None
        self.layer = layer
        # Forty keys take longer to make than all else on the screen: made once.
        name = self._words.language, self._language, layer
        if name not in self._built:
            rows = self._layout.layers[layer].rows
            self._built[name] = [self._row(row) for row in rows]
        self.clear_widgets()
        if self._spelling:
            self.add_widget(self._candidates_row())
            self._spelled()
        for row in self._built[name]:
            self.add_widget(row)
        self._keys = [
            key
            for row in self._built[name]
            for key in row.children
            if isinstance(key, Key)
        ]
        self.on_capitals()

    def _candidates_row(self) -> Candidates:
        if self._candidates is None:
            self._candidates = Candidates()
            self._candidates.bind(
                on_choose=lambda _, place: self._choose(place),
                on_turn=lambda _, way: self._turn(way),
            )
        return self._candidates

    def _row(self, names: Sequence[str]) -> Widget:
        row = BoxLayout()
        for name, width in zip(names, widths(names), strict=True):
            key = Widget() if name in EMPTY else self._key(name)
            key.size_hint_x = width / ROW_WIDTH
            row.add_widget(key)
        return row

    def _key(self, name: str) -> Key:
        job = name in JOBS
        key = Key(
            mark=f"key-{name if job else written(name)}",
            name=name,
            text=self._face(name) if job else name,
            small=job,
        )
        key.bind(on_press=self._press, on_release=self._release)
        return key

    def _face(self, job: str) -> str:
        """The words of a key with a job; what leads to a layer shows its letters."""
        assert self._words is not None
        layers = self._layout.layers
        if job == MORE:
            return layers[BASE if self.layer == MORE else MORE].face
        if job == BASE and layers[BASE].face:
            return layers[BASE].face
        return self._words(f"key_{job}")

    def keys(self) -> list[Key]:
        """Those of the layer that shows, without what can be chosen."""
        return self._keys

    @property
    def _shown(self) -> Layer:
        return self._layout.layers[self.layer]

    @property
    def _has_capitals(self) -> bool:
        return "shift" in self._shown.keys

    def on_capitals(self, *_: object) -> None:
        if self.capitals and not self._has_capitals and self.layer != SYMBOLS:
            self.capitals = False
            return
        for key in self._keys:
            key.locked = key.name == "shift" and self.capitals
            if not key.small:
                key.text = key.name.upper() if self.capitals else key.name

    # ── what a finger does ───────────────────────────────────────────────────

    def _press(self, key: Key) -> None:
        if key.name == "backspace":
            self._deletes = key
            self._again()
            self._repeat.timeout = HOLD_S
            self._repeat()

    def _again(self, *_: object) -> None:
        """Only under a finger: one that slides off the key releases nothing."""
        if self._deletes is None or self._deletes.state != "down":
            return
        if not self.take_backspace():
            self.dispatch("on_backspace")
        self._repeat.timeout = REPEAT_S
        self._repeat()

    def _release(self, key: Key) -> None:
        self._repeat.cancel()
        if key.name == "shift":
            self.capitals = not self.capitals
        elif key.name in (SYMBOLS, BASE):
            self._lay(key.name)
        elif key.name == MORE:
            self._lay(BASE if self.layer == MORE else MORE)
        elif key.name != "backspace":
            self._type(written(key.name if key.name in JOBS else key.text))

    def _type(self, text: str) -> None:
        if not self.take(text):
            self.dispatch("on_write", text)
        if self._shown.once:
            self._lay(BASE)

    # ── what letters spell ───────────────────────────────────────────────────

    @property
    def spells(self) -> bool:
        """Whether the letters that show spell something."""
        return self._spelling is not None and self.layer == BASE

    def spelling_of(self, character: str) -> str:
        """Its letters; empty for what has a key of its own."""
        table = self._layout.spelled
        return read_pinyin(table).spelling_of(character) if table else ""

    def take(self, text: str) -> bool:
        """Whether the text is not to be written, but spells something. Asked for what
        is typed on a plugged-in keyboard, too."""
        spelling = self._spelling
        if spelling is None:
            return False
        letter = text.lower().replace("v", "ü")
        if self.spells and len(letter) == 1 and letter in PINYIN_LETTERS:
            spelling.add(letter)
            self._spelled()
            return True
        if not spelling.letters:
            return False
        # A space chooses the first. So does a comma, which is then written itself.
        self._choose(0)
        return text == " "

    def take_backspace(self) -> bool:
        if not (self._spelling and self._spelling.letters):
            return False
        self._spelling.backspace()
        self._spelled()
        return True

    def _choose(self, place: int) -> None:
        assert self._spelling is not None
        if place < len(self._spelling.page):
            chosen = self._spelling.choose(place)
        else:
            chosen = self._spelling.give_up()
        self._spelled()
        self.dispatch("on_write", chosen)

    def _turn(self, way: int) -> None:
        assert self._spelling is not None
        self._spelling.turn(way)
        self._spelled()

    def _spelled(self) -> None:
        self.waiting = self._spelling.letters if self._spelling else ""
        if self._candidates:
            self._candidates.show(self._spelling)

    def on_write(self, text: str) -> None:
        pass

    def on_backspace(self) -> None:
        pass


def _present(key: Key, there: bool) -> None:
    key.opacity = 1 if there else 0
    key.disabled = not there


load_looks(__file__)
