"""What of this file is known already to come to nothing?

For the clerk alone: who is asked is decided when a text is sent, and by other rules
too. Whose wish or death it was is not said: those are counted, and no row is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from feedback.log import Log
from smsgateway.asking.desk import Asking
from smsgateway.asking.forecast import is_known
from smsgateway.asking.reasons import SAME_STAY
from smsgateway.asking.request import Request
from smsgateway.asking.rules import EXCLUDED, FAILED_BEFORE, OPTED_OUT, TOO_OLD

PARTLY = "partly"

# In a clerk's words; of the last three no row is named.
NOT_ASKED = {
    SAME_STAY: "this stay was asked about before, or is going to be",
    TOO_OLD: "they went home so long ago that every text comes too late",
    EXCLUDED: "on the list of those who must not be asked",
    OPTED_OUT: "want no texts from us",
    FAILED_BEFORE: "texts to their number fail for good",
}
BY_ROW = (SAME_STAY, TOO_OLD)


@dataclass(slots=True)
class Prospect:
    """`asked`: those to whom, as far as is known now, a text will go; `texts`: how many
    of those are new. `late`: rows of `asked` for which one text comes too late. `rows`
    of the others by code, as NOT_ASKED has them."""

    asked: list[Request] = field(default_factory=list)
    texts: int = 0
    late: list[int] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)

    @property
    def wards(self) -> Counter[str]:
        return Counter(request.ward for request in self.asked)


def prospect(
    log: Log, asking: Asking, requests: Iterable[Request], now: datetime
) -> Prospect:
    found, asker = Prospect(), asking.asker
    never = (
        (EXCLUDED, asker.exclusions.everybody()),
        (OPTED_OUT, asker.stopped()),
        (FAILED_BEFORE, asker.exclusions.all_unreachable()),
    )
    for request in requests:
        new = [one for one in asker.texts_of(request) if not is_known(log, one)]
        in_time = [one for one in new if one.valid_to >= now]
        names = {*asker.names(request.number)}
        why = SAME_STAY if not new else ""
        why = why or next((code for code, people in never if names & people), "")
        why = why or (TOO_OLD if not in_time else "")
        if why:
            found.rows.setdefault(why, []).append(request.row)
            continue
        found.asked.append(request)
        found.texts += len(in_time)
        if len(in_time) < len(new):
            found.late.append(request.row)
    return found
