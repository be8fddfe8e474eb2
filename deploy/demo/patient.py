"""A scripted patient at the real kiosk: `python -m deploy.demo.patient < COMMENTS`.

Reads a JSON list of comments and makes one visit for each. Every tap goes through the
kiosk's real loop to a real widget, and the comment is typed on the kiosk's own
keyboard. With `--quick` the map of the journey is skipped and the comment is put into
its box at once (for words that our keyboard has not).
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
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from feedback.log import Log
from feedback.survey import COMMENT, Question
from kiosk.__main__ import make_app
from kiosk.settings import read_settings

if TYPE_CHECKING:
    from kiosk.stepper import Stepper

WAIT_S = 20.0
NOT_SKIPPED = ("_who", "fft", "good")
ON_THE_MAP = {"night": "-1", "staff": "2", "meals": "0"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    comments: list[str] = json.load(sys.stdin)
    settings = read_settings(os.environ)
    with tempfile.TemporaryDirectory() as home, Log.open(settings.log) as log:
        app = make_app(log, settings, os.environ, Path(home))
        # Behind each visit with words the kiosk would begin again, without this finger.
        app.world = replace(app.world, begin_again=lambda ended_at: None)
        from kiosk.stepper import Stepper  # Kivy is set up only now

        finger = Stepper(app)
        for comment in comments:
            visit(finger, comment, given.quick)
            print("done", flush=True)
        finger.close()


def visit(finger: Stepper, comment: str, quick: bool) -> None:
    finger.wait(lambda: finger.screen == "welcome", WAIT_S)
    finger.tap("start")
    while finger.screen != "thanks":
        question = _question(finger)
        if question is None:
            _draw(finger, quick)
        elif question.key not in NOT_SKIPPED:
            finger.tap("skip")
        elif question.kind == COMMENT:
            _say(finger, comment, quick)
        else:
            finger.tap(f"option-{question.options[1].key}")
    finger.tap("done")


def _question(finger: Stepper) -> Question | None:
    """The question before them; None on the map."""
    visit = finger.app.visit
    assert visit is not None, "the visit is over"
    return visit.place.at


def _draw(finger: Stepper, quick: bool) -> None:
    """Three steps on the map, the words of one of them, and on."""
    if quick:
        finger.tap("skip")
        return
    for step, level in ON_THE_MAP.items():
        finger.tap(f"place-{step}-{level}")
    first = next(iter(ON_THE_MAP))
    finger.tap(f"words-{first}")
    visit = finger.app.visit
    assert visit is not None
    assert visit.place.at is not None
    finger.tap(f"option-{visit.place.at.options[1].key}")
    finger.tap("next")
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
