"""A scripted patient at the real kiosk: `python -m deploy.demo.patient < COMMENTS`.

Reads a JSON list of comments and makes one visit for each. Every tap goes through the
kiosk's real loop to a real widget, and the comment is typed on the kiosk's own
keyboard. With `--quick` the steps of the journey are skipped and the comment is put
into its box at once (for words that our keyboard has not).
Prints `said` and the monotonic clock after the tap that ends each comment, and `done`
after each thank-you.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from feedback.log import Log
from feedback.survey import COMMENT, FEELINGS, Question
from kiosk.__main__ import make_app
from kiosk.settings import read_settings

if TYPE_CHECKING:
    from kiosk.stepper import Stepper

WAIT_S = 20.0
NOT_SKIPPED = ("_who", "fft", "good")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    comments: list[str] = json.load(sys.stdin)
    settings = read_settings(os.environ)
    with tempfile.TemporaryDirectory() as home, Log.open(settings.log) as log:
        app = make_app(log, settings, os.environ, Path(home))
        from kiosk.stepper import Stepper  # Kivy is set up only now

        finger = Stepper(app)
        for comment in comments:
            visit(finger, comment, given.quick)
            print("done", flush=True)
        finger.close()


def visit(finger: Stepper, comment: str, quick: bool) -> None:
    finger.wait(lambda: finger.screen == "welcome", WAIT_S)
    finger.tap("language-en")
    while (question := _question(finger)) is not None:
        if question.key not in NOT_SKIPPED and (quick or question.kind == COMMENT):
            finger.tap("skip")
        elif question.kind == COMMENT:
            _say(finger, comment, quick)
        else:
            _choose(finger, question)
    finger.tap("done")


def _question(finger: Stepper) -> Question | None:
    now = finger.app.visit
    return now.place.at if now is not None else None


def _choose(finger: Stepper, question: Question) -> None:
    second = question.options[1]
    finger.tap(f"option-{second.key}")
    if question.kind == FEELINGS:
        finger.tap("next")


def _say(finger: Stepper, comment: str, quick: bool) -> None:
    if quick:
        finger.app.screens.current_screen.write(comment)
        finger.settle()
    else:
        finger.type(comment)
    # A comment of spaces alone is nothing said: the button is then "skip".
    marks = finger.targets()
    mark = next(mark for mark in ("next", "finish", "skip") if mark in marks)
    tapped_at = time.monotonic()
    finger.tap(mark)
    print("said", tapped_at, flush=True)


if __name__ == "__main__":
    main()
