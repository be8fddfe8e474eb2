"""What does someone see who walks up to the tablet?"""

from __future__ import annotations

from collections.abc import Mapping

from kivy.properties import StringProperty

from feedback.survey import Wording, in_language
from kiosk.page import Phrases, practice_words
from kiosk.ready import Ready
from kiosk.widgets import Band, Press, View, load_looks


class LanguageCard(Band):
    """The start of a visit in one language. `note` is empty, or a warning."""

    language = StringProperty("")
    title = StringProperty("")
    no_name = StringProperty("")
    who_reads = StringProperty("")
    start = StringProperty("")
    note = StringProperty("")


class WelcomeView(View):
    """One card per language, all of it in that language. Event: on_start(language)."""

    __events__ = ("on_start",)

    def show(
        self, ready: Ready, wording: Mapping[str, Wording], practice: bool
    ) -> None:
        self.ids.organisation.text = ready.bundle.organisation
        self.ids.ward.text = ready.ward.name
        self.ids.practice.text = _practice(ready) if practice else ""
        self.ids.staff.text = _staff(ready, wording)
        self.ids.cards.clear_widgets()
        for language in ready.survey.languages:
            words = Phrases(wording, language)
            checked = language in ready.survey.reviewed
            card = LanguageCard(
                language=language,
                title=in_language(ready.survey.title, language),
                no_name=words("no_name"),
                who_reads=words("who_reads"),
                start=words("start"),
                note="" if checked else words("not_checked"),
            )
            card.ids.start.bind(on_release=self._started)
            self.ids.cards.add_widget(card)

    def _started(self, press: Press) -> None:
        self.dispatch("on_start", press.mark.removeprefix("language-"))

    def on_start(self, language: str) -> None:
        pass


def _practice(ready: Ready) -> str:
    words = [practice_words(ready, language) for language in ready.survey.languages]
    return "  ".join(dict.fromkeys(words))


def _staff(ready: Ready, wording: Mapping[str, Wording]) -> str:
    if not ready.staff:
        return ""
    languages = ready.survey.languages
    words = [Phrases(wording, language)(ready.staff) for language in languages]
    return "\n".join(dict.fromkeys(words))


load_looks(__file__)
