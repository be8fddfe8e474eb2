"""Who reads this? What does someone want to know before they say anything?"""

from __future__ import annotations

from kivy.clock import Clock
from kivy.properties import NumericProperty

from kiosk.look import look
from kiosk.page import Phrases
from kiosk.screens.column import Paragraph, only
from kiosk.widgets import View, load_looks

PARAGRAPHS = (
    "about_who",
    "about_name",
    "about_choice",
    "about_share",
    "about_take_back",
    "about_help",
)

# Letters may shrink so far before the page is split in two.
LEAST = 0.92
GROWN = 1.12  # on one page with room to spare


class AboutView(View):
    """One column of paragraphs, on as many pages as they need: nothing is dragged.

    Events: on_close(), back to the welcome; on_start(); on_language(). Marks: `close`,
    `start`, `language`, and on several pages `back` and `next`.
    """

    __events__ = ("on_close", "on_start", "on_language")

    at = NumericProperty(0)  # the page that shows

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._words: Phrases | None = None
        self._pages: list[tuple[str, ...]] = []
        # The ids hold a widget only as long as it is on the screen.
        names = ("close", "back", "next", "start")
        self._buttons = {name: self.ids[name].__self__ for name in names}
        again = Clock.create_trigger(self._split, -1)
        self.ids.text.bind(size=again)
        look.bind(size=again, language=again)

    def show(self, words: Phrases) -> None:
        self._words, self.at = words, 0
        for name, press in self._buttons.items():
            press.text = words(name)
        self.ids.title.text = words("about_title")
        self.ids.language.text = words("language")
        self._split()

    def _split(self, *_: object) -> None:
        """Paragraphs fill one page after the other."""
        if self._words is None or self.ids.text.height <= 1:
            return
        self._pages = [()]
        for name in PARAGRAPHS:
            longer = (*self._pages[-1], name)
            if self._pages[-1] and not self._holds(longer):
                self._pages.append((name,))
            else:
                self._pages[-1] = longer
        self.at = min(self.at, len(self._pages) - 1)
        self._fill()

    def _holds(self, names: tuple[str, ...]) -> bool:
        column = self.ids.text
        self._lay(names)
        return bool(column.needed(column.width, LEAST) <= column.height)

    def _fill(self) -> None:
        assert self._words is not None
        self._lay(self._pages[int(self.at)])
        several = len(self._pages) > 1
        self.ids.text.most = 1.0 if several else GROWN
        self._buttons["back"].disabled = self.at == 0
        self._buttons["next"].disabled = self.at == len(self._pages) - 1
        names = ("close", "back", "next", "start") if several else ("close", "start")
        only(self.ids.buttons, [self._buttons[name] for name in names])
        self.ids.progress.text = (
            self._words("progress", at=int(self.at) + 1, all=len(self._pages))
            if several
            else ""
        )

    def _lay(self, names: tuple[str, ...]) -> None:
        assert self._words is not None
        self.ids.text.clear_widgets()
        for name in names:
            line = AboutHelp() if name == "about_help" else AboutLine()
            line.text = self._words(name)
            self.ids.text.add_widget(line)

    def turn(self, pages: int) -> None:
        self.at += pages
        self._fill()

    def on_close(self) -> None:
        pass

    def on_start(self) -> None:
        pass

    def on_language(self) -> None:
        pass


class AboutLine(Paragraph):
    """What anybody may want to know."""


class AboutHelp(Paragraph):
    """Where help is: it must be seen by whoever only glances at the page."""


load_looks(__file__)
