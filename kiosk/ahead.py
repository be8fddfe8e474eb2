"""What is built before anybody waits for it?

The first screen comes as soon as it can. Behind it, and between two touches, a page of
each kind is put on its screen where nobody sees it, the other screens are built, and
the log's words are made ready: so the first visitor waits hardly longer than others.
"""

from __future__ import annotations

from collections.abc import Iterator

from feedback.log import Log
from kiosk.flow import Visit
from kiosk.logs import logger
from kiosk.ready import Ready
from kiosk.resting import Resting
from kiosk.showing import Showing
from kiosk.views import Views

BUILD_S = 0.03  # between two steps


class Ahead:
    def __init__(
        self, views: Views, showing: Showing, resting: Resting, log: Log
    ) -> None:
        self._views, self._showing, self._resting = views, showing, resting
        self._log = log
        self._pages: Iterator[None] | None = None

    def step(self, visited: bool) -> bool:
        """One step further; whether there may be more. `visited`: somebody is there."""
        if self._views.glass.is_held or self._rehearse(visited):
            return True
        # It takes files, which may not be to be had when words are wanted.
        logger.load()
        return self._views.build_one_more()

    def _rehearse(self, visited: bool) -> bool:
        """Fill one screen of a visit that nobody makes; whether there was one."""
        held = self._resting.held
        if visited or not isinstance(held, Ready):
            return False
        if self._pages is None:
            nobody = Visit(self._log, held, response="", practice=False)
            self._pages = self._showing.rehearsal(nobody)
        return next(self._pages, self) is None
