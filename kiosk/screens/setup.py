"""What does a technician see on a tablet that cannot ask anything yet?"""

from __future__ import annotations

from pathlib import Path

from kiosk.page import Phrases
from kiosk.ready import NotReady
from kiosk.widgets import View, load_looks


class SetupView(View):
    """Goes by itself when what is missing has come."""

    def show(self, words: Phrases, missing: NotReady, log: Path) -> None:
        self.ids.title.text = words("setup_title")
        self.ids.why.text = words(missing.why, detail=missing.detail)
        self.ids.type.text = words("setup_type")
        command = "wardvoice-sync enrol CODE --central URL"
        self.ids.command.text = f"WARDVOICE_LOG={log} {command}"
        self.ids.compare.text = words("setup_compare")
        self.ids.short_words.text = missing.short_words
        self.ids.waits.text = words("setup_waits")


load_looks(__file__)
