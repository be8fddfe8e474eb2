"""The command, as a technician types it."""

import os
import subprocess
import sys

import pytest


def kiosk_command(*arguments, **environ):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WARDVOICE_")}
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_setting():
    done = kiosk_command("--help")
    assert done.returncode == 0
    for name in ("LOG", "KIOSK_WARD", "KIOSK_SIZE", "KIOSK_IDLE_SECONDS"):
        assert f"WARDVOICE_{name}" in done.stdout
    assert "wardvoice-sync enrol CODE" in done.stdout
    assert "--practice" in done.stdout


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "WARDVOICE_LOG must be set"),
        (
            {"WARDVOICE_LOG": "a.db", "WARDVOICE_KIOSK_SIZE": "big"},
            "WARDVOICE_KIOSK_SIZE must be full or a size such as 1280x800, each side "
            "from 480 to 8192 pixels, not 'big'",
        ),
    ],
)
def test_a_bad_setting_stops_it(environ, said):
    done = kiosk_command(**environ)
    assert done.returncode == 2
    assert done.stderr.strip() == said


def test_a_file_that_is_no_log_stops_it_in_words(tmp_path):
    file = tmp_path / "answers.db"
    file.write_bytes(b"this is no database" * 100)
    done = kiosk_command(WARDVOICE_LOG=str(file), WARDVOICE_KIOSK_SIZE="1280x800")
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_extra_is_named(tmp_path):
    # A folder in front of all others in which Kivy cannot be found.
    program = (
        "import importlib.util as u, sys; find = u.find_spec;"
        "u.find_spec = lambda name, *a: None if name == 'kivy' else find(name, *a);"
        "from kiosk.__main__ import main; sys.exit(main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "WARDVOICE_LOG": str(tmp_path / "a.db")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'wardvoice[kiosk]'" in done.stderr
