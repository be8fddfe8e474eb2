"""Where does a finger find the kiosk's marks? `python -m bench.kiosk_places`

Makes one visit and shows every language, on a screen that nobody sees, and prints what
was tapped: [mark, whether it answers, left, top, width, height].
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.kiosk_ours import adults_survey
from feedback.log import Log
from kiosk.__main__ import make_app
from kiosk.settings import read_settings

if TYPE_CHECKING:
    from kiosk.stepper import Stepper

# The map and both comments are left out: their taps write nothing.
VISIT = {
    "start": True,
    "option-patient": True,
    "option-good": True,
    "skip map": False,
    "skip good": False,
    "skip better": False,
    "option-no": True,
    "done": False,
}
# The same up to its last tap, and a letter is typed.
WITH_WORDS = (
    "start", "option-patient", "option-good", "skip map", "key-a", "next good",
    "skip better", "option-no share", "option-no talk",
)  # fmt: skip
Tapped = tuple[str, bool, int, int, int, int]


def main() -> None:
    settings = read_settings(os.environ)
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "answers.db"
        with Log.open(settings.log) as log:
            log.db.conn.execute("VACUUM INTO ?", (str(copy),))
        with Log.open(copy) as log:
            app = make_app(log, settings, os.environ, Path(home))
            from kiosk.stepper import Stepper  # Kivy is set up only now

            finger = Stepper(app)
            visit = [_tap(finger, mark, counts) for mark, counts in VISIT.items()]
            languages = _languages(finger)
            words = [_tap(finger, mark) for mark in WITH_WORDS]
            finger.close()
    print(json.dumps({"visit": visit, "languages": languages, "words": words}))


def _tap(finger: Stepper, mark: str, counts: bool = False) -> Tapped:
    # On the map and on a comment it is one and the same mark.
    name = mark.split()[0]
    target, height = finger.find(name), finger.app.root.height
    left, below = target.to_window(*target.pos)
    finger.tap(name)
    top, wide, high = height - below - target.height, target.width, target.height
    return mark, counts, round(left), round(top), round(wide), round(high)


def _languages(finger: Stepper) -> list[Tapped]:
    """Each of them on the welcome screen, English last."""
    languages = adults_survey().languages
    tapped = []
    for language in (*languages[1:], languages[0]):
        folded = f"language-{language}" not in finger.targets()
        if folded:
            tapped.append(_tap(finger, "language"))
        tapped.append(_tap(finger, f"language-{language}"))
        if folded:
            tapped.append(_tap(finger, "close"))
    return tapped


if __name__ == "__main__":
    main()
