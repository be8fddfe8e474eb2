"""How long does the page of a month take: its counts, and the first people's words?

The last 30 days of the busiest ward, beside one SQL query for the counts of that time.
"""

from __future__ import annotations

from bench.central_filled import Filled
from bench.central_query import QUERY, Queries
from bench.central_reader import Reader, beside, timed
from bench.figures import Figure

TIMES = 60


def measure(at: str, filled: Filled, reader: Reader, queries: Queries) -> list[Figure]:
    times = filled.size.times(TIMES)
    first, last = filled.month
    path = filled.period_path(first, last)
    mine = timed(reader.get, [path], times)
    its = timed(lambda _: queries.count(first, last), [path], times)
    return beside(f"central.month_page_ms.{{}}.{filled.name}", mine, QUERY, its, at)
