"""Is the visitor still here?

A question about the seconds since the last touch. The seconds are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

# WCAG 2.2.1 asks for at least 20 seconds to say "I'm still here".
WARNING_S = 20.0

HERE, WARNED, GONE = "here", "warned", "gone"


@dataclass(slots=True)
class Presence:
    """Counts from the last touch."""

    idle_s: float
    touched_at: float = 0.0

    @property
    def gone_s(self) -> float:
        return self.idle_s + WARNING_S

    def touch(self, at: float) -> None:
        self.touched_at = at

    def state(self, at: float) -> str:
        quiet_s = at - self.touched_at
        if quiet_s < self.idle_s:
            return HERE
        return WARNED if quiet_s < self.gone_s else GONE

    def seconds_left(self, at: float) -> int:
        """Whole seconds until the screen is cleared, at least 1 while warned."""
        left = self.touched_at + self.gone_s - at
        return max(1, round(left))
