"""What does the screen say at this moment?

Fills the one screen that fits where the visitor is, and names it. It decides nothing:
the moment goes in, words come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback.bundle import Card
from feedback.survey import Wording
from feedback.surveys import read_wording
from kiosk import way
from kiosk.flow import WITHDRAWN, Visit
from kiosk.layouts import Layouts, read_layouts
from kiosk.look import look
from kiosk.page import (
    SCREENS,
    Manner,
    Phrases,
    ThanksPage,
    map_page_of,
    page_of,
    practice_words,
)
from kiosk.ready import NotReady, Ready
from kiosk.speech import Speech
from kiosk.views import Views
from kiosk.welcome_page import tongues, welcome_page

MB = 1_000_000
CARD_S = 12.0  # for so long each "You said, we did" is shown


@dataclass(frozen=True, slots=True)
class Assets:
    wording: Mapping[str, Wording]
    layouts: Layouts
    faces: Path
    speech: Speech

    @classmethod
    def of(cls, folder: Path) -> Assets:
        return cls(
            read_wording(folder / "wording" / "kiosk"),
            read_layouts(folder / "keyboards.toml"),
            folder / "faces",
            Speech(folder / "audio"),
        )


class Showing:
    """Fills the screens. `spoken` is what there is to read aloud of the last one."""

    def __init__(self, views: Views, assets: Assets, practice: bool) -> None:
        self._views = views
        self._assets = assets
        self._practice = practice
        self.spoken: tuple[str, ...] = ()

    def _manner(self) -> Manner:
        assets = self._assets
        return Manner(assets.wording, assets.faces, look.easy, assets.speech.knows)

    def phrases(self, language: str) -> Phrases:
        return Phrases(self._assets.wording, language)

    # ── before a visit ───────────────────────────────────────────────────────

    def setup(self, missing: NotReady, log: Path) -> str:
        self._views.screen("setup").show(self.phrases("en"), missing, log)
        self.spoken = ()
        return "setup"

    def closed(self, language: str, free_bytes: int, needed_bytes: int) -> str:
        words = self.phrases(language)
        self._views.screen("closed").show(words, free_bytes // MB, needed_bytes // MB)
        self.spoken = ()
        return "closed"

    def about(self, language: str) -> str:
        self._views.screen("about").show(self.phrases(language))
        self.spoken = ()
        return "about"

    def welcome(self, ready: Ready, language: str, at_s: float) -> str:
        page = welcome_page(ready, self._manner(), language, self._practice)
        self.card(ready, at_s)  # first, so that all is laid out once
        self._views.screen("welcome").show(page)
        self.spoken = page.spoken
        return "welcome"

    def card(self, held: Ready | NotReady, at_s: float) -> None:
        """The ward's cards in turn, each for the same time."""
        if isinstance(held, Ready):
            cards = held.bundle.cards.get(held.ward.code, ())
            self._views.screen("welcome").show_card(_turn(cards, at_s))

    # ── a visit ──────────────────────────────────────────────────────────────

    def visit(self, visit: Visit) -> str:
        manner = self._manner()
        if visit.place.at is None:
            view = self._views.screen("map")
            on_map = map_page_of(visit, manner, view.hint_phrase())
            view.show(on_map)
            self.spoken = on_map.spoken
            return "map"
        page = page_of(visit, manner)
        name = SCREENS[visit.place.at.kind]
        self._views.screen(name).show(page)
        self.spoken = page.spoken
        return name

    def rehearsal(self, nobody: Visit) -> Iterator[None]:
        """Fill the screens of a visit that nobody makes, one with each step."""
        for place in way.samples(nobody.survey):
            spoken, nobody.place = self.spoken, place
            name = self.visit(nobody)
            self.spoken = spoken
            self._views.screen(name).forget()
            yield

    def thanks(self, visit: Visit) -> str:
        practice = practice_words(visit.ready, visit.language) if visit.practice else ""
        self._views.screen("thanks").show(
            ThanksPage(
                words=self.phrases(visit.language),
                practice=practice,
                code=visit.receipt,
                address=visit.ready.bundle.receipts,
                taken_back=visit.place.end == WITHDRAWN,
                offers_code=not visit.practice,
                said=bool(visit.place.answers),
            )
        )
        self.spoken = ()
        return "thanks"

    # ── what lies over them ──────────────────────────────────────────────────

    def notice(
        self,
        name: str,
        held: Ready | NotReady,
        language: str,
        visit: Visit | None = None,
    ) -> None:
        """Fill any but the countdown."""
        words, view = self.phrases(language), self._views.notice(name)
        if name == "languages":
            ready = visit.ready if visit else held
            assert isinstance(ready, Ready), "nobody can choose a language yet"
            survey = visit.survey if visit else ready.survey
            view.show(words, tongues(ready, survey, self._assets.wording))
        elif name != "idle":
            view.show(words)

    def countdown(self, language: str, seconds: int) -> None:
        self._views.notice("idle").show(self.phrases(language), seconds)


def _turn(cards: tuple[Card, ...], at_s: float) -> Card | None:
    return cards[int(at_s // CARD_S) % len(cards)] if cards else None
