"""How long does the page take that a ward manager opens every morning?

The last seven days of the busiest ward, one after the other, beside one SQL query for
the counts of such a day and of the four weeks before it. The ward has the same answers
whether all wards have 1 million responses or 10: a page that takes longer then pays for
what others said.
"""

from __future__ import annotations

from datetime import date, timedelta

from bench.central_filled import Filled
from bench.central_query import QUERY, Queries
from bench.central_reader import Reader, beside, timed
from bench.figures import Figure
from central.summaries.trend import DAYS

SHOWN_DAYS = 7
TIMES = 200


def measure(at: str, filled: Filled, reader: Reader, queries: Queries) -> list[Figure]:
    times = filled.size.times(TIMES)
    days = [str(filled.last - timedelta(back)) for back in range(SHOWN_DAYS)]

    def count(day: str) -> None:
        last = date.fromisoformat(day)
        assert queries.count(last - timedelta(DAYS), last)

    mine = timed(lambda day: reader.get(filled.day_path(day)), days, times)
    its = timed(count, days, times)
    return beside(f"central.day_page_ms.{{}}.{filled.name}", mine, QUERY, its, at)
