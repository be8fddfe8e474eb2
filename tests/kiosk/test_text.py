"""Letters of every script, shaped."""

import pytest
from kivy.core.text import Label as CoreLabel
from kivy.uix.label import Label
from PIL import ImageFont, features

from feedback.assets import assets_folder
from kiosk import text
from kiosk.text import LabelRaqm
from kiosk.window import NoShaping, prepare

FONTS = assets_folder() / "fonts"


def test_every_label_is_drawn_with_raqm():
    assert features.check("raqm")
    label = Label(text="ŵ")
    label.texture_update()
    assert isinstance(label._label, LabelRaqm)


def test_without_raqm_the_kiosk_does_not_start(monkeypatch, tmp_path):
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(NoShaping, match="apt install libfribidi0"):
        prepare({}, tmp_path, FONTS, None)


def test_a_letter_and_its_mark_are_as_wide_as_the_letter_with_the_mark():
    # Kivy's own drawing would put the circumflex beside the w.
    label = CoreLabel(font_size=40)
    assert isinstance(label, LabelRaqm)
    assert label.get_extents("w\u0302") == label.get_extents("ŵ")


def test_lines_stand_as_far_apart_as_the_letters_need():
    # A font merged with symbols once took their line height, and half the words of
    # every screen shrank.
    for file in FONTS.glob("*.ttf"):
        ascent, descent = ImageFont.truetype(file, 100).getmetrics()
        assert ascent + descent < 150


def test_the_widths_of_what_was_written_are_forgotten():
    CoreLabel(font_size=40).get_extents("somebody’s words")
    assert text._width.cache_info().currsize
    text.forget()
    assert text._width.cache_info().currsize == 0
