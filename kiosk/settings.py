"""What does the technician say about this tablet?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback.settings import SettingError, path, text, whole

FULL = "full"
UNKNOWN = "unknown"
SIDES_PX = (480, 8192)
IDLE_S = (20, 600)
PANEL_INCHES = (5.0, 60.0)

KNOWN = {
    "WARDVOICE_KIOSK_WARD": None,
    "WARDVOICE_KIOSK_SIZE": None,
    "WARDVOICE_KIOSK_IDLE_SECONDS": None,
    "WARDVOICE_KIOSK_PANEL_INCHES": None,
}.keys()

_SIZE = re.compile(r"(\d{3,4})x(\d{3,4})")
_INCHES = re.compile(r"\d{1,2}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings:
    """`ward` empty: the bundle's only ward. `size` None: the whole screen.
    `panel_inches` None: nobody has measured the panel."""

    log: Path
    ward: str
    size: tuple[int, int] | None
    idle_seconds: int
    panel_inches: float | None = None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings; SettingError names the first variable that is wrong."""
    ours = {name for name in environ if name.startswith("WARDVOICE_KIOSK_")}
    for name in sorted(ours - KNOWN):
        raise SettingError(f"{name} is no setting of the kiosk: {', '.join(KNOWN)}")
    return Settings(
        log=path(environ, "WARDVOICE_LOG"),
        ward=text(environ, "WARDVOICE_KIOSK_WARD", ""),
        size=_size(text(environ, "WARDVOICE_KIOSK_SIZE", FULL)),
        idle_seconds=whole(environ, "WARDVOICE_KIOSK_IDLE_SECONDS", 60, *IDLE_S),
        panel_inches=_inches(text(environ, "WARDVOICE_KIOSK_PANEL_INCHES", UNKNOWN)),
    )


def _size(words: str) -> tuple[int, int] | None:
    if words == FULL:
        return None
    found = _SIZE.fullmatch(words)
    sides = tuple(int(side) for side in found.groups()) if found else ()
    low, high = SIDES_PX
    if not sides or not all(low <= side <= high for side in sides):
        raise SettingError(
            "WARDVOICE_KIOSK_SIZE must be full or a size such as 1280x800, each side "
            f"from {low} to {high} pixels, not {words!r}"
        )
    return sides[0], sides[1]


def _inches(words: str) -> float | None:
    if words == UNKNOWN:
        return None
    low, high = PANEL_INCHES
    if not (_INCHES.fullmatch(words) and low <= float(words) <= high):
        raise SettingError(
            "WARDVOICE_KIOSK_PANEL_INCHES must be unknown or the panel's diagonal in "
            f"inches from {low:.0f} to {high:.0f}, such as 10.1, not {words!r}"
        )
    return float(words)
