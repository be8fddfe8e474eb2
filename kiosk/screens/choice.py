"""How does one choice out of several stand on the screen?"""

from __future__ import annotations

from kiosk.look import look
from kiosk.screens.cards import CardsView
from kiosk.widgets import load_looks

FEW = 3  # so many or fewer stand in one column on a wide screen too
HIGH = 1.3  # lines of Nastaliq need high rows rather than long ones


class ChoiceView(CardsView):
    """Large rows of words; one tap answers."""

    def kind(self) -> str:
        return "ChoiceRow"

    def columns(self, how_many: int) -> int:
        few = (
            self.portrait or how_many <= FEW or (look.letters > 1 and look.tall < HIGH)
        )
        return self.enough(1 if few else 2, how_many)


load_looks(__file__)
