"""When may central be asked again?

After a try without an answer: capped exponential backoff with full jitter, without an
end, and soon when the network has come back. After an answer that only people can
change: hourly.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

BASE_S = 2.0
CAP_S = 900.0
ON_THE_WAY_CAP_S = 120.0  # no crowd stands before central, and somebody may be mending
BACK_JITTER_S = 3.0  # so that not all of a hospital's tablets come at once
HOUR_S = 3_600.0
HOUR_JITTER_S = 360.0  # so that a hundred tablets do not ask in the same second


def backoff_s(
    failures: int,
    chance: Callable[[], float],
    retry_after_s: float = 0.0,
    cap_s: float = CAP_S,
) -> float:
    """Seconds until the next try after this many failures in a row, 0 to CAP_S.

    Full jitter, at most `cap_s`, above what the other side asked for, which never beats
    CAP_S.
    """
    floor_s = min(max(retry_after_s, 0.0), CAP_S)
    step_s = BASE_S * 2.0 ** min(max(failures - 1, 0), 16)
    return floor_s + chance() * min(step_s, cap_s, CAP_S - floor_s)


def retry_after_s(header: str | None, date: str | None) -> float:
    """Seconds of a Retry-After header, 0 to CAP_S; 0 when it makes no sense.

    A moment is measured from the reply's own Date: a tablet's clock lies.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:12]), CAP_S)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment - parsedate_to_datetime(date or "")).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), CAP_S)


class Pace:
    """Holds when the next try may be. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float], chance: Callable[[], float]) -> None:
        self._clock = clock
        self._chance = chance
        self.failures = 0
        self._not_before = clock()

    @property
    def wait_s(self) -> float:
        return max(0.0, self._not_before - self._clock())

    def may_ask(self) -> bool:
        return self.wait_s == 0.0

    def worked(self) -> None:
        self.failures = 0
        self._not_before = self._clock()

    def failed(self, retry_after_s: float = 0.0, cap_s: float = CAP_S) -> None:
        self.failures += 1
        wait_s = backoff_s(self.failures, self._chance, retry_after_s, cap_s)
        self._not_before = self._clock() + wait_s

    def hurry(self) -> None:
        """The network is back: the wait is over in a moment, unless it is already."""
        soon = self._clock() + self._chance() * BACK_JITTER_S
        self._not_before = min(self._not_before, soon)

    def refused(self) -> None:
        self.failures = 0
        self._not_before = self._clock() + HOUR_S - self._chance() * HOUR_JITTER_S
