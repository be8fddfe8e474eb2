"""What does the tablet say at the end?"""

from __future__ import annotations

from kiosk.page import Phrases
from kiosk.widgets import View, load_looks


class ThanksView(View):
    """Shown only after the log has everything. Event: on_done()."""

    __events__ = ("on_done",)

    def show(self, words: Phrases, practice: str) -> None:
        self.ids.title.text = words("thanks_title")
        self.ids.saved.text = practice or words("thanks_saved")
        self.ids.help.text = words("thanks_help")
        self.ids.help_now.text = words("thanks_help_now")
        self.ids.closes.text = words("thanks_closes")
        self.ids.done.text = words("done")

    def on_done(self) -> None:
        pass


load_looks(__file__)
