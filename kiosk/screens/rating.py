"""How do faces stand on the screen?"""

from __future__ import annotations

from kiosk.screens.cards import CardsView
from kiosk.widgets import load_looks


class RatingView(CardsView):
    """Faces with words: side by side, or one below the other on a tall screen."""

    def kind(self) -> str:
        return "FaceRow" if self.portrait else "FaceColumn"

    def columns(self, how_many: int) -> int:
        return 1 if self.portrait else how_many


load_looks(__file__)
