"""What does a tap lead to, and what does time?

This is where the flow, the log and the screens meet. `kiosk.window.prepare` has run
before this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import kivy.core.text
from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input import MotionEvent
from kivy.metrics import Metrics
from kivy.uix.screenmanager import ScreenManager

from feedback.log import Log, LogError
from feedback.receipts import CODE_BYTES, new_code
from kiosk import hands
from kiosk.ahead import BUILD_S, Ahead
from kiosk.flow import Visit
from kiosk.focus import KEYS, Focus, targets_of
from kiosk.glass import Glass
from kiosk.idle import GONE, HERE, WARNED, Presence
from kiosk.logs import logger
from kiosk.look import look
from kiosk.memory import give_back
from kiosk.pace import Pace, wait_for_event
from kiosk.ready import Ready
from kiosk.resting import RESERVE_BYTES, Resting
from kiosk.settings import Settings
from kiosk.showing import Assets, Showing
from kiosk.text import LabelRaqm
from kiosk.views import Views
from kiosk.widgets import View
from kiosk.window import scale
from kiosk.world import World

if TYPE_CHECKING:
    from kiosk.screens.notice import Notice

TICK_S = 0.25
THANKS_S = 8.0  # without a touch
CHOOSING_S = 30.0  # while it asks something there
CODE_S = 60.0  # while a code is to be written down
REPEAT_S = 15.0  # whoever begins sooner after an end may be the same person
CALM_S = 1.0  # after a visit, before its memory is handed back
RETRY_S = 5.0  # between two tries of an answer that is not saved


class KioskApp(App):
    """One tablet, from its first screen until somebody switches it off.

    `visit` is the one that goes on now. What the methods under "what a finger does"
    are called for is in kiosk.hands.
    """

    def __init__(
        self,
        log: Log,
        settings: Settings,
        assets: Assets,
        world: World,
        practice: bool = False,
    ) -> None:
        assert kivy.core.text.Label is LabelRaqm, "prepare first: text is not shaped"
        super().__init__()
        self.title = "Wardvoice"
        self.visit: Visit | None = None
        self.world = world
        self._store, self._settings, self._assets = log, settings, assets
        self._practice = practice
        self._resting = Resting(log, settings.ward, world)
        self._presence = Presence(settings.idle_seconds)
        self._over = ""  # the notice that a finger has asked for
        self._next_retry = 0.0
        self._ended_at = world.ended_before
        self._shown: tuple[object, ...] = ()

    # ── building ─────────────────────────────────────────────────────────────

    def load_kv(self, filename: str | None = None) -> None:
        """Each screen loads its own; Kivy would look for a kiosk.kv."""

    def open_settings(self, *_: object) -> bool:
        """F1 opens Kivy's settings otherwise."""
        return False

    @property
    def screens(self) -> ScreenManager:
        return self.views.screens

    def build(self) -> Glass:
        Metrics.density = scale(Window.size)
        look.fit(Window.size, self._settings.panel_inches or 0.0)
        portrait = Window.width < Window.height
        self.views = Views(portrait, self._assets.layouts, self.world.clock, self._made)
        self._showing = Showing(self.views, self._assets, self._practice)
        self._ahead = Ahead(self.views, self._showing, self._resting, self._store)
        self._focus = Focus(lambda: targets_of(self.views.top))
        self._pace = Pace(self.world.clock, wait_for_event())
        self._assets.speech.bind(speaking=self.views.tell_of_voice)
        Window.bind(**self._window_events())
        self._ticking = Clock.schedule_interval(lambda _: self.tick(), TICK_S)
        self._building = Clock.schedule_interval(self._build_ahead, BUILD_S)
        self._resting.look()
        self._begin_anew()
        return self.views.glass

    def _made(self, name: str, view: View | Notice) -> None:
        view.bind(**hands.events(self, name))

    def _build_ahead(self, _: float) -> bool:
        return self._ahead.step(visited=self.visit is not None)

    def _window_events(self) -> dict[str, Callable[..., bool]]:
        return {
            "on_touch_down": self._touched,
            "on_touch_up": self._let_go,
            "on_key_down": self._key_down,
            "on_key_up": self._key_up,
            "on_textinput": self._typed,
        }

    def on_stop(self) -> None:
        Window.unbind(**self._window_events())
        self._ticking.cancel()
        self._building.cancel()
        self._pace.stop()
        self._assets.speech.hush()

    # ── what a finger does ───────────────────────────────────────────────────

    def start(self, survey: str) -> None:
        """Begin a visit with this survey; empty: the ward's own."""
        held, now = self._resting.held, self.world.now()
        if self.visit is not None or not isinstance(held, Ready):
            return
        repeat = self.world.clock() - self._ended_at < REPEAT_S
        visit = Visit(
            self._store, held, self.world.mint(), self._practice, survey, repeat
        )
        language = self._resting.language_for(visit.survey)
        self.visit, self._over = visit, ""
        self.do(lambda visit: visit.start(language, now))

    def do(self, move: Callable[[Visit], None]) -> None:
        """Let the visit move, then show where it is: still here, if not saved.

        A finger may go up when the visit it went down in is over; and what waits for
        the disk comes first.
        """
        if self.visit is not None and not self.visit.unsaved:
            self._try(self.visit, move)

    def retry(self) -> None:
        if self.visit is not None and self.visit.unsaved:
            self._try(self.visit, Visit.retry)

    def _try(self, visit: Visit, move: Callable[[Visit], None]) -> None:
        before = visit.place.end
        try:
            move(visit)
        except LogError as error:
            logger.warning("answer not saved", error=type(error).__name__)
            self._next_retry = self.world.clock() + RETRY_S
        if visit.place.end != before:
            self._ended_at = self.world.clock()
            self._over = ""
        self.refresh()

    def speak(self, language: str) -> None:
        """Everything in this language from now on, and nothing lost."""
        if self.visit is None:
            self._resting.language = language
            self.refresh()
        else:
            self._hold()
            self.do(lambda visit: visit.speak(language, self.world.now()))

    def wear(self, **looks: Any) -> None:
        """Larger, stronger, easier: the same moment, shown in another way."""
        self._hold()
        for name, value in looks.items():
            setattr(look, name, value)
        self.refresh()

    def _hold(self) -> None:
        visit = self.visit
        if visit is not None and visit.place.at is not None and not visit.unsaved:
            visit.hold(self._unsent(visit))

    def _unsent(self, visit: Visit) -> str | None:
        """What stands on the screen of a question, sent or not."""
        at_question = visit.place.at is not None
        return str(self.screens.current_screen.value) if at_question else None

    def ask(self, notice: str) -> None:
        """Lay this notice over the screen; empty: none. What is under it stays as it
        is: there may be words on it that are not sent yet."""
        self._over = notice
        self.cover(anew=True)

    def tell_about(self, wanted: bool) -> None:
        self._resting.asks_about = wanted
        self.refresh()

    def listen(self) -> None:
        """Read this page aloud; or, while it is read, be silent."""
        speech = self._assets.speech
        if speech.speaking:
            speech.hush()
        else:
            speech.say(self.language, self._showing.spoken)

    def give_code(self) -> None:
        code = new_code(self.world.random_bytes(CODE_BYTES))
        self.do(lambda visit: visit.take_receipt(code, self.world.now()))

    def clear_now(self) -> None:
        """Somebody says that they have finished, and wants no thanks."""
        self._ended_at = self.world.clock()
        self._end(lambda visit: visit.leave(self.world.now(), self._unsent(visit)))

    def _end(self, move: Callable[[Visit], None]) -> None:
        """The visit is over without a thank-you. Without an `_end` it counts as left,
        so there is nothing to lose when this cannot be written either."""
        try:
            if self.visit is not None:
                move(self.visit)
        except LogError as error:
            logger.warning("end not saved", error=type(error).__name__)
        self.clear()

    def clear(self) -> None:
        """Nothing of the visit stays, on the screen or in memory."""
        wrote = self.views.were_written
        self.visit = None
        self.views.forget()
        self._begin_anew()
        if wrote and self._resting.could_begin_again():
            self.world.begin_again(self._ended_at)
        Clock.schedule_once(lambda _: give_back(), CALM_S)

    def _begin_anew(self) -> None:
        self._over = ""
        self._resting.begin_anew()
        self.refresh()

    # ── what time does ───────────────────────────────────────────────────────

    def tick(self) -> None:
        now, visit = self.world.clock(), self.visit
        self._pace.tick()
        if self._assets.speech.speaking:
            self._presence.touch(now)  # who listens has no reason to touch anything
        if visit is None:
            self._rest(now)
        elif visit.place.end:
            self._thank(visit, now)
        elif self._presence.state(now) == GONE:
            self._end(lambda visit: visit.gone(self.world.now()))
        else:
            self._retry_when_due(visit, now)
            self.cover()

    def _rest(self, now: float) -> None:
        """Nobody has begun. What is under a finger that is down does not change, and a
        new bundle is taken up only now, never in the middle of a visit."""
        if self.views.glass.is_held:
            return
        if self._resting.look():
            self.refresh()
        changed = self._resting.is_changed or self._over != ""
        if changed and self._presence.state(now) != HERE:
            self._begin_anew()
        elif self.screens.current == "welcome":
            self._showing.card(self._resting.held, now)

    def _thank(self, visit: Visit, now: float) -> None:
        quiet_s = now - max(self._presence.touched_at, self._ended_at)
        longest_s = CODE_S if visit.receipt else THANKS_S
        if visit.unsaved:
            self._retry_when_due(visit, now)
            longest_s = self._presence.gone_s
        elif self._over:
            longest_s = max(longest_s, CHOOSING_S)
        if quiet_s >= longest_s:
            self.clear()

    def _retry_when_due(self, visit: Visit, now: float) -> None:
        if visit.unsaved and now >= self._next_retry:
            self.retry()

    # ── fingers and keys, before they reach anything ─────────────────────────

    def _touched(self, _: object, touch: MotionEvent) -> bool:
        self._presence.touch(self.world.clock())
        self._pace.finger_down()
        self._focus.forget()
        return False

    def _let_go(self, _: object, touch: MotionEvent) -> bool:
        self._pace.finger_up()
        return False

    def _key_down(
        self, _: object, key: int, scancode: int, text: str, modifiers: list[str]
    ) -> bool:
        self._presence.touch(self.world.clock())
        return key in KEYS and self._focus.key(KEYS[key], "shift" in modifiers)

    def _key_up(self, _: object, key: int, *__: object) -> bool:
        if key in KEYS:
            self._focus.key_up(KEYS[key])
        return False

    def _typed(self, _: object, letters: str) -> bool:
        """Whoever types letters has done with the ring; a space presses what has it.
        Without a ring the letters have not come here: the box took them."""
        self._presence.touch(self.world.clock())
        top = self.views.top
        ring = self._focus.at is not None and not letters.isspace()
        if not (ring and top.takes_words):
            return False
        self._focus.forget()
        top.write(letters)
        return True

    # ── what shows ───────────────────────────────────────────────────────────

    @property
    def language(self) -> str:
        return self.visit.language if self.visit else self._resting.language

    def refresh(self) -> None:
        look.wear(self.language)
        self.screens.current = self._show()
        place = self.visit.place if self.visit else None
        shown = (
            *(self.screens.current, self.language, look.easy),
            *((place.at, place.end) if place else ()),
            self.visit.receipt if self.visit else "",
        )
        if shown != self._shown:
            self._shown = shown
            self._moved()
        self.cover(anew=True)

    def _show(self) -> str:
        """Fill the screen for this moment; its name."""
        visit, resting, showing = self.visit, self._resting, self._showing
        if visit is not None and visit.unsaved:
            return str(self.screens.current)
        if visit is not None and visit.place.end:
            return showing.thanks(visit)
        if visit is not None and visit.place.going:
            return showing.visit(visit)
        if not isinstance(resting.held, Ready):
            return showing.setup(resting.held, self._store.path)
        if resting.too_little is not None:
            return showing.closed(self.language, resting.too_little, RESERVE_BYTES)
        if resting.asks_about:
            return showing.about(self.language)
        return showing.welcome(resting.held, self.language, self.world.clock())

    def cover(self, anew: bool = False) -> None:
        """The notices that lie over the screen now. `anew`: in other words, maybe."""
        wanted, now = self._wanted(), self.world.clock()
        for name in wanted if anew else ():
            self._showing.notice(name, self._resting.held, self.language, self.visit)
        if "idle" in wanted:
            left_s = self._presence.seconds_left(now)
            self._showing.countdown(self.language, left_s)
        if self.views.lay(wanted):
            self._moved()

    def _wanted(self) -> list[str]:
        visit, now = self.visit, self.world.clock()
        going = visit is not None and not visit.place.end
        names = {
            self._over: self._over != "",
            "trouble": visit is not None and visit.unsaved,
            "idle": going and self._presence.state(now) == WARNED,
        }
        return [name for name, wanted in names.items() if wanted]

    def _moved(self) -> None:
        """Another page shows: what was meant for the one before is over."""
        self.views.glass.moved()
        self._focus.moved()
        self._assets.speech.hush()
