"""How long does a search in words take, over a year of the busiest ward?

For a word that many of its patients wrote, and for one that hardly anybody did; beside
the database's own full-text index of the comments of all wards, which says how many of
this ward's have the word, and no more. (That finds whole words. Ours finds parts of
them too, in any script.)
"""

from __future__ import annotations

from bench.central_filled import Filled
from bench.central_query import FULL_TEXT, Queries
from bench.central_reader import Reader, beside, timed
from bench.figures import Figure

WORDS = {"common": "night", "rare": "sisters"}
TIMES = 60


def measure(at: str, filled: Filled, reader: Reader, queries: Queries) -> list[Figure]:
    times = filled.size.times(TIMES)
    first, last = filled.year
    peer = FULL_TEXT[filled.central.name]
    figures = []
    for kind, word in WORDS.items():
        path = f"{filled.period_path(first, last)}search/?q={word}"
        mine = timed(reader.get, [path], times)
        its = timed(lambda one: queries.find(one, first, last), [word], times)
        name = f"central.search_ms.{kind}.{{}}.{filled.name}"
        figures += beside(name, mine, peer, its, at)
    return figures
