"""What would a finger do?

Steps the real loop of the real kiosk, one frame after the other, finds what can be
touched by its mark and taps it. For the tests and for the demo's scripted patient;
the kiosk itself never imports it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kivy.app import App
from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.graphics import opengl
from kivy.input import MotionEvent
from kivy.uix.label import Label
from kivy.uix.widget import Widget
from PIL import Image

from kiosk.app import KioskApp
from kiosk.glass import DOUBLE_TAP_S
from kiosk.keyboard import Keyboard
from kiosk.layouts import BASE, MORE, SYMBOLS
from kiosk.widgets import Target

# From which layer of keys which keys lead on, round and round.
LAYERS = {
    BASE: ("key-more", "key-symbols"),
    MORE: ("key-symbols",),
    SYMBOLS: ("key-letters",),
}


PAUSE_S = DOUBLE_TAP_S + 0.05


class NotThere(AssertionError):
    """There is nothing with that mark to touch; the text says what there is."""


class _Touch(MotionEvent):
    """A finger at a place of the window."""

    def __init__(self, x: float, y: float) -> None:
        place = {"x": x / (Window.width - 1.0), "y": y / (Window.height - 1.0)}
        super().__init__("finger", 1, place, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, place: dict[str, float]) -> None:
        self.sx, self.sy = place["x"], place["y"]
        super().depack(place)


class Stepper:
    """Drives a KioskApp that nobody else is running."""

    def __init__(
        self, app: KioskApp, rest: Callable[[float], None] = time.sleep
    ) -> None:
        """`rest` passes the seconds that a person leaves between two taps."""
        self.app = app
        self._rest = rest
        app._run_prepare()  # what App.run() does before it loops
        self.settle()

    # ── time ─────────────────────────────────────────────────────────────────

    def frames(self, count: int = 1) -> None:
        for _ in range(count):
            EventLoop.idle()
            # Software drawing queues frames and then stalls for seconds without it.
            opengl.glFinish()

    def settle(self) -> None:
        """Let layout and text come to rest."""
        self.frames(3)

    def wait(self, condition: Callable[[], object], timeout_s: float = 10.0) -> None:
        end = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > end:
                raise NotThere(f"waited {timeout_s} s; {self._here()}")
            self.frames()
        self.settle()  # what has just come must be laid out before it is tapped

    # ── what there is ────────────────────────────────────────────────────────

    @property
    def screen(self) -> str:
        return str(self.app.screens.current)

    @property
    def top(self) -> Widget:
        """What lies on top: a notice if there is one, else the screen."""
        over = self.app.root.children[0]
        return self.app.screens.current_screen if over is self.app.screens else over

    def targets(self) -> dict[str, Target]:
        """What a finger can touch now, by mark."""
        return {
            widget.mark: widget
            for widget in self.top.walk()
            if isinstance(widget, Target) and not widget.disabled
        }

    def texts(self) -> list[str]:
        """The words that can be read now."""
        return [
            widget.text
            for widget in self.top.walk()
            if isinstance(widget, Label) and widget.text and shows(widget)
        ]

    def find(self, mark: str) -> Target:
        target = self.targets().get(mark)
        if target is None:
            raise NotThere(f"nothing is marked {mark}; {self._here()}")
        return target

    def _here(self) -> str:
        return f"on {self.screen}: {', '.join(self.targets())}; {self.texts()}"

    # ── what a finger does ───────────────────────────────────────────────────

    def tap(self, mark: str) -> None:
        """Tap it once, after the pause that a person makes."""
        self._rest(PAUSE_S)
        self.tap_at(*self.find(mark).center)

    def tap_at(self, x: float, y: float) -> None:
        """A touch at a place of the window, its origin below on the left."""
        touch = self.press_at(x, y)
        self.release(touch)

    def press_at(self, x: float, y: float) -> MotionEvent:
        touch = _Touch(x, y)
        EventLoop.post_dispatch_input("begin", touch)
        self.frames()
        return touch

    def release(self, touch: MotionEvent) -> None:
        EventLoop.post_dispatch_input("end", touch)
        self.settle()

    def type(self, text: str) -> None:
        """Type it on the kiosk's own keyboard, key by key."""
        self._rest(PAUSE_S)
        for letter in text:
            self._key(letter)

    def _key(self, letter: str) -> None:
        name = {" ": "space", "\n": "newline"}.get(letter, letter.lower())
        keyboard = self._keyboard
        if spelling := keyboard.spelling_of(letter):
            self._spell(letter, spelling)
            return
        for _ in LAYERS:
            # On a Chinese keyboard letters that are meant as letters have a layer too.
            spells = keyboard.spells and letter.isalpha()
            if f"key-{name}" in self.targets() and not spells:
                break
            self._turn_over()
        as_wanted = letter.isupper() == bool(keyboard.capitals)
        if letter.isalpha() and not as_wanted and "key-shift" in self.targets():
            self.tap_at(*self.find("key-shift").center)
        self.tap_at(*self.find(f"key-{name}").center)

    def _turn_over(self) -> None:
        """To the next layer of keys, round and round."""
        there, layers = self.targets(), LAYERS[self._keyboard.layer]
        self.tap_at(*self.find(next(one for one in layers if one in there)).center)

    def _spell(self, character: str, spelling: str) -> None:
        while not self._keyboard.spells:
            self._turn_over()
        for letter in spelling:
            self.tap_at(*self.find(f"key-{letter}").center)
        while f"candidate-{character}" not in self.targets():
            self.tap_at(*self.find("candidates-more").center)
        self.tap_at(*self.find(f"candidate-{character}").center)

    @property
    def _keyboard(self) -> Keyboard:
        keyboard: Keyboard = self.app.views.screen("comment").keyboard
        return keyboard

    # ── pictures ─────────────────────────────────────────────────────────────

    def picture(self) -> Image.Image:
        """What is on the screen, read from what was drawn."""
        Window.canvas.ask_update()
        self.frames(2)
        Window.dispatch("on_draw")
        width, height = Window.system_size
        pixels = opengl.glReadPixels(
            0, 0, width, height, opengl.GL_RGB, opengl.GL_UNSIGNED_BYTE
        )
        picture = Image.frombytes("RGB", (width, height), pixels)
        return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    def save(self, path: Path) -> None:
        self.picture().save(path)

    def close(self) -> None:
        Window.remove_widget(self.app.root)
        self.app.dispatch("on_stop")
        EventLoop.touches.clear()
        App._running_app = None


def shows(widget: Widget) -> bool:
    """Whether nothing above it, nor itself, is invisible."""
    while isinstance(widget, Widget):
        if widget.opacity == 0:
            return False
        widget = widget.parent
    return True
