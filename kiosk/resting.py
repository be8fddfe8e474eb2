"""What does the tablet wait with, while nobody has begun?

What it was given to ask, whether its disk has room, and what somebody chose on the
welcome screen before they begin, or go away again.
"""

from __future__ import annotations

from feedback.log import Log, LogError
from feedback.survey import Survey
from kiosk.logs import logger
from kiosk.look import NORMAL, look
from kiosk.ready import Holder, NotReady, Ready
from kiosk.world import World

LOOK_S = 2.0  # between two looks at the log's file and at the disk
RESERVE_BYTES = 50_000_000


class Resting:
    """`held`: what there is to ask. `too_little`: the bytes that are free on the disk,
    if they are too few to begin. `language` and `asks_about`: what the welcome wears,
    and whether somebody reads who reads this."""

    def __init__(self, log: Log, ward: str, world: World) -> None:
        self._holder = Holder(log, ward)
        self._world = world
        self._next_look = 0.0
        self.held: Ready | NotReady = self._holder.look()
        self.too_little: int | None = None
        self.language = self.first_language
        self.asks_about = False

    @property
    def first_language(self) -> str:
        """The language in which it waits."""
        held = self.held
        return held.languages(held.survey)[0] if isinstance(held, Ready) else "en"

    @property
    def is_changed(self) -> bool:
        """Whether somebody chose something, and has not begun."""
        looks = look.contrast or look.easy or look.size != NORMAL
        return self.asks_about or looks or self.language != self.first_language

    def could_begin_again(self) -> bool:
        """Whether this program, begun again, would come to where it is now: a bundle
        that it refuses would not let it, and a disk that fails or is full might not."""
        try:
            held, free = self._holder.look(), self._world.free_bytes()
        except (LogError, OSError):
            return False
        sound = isinstance(held, Ready) and not self._holder.refuses
        return sound and free >= RESERVE_BYTES

    def language_for(self, survey: Survey) -> str:
        """A survey may not be there in all the languages of the welcome."""
        held = self.held
        offered = held.languages(survey) if isinstance(held, Ready) else ()
        return self.language if self.language in offered else "en"

    def begin_anew(self) -> None:
        """What the next visitor finds: nothing that the one before has chosen."""
        self.language, self.asks_about = self.first_language, False
        look.reset(self.language)

    def look(self) -> bool:
        """Look for a newer bundle and at the disk; whether anything has changed.

        When the disk does not let us look, what is held stays good.
        """
        now = self._world.clock()
        if now < self._next_look:
            return False
        self._next_look = now + LOOK_S
        try:
            held, free = self._holder.look(), self._world.free_bytes()
        except (LogError, OSError) as error:
            logger.warning("file not read", error=type(error).__name__)
            return False
        too_little = free if free < RESERVE_BYTES else None
        if (held, too_little) == (self.held, self.too_little):
            return False
        self._take_up(held, too_little)
        return True

    def _take_up(self, held: Ready | NotReady, too_little: int | None) -> None:
        chosen = self.language != self.first_language
        self.held, self.too_little = held, too_little
        offered = held.languages(held.survey) if isinstance(held, Ready) else ()
        if not chosen or self.language not in offered:
            self.language = self.first_language
