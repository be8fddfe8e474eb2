"""What does the clerk read of a file?

Counts, reasons and rows: never a number, nor anything else that stands in a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from smsgateway.asking.request import Problem
from smsgateway.asking.sheet import LEFT_OUT, NOTED, Sheet

ROWS_NAMED = 20  # for each reason


def lines(sheet: Sheet, is_dry: bool) -> list[str]:
    """Of a file that was only checked, or else of one that was taken in or refused."""
    if sheet.problems:
        return [*_refused(sheet), *_left_out(sheet.skipped)]
    asked = Counter(request.ward for request in sheet.requests)
    said = [f"  {ward}: {many:,}" for ward, many in sorted(asked.items())]
    verdict = _verdict(asked.total(), is_dry)
    return [verdict, *said, *_noted(sheet.noted), *_left_out(sheet.skipped)]


def _verdict(many: int, is_dry: bool) -> str:
    if not many:
        return "Nobody is to be asked."
    invitations = f"{many:,} {'invitation' if many == 1 else 'invitations'}"
    if is_dry:
        return f"{invitations} would be taken in. Nothing was: this was only a check."
    return f"{invitations} taken in."


def _refused(sheet: Sheet) -> Iterable[str]:
    yield "Nothing was taken in. Put this right and send the whole file again:"
    for problem in sheet.problems:
        yield f"  {_place(problem)}{problem.words}"


def _place(problem: Problem) -> str:
    return f"row {problem.row}: " if problem.row else ""


def _left_out(skipped: Sequence[Problem]) -> Iterable[str]:
    if not skipped:
        return
    yield f"Left out: {len(skipped):,}"
    yield from _by_reason(skipped, LEFT_OUT)


def _noted(noted: Sequence[Problem]) -> Iterable[str]:
    if noted:
        yield f"Asked, but not as the file says: {len(noted):,}"
        yield from _by_reason(noted, NOTED)


def _by_reason(
    problems: Sequence[Problem], reasons: Mapping[str, str]
) -> Iterable[str]:
    rows: dict[str, list[int]] = {}
    for one in problems:
        rows.setdefault(one.code, []).append(one.row)
    for code, words in reasons.items():
        if found := rows.get(code):
            yield f"  {words}: {len(found):,} ({_rows(found)})"


def _rows(rows: Sequence[int]) -> str:
    rest = len(rows) - ROWS_NAMED
    named = ", ".join(map(str, rows[:ROWS_NAMED]))
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"
