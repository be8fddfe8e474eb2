"""How does the whole stay stand on one screen?

As a map that the patient draws: the steps of the journey side by side, each with a face
that stands high or low. Or as cards with pictures, where that is easier to read or to
hit. Either way in any order, as many steps as they like.
"""

from __future__ import annotations

from typing import Any

from kivy.factory import Factory
from kivy.metrics import dp
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.look import look
from kiosk.page import Card, MapPage, MapStop, Page, Phrases
from kiosk.screens.board import Board
from kiosk.screens.question import QuestionView
from kiosk.widgets import Target, Tiles, load_looks

# The least side of a place on the drawn map, at any size of window.
SPOT_DP = 80
# Words so much larger find no room under nine columns, or beside nine rows. A script
# whose lines are high counts as larger, too: Urdu's need almost twice Latin's.
LARGE_WIDE, HIGH_WIDE = 1.25, 1.5
LARGE_TALL, HIGH_TALL = 1.5, 1.9
IN_A_ROW = 3  # cards


class StepCard(Target):
    """A step of the journey, to be opened by one tap."""

    key = StringProperty("")
    title = StringProperty("")
    picture = StringProperty("")
    level = StringProperty("")
    face = StringProperty("")
    note = StringProperty("")


class MapView(QuestionView):
    """Events: on_place(key, level), empty when it is taken off; on_step(key), to ask
    about a step on a screen of its own; on_words(key), on_forward(), and those of every
    question screen."""

    __events__ = ("on_place", "on_step", "on_words", "on_forward")

    # Whether the steps are cards instead of a map.
    cards = BooleanProperty(False)
    drawn_wide = BooleanProperty(False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._map: MapPage | None = None
        self._built: tuple[str, list[str]] = "", []
        self._board = Board(portrait=self.portrait)
        self._board.bind(
            on_put=lambda _, key, level: self._put(key, level),
            on_head=lambda _, key, placed: self._open(key, placed),
        )
        self._tiles = Tiles()

    def show(self, page: MapPage) -> None:  # type: ignore[override] # not a Page
        self._map = page
        self.cards = wants_cards(self.portrait)
        super().show(_as_question(page))

    def fill(self, _: Page) -> None:
        page = self._map
        assert page is not None
        self.ids.heading.text = page.heading
        self.ids.hint.text = page.words(self.hint_phrase())
        self._stand(self._tiles if self.cards else self._board)
        if self.cards:
            self._fill_tiles(page)
        else:
            ends = page.words("map_good"), page.words("map_bad")
            notes = [_note(stop, page.words) for stop in page.stops]
            self._board.show(page.stops, page.levels, notes, ends)

    def hint_phrase(self) -> str:
        """Which phrase says what to do here, for the eye and for the voice."""
        if wants_cards(self.portrait):
            return "map_cards_hint"
        return "map_hint_tall" if self.portrait else "map_hint"

    def _stand(self, form: Widget) -> None:
        """Have this form of the map on the screen."""
        room = self.ids.room
        if form.parent is not room:
            room.clear_widgets()
            room.add_widget(form)

    def _fill_tiles(self, page: MapPage) -> None:
        kind, columns = self._cards_now()
        build = kind, [stop.key for stop in page.stops]
        if build != self._built:
            self._build_tiles(kind, build[1])
            self._built = build
        self._tiles.cols = columns
        self._tiles.spacing = dp(14) if columns > 1 else dp(9)
        levels = {card.key: card for card in page.levels}
        # Kivy lists children from the last to the first.
        tiles = reversed(self._tiles.children)
        for card, stop in zip(tiles, page.stops, strict=True):
            _fill_card(card, stop, levels.get(stop.level), page.words)

    def _cards_now(self) -> tuple[str, int]:
        """How the cards look here, and how many stand in a row."""
        if not self.portrait:
            return "StepBeside", IN_A_ROW
        if look.target > dp(SPOT_DP) + 0.5:
            return "StepBeside", 2
        large = look.letters >= LARGE_TALL or look.room >= HIGH_TALL
        return ("StepRow", 1) if large else ("StepAbove", IN_A_ROW)

    def _build_tiles(self, kind: str, keys: list[str]) -> None:
        self._tiles.clear_widgets()
        for key in keys:
            card = Factory.get(kind)(key=key)
            card.bind(on_release=lambda one: self.dispatch("on_step", one.key))
            self._tiles.add_widget(card)

    # ── what a finger does ───────────────────────────────────────────────────

    def _put(self, key: str, level: str) -> None:
        self.value = " ".join(self._board.placed)
        self.dispatch("on_place", key, level)

    def _open(self, key: str, placed: bool) -> None:
        self.dispatch("on_words" if placed else "on_step", key)

    def go_on(self) -> None:
        """What is placed is answered already."""
        self.dispatch("on_forward")

    def on_place(self, key: str, level: str) -> None:
        pass

    def on_step(self, key: str) -> None:
        pass

    def on_words(self, key: str) -> None:
        pass

    def on_forward(self) -> None:
        pass

    def forget(self) -> None:
        super().forget()
        self._map = None
        self._board.forget()
        self._built = "", []
        self._tiles.clear_widgets()


def wants_cards(portrait: bool) -> bool:
    """Whether this visitor, or this panel, is better served by cards."""
    large, high = (LARGE_TALL, HIGH_TALL) if portrait else (LARGE_WIDE, HIGH_WIDE)
    no_room = look.letters >= large or look.room >= high
    return bool(look.easy or no_room or look.target > dp(SPOT_DP) + 0.5)


def _as_question(page: MapPage) -> Page:
    """What the frame of every question screen shows of it."""
    return Page(
        words=page.words,
        ward=page.ward,
        practice=page.practice,
        heading="",  # stands beside the hint: see map.kv
        progress=page.progress,
        part_done=page.part_done,
        can_go_back=page.can_go_back,
        is_last=page.is_last,
        said=" ".join(stop.key for stop in page.stops if stop.level),
        answered=False,
        cards=(),
        easy=page.easy,
        listens=page.listens,
        spoken=page.spoken,
    )


def _note(stop: MapStop, words: Phrases) -> str:
    if not stop.level:
        return ""
    if not stop.words:
        return words("map_add_words")
    return words("map_words", count=len(stop.words))


def _fill_card(
    tile: StepCard, stop: MapStop, level: Card | None, words: Phrases
) -> None:
    tile.title, tile.picture, tile.level = stop.title, stop.picture, stop.level
    tile.face, tile.note = level.face if level else "", level.text if level else ""
    if level and stop.words:
        tile.note += " · " + words("map_words", count=len(stop.words))


load_looks(__file__)
