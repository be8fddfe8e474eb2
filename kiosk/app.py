"""Which screen shows now, and what does a tap lead to?

This is where the flow, the log and the screens meet. `kiosk.window.prepare` has run
before this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import kivy.core.text
import structlog
from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input import MotionEvent
from kivy.metrics import Metrics
from kivy.uix.screenmanager import NoTransition, ScreenManager

from feedback.log import Log, LogError
from feedback.survey import Wording
from feedback.surveys import read_wording
from kiosk.flow import Visit
from kiosk.glass import Glass
from kiosk.idle import GONE, WARNED, Presence
from kiosk.keyboard import Layouts, read_layouts
from kiosk.page import SCREENS, Phrases, page_of, practice_words
from kiosk.ready import Holder, NotReady, Ready
from kiosk.screens.choice import ChoiceView
from kiosk.screens.comment import CommentView
from kiosk.screens.idle import IdleNotice
from kiosk.screens.notice import Notice
from kiosk.screens.question import QuestionView
from kiosk.screens.rating import RatingView
from kiosk.screens.setup import SetupView
from kiosk.screens.thanks import ThanksView
from kiosk.screens.trouble import TroubleNotice
from kiosk.screens.welcome import WelcomeView
from kiosk.screens.words import WordsView
from kiosk.settings import Settings
from kiosk.text import LabelRaqm
from kiosk.window import scale

TICK_S = 0.25
THANKS_S = 12.0
LOOK_S = 2.0  # between two looks at the file for a new bundle
RETRY_S = 5.0  # between two tries of an answer that is not saved

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Assets:
    wording: Mapping[str, Wording]
    layouts: Layouts
    faces: Path

    @classmethod
    def of(cls, folder: Path) -> Assets:
        return cls(
            read_wording(folder / "wording" / "kiosk.toml"),
            read_layouts(folder / "keyboards.toml"),
            folder / "faces",
        )


class KioskApp(App):
    """`now` is the wall clock, `clock` counts seconds, `mint` names a new response."""

    def __init__(
        self,
        log: Log,
        settings: Settings,
        assets: Assets,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        mint: Callable[[], str],
        practice: bool = False,
    ) -> None:
        assert kivy.core.text.Label is LabelRaqm, "prepare first: text is not shaped"
        super().__init__()
        self.title = "Wardvoice"
        self.visit: Visit | None = None
        self._store, self._settings, self._assets = log, settings, assets
        self._now, self._clock, self._mint = now, clock, mint
        self._practice = practice
        self._holder = Holder(log, settings.ward)
        self._held: Ready | NotReady = self._holder.look()
        self._presence = Presence(settings.idle_seconds)
        self._next_look = self._next_retry = self._thanks_until = 0.0

    # ── building ─────────────────────────────────────────────────────────────

    def load_kv(self, filename: str | None = None) -> None:
        """Each screen loads its own; Kivy would look for a kiosk.kv."""

    def open_settings(self, *_: object) -> bool:
        """F1 opens Kivy's settings otherwise."""
        return False

    def build(self) -> Glass:
        Metrics.density = scale(Window.size)
        portrait = Window.width < Window.height
        self.screens = ScreenManager(transition=NoTransition())
        for view in self._views(portrait):
            self.screens.add_widget(view)
        self._idle = IdleNotice(portrait=portrait)
        self._idle.bind(
            on_still_here=lambda _: self._cover(), on_clear=lambda _: self._leave()
        )
        self._trouble = TroubleNotice(portrait=portrait)
        self._trouble.bind(on_retry=lambda _: self._retry())
        self._glass = Glass(self._clock, self._is_typing)
        self._glass.add_widget(self.screens)
        Window.bind(on_touch_down=self._touched)
        self._ticking = Clock.schedule_interval(lambda _: self.tick(), TICK_S)
        self._refresh()
        return self._glass

    def on_stop(self) -> None:
        Window.unbind(on_touch_down=self._touched)
        self._ticking.cancel()

    def _views(self, portrait: bool) -> list[Any]:
        welcome = WelcomeView(name="welcome", portrait=portrait)
        welcome.bind(on_start=lambda _, language: self._start(language))
        thanks = ThanksView(name="thanks", portrait=portrait)
        thanks.bind(on_done=self._clear)
        questions: list[QuestionView] = [
            RatingView(name="rating", portrait=portrait),
            ChoiceView(name="choice", portrait=portrait),
            WordsView(name="words", portrait=portrait),
            CommentView(
                name="comment", portrait=portrait, layouts=self._assets.layouts
            ),
        ]
        for view in questions:
            view.bind(
                on_answer=lambda _, value: self._do(
                    lambda visit: visit.answer(value, self._now())
                ),
                on_back=lambda _, unsaid: self._do(lambda visit: visit.back(unsaid)),
                on_stop=lambda _: self._do(lambda visit: visit.leave(self._now())),
            )
        setup = SetupView(name="setup", portrait=portrait)
        return [setup, welcome, *questions, thanks]

    # ── what a finger does ───────────────────────────────────────────────────

    def _start(self, language: str) -> None:
        if isinstance(self._held, Ready):
            self.visit = Visit(self._store, self._held, self._mint(), self._practice)
            self._do(lambda visit: visit.start(language, self._now()))

    def _do(self, move: Callable[[Visit], None]) -> None:
        """Let the visit move, then show where it is: still here, if not saved."""
        assert self.visit is not None
        try:
            move(self.visit)
        except LogError as error:
            _log.warning("answer not saved", error=type(error).__name__)
            self._next_retry = self._clock() + RETRY_S
        self._refresh()

    def _retry(self) -> None:
        self._do(Visit.retry)

    def _clear(self, *_: object) -> None:
        """Nothing of the visit stays, on the screen or in memory."""
        self.visit = None
        for view in self.screens.screens:
            view.forget()
        self._refresh()

    def _leave(self) -> None:
        """The visitor has gone. Without an `_end` a visit counts as left, so there is
        nothing to lose when this cannot be written either."""
        assert self.visit is not None
        try:
            self.visit.leave(self._now())
        except LogError as error:
            _log.warning("end not saved", error=type(error).__name__)
        self._clear()

    # ── what time does ───────────────────────────────────────────────────────

    def tick(self) -> None:
        now = self._clock()
        if self.visit is None:
            self._look(now)
        elif self.visit.place.end:
            if now >= self._thanks_until:
                self._clear()
        elif self._presence.state(now) == GONE:
            self._leave()
        else:
            if self.visit.unsaved and now >= self._next_retry:
                self._retry()
            self._cover()

    def _look(self, now: float) -> None:
        """A new bundle is taken up only while nobody is in the middle of a visit.

        When the disk does not let us look, what is held stays good.
        """
        if now < self._next_look:
            return
        self._next_look = now + LOOK_S
        try:
            held = self._holder.look()
        except LogError as error:
            _log.warning("file not read", error=type(error).__name__)
            return
        if held != self._held:
            self._held = held
            self._refresh()

    def _touched(self, _: object, touch: MotionEvent) -> bool:
        self._presence.touch(self._clock())
        return False

    def _is_typing(self, touch: MotionEvent) -> bool:
        view = self.screens.current_screen
        return isinstance(view, CommentView) and view.keyboard.collide_point(*touch.pos)

    # ── what shows ───────────────────────────────────────────────────────────

    def _refresh(self, *_: object) -> None:
        before = self.screens.current, self.visit and self.visit.place.at
        self.screens.current = self._show()
        if before != (self.screens.current, self.visit and self.visit.place.at):
            self._glass.moved()
        self._cover()

    def _show(self) -> str:
        """Fill the screen for this moment; its name."""
        if self.visit is None or not (self.visit.place.at or self.visit.place.end):
            return self._show_start()
        if self.visit.place.end:
            return self._show_thanks(self.visit)
        assert self.visit.place.at is not None
        name = SCREENS[self.visit.place.at.kind]
        if not self.visit.unsaved:
            page = page_of(self.visit, self._assets.wording, self._assets.faces)
            self.screens.get_screen(name).show(page)
        return name

    def _show_start(self) -> str:
        if isinstance(self._held, Ready):
            welcome = self.screens.get_screen("welcome")
            welcome.show(self._held, self._assets.wording, self._practice)
            return "welcome"
        self.screens.get_screen("setup").show(
            self._phrases(), self._held, self._store.path
        )
        return "setup"

    def _show_thanks(self, visit: Visit) -> str:
        practice = practice_words(visit.ready, visit.language) if visit.practice else ""
        self.screens.get_screen("thanks").show(self._phrases(), practice)
        self._thanks_until = self._clock() + THANKS_S
        return "thanks"

    def _cover(self) -> None:
        """The notices that lie over the screen now."""
        now, visit = self._clock(), self.visit
        going = visit is not None and not visit.place.end
        warned = self._presence.state(now) == WARNED
        if self._lay(self._trouble, visit is not None and visit.unsaved):
            self._trouble.show(self._phrases())
        if self._lay(self._idle, going and warned):
            self._idle.show(self._phrases(), self._presence.seconds_left(now))

    def _lay(self, notice: Notice, over: bool) -> bool:
        if over and notice.parent is None:
            self._glass.add_widget(notice)
        elif not over and notice.parent is not None:
            self._glass.remove_widget(notice)
        return over

    def _phrases(self) -> Phrases:
        language = self.visit.language if self.visit else "en"
        return Phrases(self._assets.wording, language)
