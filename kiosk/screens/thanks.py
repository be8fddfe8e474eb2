"""What does the tablet say at the end?"""

from __future__ import annotations

from collections.abc import Iterator

from kivy.properties import StringProperty

from kiosk.page import CODE, PLAIN, TAKEN_BACK, Phrases, ThanksPage
from kiosk.screens.column import only
from kiosk.screens.notice import Notice
from kiosk.widgets import View, load_looks

# Among words from right to left a slash at an end of the address would change sides.
LRM = "\u200e"


class ThanksView(View):
    """Shown only after the log has everything; `state` is one of three.

    Events: on_done(); on_take_back(), not meant yet: the app lays a TakeBackNotice over
    it; on_receipt(); on_language(). Marks: `done`, `take-back`, `receipt`, `language`.
    """

    __events__ = ("on_done", "on_take_back", "on_receipt", "on_language")

    state = StringProperty(PLAIN)

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        # The ids hold a widget only as long as it is on the screen.
        names = ("take_back", "receipt", "done")
        self._buttons = {name: self.ids[name].__self__ for name in names}

    def show(self, page: ThanksPage) -> None:
        words, ids = page.words, self.ids
        self.state = page.state
        ids.title.text = words(_TITLES[page.state])
        ids.saved.text = _saved(page)
        ids.code.text = page.code
        ids.where.text = _where(page)
        ids.help.text = words("thanks_help") if page.state == PLAIN else ""
        ids.help_now.text = words("thanks_help_now") if page.state != CODE else ""
        ids.closes.text = words("thanks_closes")
        ids.language.text = words("language")
        for name, press in self._buttons.items():
            press.text = words(name)
        only(ids.buttons, [self._buttons[name] for name in _offered(page)])

    def forget(self) -> None:
        """A code is the way to what somebody said."""
        self.ids.code.text = ""
        self.state = PLAIN

    def on_done(self) -> None:
        pass

    def on_take_back(self) -> None:
        pass

    def on_receipt(self) -> None:
        pass

    def on_language(self) -> None:
        pass


_TITLES = {
    PLAIN: "thanks_title",
    CODE: "receipt_title",
    TAKEN_BACK: "taken_back_title",
}


def _offered(page: ThanksPage) -> Iterator[str]:
    if page.state != TAKEN_BACK:
        yield "take_back"
    if page.state == PLAIN and page.offers_code:
        yield "receipt"
    yield "done"


def _saved(page: ThanksPage) -> str:
    if page.state == TAKEN_BACK:
        return page.words("taken_back_words")
    if page.state == CODE:
        return page.words("receipt_words")
    return page.practice or (page.words("thanks_saved") if page.said else "")


def _where(page: ThanksPage) -> str:
    if page.state != CODE:
        return ""
    if page.address:
        return page.words("receipt_where", address=LRM + page.address + LRM)
    return page.words("receipt_staff")


class TakeBackNotice(Notice):
    """Asks once more before everything is deleted. Keeping it is the easier of the two.

    Events: on_really_take_back(), on_keep(). Marks: `take-back-yes`, `take-back-no`.
    """

    __events__ = ("on_really_take_back", "on_keep")

    def show(self, words: Phrases) -> None:
        self.ids.title.text = words("take_back_title")
        self.ids.words.text = words("take_back_words")
        self.ids.yes.text = words("take_back_yes")
        self.ids.no.text = words("take_back_no")

    def on_really_take_back(self) -> None:
        pass

    def on_keep(self) -> None:
        pass


load_looks(__file__)
