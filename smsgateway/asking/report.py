"""What does the clerk read of a file?

Counts, reasons and rows: never a number, nor anything else that stands in a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from feedback.table import Problem
from smsgateway.asking.prospect import BY_ROW, NOT_ASKED, Prospect
from smsgateway.asking.sheet import LEFT_OUT, NOTED, TO_DO, Sheet

ROWS_NAMED = 20  # for each reason


def lines(sheet: Sheet, is_dry: bool, prospect: Prospect | None = None) -> list[str]:
    """Of a file that was only checked, or else of one that was taken in or refused.
    `prospect`: what is known of its requests; None where nothing is."""
    if sheet.problems:
        return [*_refused(sheet), *_left_out(sheet.skipped)]
    prospect = prospect or Prospect([*sheet.requests])
    asked = prospect.wards
    said = [f"  {ward}: {many:,}" for ward, many in sorted(asked.items())]
    verdict = _verdict(asked.total(), is_dry)
    known = [*_known(prospect), *_noted(sheet.noted), *_left_out(sheet.skipped)]
    return [verdict, *said, *known]


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
    to_do = [one for one in skipped if one.code in TO_DO]
    if to_do:
        yield f"LOOK AT THESE, for here something is left to do: {len(to_do):,}"
        yield from _by_reason(to_do, TO_DO)
    settled = [one for one in skipped if one.code not in TO_DO]
    if settled:
        yield f"Left out: {len(settled):,}"
        yield from _by_reason(settled, LEFT_OUT)


def _known(prospect: Prospect) -> Iterable[str]:
    if prospect.late:
        yield "Asked by fewer texts than usual, for they went home a while ago: " + (
            f"{len(prospect.late):,} ({_rows(prospect.late)})"
        )
    if not prospect.rows:
        return
    many = sum(map(len, prospect.rows.values()))
    yield f"Not asked, as far as is known already: {many:,}"
    for code, words in NOT_ASKED.items():
        if found := prospect.rows.get(code):
            place = f" ({_rows(found)})" if code in BY_ROW else ""
            yield f"  {words}: {len(found):,}{place}"


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
