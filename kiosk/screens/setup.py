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
        # Whoever has set the wrong ward must not enrol a good tablet again.
        enrols = missing.why != "setup_ward"
        command = f"WARDVOICE_LOG={log} wardvoice-sync enrol CODE --central URL"
        self.ids.type.text = words("setup_type") if enrols else ""
        self.ids.command.text = command if enrols else ""
        self.ids.compare.text = words("setup_compare") if enrols else ""
        self.ids.short_words.text = missing.short_words if enrols else ""
        self.ids.waits.text = words("setup_waits") if enrols else ""


load_looks(__file__)
