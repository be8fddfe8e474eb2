"""`make bench`: every figure, or those of one part (`make bench ONLY=sync`).

Central's pages are timed with 1 and with 10 million responses, which takes the longest
and 25 GB of the disk. `make bench ONLY=central RESPONSES=1000000` leaves the 10 out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from bench import central_all, kiosk_visits, sms_asking, sms_inbound, sync_all
from bench.figures import Figure, keep, table
from feedback.answer import utc_text

Measure = Callable[[str], Sequence[Figure]]


def parts_with(responses: Sequence[int]) -> dict[str, list[Measure]]:
    return {
        "central": [partial(central_all.measure, responses=responses)],
        "kiosk": [kiosk_visits.measure],
        "sms": [sms_inbound.measure, sms_asking.measure],
        "sync": [sync_all.measure],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    sizes, every = central_all.RESPONSES, sorted(parts_with(()))
    parser.add_argument("--only", choices=every, help="one part")
    parser.add_argument(
        "--responses", type=int, nargs="+", default=sizes, metavar="N",
        help="how many central's pages are timed with",
    )  # fmt: skip
    given = parser.parse_args()
    parts = parts_with(given.responses)
    names = [given.only] if given.only else list(parts)
    at = utc_text(datetime.now(UTC))
    figures = [
        figure for name in names for measure in parts[name] for figure in measure(at)
    ]
    if not figures:
        print(f"no figure of {' or '.join(names)} is measured yet")
        return
    keep(figures)
    print(table(figures))


if __name__ == "__main__":
    main()
