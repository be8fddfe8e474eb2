"""How many bytes does this connection carry in a few seconds?

A batch that takes minutes is cut off by whatever lies between, and is then sent whole
again, for ever. So a batch is as large as the connection has just shown that it can
carry while a person would wait, and after one that did not come through a quarter of
that.
"""

from __future__ import annotations

from feedback.wire import MAX_BYTES

AIM_S = 4.0
FIRST_BYTES = 16_000  # 8 seconds at 2 kB/s; three batches later it is all of a batch
LEAST_BYTES = 1_000
STEP = 4


class Speed:
    def __init__(self) -> None:
        self.batch_bytes = FIRST_BYTES  # as sent, zipped

    @property
    def slow(self) -> bool:
        return self.batch_bytes < FIRST_BYTES

    def carried(self, sent_bytes: int, seconds: float) -> None:
        if sent_bytes * 2 < self.batch_bytes:
            return  # too small to tell: it took what any question takes
        fits = int(sent_bytes * AIM_S / max(seconds, 0.001))
        self._aim(max(self.batch_bytes // STEP, min(self.batch_bytes * STEP, fits)))

    def lost(self, sent_bytes: int) -> None:
        """No answer came to so many bytes, though somebody had taken them."""
        if sent_bytes > LEAST_BYTES:
            self._aim(min(self.batch_bytes, sent_bytes // STEP))

    def _aim(self, wanted_bytes: int) -> None:
        self.batch_bytes = min(max(wanted_bytes, LEAST_BYTES), MAX_BYTES)
