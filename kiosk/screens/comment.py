"""How do people write in their own words?"""

from __future__ import annotations

from typing import Any

from kivy.cache import Cache
from kivy.properties import ObjectProperty
from kivy.uix.textinput import TextInput

from feedback.text import COMMENT_BYTES, cut
from kiosk import text as raqm
from kiosk.keyboard import Keyboard, starts_sentence
from kiosk.page import Page
from kiosk.screens.question import QuestionView
from kiosk.widgets import load_looks

# From here on the screen says how much room is left.
NEARLY_FULL_BYTES = COMMENT_BYTES - 500


class Box(TextInput):
    """Where the words stand. No selection, no menu, no clipboard, no undo."""

    def on_double_tap(self) -> None:
        pass

    def on_triple_tap(self) -> None:
        pass

    def on_quad_touch(self) -> None:
        pass

    def write(self, words: str) -> None:
        """At the cursor, as far as there is room."""
        room = COMMENT_BYTES - len(self.text.encode())
        self.insert_text(cut(words, max(0, room)))
        self.reset_undo()

    def wipe(self) -> None:
        """Leave nothing of the words, nor of the pictures of them."""
        self.text = ""
        self.cancel_selection()
        self.reset_undo()
        for kept in ("textinput.label", "textinput.width"):
            Cache.remove(kept)
        raqm.forget()


class CommentView(QuestionView):
    """A box and a keyboard of our own."""

    layouts = ObjectProperty({})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.ids.box.bind(text=self._written)

    @property
    def keyboard(self) -> Keyboard:
        keyboard: Keyboard = self.ids.keyboard
        return keyboard

    def fill(self, page: Page) -> None:
        self.keyboard.show(self.layouts, page.words)
        self.ids.box.text = page.said
        self.ids.box.reset_undo()
        self._written()

    def on_enter(self) -> None:
        self.ids.box.focus = True

    def on_leave(self) -> None:
        self.ids.box.focus = False

    def write(self, words: str) -> None:
        self.ids.box.write(words)

    def _written(self, *_: object) -> None:
        if self._page is None:
            return
        said = self.ids.box.text
        self.value = said.strip()
        self.keyboard.capitals = starts_sentence(said)
        self.ids.hint.text = self._hint(len(said.encode()))

    def _hint(self, used_bytes: int) -> str:
        assert self._page is not None
        left = COMMENT_BYTES - used_bytes
        if used_bytes < NEARLY_FULL_BYTES:
            return self._page.words("comment_hint")
        # A letter takes one to four bytes: four are always enough for one more.
        if left < 4:
            return self._page.words("comment_full")
        return self._page.words("comment_nearly", left=left // 4)

    def forget(self) -> None:
        super().forget()
        self.ids.box.wipe()


load_looks(__file__)
