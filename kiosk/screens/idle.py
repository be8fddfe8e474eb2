"""How does the tablet ask whether anybody is still there?"""

from __future__ import annotations

from kiosk.page import Phrases
from kiosk.screens.notice import Notice
from kiosk.widgets import load_looks


class IdleNotice(Notice):
    """Events: on_still_here(), on_clear()."""

    __events__ = ("on_still_here", "on_clear")

    def show(self, words: Phrases, seconds: int) -> None:
        self.ids.title.text = words("idle_title")
        self.ids.words.text = words("idle_words", seconds=seconds)
        self.ids.still_here.text = words("still_here")
        self.ids.clear_now.text = words("clear_now")

    def on_still_here(self) -> None:
        pass

    def on_clear(self) -> None:
        pass


load_looks(__file__)
