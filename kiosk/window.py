"""What must be true before Kivy opens its window?

Kivy reads its environment and configuration once, at import. So this runs first, and
everything that imports kivy.uix is imported after it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path

from PIL import features

from kiosk.display import display_size

Size = tuple[int, int]

# The design is drawn at this size; every other size is this one made larger.
LONG_SIDE, SHORT_SIDE = 1280, 800

FRAMES_PER_S = 60  # until kiosk.pace sets the pace


class NoShaping(Exception):
    """Pillow cannot shape text here. `str()` says what the technician installs."""


def prepare(
    environ: MutableMapping[str, str],
    home: Path,
    fonts: Path,
    size: Size | None,
    frames_per_s: int = FRAMES_PER_S,
) -> None:
    """Set Kivy up. `home` is a folder for what it insists on writing."""
    # Pillow loads FriBiDi when it runs and silently does without when it is missing.
    if not features.check("raqm"):
        raise NoShaping("Pillow has no raqm here: apt install libfribidi0")
    assert "kivy" not in sys.modules, "Kivy was imported before it was set up"
    environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",  # else it takes our own flags
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_TEXT="pil",
        KIVY_CLIPBOARD="dummy",  # what a patient writes is never copied
        KIVY_DPI="96",
        KIVY_METRICS_DENSITY="1",
    )
    logging.getLogger("kivy").addFilter(_worth_saying)
    from kivy.config import Config

    for section, options in _config(size, frames_per_s).items():
        for name, value in options.items():
            Config.set(section, name, value)
    # Without this Linux hands over each touch twice: as a touch and as a mouse.
    Config.remove_option("input", "%(name)s")
    from kiosk import text

    text.install(fonts)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Kivy tells of every part it finds, and calls it critical that xclip and xsel,
    which nothing here uses, are missing."""
    unused = record.getMessage().startswith("Cutbuffer")
    return record.levelno >= logging.WARNING and not unused


def _config(size: Size | None, frames_per_s: int) -> dict[str, dict[str, str]]:
    whole = None if size else display_size()
    width, height = size or whole or (LONG_SIDE, SHORT_SIDE)
    return {
        "kivy": {"exit_on_escape": "0", "desktop": "0"},
        "graphics": {
            "width": str(width),
            "height": str(height),
            "fullscreen": "0" if size or whole else "auto",
            "borderless": "1" if whole else "0",
            "position": "custom" if whole else "auto",
            "left": "0",
            "top": "0",
            "resizable": "0",
            "show_cursor": "1" if size else "0",
            "allow_screensaver": "0",
            # Smooth shapes need no multisampling, and without it a tap is answered
            # in half the time.
            "multisamples": "0",
            "maxfps": str(frames_per_s),
        },
        "input": {"mouse": "mouse,disable_multitouch"},
    }


def scale(size: Size) -> float:
    """How much larger than the design this window is, either way up."""
    longer, shorter = max(size), min(size)
    return min(longer / LONG_SIDE, shorter / SHORT_SIDE)
