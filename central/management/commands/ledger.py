"""wardvoice-central ledger"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate

from central.devices.models import Device
from central.ledger.book import KINDS, Line, ledger

_TITLES = ("device", "rows", *(kind.replace("_", " ") for kind in KINDS), "following",
           "unsent", "lost", "missing", "nowhere")  # fmt: skip


class Command(BaseCommand):
    help = (
        "Has each row that the devices spoke of one place? For each device: rows = "
        f"{' + '.join(_TITLES[2:-2])}. Ends with 1 when a sum does not close."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--device", default="", help="this device alone")
        parser.add_argument(
            "--day", type=date.fromisoformat, help="at the end of that day (now)"
        )
        parser.add_argument("--json", action="store_true", help="one line a device")

    def handle(self, *_args: Any, **options: Any) -> None:
        lines = _lines(options["day"], options["device"])
        if options["json"]:
            self.stdout.write("\n".join(json.dumps(_said(line)) for line in lines))
        else:
            self.stdout.write("\n".join(_table(lines)))
        open_ = [line for line in lines if not line.closes]
        if open_:
            raise CommandError(
                f"{len(open_)} of {len(lines)} sums do not close: rows are missing, "
                "doubled, or stand nowhere. See the page /devices/"
            )


def _lines(asked: date | None, device: str) -> list[Line]:
    """CommandError where there is nothing to count: no data is not 0."""
    today = localdate()
    day = asked or today
    if day > today:
        raise CommandError(f"{day} is still to come: today is {today}")
    if device and not Device.objects.filter(id=device).exists():
        raise CommandError(f"there is no device {device}")
    lines = ledger(day, today, device)
    if device and not lines:
        raise CommandError(f"by the end of {day} nothing had been heard of {device}")
    return lines


def _said(line: Line) -> dict[str, object]:
    return {
        "device": line.device,
        "day": line.day.isoformat(),
        "begins": line.begins,
        "last": line.last,
        "have": line.have,
        "rows": line.rows,
        "committed": line.committed,
        **line.kinds,
        "following": line.following,
        "unsent": line.unsent,
        "lost": line.lost,
        "missing": line.missing,
        "unexplained": line.unexplained,
        "closes": line.closes,
    }


def _figures(line: Line) -> tuple[int, ...]:
    kinds = (line.kinds[kind] for kind in KINDS)
    return (line.rows, *kinds, line.following, line.unsent, line.lost, line.missing,
            line.unexplained)  # fmt: skip


def _table(lines: Sequence[Line]) -> list[str]:
    rows = [(line.device, *(f"{n:,}" for n in _figures(line))) for line in lines]
    sums = [f"{sum(column):,}" for column in zip(*map(_figures, lines), strict=True)]
    several = [_TITLES, *rows, *([("all", *sums)] if lines else [])]
    widths = [max(map(len, column)) for column in zip(*several, strict=True)]
    return [_row(row, widths) for row in several]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in rest)])
