"""The keyboards' data, and when a letter is a capital."""

import pytest

from feedback.assets import assets_folder
from kiosk.keyboard import ROW_WIDTH, WIDTHS, read_layouts, starts_sentence
from tests.kiosk.conftest import ASSETS

LAYOUTS = read_layouts(assets_folder() / "keyboards.toml")


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_row_is_ten_keys_wide(name):
    for row in LAYOUTS[name]:
        assert sum(WIDTHS.get(key, 1.0) for key in row.split()) == ROW_WIDTH


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_key_stands_twice(name):
    keys = " ".join(LAYOUTS[name]).replace("half", "").split()
    assert len(set(keys)) == len(keys)


def test_every_language_of_the_wording_has_its_letters():
    assert {"en", "cy"} <= LAYOUTS.keys()
    keys = " ".join(LAYOUTS["cy"]).split()
    assert set("ŵŷâêîôûïabcdefghijklmnopqrstuvwxyz") <= set(keys)


def test_every_key_with_a_job_has_words():
    for name in WIDTHS.keys() - {"half"}:
        assert ASSETS.wording[f"key_{name}"]["cy"]


@pytest.mark.parametrize(
    ("text", "capital"),
    [
        ("", True), ("  ", True), ("Good. ", True), ("Why? ", True), ("a\n", True),
        ("Good", False), ("Good ", False), ("2.5", False), ("2.", False),
    ],
)  # fmt: skip
def test_a_capital_begins_a_text_a_line_and_a_sentence(text, capital):
    assert starts_sentence(text) == capital
