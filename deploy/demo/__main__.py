"""`make demo`, `make train`, `make demo-check`: all of Wardvoice on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.demo.processes import ProgramFailed


def main() -> int:
    given = _given()
    try:
        if given.check:
            from deploy.demo.check import check

            return check(given.comments, given.patience)
        from deploy.demo.show import show

        return show(given.folder, given.practice)
    except ProgramFailed as error:
        print(f"\nWardvoice stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="run headless, send one tap and one text, wait for both on the ward's "
        "page, and end with 0; anything missing ends with 1 and says what and where",
    )
    parser.add_argument(
        "--comments",
        type=Path,
        metavar="FILE",
        help="with --check: a CSV with a column 'comment'; each row is said once, by "
        "tablet or by text, and must be on the ward's page word for word",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="with --check: how long what was said may take to the page (default 60)",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(".demo"),
        help="where the demonstration keeps its files (default .demo)",
    )
    parser.add_argument(
        "--practice",
        action="store_true",
        help="for training: nothing that is tapped or texted counts, and the time of "
        "the phones and of the gateway can be moved",
    )
    given = parser.parse_args()
    if given.comments and not given.check:
        parser.error("--comments goes with --check")
    return given


if __name__ == "__main__":
    sys.exit(main())
