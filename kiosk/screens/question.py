"""What is the same on every question screen?

The ward, the way so far and what helps above, Back and the way on below. A screen is
told what to show by `show(page)` and says what a finger did by its events; it decides
nothing.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.page import Page, Phrases
from kiosk.widgets import Chorus, Row, Target, View, load_looks


class BarButton(Target):
    """Its word and its picture are as light or dark as the bar needs."""

    text = StringProperty("")
    picture = StringProperty("")
    aside = BooleanProperty(False)
    practice = BooleanProperty(False)
    ink = ColorProperty("white")


class TopBar(Row):
    """`screen` hears what is tapped. On a tall screen the helpers stand below."""

    practice = BooleanProperty(False)
    portrait = BooleanProperty(False)
    tight = BooleanProperty(False)
    reach = NumericProperty(80)
    ink = ColorProperty("white")
    screen = ObjectProperty(None)
    speaking = BooleanProperty(False)  # what is on the screen is being read aloud

    _words: Phrases | None = None

    def on_kv_post(self, base: Widget) -> None:
        # Kivy holds an id only while the widget stands on the screen.
        self._listen = self.ids.listen.__self__
        self._chorus = Chorus()
        self._chorus.sing(button.children[0] for button in self.ids.helpers.children)

    def show(self, page: Page) -> None:
        words, ids = page.words, self.ids
        self.practice = bool(page.practice)
        ids.ward.text = page.practice or page.ward
        ids.progress.text = page.progress
        self._words = words
        self.on_speaking()
        for name in ("ways", "language", "stop"):
            ids[name].text = words(name)
        self._offer_listening(page.listens)

    def on_speaking(self, *_: object) -> None:
        if self._words is not None:
            self._listen.text = self._words(
                "listen_stop" if self.speaking else "listen"
            )
            self._listen.picture = "stop_listening" if self.speaking else "listen"

    def _offer_listening(self, listens: bool) -> None:
        """Where nothing can be read aloud the others move up."""
        row, button = self.ids.helpers, self._listen
        if not listens and button.parent is not None:
            row.remove_widget(button)
        elif listens and button.parent is None:
            row.add_widget(button, index=len(row.children))


class Frame(BoxLayout):
    """What a screen puts into it lands between the question and the buttons.

    `heading_height` is the most that the question takes. `tight`: the bars above and
    below do not grow with the words, where a keyboard leaves little height.
    """

    body = ObjectProperty(None)
    portrait = BooleanProperty(False)
    tight = BooleanProperty(False)
    reach = NumericProperty(80)
    sides = NumericProperty(48)
    heading_height = NumericProperty(120)
    heading_size = NumericProperty(40)

    def add_widget(self, widget: Widget, *args: Any, **options: Any) -> None:
        if self.body is None:
            super().add_widget(widget, *args, **options)
        else:
            self.body.add_widget(widget, *args, **options)


class QuestionView(View):
    """Events: on_answer(value), on_back(unsaid), on_stop(unsaid), on_listen(),
    on_ways(), on_language()."""

    __events__: tuple[str, ...] = (
        "on_answer", "on_back", "on_stop", "on_listen", "on_ways", "on_language",
    )  # fmt: skip

    # What is chosen or typed here now; empty means that the way on is "Skip this".
    value = StringProperty("")
    # On these screens one tap answers and moves on at once.
    one_tap = BooleanProperty(False)

    _page: Page | None = None

    def show(self, page: Page) -> None:
        frame, words = self.ids.frame.ids, page.words
        frame.top.show(page)
        frame.bar.done = page.part_done
        frame.heading.text = page.heading
        frame.back.text = words("back")
        frame.remove_answer.text = words("remove")
        _present(frame.back, page.can_go_back)
        _present(frame.remove_answer, self.one_tap and page.answered)
        for press in (frame.back, frame.remove_answer, frame.forward):
            press.state = "normal"  # the finger that led here may still seem down
        self._page = page
        self.fill(page)
        self.value = page.said
        self.on_value()

    def fill(self, page: Page) -> None:
        """Put the page's own things on the screen."""
        raise AssertionError("every question screen fills itself")

    def forget(self) -> None:
        self.value = ""
        self._page = None

    def on_speaking(self, _: object, speaking: bool) -> None:
        self.ids.frame.ids.top.speaking = speaking

    def on_value(self, *_: object) -> None:
        """The button on the right says what it does: skip, next or finish."""
        if self._page is None:
            return
        forward = self.ids.frame.ids.forward
        phrase = "skip"
        if self.value:
            phrase = "finish" if self._page.is_last else "next"
        forward.mark = phrase
        forward.text = self._page.words(phrase)
        forward.strong = bool(self.value)

    def go_on(self) -> None:
        """The button that leads on."""
        self.dispatch("on_answer", self.value)

    def on_answer(self, value: str) -> None:
        pass

    def on_back(self, unsaid: str) -> None:
        pass

    def on_stop(self, unsaid: str) -> None:
        pass

    def on_listen(self) -> None:
        pass

    def on_ways(self) -> None:
        pass

    def on_language(self) -> None:
        pass


def _present(widget: Widget, there: bool) -> None:
    """Show a button or take it out of the way; its room stays, so nothing jumps."""
    widget.opacity = 1 if there else 0
    widget.disabled = not there


load_looks(__file__)
