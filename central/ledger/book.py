"""Does each row that a device spoke of have one place, and only one?

For each device and day of central: the rows of its log = committed + unsent + lost, and
committed = standing + superseded + taken back + withdrawn + erased + held + practice.
Each of these is counted by itself and none is what the others leave over, so the sum
can fail to close; then something of ours has lost or doubled a row.

Kinds are as of now, whatever the day: the first that fits, in this order.

    held        came and cannot stand yet
    practice    of a response for training
    withdrawn   of a response that the person took back
    erased      its words are gone
    superseded  a later row answers the same question
    taken back  an empty value, and nothing after it
    standing    what counts, as the wards' pages have it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from central.summaries.times import ZONE

KINDS = (
    "standing",
    "superseded",
    "taken_back",
    "withdrawn",
    "erased",
    "held",
    "practice",
)
STORED = ("stored", "held")
FOLLOWING = "following"  # came a moment ago: what stands is derived after the commit

# One statement, so that it sees one moment: an append beside it changes no sum.
_SQL = """
WITH {judged}
hole AS (
    SELECT device, first, last FROM intake_hole WHERE declared_at < %(until)s
), counted (device, what, count) AS (
    {stored}
    UNION ALL
    SELECT device, 'held', count(*) FROM intake_held
    WHERE arrived_at < %(until)s GROUP BY device
    UNION ALL
    SELECT device, 'declared', sum(last - first + 1) FROM hole GROUP BY device
    UNION ALL
    SELECT h.device, 'filled', count(*) FROM hole h
    JOIN intake_answer a ON a.device = h.device AND a.seq BETWEEN h.first AND h.last
    WHERE a.arrived_at < %(until)s GROUP BY h.device
    UNION ALL
    SELECT h.device, 'filled', count(*) FROM hole h
    JOIN intake_held a ON a.device = h.device AND a.seq BETWEEN h.first AND h.last
    WHERE a.arrived_at < %(until)s GROUP BY h.device
    UNION ALL
    SELECT id, 'begins', begins FROM devices_device
    UNION ALL
    {ends}
)
SELECT device, what, count FROM counted
WHERE %(device)s = '' OR device = %(device)s
"""
# Counting the rows of a year is a matter of seconds; judging each takes ten times that.
_COUNTED = """
    SELECT device, 'stored', count(*) FROM intake_answer
    WHERE arrived_at < %(until)s GROUP BY device
"""
_OF_EACH_KIND = "SELECT device, kind, count(*) FROM judged GROUP BY device, kind"
_JUDGED = """
apart AS (
    SELECT response, max(question) AS practice, min(question) AS withdrawn
    FROM intake_answer
    WHERE (question = '_practice' AND value = 'yes')
       OR (question = '_end' AND value = 'withdrawn')
    GROUP BY response
), placed AS (
    SELECT a.device, a.seq, a.response, a.question, a.value, a.arrived_at,
           row_number() OVER (
               PARTITION BY a.response, a.question
               ORDER BY coalesce(d.generation, 0) DESC, a.seq DESC, a.device DESC
           ) AS place
    FROM intake_answer a LEFT JOIN devices_device d ON d.id = a.device
    {responses}
), judged AS (
    SELECT p.device, CASE
        WHEN w.practice = '_practice' THEN 'practice'
        WHEN w.withdrawn = '_end' THEN 'withdrawn'
        WHEN p.value = 'erased' THEN 'erased'
        WHEN p.place > 1 THEN 'superseded'
        WHEN p.value = '' THEN 'taken_back'
        WHEN s.response IS NOT NULL THEN 'standing'
        WHEN b.response IS NOT NULL OR p.seq > coalesce(f.seq, 0) THEN 'following'
        ELSE 'unexplained' END AS kind
    FROM placed p
    LEFT JOIN apart w ON w.response = p.response
    LEFT JOIN summaries_standing s ON s.response = p.response
        AND s.question = p.question AND s.device = p.device AND s.seq = p.seq
        AND s.value = p.value AND s.counts
    LEFT JOIN intake_followed f ON f.device = p.device
    LEFT JOIN intake_behind b ON b.response = p.response
    WHERE p.arrived_at < %(until)s
),
"""
_NOW = """
    SELECT id, 'last', last FROM devices_device
    UNION ALL
    SELECT id, 'have', have FROM devices_device
"""
_THEN = """
    SELECT c.device, w.what, CASE w.what WHEN 'last' THEN c.last ELSE c.have END
    FROM intake_closing c CROSS JOIN (SELECT 'last' AS what UNION SELECT 'have') w
    WHERE c.day = (SELECT max(day) FROM intake_closing x
                   WHERE x.device = c.device AND x.day <= %(day)s)
"""
# What else these responses hold decides too: a successor's rows are later.
_OF_ITS_RESPONSES = """
    WHERE a.response IN (SELECT response FROM intake_answer WHERE device = %(device)s)
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """One device's balance at the end of a day of central, or now."""

    device: str
    day: date
    begins: int
    last: int
    have: int
    kinds: Mapping[str, int]  # of each of KINDS, or `stored` and `held` alone
    lost: int  # declared gone by the device, and not come since
    following: int = 0
    unexplained: int = 0  # stored, and of no kind

    @property
    def rows(self) -> int:
        """How many rows the device spoke of. A successor's begin at its fork."""
        return self.last - self.begins + 1

    @property
    def committed(self) -> int:
        return sum(self.kinds.values()) + self.following + self.unexplained

    @property
    def unsent(self) -> int:
        return self.last - self.have

    @property
    def missing(self) -> int:
        """Rows without a place; below 0 there are more rows than were spoken of."""
        return self.rows - self.committed - self.unsent - self.lost

    @property
    def closes(self) -> bool:
        return self.missing == 0 and self.unexplained == 0


def ledger(
    day: date, today: date, device: str = "", judged: bool = True
) -> list[Balance]:
    """The balance of each device, or of this one, that had been heard by the end of
    `day`. Without `judged` what is stored is counted and no more."""
    asked: dict[str, str | date] = {
        "device": device,
        "day": day,
        # What comes while midnight passes has come too: the logs' ends are as of then.
        "until": _end_of(day if day < today else day + timedelta(1)),
    }
    sql = _SQL.format(
        judged=_JUDGED.format(responses=_OF_ITS_RESPONSES if device else "")
        if judged
        else "",
        stored=_OF_EACH_KIND if judged else _COUNTED,
        ends=_NOW if day >= today else _THEN,
    )
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        for name, what, count in cursor.fetchall():
            counts = found.setdefault(name, {})
            counts[what] = counts.get(what, 0) + int(count)
    whole = [name for name, counts in found.items() if _whole(counts)]
    kinds = KINDS if judged else STORED
    return [_balance(name, day, kinds, found[name]) for name in sorted(whole)]


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(1), time(0), ZONE).astimezone(UTC)


def _whole(counts: Mapping[str, int]) -> bool:
    """Whether central knows how far this log went by then: no data is not 0."""
    return "last" in counts and "begins" in counts


def _balance(
    device: str, day: date, kinds: Sequence[str], counts: Mapping[str, int]
) -> Balance:
    return Balance(
        device=device,
        day=day,
        begins=counts["begins"],
        last=counts["last"],
        have=counts["have"],
        kinds={kind: counts.get(kind, 0) for kind in kinds},
        lost=counts.get("declared", 0) - counts.get("filled", 0),
        following=counts.get(FOLLOWING, 0),
        unexplained=counts.get("unexplained", 0),
    )
