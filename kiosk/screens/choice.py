"""How does one choice out of several stand on the screen?"""

from __future__ import annotations

from kiosk.screens.cards import CardsView
from kiosk.widgets import load_looks

FEW = 3  # so many or fewer stand in one column on a wide screen too


class ChoiceView(CardsView):
    """Large rows of words; one tap answers."""

    def kind(self) -> str:
        return "ChoiceRow"

    def columns(self, how_many: int) -> int:
        return 1 if self.portrait or how_many <= FEW else 2


load_looks(__file__)
