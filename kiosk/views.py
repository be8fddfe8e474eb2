"""Which screens and notices are there, and what lies on top?

Each is built when it is first wanted, or while the tablet has nothing else to do: the
first screen does not wait for all of them. Nothing here knows a visit: the app says
which screen shows, and hears from each what a finger did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kivy.core.window import Window
from kivy.input import MotionEvent
from kivy.uix.screenmanager import NoTransition, ScreenManager

from kiosk.glass import Glass
from kiosk.layouts import Layouts
from kiosk.widgets import View

if TYPE_CHECKING:
    from kiosk.screens.notice import Notice

# Each in its module of kiosk.screens, which is loaded when the screen is built. In the
# order in which a visitor comes to them: so they are built ahead.
SCREENS = {
    "welcome": "welcome.WelcomeView",
    "choice": "choice.ChoiceView",
    "rating": "rating.RatingView",
    "map": "map.MapView",
    "words": "words.WordsView",
    "comment": "comment.CommentView",
    "thanks": "thanks.ThanksView",
    "about": "about.AboutView",
    "closed": "closed.ClosedView",
    "setup": "setup.SetupView",
}
# Each lies over those before it.
NOTICES = {
    "take_back": "thanks.TakeBackNotice",
    "languages": "languages.LanguagesNotice",
    "ways": "ways.WaysNotice",
    "trouble": "trouble.TroubleNotice",
    "idle": "idle.IdleNotice",
}


def _kind(named: str) -> Any:
    module, name = named.split(".")
    return getattr(import_module(f"kiosk.screens.{module}"), name)


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
            view = _kind(SCREENS[name])(name=name, portrait=self._portrait, **more)
            self._made(name, view)
            self.screens.add_widget(view)
        return self.screens.get_screen(name)

    def notice(self, name: str) -> Any:
        if name not in self._notices:
            self._notices[name] = _kind(NOTICES[name])(portrait=self._portrait)
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
        return bool(self.top.is_typing(touch))
