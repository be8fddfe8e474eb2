"""What does the technician say about this tablet?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback.settings import SettingError, path, text, whole

FULL = "full"
SIDES_PX = (480, 8192)
IDLE_S = (20, 600)

_SIZE = re.compile(r"(\d{3,4})x(\d{3,4})")


@dataclass(frozen=True, slots=True)
class Settings:
    """`ward` empty: the bundle's only ward. `size` None: the whole screen."""

    log: Path
    ward: str
    size: tuple[int, int] | None
    idle_seconds: int


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings; SettingError names the first variable that is wrong."""
    return Settings(
        log=path(environ, "WARDVOICE_LOG"),
        ward=text(environ, "WARDVOICE_KIOSK_WARD", ""),
        size=_size(text(environ, "WARDVOICE_KIOSK_SIZE", FULL)),
        idle_seconds=whole(environ, "WARDVOICE_KIOSK_IDLE_SECONDS", 60, *IDLE_S),
    )


def _size(words: str) -> tuple[int, int] | None:
    if words == FULL:
        return None
    found = _SIZE.fullmatch(words)
    sides = tuple(int(side) for side in found.groups()) if found else ()
    low, high = SIDES_PX
    if not sides or not all(low <= side <= high for side in sides):
        raise SettingError(
            "WARDVOICE_KIOSK_SIZE must be full or a size such as 1280x800, "
            f"not {words!r}"
        )
    return sides[0], sides[1]
