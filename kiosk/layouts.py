"""Which keys does a language have, and where?

assets/keyboards.toml, read and checked: a row is ten keys wide.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE, MORE, SYMBOLS = "letters", "more", "symbols"
DEFAULT = "en"

ROW_WIDTH = 10.0  # in widths of a letter
WIDTHS = {
    "shift": 1.5,
    "backspace": 1.5,
    "symbols": 1.5,
    "letters": 1.5,
    "more": 1.5,
    "newline": 1.5,
    "half": 0.5,
}
REST = ("space", "gap")  # what the others of the row leave
JOBS = frozenset({*WIDTHS, *REST})
EMPTY = frozenset({"half", "gap"})
WRITES = {"space": " ", "newline": "\n"}

SEAT = "◌"  # a sign sits on it, so that it can be seen on its key


@dataclass(frozen=True, slots=True)
class Layer:
    """`face`: what the key shows that leads here. `once`: one letter, then back."""

    rows: tuple[tuple[str, ...], ...]
    face: str = ""
    once: bool = False

    @property
    def keys(self) -> Iterator[str]:
        return (name for row in self.rows for name in row if name not in EMPTY)

    @property
    def letters(self) -> Iterator[str]:
        """What its keys write."""
        return (written(name) for name in self.keys if name not in JOBS)


@dataclass(frozen=True, slots=True)
class Layout:
    """`layers` by BASE, MORE (not every language) and SYMBOLS. `spelled`: the table
    of what its letters spell."""

    layers: Mapping[str, Layer]
    spelled: Path | None = None

    @property
    def rows_most(self) -> int:
        """Rows of the tallest layer, and one for what can be chosen."""
        rows = max(len(layer.rows) for layer in self.layers.values())
        return rows + int(self.spelled is not None)

    @property
    def bytes_most(self) -> int:
        """Of one letter of the language, in UTF-8."""
        if self.spelled:
            return 3  # a Chinese character
        letters = (
            letter
            for name in (BASE, MORE)
            if name in self.layers
            for text in self.layers[name].letters
            for letter in text
            if letter.isalpha()
        )
        return max(len(letter.encode()) for letter in letters)


Layouts = Mapping[str, Layout]  # by language


def written(name: str) -> str:
    """What the key of this name writes."""
    return WRITES.get(name) or name.replace(SEAT, "")


def widths(row: Sequence[str]) -> list[float]:
    """Of its keys, in widths of a letter."""
    rest = ROW_WIDTH - sum(WIDTHS.get(name, 1.0) for name in row if name not in REST)
    return [rest if name in REST else WIDTHS.get(name, 1.0) for name in row]


def layout_of(layouts: Layouts, language: str) -> Layout:
    return layouts.get(language) or layouts[DEFAULT]


def read_layouts(path: Path) -> Layouts:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    symbols = tables.pop(SYMBOLS)
    return {
        language: _layout(table, symbols, path.parent)
        for language, table in tables.items()
    }


def _layout(table: Mapping[str, Any], symbols: Any, folder: Path) -> Layout:
    layers = {BASE: _layer(table), SYMBOLS: _layer(table.get(SYMBOLS, symbols))}
    if MORE in table:
        layers[MORE] = _layer(table[MORE])
    spelled = folder / table["spelled"] if "spelled" in table else None
    return Layout(layers, spelled)


def _layer(table: Mapping[str, Any]) -> Layer:
    rows = tuple(tuple(row.split()) for row in table["rows"])
    return Layer(rows, table.get("face", ""), table.get("once", False))
