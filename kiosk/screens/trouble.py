"""What does the tablet say when it cannot keep an answer?"""

from __future__ import annotations

from kiosk.page import Phrases
from kiosk.screens.notice import Notice
from kiosk.widgets import load_looks


class TroubleNotice(Notice):
    """Stands low, so that the answer above it can still be seen. Event: on_retry()."""

    __events__ = ("on_retry",)

    def show(self, words: Phrases) -> None:
        self.ids.title.text = words("trouble_title")
        self.ids.words.text = words("trouble_words")
        self.ids.retry.text = words("try_again")

    def on_retry(self) -> None:
        pass


load_looks(__file__)
