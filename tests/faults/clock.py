"""What time does this machine believe it is? A file says by how many seconds it errs.

Both the visits at a tablet and its agent take their time from here, so a jump meets
both at once, in the middle of whatever they do. Seconds that pass are the real ones.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

DAY_S = 86_400
JUMPS_S = (-400 * DAY_S, -DAY_S, -3_600, -7, 0, 7, 3_600, DAY_S, 400 * DAY_S)


class Clock:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        off = self.file.read_text() if self.file.exists() else "0"
        return datetime.now(UTC) + timedelta(seconds=int(off))

    def jump(self, seconds: int) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        os.replace(new, self.file)  # never half of a number
