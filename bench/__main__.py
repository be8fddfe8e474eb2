"""`make bench`: every figure, or those of one part (`make bench ONLY=sync`)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bench import kiosk_visits, sms_asking, sms_inbound, sync_all
from bench.figures import Figure, keep, table
from feedback.answer import utc_text

PARTS: dict[str, list[Callable[[str], Sequence[Figure]]]] = {
    "kiosk": [kiosk_visits.measure],
    "sms": [sms_inbound.measure, sms_asking.measure],
    "sync": [sync_all.measure],
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS), help="one part")
    given = parser.parse_args()
    parts = [given.only] if given.only else list(PARTS)
    at = utc_text(datetime.now(UTC))
    figures = [
        figure for part in parts for measure in PARTS[part] for figure in measure(at)
    ]
    if not figures:
        print(f"no figure of {' or '.join(parts)} is measured yet")
        return
    keep(figures)
    print(table(figures))


if __name__ == "__main__":
    main()
