"""What does the screen show, and when?

An X server of our own with nothing else on it, real clicks by XTest, and its picture
read where the server itself keeps it: a file in memory. So to watch costs the server
nothing, and a pixel is seen when it changes.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 1280, 800
PIXEL_BYTES = 4
# Between two looks. The processors are the programs' that are watched.
LOOK_S = 0.0002
# Nowhere: a pointer lights up what it lies on.
CORNER = (WIDTH - 1, HEIGHT - 1)


class NothingHappened(Exception):
    """The screen did not become what it should, within its time."""


@dataclass(frozen=True)
class Box:
    left: int
    top: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.left + self.width // 2, self.top + self.height // 2

    def near(self, x: int, y: int, distance: int) -> bool:
        across = self.left - distance <= x < self.left + self.width + distance
        return across and self.top - distance <= y < self.top + self.height + distance


@dataclass(frozen=True)
class Strip:
    """A few pixels of one line."""

    start: int  # in the picture's bytes
    length: int


class Screen:
    def __init__(self, picture: mmap.mmap, display: str) -> None:
        header = struct.unpack(">20I", picture[:80])
        self._first = header[0] + 12 * header[19]  # after the colour map
        self._line = header[12]
        assert (header[4], header[5], header[11]) == (WIDTH, HEIGHT, 32)
        self._picture = picture
        self.display = display
        self._x11 = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        opened = self._x11.XOpenDisplay(display.encode())
        assert opened, f"no X server at {display}"
        self._connection = ctypes.c_void_p(opened)

    # ── a finger ─────────────────────────────────────────────────────────────

    def move(self, place: tuple[int, int]) -> None:
        self._test.XTestFakeMotionEvent(self._connection, -1, *place, 0)
        self._x11.XSync(self._connection, 0)

    def press(self) -> None:
        self._button(True)

    def release(self) -> None:
        self._button(False)

    def click(self) -> None:
        """Press and release: both are with the server when this returns."""
        self._button(True)
        self._button(False)

    def _button(self, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._connection, 1, int(down), 0)
        self._x11.XFlush(self._connection)

    # ── eyes ─────────────────────────────────────────────────────────────────

    def picture(self) -> bytes:
        return self._picture[self._first : self._first + self._line * HEIGHT]

    def strip(self, x: int, y: int, pixels: int) -> Strip:
        return Strip(y * self._line + x * PIXEL_BYTES, pixels * PIXEL_BYTES)

    def look(self, strips: Sequence[Strip]) -> list[bytes]:
        first, picture = self._first, self._picture
        return [
            picture[first + one.start : first + one.start + one.length]
            for one in strips
        ]

    def wait(self, seen: Callable[[], bool], timeout_s: float, what: str) -> float:
        """When it was seen, on the clock of time.perf_counter."""
        end = time.perf_counter() + timeout_s
        while not seen():
            if time.perf_counter() > end:
                raise NothingHappened(f"waited {timeout_s} s for {what}")
            time.sleep(LOOK_S)
        return time.perf_counter()


@contextmanager
def open_screen() -> Iterator[Screen]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-x-", dir=_memory()) as at:
        reading, writing = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-fbdir", at, "-noreset",
             "-nolisten", "tcp", "-screen", "0", f"{WIDTH}x{HEIGHT}x24"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        # The pipe stays open: without a reader Xvfb dies of a broken pipe.
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
            path = Path(at) / "Xvfb_screen0"
            try:
                with path.open("rb") as file:
                    picture = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                    yield Screen(picture, f":{number}")
            finally:
                server.terminate()
                server.wait(timeout=10)


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
