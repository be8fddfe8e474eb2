"""What is the same on every question screen?

The ward and the way so far above, Back and the way on below. A screen is told what to
show by `show(page)` and says what a finger did by its events; it decides nothing.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.page import Page
from kiosk.widgets import View, load_looks


class Frame(BoxLayout):
    """What a screen puts into it lands between the question and the buttons."""

    body = ObjectProperty(None)
    sides = NumericProperty(48)
    heading_height = NumericProperty(120)
    heading_size = NumericProperty(40)

    def add_widget(self, widget: Widget, *args: Any, **options: Any) -> None:
        if self.body is None:
            super().add_widget(widget, *args, **options)
        else:
            self.body.add_widget(widget, *args, **options)


class QuestionView(View):
    """Events: on_answer(value), on_back(unsaid), on_stop()."""

    __events__ = ("on_answer", "on_back", "on_stop")

    # What is chosen or typed here now; empty means that the way on is "Skip this".
    value = StringProperty("")
    # On these screens one tap answers and moves on at once.
    one_tap = BooleanProperty(False)

    _page: Page | None = None

    def show(self, page: Page) -> None:
        frame, words = self.ids.frame.ids, page.words
        frame.ward.text = page.practice or page.ward
        frame.top.practice = bool(page.practice)
        frame.progress.text = page.progress
        frame.bar.done = page.part_done
        frame.heading.text = page.heading
        frame.stop.text = words("stop")
        frame.back.text = words("back")
        frame.remove_answer.text = words("remove")
        _present(frame.back, page.can_go_back)
        _present(frame.remove_answer, self.one_tap and page.answered)
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

    def on_answer(self, value: str) -> None:
        pass

    def on_back(self, unsaid: str) -> None:
        pass

    def on_stop(self) -> None:
        pass


def _present(widget: Widget, there: bool) -> None:
    """Show a button or take it out of the way; its room stays, so nothing jumps."""
    widget.opacity = 1 if there else 0
    widget.disabled = not there


load_looks(__file__)
