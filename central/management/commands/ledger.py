"""wardvoice-central ledger"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate

from central.devices.models import Device
from central.ledger.book import KINDS, Balance, ledger
from central.management.days import a_day

_TITLES = ("device", "rows", *(kind.replace("_", " ") for kind in KINDS), "following",
           "unsent", "lost", "missing", "nowhere")  # fmt: skip


class Command(BaseCommand):
    help = (
        "Has each row that the devices spoke of one place? For each device: rows = "
        f"{' + '.join(_TITLES[2:-2])}. Ends with 1 when a sum does not close."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--device", default="", help="this device alone")
        parser.add_argument("--day", type=a_day, help="at the end of that day (now)")
        parser.add_argument("--json", action="store_true", help="one line a device")

    def handle(self, *_args: Any, **options: Any) -> None:
        balances = _balances(options["day"], options["device"])
        if options["json"]:
            self.stdout.write("\n".join(json.dumps(_said(one)) for one in balances))
        else:
            self.stdout.write("\n".join(_table(balances)))
        open_ = [one for one in balances if not one.closes]
        if open_:
            raise CommandError(
                f"{len(open_)} of {len(balances)} sums do not close: rows are missing, "
                "doubled, or stand nowhere. See the page /devices/"
            )


def _balances(asked: date | None, device: str) -> list[Balance]:
    """CommandError where there is nothing to count: no data is not 0."""
    today = localdate()
    day = asked or today
    if day > today:
        raise CommandError(f"{day} is still to come: today is {today}")
    if device and not Device.objects.filter(id=device).exists():
        raise CommandError(f"there is no device {device}")
    balances = ledger(day, today, device)
    if device and not balances:
        raise CommandError(f"by the end of {day} nothing had been heard of {device}")
    return balances


def _said(balance: Balance) -> dict[str, object]:
    return {
        "device": balance.device,
        "day": balance.day.isoformat(),
        "begins": balance.begins,
        "last": balance.last,
        "have": balance.have,
        "rows": balance.rows,
        "committed": balance.committed,
        **balance.kinds,
        "following": balance.following,
        "unsent": balance.unsent,
        "lost": balance.lost,
        "missing": balance.missing,
        "unexplained": balance.unexplained,
        "closes": balance.closes,
    }


def _figures(balance: Balance) -> tuple[int, ...]:
    kinds = (balance.kinds[kind] for kind in KINDS)
    return (balance.rows, *kinds, balance.following, balance.unsent, balance.lost,
            balance.missing, balance.unexplained)  # fmt: skip


def _table(balances: Sequence[Balance]) -> list[str]:
    rows = [(one.device, *(f"{n:,}" for n in _figures(one))) for one in balances]
    sums = [f"{sum(column):,}" for column in zip(*map(_figures, balances), strict=True)]
    several = [_TITLES, *rows, *([("all", *sums)] if balances else [])]
    widths = [max(map(len, column)) for column in zip(*several, strict=True)]
    return [_row(row, widths) for row in several]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in rest)])
