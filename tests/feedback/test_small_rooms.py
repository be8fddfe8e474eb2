"""The rooms of a few lines: extras, short words, assets."""

import pytest

from feedback.assets import assets_folder
from feedback.extras import need
from feedback.short_words import WORDS, short_words


def test_a_missing_extra_stops_with_the_command_to_type(capsys):
    with pytest.raises(SystemExit) as caught:
        need("wardvoice-kiosk", "kiosk", "json", "no_such_module")
    assert caught.value.code == 2
    assert "pip install 'wardvoice[kiosk]'" in capsys.readouterr().err


def test_nothing_is_said_when_nothing_is_missing(capsys):
    need("wardvoice-kiosk", "kiosk", "json", "sqlite3")
    assert capsys.readouterr() == ("", "")


def test_the_words_of_a_key_stay_and_those_of_others_differ():
    assert short_words(bytes(32)) == "gate badge orange coat moon"
    several = {short_words(bytes([n]) * 32) for n in range(200)}
    assert len(several) == 200


def test_the_short_words_are_64_and_look_unlike():
    assert len(set(WORDS)) == 64
    assert all(word.isascii() and word.islower() for word in WORDS)
    assert len({word[:3] for word in WORDS}) > 55


def test_the_assets_are_found():
    assert (assets_folder() / "surveys").is_dir()
