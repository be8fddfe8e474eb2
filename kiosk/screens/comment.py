"""How do people write in their own words?"""

from __future__ import annotations

from typing import Any

from kivy.input import MotionEvent
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)

from feedback.text import COMMENT_BYTES
from kiosk import text as raqm
from kiosk.keyboard import Keyboard, starts_sentence
from kiosk.page import Page
from kiosk.screens.question import QuestionView
from kiosk.sheet import Sheet
from kiosk.widgets import Row, Target, load_looks

# From here on the screen says in a sentence how much room is left.
NEARLY_FULL_LETTERS = 200
# Until then in steps: a number that changes with every key draws eyes from the words.
STEP_LETTERS = 50


class Turn(Target):
    """To the lines above (1) or below (-1)."""

    way = NumericProperty(1)


class Asked(Row):
    """The question, the step that it is `about`, what the answer leaves out (`hint`),
    and how many letters are `left`."""

    portrait = BooleanProperty(False)
    question = StringProperty("")
    about = StringProperty("")
    hint = StringProperty("")
    left = StringProperty("")


class CommentView(QuestionView):
    """A sheet and a keyboard of our own."""

    layouts = ObjectProperty({})
    # A fifth row of keys leaves no room for 20 mm above and below them: see look.fit.
    crowded = BooleanProperty(False)
    takes_words = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.was_written = False  # by anybody, since `forget`
        self.sheet.bind(text=self._written)
        self.keyboard.bind(waiting=self._written)
        self.sheet.listens = self._listens
        self.sheet.taken = self.keyboard.take
        self.sheet.taken_back = self.keyboard.take_backspace

    @property
    def keyboard(self) -> Keyboard:
        keyboard: Keyboard = self.ids.keyboard
        return keyboard

    @property
    def sheet(self) -> Sheet:
        sheet: Sheet = self.ids.box
        return sheet

    def fill(self, page: Page) -> None:
        self.keyboard.show(self.layouts, page.words)
        self._ask(page.about, page.heading)
        self.sheet.text = page.said
        self._written()

    def is_typing(self, touch: MotionEvent) -> bool:
        return bool(self.keyboard.collide_point(*touch.pos))

    def on_enter(self) -> None:
        self.sheet.focus = True

    def on_leave(self) -> None:
        self.sheet.focus = False

    def write(self, words: str) -> None:
        self.sheet.write(words)

    def forget(self) -> None:
        super().forget()
        self.keyboard.forget()
        self.sheet.wipe()
        self._ask("", "")
        raqm.forget()
        self.was_written = False

    def _written(self, *_: object) -> None:
        if self._page is None:
            return
        said, at = self.sheet.text, self.sheet.caret
        # Letters that still wait to be spelled are theirs, whatever they do next.
        self.value = (said[:at] + self.keyboard.waiting + said[at:]).strip()
        self.was_written = self.was_written or bool(self.value)
        self.keyboard.capitals = starts_sentence(said[:at])
        self._fill_hints(self._page, COMMENT_BYTES - len(said.encode()))

    def _ask(self, about: str, question: str) -> None:
        """The question, in our own place: beside the keyboard height is dear."""
        self.ids.frame.ids.heading.text = ""
        self.ids.asked.about, self.ids.asked.question = about, question

    def _fill_hints(self, page: Page, left_bytes: int) -> None:
        """How much room is left: quietly, and in a sentence when there is little."""
        left = left_bytes // self.keyboard.bytes_most
        hint, count = "comment_names" if page.names else "comment_hint", "comment_left"
        if left > NEARLY_FULL_LETTERS:
            left -= left % STEP_LETTERS
        else:
            hint, count = "comment_nearly" if left else "comment_full", ""
        self.ids.asked.hint = page.words(hint, left=left)
        self.ids.asked.left = page.words(count, left=left) if count else ""

    def _listens(self) -> bool:
        """Whether keys of a plugged-in keyboard are for the words: not while a notice
        lies over the screen, nor while they move from one button to the next."""
        glass = self.manager.parent if self.manager else None
        if glass is None or glass.children[0] is not self.manager:
            return False
        targets = (one for one in self.walk() if isinstance(one, Target))
        return not any(one.focused for one in targets)


load_looks(__file__)
