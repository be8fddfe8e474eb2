"""How much of what may be sent has been, and is that near the end?

The day's segments and the month's pence. The page, /health, /metrics and the log all
ask here, so that they agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from feedback.log import Log
from smsgateway.asking.asker import Asker
from smsgateway.counts import day_of

DAY, MONTH = "day", "month"
TOLD = "sms_caps_told"


@dataclass(frozen=True, slots=True)
class Cap:
    """How much of what may be used has been. `name` is DAY (segments) or MONTH
    (pence). `warn_at`: the share from which on somebody is warned."""

    name: str
    used: Decimal
    most: Decimal
    warn_at: float

    @property
    def share(self) -> float:
        """Of nothing, all is used."""
        return float(self.used / self.most) if self.most else 1.0

    @property
    def is_near(self) -> bool:
        return self.share >= self.warn_at


def caps(asker: Asker, now: datetime) -> tuple[Cap, Cap]:
    policy = asker.policy
    segments, pence = asker.used(day_of(now))
    return (
        Cap(DAY, Decimal(segments), Decimal(policy.daily_segments), policy.warn_at),
        Cap(MONTH, pence, Decimal(policy.month_pence), policy.warn_at),
    )


def to_tell(log: Log, asker: Asker, now: datetime) -> Iterator[Cap]:
    """Those of which nobody has been told today; from now on they have."""
    day = day_of(now)
    told = json.loads(log.note(TOLD) or "{}")
    for cap in caps(asker, now):
        if cap.is_near and told.get(cap.name) != day:
            told = {**told, cap.name: day}
            log.set_note(TOLD, json.dumps(told))
            yield cap
