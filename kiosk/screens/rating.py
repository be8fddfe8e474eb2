"""How do faces stand on the screen?"""

from __future__ import annotations

from kiosk.look import LARGEST, look
from kiosk.screens.cards import CardsView
from kiosk.widgets import load_looks

# Lines of words so much higher than usual have no room under a face.
HIGH = 1.6


class RatingView(CardsView):
    """Faces with words: side by side, or one below the other on a tall screen. Large
    words stand beside their faces, in two columns."""

    def kind(self) -> str:
        return "FaceRow" if self.portrait or _are_high() else "FaceColumn"

    def columns(self, how_many: int) -> int:
        if self.portrait:
            return 1
        return 2 if _are_high() else how_many


def _are_high() -> bool:
    return bool(look.size == LARGEST or look.room >= HIGH)


load_looks(__file__)
