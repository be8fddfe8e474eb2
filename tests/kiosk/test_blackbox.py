"""The real program in a real X server, tapped by another program."""

import os
import subprocess
import sys
import time

import pytest

from feedback.log import Log
from tests.kiosk.conftest import Ward12
from tests.kiosk.xserver import x_server

SIZE = (1280, 800)
TIMEOUT_S = 60.0
ANSWER_S = 6.0  # by when a busy machine has saved what was tapped


@pytest.fixture
def display():
    with x_server(*SIZE) as name:
        yield name


@pytest.fixture
def program(display, log, central):
    central.deliver(log)
    environ = {
        **os.environ,
        "DISPLAY": display,
        "SDL_VIDEODRIVER": "x11",
        "WARDVOICE_LOG": str(log.path),
        "WARDVOICE_KIOSK_SIZE": "1280x800",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "kiosk"], env=environ, stderr=subprocess.PIPE, text=True
    )
    yield running
    running.terminate()
    running.communicate(timeout=20)


def test_without_a_display_it_says_so_and_ends(log, central):
    central.deliver(log)
    environ = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DISPLAY", "SDL_VIDEODRIVER", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-m", "kiosk"],
        env={**environ, "WARDVOICE_LOG": str(log.path)},
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "There is no display" in done.stderr


def until(condition, program):
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        assert program.poll() is None, program.communicate()[1]
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


@pytest.fixture
def places(tmp_path, clock, central) -> dict[str, tuple[str, str]]:
    """Where the marks are, asked of a kiosk of the same size on a log of its own."""
    places = {}
    (tmp_path / "elsewhere").mkdir()
    with Log.open(tmp_path / "elsewhere" / "answers.db") as log:
        central.deliver(log)
        kiosk = Ward12(log, clock, SIZE)
        for mark in ("start", "option-patient", "option-good"):
            x, y = kiosk.find(mark).center
            places[mark] = str(round(x)), str(round(SIZE[1] - y))
            kiosk.tap(mark)
        kiosk.close()
    return places


def test_a_finger_on_the_real_program_ends_in_the_log(display, program, log, places):
    for mark, question in [
        ("start", "_language"),
        ("option-patient", "_who"),
        ("option-good", "fft"),
    ]:
        # The finger taps until there is something under it, and waits for what comes
        # of it: a second tap would meet the next screen.
        def tapped(at=places[mark], question=question):
            subprocess.run(
                ["xdotool", "mousemove", *at, "click", "1"],
                env={**os.environ, "DISPLAY": display},
                check=True,
            )
            end = time.monotonic() + ANSWER_S
            while time.monotonic() < end:
                time.sleep(0.6)  # the pause that tells it from a double tap
                if question in [row.question for row in log.after(0, 100)]:
                    return True
            return False

        until(tapped, program)

    rows = [(row.question, row.value) for row in log.after(0, 100)]
    assert rows == [("_language", "en"), ("_who", "patient"), ("fft", "good")]
