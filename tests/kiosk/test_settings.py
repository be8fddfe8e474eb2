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


def test_a_mistyped_setting_is_named():
    environ = {"WARDVOICE_LOG": "a.db", "WARDVOICE_KIOSK_IDLE_SECOND": "30"}
    with pytest.raises(SettingError, match="WARDVOICE_KIOSK_IDLE_SECOND is no setting"):
        read_settings(environ)


def test_a_size_is_width_by_height():
    settings = read_settings({**GOOD, "WARDVOICE_KIOSK_SIZE": "1280x800"})
    assert settings.size == (1280, 800)


def test_a_panel_is_measured_across_in_inches():
    for words, inches in [("10.1", 10.1), ("15", 15.0), ("unknown", None)]:
        settings = read_settings({**GOOD, "WARDVOICE_KIOSK_PANEL_INCHES": words})
        assert settings.panel_inches == inches
    assert read_settings(GOOD).panel_inches is None


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
        ("WARDVOICE_KIOSK_PANEL_INCHES", "4.9"),
        ("WARDVOICE_KIOSK_PANEL_INCHES", "61"),
        ("WARDVOICE_KIOSK_PANEL_INCHES", "1e1"),
        ("WARDVOICE_KIOSK_PANEL_INCHES", "ten"),
        ("WARDVOICE_KIOSK_PANEL_INCHES", "10,1"),
    ],
)
def test_a_bad_setting_is_named(name, value):
    with pytest.raises(SettingError, match=f"^{name} must be "):
        read_settings({**GOOD, name: value})
