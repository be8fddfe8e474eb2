"""Which column of the file is which?

Every column must be one that we know. Another one may hold what is not ours to have,
so it is refused rather than overlooked. Nothing of the first row is said back: without
a header it holds a patient's number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from feedback.table import Problem

NEEDED = ("number", "ward", "discharged")
FLAGS = ("deceased", "do_not_contact", "under_16")
COLUMNS = (*NEEDED, "language", "survey", "episode", *FLAGS)

_ROW = 1
_LETTERS = 26
_KNOWN = "The columns that may be there are: " + ", ".join(COLUMNS)
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


def read_header(
    cells: Sequence[str], needed: Collection[str]
) -> tuple[tuple[str, ...], list[Problem]]:
    """The columns' names in the file's order, and what is wrong with them. `needed`:
    names that must be there besides the three that always must."""
    names = tuple(cell.strip().lower() for cell in cells)
    for separator, called in _SEPARATORS.items():
        if any(separator in name for name in names):
            words = f"the cells are parted by {called}: save it with commas (,) instead"
            return names, [Problem(_ROW, "separator", words)]
    if not set(names) & set(COLUMNS):
        words = f"the first row must name the columns. {_KNOWN}"
        return names, [Problem(_ROW, "no_header", words)]
    return names, [*_unknown(names), *_doubled(names), *_missing(names, needed)]


def _unknown(names: Sequence[str]) -> list[Problem]:
    letters = [_letter(at) for at, name in enumerate(names) if name not in COLUMNS]
    if not letters:
        return []
    columns = "column" if len(letters) == 1 else "columns"
    words = f"take out {columns} {_some(letters)} and send the file again. {_KNOWN}"
    return [Problem(_ROW, "unknown_column", words)]


def _doubled(names: Sequence[str]) -> list[Problem]:
    return [
        Problem(_ROW, "doubled_column", f"the column {name} is there more than once")
        for name in COLUMNS
        if names.count(name) > 1
    ]


def _missing(names: Sequence[str], needed: Collection[str]) -> list[Problem]:
    return [
        Problem(_ROW, "missing_column", f"the column {name} is missing")
        for name in (*NEEDED, *sorted(set(needed) - set(NEEDED)))
        if name not in names
    ]


def _letter(at: int) -> str:
    """As a spreadsheet names its columns: A … Z, AA …"""
    before, last = divmod(at, _LETTERS)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _some(letters: Sequence[str], most: int = 12) -> str:
    rest = len(letters) - most
    more = f" and {rest:,} more" if rest > 0 else ""
    return ", ".join(letters[:most]) + more
