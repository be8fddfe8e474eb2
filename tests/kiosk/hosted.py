"""One screen in the real window, without the rest of the kiosk."""

from __future__ import annotations

import pytest
from kivy.app import App
from kivy.core.window import Window
from kivy.metrics import Metrics
from kivy.uix.screenmanager import NoTransition, ScreenManager

from feedback.assets import assets_folder
from feedback.surveys import read_wording
from kiosk.glass import Glass
from kiosk.look import LARGE, LARGEST, NORMAL, look
from kiosk.page import Phrases
from kiosk.screens.notice import Notice
from kiosk.window import scale
from tests.kiosk.conftest import SIZES, Clock
from tests.kiosk.unpainted import Unpainted

WORDING = read_wording(assets_folder() / "wording" / "kiosk")


# Each language at least once, each size of the window and of the words several times;
# the tallest letters and the longest words in all. The soak has every combination.
WIDE, LARGER, TALL, _ = SIZES
in_many_ways = pytest.mark.parametrize(
    ("size", "letters", "language"),
    [
        (WIDE, NORMAL, "en"), (WIDE, LARGEST, "en"), (TALL, NORMAL, "en"),
        (TALL, LARGEST, "cy"), (WIDE, LARGEST, "pl"), (TALL, LARGEST, "pl"),
        (LARGER, LARGE, "ro"), (WIDE, NORMAL, "ur"), (TALL, LARGEST, "ur"),
        (TALL, NORMAL, "pa"), (WIDE, LARGE, "bn"), (TALL, NORMAL, "gu"),
        (WIDE, LARGEST, "ar"), (TALL, LARGE, "so"), (WIDE, NORMAL, "zh-Hans"),
    ],
)  # fmt: skip


class OneScreen(App):
    """The root of the kiosk with one screen, or a notice over an empty one."""

    def __init__(self, make, clock: Clock) -> None:
        super().__init__()
        self._make, self._clock = make, clock

    def load_kv(self, filename=None) -> None:
        """Each screen loads its own."""

    def build(self) -> Glass:
        glass = Glass(lambda: self._clock.seconds, lambda touch: False)
        self.screens = ScreenManager(transition=NoTransition())
        glass.add_widget(self.screens)
        self.view = self._make(portrait=Window.width < Window.height)
        under = self.screens if not isinstance(self.view, Notice) else glass
        under.add_widget(self.view)
        return glass


class Hosted(Unpainted):
    """Drives one screen, and writes down the events that it sends."""

    def __init__(self, make, size, show=None, **worn) -> None:
        """`worn`: language, size_of_words, contrast, easy."""
        self.clock = Clock()
        Window.size = size
        Metrics.density = scale(size)
        look.reset(worn.pop("language", "en"))
        look.fit(size)
        look.size = worn.pop("size_of_words", NORMAL)
        look.contrast = worn.pop("contrast", False)
        look.easy = worn.pop("easy", False)
        self.events: list[tuple[str, ...]] = []
        super().__init__(OneScreen(make, self.clock), rest=self.clock.pass_by)
        self.view = self.app.view
        for event in type(self.view).__events__:
            self.view.bind(**{event: self._heard(event)})
        self.words = Phrases(WORDING, look.language)
        if show is not None:
            show(self.view, self.words)
        self.settle()

    def _heard(self, event):
        return lambda _, *what: self.events.append((event, *what))

    def close(self) -> None:
        super().close()
        look.reset()


class Stage:
    """Opens one screen after the other; the one before is closed."""

    def __init__(self) -> None:
        self._now: Hosted | None = None

    def open(self, make, size=SIZES[0], show=None, **worn) -> Hosted:
        self.close()
        self._now = Hosted(make, size, show, **worn)
        return self._now

    def close(self) -> None:
        if self._now is not None:
            self._now.close()
        self._now = None
