"""What does the tablet say when it must not take any answers?"""

from __future__ import annotations

from kiosk.page import Phrases
from kiosk.widgets import View, load_looks


class ClosedView(View):
    """Shown while the disk is nearly full; goes by itself when there is room again.
    Nothing on it can be tapped."""

    def show(self, words: Phrases, free_mb: int, needed_mb: int) -> None:
        self.ids.title.text = words("closed_title")
        self.ids.words.text = words("closed_words")
        self.ids.staff.text = words("closed_disk", free=free_mb, needed=needed_mb)


load_looks(__file__)
