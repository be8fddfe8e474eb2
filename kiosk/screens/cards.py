"""What do all screens with things to choose from share?"""

from __future__ import annotations

from itertools import chain
from typing import Any

from kivy.core.window import Window
from kivy.factory import Factory
from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from kiosk.look import LARGEST, look
from kiosk.page import Card, Page
from kiosk.screens.column import only
from kiosk.screens.question import QuestionView
from kiosk.widgets import Chorus, Option, Words

# About so much of the screen is left for the cards.
ROOM_WIDE, ROOM_TALL = 0.5, 0.6
MANY = 3  # columns, which leave each word little room
HIGH = 1.3  # of a script whose words are large


class CardsView(QuestionView):
    """Lays the page's cards into its `cards` and hears them being tapped."""

    easy = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._chorus = Chorus()
        # By the name of their looks. Once built they are only filled anew: that takes
        # a tenth of the time.
        self._options: dict[str, list[Option]] = {}

    def on_kv_post(self, base: Widget) -> None:
        self.ids.cards.parent.bind(size=self._arrange)

    def kind(self) -> str:
        """The name of the card's looks in the .kv."""
        raise AssertionError("every such screen names its cards")

    def columns(self, how_many: int) -> int:
        return how_many

    def enough(self, columns: int, how_many: int) -> int:
        """So many columns, or more where they would make the rows too low to tap."""
        gap = self.ids.cards.spacing[1]
        rows = max(1, int((self._height_of_room() + gap) / (look.target + gap)))
        return max(columns, -(-how_many // rows))

    def _height_of_room(self) -> float:
        room = self.ids.cards.parent
        if room.width > 2 * look.target:
            return float(room.height - room.padding[1] - room.padding[3])
        # Not laid out yet: about so much, and `_arrange` sees to the rest.
        return float(Window.height * (ROOM_TALL if self.portrait else ROOM_WIDE))

    def _arrange(self, *_: object) -> None:
        if self._page is not None:
            cards = self.ids.cards
            cards.cols = max(1, self.columns(len(cards.children)))

    def fill(self, page: Page) -> None:
        self.easy = page.easy
        self.ids.cards.cols = max(1, self.columns(len(page.cards)))
        pictured = page.easy or not self._is_narrow()
        options = self._build(len(page.cards))
        for option, card in zip(options, page.cards, strict=True):
            _fill(option, card, pictured)
        only(self.ids.cards, options)
        self._chorus.sing(map(_words_of, options))

    def _build(self, how_many: int) -> list[Option]:
        """So many of those that are there, and new ones where they are too few."""
        kind = self.kind()
        options = self._options.setdefault(kind, [])
        while len(options) < how_many:
            options.append(Factory.get(kind)())
            options[-1].bind(on_release=self.tap)
        return options[:how_many]

    def _is_narrow(self) -> bool:
        """Where words are as large as can be they need the room of the pictures; but
        where reading is hard these are what counts."""
        columns = self.ids.cards.cols
        if look.dense:
            return bool(columns > (1 if look.tall > HIGH else MANY))
        return bool(look.size == LARGEST and columns >= MANY)

    def tap(self, option: Option) -> None:
        """Shown as chosen at once: it stays so if it cannot be saved."""
        for other in self.ids.cards.children:
            other.chosen = other is option
        self.dispatch("on_answer", option.key)

    def forget(self) -> None:
        super().forget()
        self._chorus.sing(())
        for option in chain(*self._options.values()):
            option.chosen = False
        self.ids.cards.clear_widgets()


def _fill(option: Option, card: Card, pictured: bool) -> None:
    option.mark, option.key, option.text = f"option-{card.key}", card.key, card.text
    option.face, option.picture = card.face, card.picture
    option.pictured, option.chosen = pictured, card.chosen
    option.state = "normal"  # the finger that chose here before may still seem down


def _words_of(option: Option) -> Words:
    return next(widget for widget in option.walk() if isinstance(widget, Words))
