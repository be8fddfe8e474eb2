"""How large is this display?

Asked of the SDL library that Kivy ships, before Kivy opens its window. Full screen as
a window manager makes it is broken where there is none, as on a locked tablet: the
kiosk opens a window without edges that is as large as the display instead.
"""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

SDL_INIT_VIDEO = 0x20
UNSEEN = (b"offscreen", b"dummy", b"")


class _Mode(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_uint32),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("refresh_rate", ctypes.c_int),
        ("driver_data", ctypes.c_void_p),
    )


def display_size() -> tuple[int, int] | None:
    """Width and height of the first display in pixels; None when nobody can tell."""
    library = sdl()
    if library is None or library.SDL_InitSubSystem(SDL_INIT_VIDEO) != 0:
        return None
    try:
        mode = _Mode()
        found = library.SDL_GetDesktopDisplayMode(0, ctypes.byref(mode)) == 0
    finally:
        library.SDL_QuitSubSystem(SDL_INIT_VIDEO)
    return (mode.width, mode.height) if found else None


class NoDisplay(Exception):
    """Nobody would see the kiosk. `str()` says what the technician looks at."""


def must_show(wanted: str) -> None:
    """NoDisplay when SDL draws where nobody sees it, and nobody `wanted` that: it does
    so by itself where it finds no display."""
    library = sdl()
    if wanted or library is None:
        return
    library.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
    driver = library.SDL_GetCurrentVideoDriver() or b""
    if driver in UNSEEN:
        raise NoDisplay(
            "There is no display: start the X server first, then the kiosk with "
            "DISPLAY set to its number (such as DISPLAY=:0)."
        )


def sdl() -> ctypes.CDLL | None:
    """The SDL library that Kivy ships and uses; None where it comes in another way."""
    path = _library()
    return None if path is None else ctypes.CDLL(str(path))


def _library() -> Path | None:
    kivy = importlib.util.find_spec("kivy")
    if kivy is None or kivy.origin is None:
        return None
    beside = Path(kivy.origin).parent.parent / "Kivy.libs"
    return next(iter(sorted(beside.glob("libSDL2-2*.so*"))), None)
