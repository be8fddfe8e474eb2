"""A bad setting stops the program, with its name and what it should be."""

from pathlib import Path

import pytest

from feedback.settings import SettingError
from kiosk.settings import read_settings

GOOD = {"WARDVOICE_LOG": "/var/lib/wardvoice/answers.db"}


def test_only_the_log_must_be_set():
    settings = read_settings(GOOD)
    assert settings.log == Path("/var/lib/wardvoice/answers.db")
    assert (settings.ward, settings.size, settings.idle_seconds) == ("", None, 60)


def test_a_size_is_width_by_height():
    settings = read_settings({**GOOD, "WARDVOICE_KIOSK_SIZE": "1280x800"})
    assert settings.size == (1280, 800)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARDVOICE_LOG", ""),
        ("WARDVOICE_KIOSK_SIZE", "large"),
        ("WARDVOICE_KIOSK_SIZE", "100x100"),
        ("WARDVOICE_KIOSK_SIZE", "1280×800"),
        ("WARDVOICE_KIOSK_SIZE", "9999x800"),
        ("WARDVOICE_KIOSK_IDLE_SECONDS", "0"),
        ("WARDVOICE_KIOSK_IDLE_SECONDS", "a minute"),
    ],
)
def test_a_bad_setting_is_named(name, value):
    with pytest.raises(SettingError, match=f"^{name} must be "):
        read_settings({**GOOD, name: value})
