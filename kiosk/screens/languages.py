"""Which language? Asked over any screen, in every language at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.look import look
from kiosk.page import Phrases
from kiosk.screens.column import only
from kiosk.screens.notice import Notice
from kiosk.welcome_page import Tongue
from kiosk.widgets import Target, load_looks

FEW = 4


class TongueButton(Target):
    """A language, in its own script. `worn`: the screen is in this one now."""

    code = StringProperty("")
    name = StringProperty("")
    worn = BooleanProperty(False)

    def say(self, tongue: Tongue, worn: str) -> None:
        self.code, self.name = tongue.code, tongue.name
        self.worn = tongue.code == worn


class LanguagesNotice(Notice):
    """Stays when a language is chosen, and is then in that language: so whoever came
    to the wrong one can choose again. `show` it anew after on_language.

    Events: on_language(code), on_close(). Marks: `language-<code>`, `close`.
    """

    __events__ = ("on_language", "on_close")

    def __init__(self, **options: Any) -> None:
        self._buttons: dict[str, TongueButton] = {}
        super().__init__(**options)

    def show(self, words: Phrases, languages: Sequence[Tongue]) -> None:
        self.ids.title.text = words("languages_title")
        self.ids.close.text = words("close")
        worn = next((one for one in languages if one.code == words.language), None)
        checked = worn is None or worn.checked
        self.ids.note.text = "" if checked else words("not_checked")
        grid = self.ids.languages
        grid.cols = self.columns(len(languages))
        only(grid, (self._button(tongue, words.language) for tongue in languages))

    def _button(self, tongue: Tongue, worn: str) -> TongueButton:
        button = self._buttons.get(tongue.code)
        if button is None:
            button = TongueButton(mark=f"language-{tongue.code}")
            button.bind(on_release=self._chosen)
            self._buttons[tongue.code] = button
        button.say(tongue, worn)
        return button

    def columns(self, how_many: int) -> int:
        if how_many <= FEW:
            return 1 if self.portrait else 2
        return 2 if self.portrait else 3 if look.letters > 1 else 4

    def _chosen(self, button: TongueButton) -> None:
        self.dispatch("on_language", button.code)

    def on_language(self, code: str) -> None:
        pass

    def on_close(self) -> None:
        pass


load_looks(__file__)
