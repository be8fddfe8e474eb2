"""What do all screens with things to choose from share?"""

from __future__ import annotations

from kivy.factory import Factory

from kiosk.page import Page
from kiosk.screens.question import QuestionView
from kiosk.widgets import Option


class CardsView(QuestionView):
    """Lays the page's cards into its `cards` and hears them being tapped."""

    def kind(self) -> str:
        """The name of the card's looks in the .kv."""
        raise AssertionError("every such screen names its cards")

    def columns(self, how_many: int) -> int:
        return how_many

    def fill(self, page: Page) -> None:
        self.ids.cards.clear_widgets()
        self.ids.cards.cols = self.columns(len(page.cards))
        for card in page.cards:
            option: Option = Factory.get(self.kind())(
                mark=f"option-{card.key}",
                key=card.key,
                text=card.text,
                face=card.face,
                chosen=card.chosen,
            )
            option.bind(on_release=self.tap)
            self.ids.cards.add_widget(option)

    def tap(self, option: Option) -> None:
        """Shown as chosen at once: it stays so if it cannot be saved."""
        for other in self.ids.cards.children:
            other.chosen = other is option
        self.dispatch("on_answer", option.key)

    def forget(self) -> None:
        super().forget()
        self.ids.cards.clear_widgets()
