"""All figures of what a ward manager waits for, on each database at each size."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import (
    central_day_page,
    central_managers,
    central_month_page,
    central_search,
)
from bench.central_filled import Filled, filled
from bench.central_hospital import Size
from bench.central_query import queries
from bench.central_reader import reader
from bench.figures import Figure, short
from bench.sync_central import DISK, POSTGRESQL, SQLITE

RESPONSES = (1_000_000, 10_000_000)
# One after the other: the larger ones are 25 GB.
DATABASES = (SQLITE, POSTGRESQL)


def measure(at: str, responses: Sequence[int] = RESPONSES) -> list[Figure]:
    figures = []
    for many in responses:
        for name in DATABASES:
            with _folder() as folder, filled(name, Size(many), folder / name) as one:
                figures += _figures(at, one, is_first=many == responses[0])
    return figures


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-", dir=DISK) as folder:
        yield Path(folder)


def _figures(at: str, filled: Filled, is_first: bool) -> list[Figure]:
    """The managers come where their wards have what wards usually have."""
    answers = f"central.answers.{filled.name}"
    found = [Figure(answers, short(filled.answers), "answers", at)]
    if is_first:
        found += central_managers.measure(at, filled)
    with reader(filled.port, filled.sessions[0]) as one, queries(filled.central) as sql:
        for script in (central_day_page, central_month_page, central_search):
            found += script.measure(at, filled, one, sql)
    return found
