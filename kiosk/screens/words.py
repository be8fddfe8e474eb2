"""How are several words chosen?"""

from __future__ import annotations

from kiosk.look import look
from kiosk.page import Page
from kiosk.screens.cards import CardsView
from kiosk.widgets import Option, load_looks

FEW = 6  # so many or fewer get wider tiles


class WordsView(CardsView):
    """Tiles with a box to tick; nothing is sent before the way on is tapped."""

    def kind(self) -> str:
        return "WordTile"

    def columns(self, how_many: int) -> int:
        few = self.portrait or how_many <= FEW
        return self.enough(2 if few else 3, how_many)

    def fill(self, page: Page) -> None:
        super().fill(page)
        self.ids.hint.text = "" if look.dense else page.words("words_hint")

    def tap(self, option: Option) -> None:
        option.chosen = not option.chosen
        # Kivy lists children from the last to the first.
        tiles = reversed(self.ids.cards.children)
        self.value = " ".join(tile.key for tile in tiles if tile.chosen)


load_looks(__file__)
