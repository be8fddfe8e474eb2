"""How many answers may the next batch hold, and in which form?

What is refused is halved until one answer stands alone. If that is refused too it goes
as base64 text, which central holds, so that one bad row can block nobody.
"""

from __future__ import annotations

from feedback.wire import MAX_ANSWERS


class Ration:
    def __init__(self) -> None:
        self.size = MAX_ANSWERS
        self.as_text = False
        self.lean = False  # without status: that may be what was refused
        self._suspect_to = 0

    @property
    def is_whole(self) -> bool:
        """Nothing was refused lately."""
        return self.size == MAX_ANSWERS and not (self.as_text or self.lean)

    def refused(self, first: int, count: int) -> bool:
        """A batch of `count` answers from `first` on was refused.

        False when nothing smaller can be tried.
        """
        if self.as_text or (count == 0 and self.lean):
            return False
        if count == 1 and self.lean:
            self.as_text = True
        elif count > 1:
            self.size = (count + 1) // 2
            self._suspect_to = first + count - 1
        self.lean = True
        return True

    def passed(self, have: int) -> None:
        """All up to `have` is through; the rest of a refused batch is suspect."""
        suspects = self._suspect_to - have
        self.size = (suspects + 1) // 2 if suspects > 0 else MAX_ANSWERS
        self.lean = suspects > 0
        self.as_text = False
