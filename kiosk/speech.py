"""What is read aloud now?

Clips are played one after the other, with a short pause between them. The length that
a file tells of itself says when it is over: Kivy's sounds never report their end where
there is no sound device. A tablet without sound, or a clip that cannot be played,
costs the voice and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty

from kiosk.clips import Clips, IndexBroken, seconds_of
from kiosk.logs import logger

PAUSE_S = 0.4  # between two clips: as between two sentences


def open_clip(path: Path) -> Any:
    """A sound that is decoded while it is heard. SoundLoader would decode all of it
    first, in 0.1 to 0.4 seconds for a long one, and nothing moves in that time."""
    # Kivy looks for sound devices when this is imported: only where it is needed.
    from kivy.core.audio.audio_sdl2 import MusicSDL2

    return MusicSDL2(source=str(path))


class Speech(EventDispatcher):
    """The voice of the kiosk. `folder` holds a folder of clips for each language.

    `speaking` is true from the first clip to the end of the last one. A clip is opened
    when its turn comes and closed after it.
    """

    speaking = BooleanProperty(False)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._clips = Clips(folder)
        self._left: list[Path] = []
        self._sound: Any = None
        self._next: Any = None
        self._heard = True  # until a whole page could not be played: no sound device

    def knows(self, language: str, texts: tuple[str, ...]) -> bool:
        """Whether all of these texts can be read aloud, so that a button is worth
        showing."""
        return self._heard and self._files(language, texts) is not None

    def say(self, language: str, texts: tuple[str, ...]) -> None:
        """Read them aloud, in place of what is being read."""
        self.hush()
        self._left = list(self._files(language, texts) or ())
        if self._left:
            self._heard = False
            self.speaking = True
            self._play_next()

    def hush(self) -> None:
        """Be silent at once, in the middle of a word."""
        self._left = []
        self._end()

    def _files(self, language: str, texts: tuple[str, ...]) -> tuple[Path, ...] | None:
        try:
            return self._clips.of(language, texts)
        except IndexBroken as error:
            logger.error("no voice", language=language, error=type(error).__name__)
            return None

    # ── one clip after the other ─────────────────────────────────────────────

    def _play_next(self, *_: object) -> None:
        self._unload()
        while self._left:
            path = self._left.pop(0)
            seconds = self._play(path)
            if seconds > 0:
                self._heard = True
                # Kivy counts from the last frame, and to open a clip takes a while.
                late_s = Clock.time() - Clock.get_time()
                wait_s = seconds + PAUSE_S + late_s
                self._next = Clock.schedule_once(self._play_next, wait_s)
                return
            logger.warning("clip not played", clip=path.name)
        self._end()

    def _play(self, path: Path) -> float:
        """Its length in seconds; 0 when it cannot be heard."""
        try:
            seconds = seconds_of(path.read_bytes())
        except OSError:
            return 0.0
        self._sound = open_clip(path)
        self._sound.play()
        return seconds if self._sound.state == "play" else 0.0

    def _end(self) -> None:
        self._unload()
        self.speaking = False

    def _unload(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._sound is not None:
            self._sound.stop()
            self._sound.unload()
            self._sound = None
