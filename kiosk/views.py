"""Which screens and notices are there, and what lies on top?

Each is built when it is first wanted, or while the tablet has nothing else to do: the
first screen does not wait for all of them. Nothing here knows a visit: the app says
which screen shows, and hears from each what a finger did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from kivy.core.window import Window
from kivy.input import MotionEvent
from kivy.uix.screenmanager import NoTransition, ScreenManager

from kiosk.glass import Glass
from kiosk.keyboard import Layouts
from kiosk.screens.about import AboutView
from kiosk.screens.choice import ChoiceView
from kiosk.screens.closed import ClosedView
from kiosk.screens.comment import CommentView
from kiosk.screens.idle import IdleNotice
from kiosk.screens.languages import LanguagesNotice
from kiosk.screens.map import MapView
from kiosk.screens.notice import Notice
from kiosk.screens.question import QuestionView
from kiosk.screens.rating import RatingView
from kiosk.screens.setup import SetupView
from kiosk.screens.thanks import TakeBackNotice, ThanksView
from kiosk.screens.trouble import TroubleNotice
from kiosk.screens.ways import WaysNotice
from kiosk.screens.welcome import WelcomeView
from kiosk.screens.words import WordsView
from kiosk.widgets import View

# In the order in which a visitor comes to them: so they are built ahead.
SCREENS: dict[str, type[View]] = {
    "welcome": WelcomeView,
    "choice": ChoiceView,
    "rating": RatingView,
    "map": MapView,
    "words": WordsView,
    "comment": CommentView,
    "thanks": ThanksView,
    "about": AboutView,
    "closed": ClosedView,
    "setup": SetupView,
}
# Each lies over those before it.
NOTICES: dict[str, type[Notice]] = {
    "take_back": TakeBackNotice,
    "languages": LanguagesNotice,
    "ways": WaysNotice,
    "trouble": TroubleNotice,
    "idle": IdleNotice,
}


class Views:
    """`glass` is the root of all of them. `made` is called with the name and each of
    them when it has been built."""

    def __init__(
        self,
        portrait: bool,
        layouts: Layouts,
        clock: Callable[[], float],
        made: Callable[[str, View | Notice], None],
    ) -> None:
        self._portrait, self._layouts, self._made = portrait, layouts, made
        self._notices: dict[str, Notice] = {}
        self._over: list[Notice] = []
        # As large as the window from the first: no screen is laid out twice.
        self.screens = ScreenManager(transition=NoTransition(), size=Window.size)
        self.glass = Glass(clock, self._is_typing, size=Window.size)
        self.glass.add_widget(self.screens)

    # ── which there are ──────────────────────────────────────────────────────

    def screen(self, name: str) -> Any:
        if not self.screens.has_screen(name):
            more = {"layouts": self._layouts} if name == "comment" else {}
            view = SCREENS[name](name=name, portrait=self._portrait, **more)
            self._made(name, view)
            self.screens.add_widget(view)
        return self.screens.get_screen(name)

    def notice(self, name: str) -> Any:
        if name not in self._notices:
            self._notices[name] = NOTICES[name](portrait=self._portrait)
            self._made(name, self._notices[name])
        return self._notices[name]

    def build_one_more(self) -> bool:
        """Build one that is not there yet; whether there was one."""
        for name in SCREENS:
            if not self.screens.has_screen(name):
                self.screen(name)
                return True
        for name in NOTICES:
            if name not in self._notices:
                self.notice(name)
                return True
        return False

    # ── what lies on top ─────────────────────────────────────────────────────

    @property
    def top(self) -> View | Notice:
        """The notice that lies on top, else the screen."""
        shown: View = self.screens.current_screen
        return self._over[-1] if self._over else shown

    def lay(self, names: Collection[str]) -> bool:
        """Have just these notices over the screen; whether that changes anything."""
        wanted = [self.notice(name) for name in NOTICES if name in names]
        if wanted == self._over:
            return False
        for notice in self._over:
            self.glass.remove_widget(notice)
        for notice in wanted:
            self.glass.add_widget(notice)
        self._over = wanted
        return True

    def tell_of_voice(self, _: object, speaking: bool) -> None:
        """Where there is a button to listen, it now stops the voice, or starts it."""
        for view in self.screens.screens:
            if isinstance(view, WelcomeView | QuestionView):
                view.speaking = speaking

    @property
    def were_written(self) -> bool:
        """Whether anybody wrote words since `forget`, sent or not."""
        if not self.screens.has_screen("comment"):
            return False
        return bool(self.screen("comment").was_written)

    def forget(self) -> None:
        """Nothing of a visitor stays on any screen."""
        for view in self.screens.screens:
            view.forget()

    def _is_typing(self, touch: MotionEvent) -> bool:
        top = self.top
        if not isinstance(top, CommentView):
            return False
        return bool(top.keyboard.collide_point(*touch.pos))
