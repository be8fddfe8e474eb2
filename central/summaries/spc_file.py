"""`wardvoice-central spc FILE.csv`: the XmR chart of any series, for an analyst.

It needs no database and no setting. The columns are `date` (2026-11-29) and `value`;
an empty value is a gap.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from central.summaries.spc import (
    DECREASE,
    ENOUGH,
    FIX_AFTER,
    INCREASE,
    NEUTRAL,
    Chart,
    SpcError,
    xmr,
)

ROWS = 100_000
LARGEST = 1e100  # sums of more would overflow
DATE, VALUE = "date", "value"


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0, or 2 for a file or an option that is wrong."""
    given = _parser().parse_args(arguments)
    try:
        chart = xmr(
            list(read_series(given.file)),
            [when for several in given.rebase for when in several],
            given.target,
            given.improvement,
            given.fix_after,
            not given.no_screen,
            (0, 100) if given.percent else None,
        )
    except SpcError as error:
        print(f"wardvoice-central spc: {error}", file=sys.stderr)
        return 2
    print(json.dumps(said(chart)) if given.json else "\n".join(_table(chart)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("wardvoice-central spc", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--json", action="store_true", help="for a program")
    parser.add_argument(
        "--rebase", type=_dates, action="append", default=[], metavar="DATE",
        help="new limits from this point on; several with commas",
    )  # fmt: skip
    parser.add_argument("--target", type=_number, help="what should be met")
    parser.add_argument(
        "--improvement", choices=(INCREASE, DECREASE, NEUTRAL), default=INCREASE,
        help=f"which way is better ({INCREASE})",
    )  # fmt: skip
    parser.add_argument(
        "--fix-after", type=int, metavar="N",
        help=f"limits of the first N points, {FIX_AFTER} or more",
    )  # fmt: skip
    parser.add_argument(
        "--no-screen", action="store_true",
        help="keep moving ranges that are far out in the limits",
    )  # fmt: skip
    parser.add_argument(
        "--percent", action="store_true", help="no limit beyond 0 and 100"
    )
    return parser


def read_series(path: Path) -> Iterator[tuple[date, float | None]]:
    """SpcError with the line where the file is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(csv.reader(file, strict=True))
    except OSError as error:
        raise SpcError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SpcError(f"{path} is not in UTF-8") from None
    except csv.Error as error:
        raise SpcError(f"{path} is no CSV: {error}") from None


def _rows(lines: Iterable[list[str]]) -> Iterator[tuple[date, float | None]]:
    numbered = enumerate(lines, start=1)
    _, head = next(numbered, (1, []))
    names = [name.strip().casefold() for name in head]
    if sorted(names) != [DATE, VALUE]:
        raise SpcError(f"line 1 must name two columns: {DATE},{VALUE}")
    for number, cells in numbered:
        if number > ROWS:
            raise SpcError(f"at most {ROWS:,} lines")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise SpcError(f"line {number} has {len(cells)} cells and not 2")
        row = dict(zip(names, map(str.strip, cells), strict=True))
        yield _cells(number, row)


def _cells(number: int, row: dict[str, str]) -> tuple[date, float | None]:
    try:
        when = date.fromisoformat(row[DATE])
    except ValueError:
        raise SpcError(f"line {number}: a date is like 2026-11-29") from None
    if row[VALUE] in ("", "NA"):
        return when, None
    try:
        return when, _number(row[VALUE])
    except ValueError:
        raise SpcError(f"line {number}: a value is a number, like 95.2") from None


def _number(text: str) -> float:
    found = float(text)
    if not math.isfinite(found) or abs(found) > LARGEST or "_" in text:
        raise ValueError(text)
    return found


def _dates(text: str) -> list[date]:
    return [date.fromisoformat(one.strip()) for one in text.split(",")]


def said(chart: Chart) -> dict[str, object]:
    """The words of NHSRplotthedots."""
    points = [
        {
            "date": point.date.isoformat(),
            "value": point.value,
            "mean": point.mean,
            "lpl": point.lpl,
            "upl": point.upl,
            "special_cause_type": point.special_cause_type,
        }
        for point in chart.points
    ]
    return {
        "points": points,
        "variation": chart.variation,
        "assurance": chart.assurance,
    }


def _table(chart: Chart) -> Iterator[str]:
    yield f"{'date':<12}{'value':>12}{'mean':>12}{'lpl':>12}{'upl':>12}  special cause"
    for point in chart.points:
        numbers = (point.value, point.mean, point.lpl, point.upl)
        cells = "".join(f"{'–' if n is None else f'{n:.4g}':>12}" for n in numbers)
        yield f"{point.date}  {cells}  {point.special_cause_type}"
    yield f"variation: {chart.variation}"
    yield f"assurance: {chart.assurance or 'no target'}"
    if not chart.is_enough:
        yield f"Not enough points yet: limits of fewer than {ENOUGH} still move much."
