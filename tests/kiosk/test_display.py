"""Without a size set, the window fills the display, whichever way up it stands."""

import os
import subprocess
import sys
import time

import pytest
from PIL import Image

from tests.kiosk.xserver import x_server

TIMEOUT_S = 40.0
DISPLAYS = [(800, 1280), (1920, 1200), (1280, 800)]


@pytest.mark.parametrize("size", DISPLAYS)
def test_the_window_fills_a_display_without_a_window_manager(
    size, log, central, tmp_path
):
    central.deliver(log)
    with x_server(*size) as display:
        environ = {
            **os.environ,
            "DISPLAY": display,
            "SDL_VIDEODRIVER": "x11",
            "WARDVOICE_LOG": str(log.path),
            "WARDVOICE_KIOSK_SIZE": "full",
        }
        assert fills(environ, size, tmp_path / "screen.png")


def fills(environ, size, picture) -> bool:
    """Whether all four corners of the display become the kiosk's own colours."""
    with subprocess.Popen([sys.executable, "-m", "kiosk"], env=environ) as program:
        try:
            end = time.monotonic() + TIMEOUT_S
            while time.monotonic() < end and program.poll() is None:
                if not any(
                    is_bare(corner) for corner in corners(environ, size, picture)
                ):
                    return True
                time.sleep(0.2)
            return False
        finally:
            program.terminate()


def corners(environ, size, picture):
    subprocess.run(["import", "-window", "root", str(picture)], env=environ, check=True)
    with Image.open(picture) as shot:
        seen = shot.convert("RGB")
        right, low = size[0] - 3, size[1] - 3
        return [
            seen.getpixel(at) for at in ((2, 2), (right, 2), (2, low), (right, low))
        ]


def is_bare(colour) -> bool:
    """An X server without a window is black."""
    return sum(colour) < 60
