"""What is a figure, and where is it kept?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.jsonl"


@dataclass(frozen=True)
class Figure:
    """One measured value. `beside` names the peer or the limit of the same run, and
    `ratio` is ours over theirs; a figure that stands alone has neither."""

    name: str
    value: float
    unit: str
    at: str
    beside: str | None = None
    beside_value: float | None = None
    ratio: float | None = None


def compared(
    name: str, unit: str, mine: float, peer: str, its: float, at: str
) -> Figure:
    return Figure(name, short(mine), unit, at, peer, short(its), round(mine / its, 3))


def short(value: float) -> float:
    """Three digits: what one machine says of itself is no better than that."""
    return float(f"{value:.3g}")


def keep(figures: Sequence[Figure]) -> None:
    order = ("name", "value", "unit", "beside", "beside_value", "ratio", "at")
    with RESULTS.open("a") as file:
        for figure in figures:
            words = asdict(figure)
            file.write(json.dumps({word: words[word] for word in order}) + "\n")


def table(figures: Sequence[Figure]) -> str:
    rows = [("figure", "value", "unit", "beside", "its value", "ratio")]
    for one in figures:
        beside = _short(one.beside_value) if one.beside_value is not None else "–"
        ratio = f"{one.ratio:.2f}" if one.ratio is not None else "–"
        rows.append(
            (one.name, _short(one.value), one.unit, one.beside or "–", beside, ratio)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


def _short(value: float) -> str:
    """All digits of what is large, three of what is small."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
