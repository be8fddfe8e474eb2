"""Letters of every script, shaped, in lines and in the right direction."""

import time

import pytest
from kivy.core.text import Label as CoreLabel
from kivy.uix.label import Label
from PIL import Image, ImageDraw, ImageFont, features

from feedback.assets import assets_folder
from kiosk import room, text
from kiosk.fonts import FAMILIES, family_of
from kiosk.lines import pieces
from kiosk.look import look
from kiosk.room import Letters, font_at, lay
from kiosk.text import LabelRaqm
from kiosk.widgets import Press, Row, Words
from kiosk.window import NoShaping, prepare
from tests.kiosk.walk import begin

FONTS = assets_folder() / "fonts"
URDU = "کیا ہم آپ کے الفاظ وارڈ میں یا اپنی ویب سائٹ پر دوسرے لوگوں کو دکھا سکتے ہیں؟"
CHINESE = "我们可以在病房，把您写的话给其他人看吗？我们绝不会显示姓名（NHS 111）。"


def letters(language, size=40, bold=False):
    family = family_of(language)
    file = family.bold if bold else family.regular
    return Letters(str(FONTS / file), size, family.rtl)


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    look.reset()


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
        assert ascent + descent < (290 if "Nastaliq" in file.name else 160)


# ── lines ────────────────────────────────────────────────────────────────────


def test_chinese_is_broken_between_characters_and_not_before_punctuation():
    for width in range(120, 900, 7):
        laid = lay(CHINESE, letters("zh-Hans", 30), width)
        assert laid.whole
        assert laid.wide <= width
        assert "".join(laid.lines).replace(" ", "") == CHINESE.replace(" ", "")
        assert not any(line[0] in "，。？）" or line[-1] == "（" for line in laid.lines)


def test_a_word_is_told_of_that_no_line_can_hold():
    assert not lay("Donaudampfschifffahrt", letters("en"), 100).whole
    assert lay("Donau", letters("en"), 200).whole


@pytest.mark.parametrize("language", FAMILIES)
def test_a_line_is_as_wide_as_its_words(language):
    """Words are measured one by one: no letter moves towards one behind a space."""
    words = {"ur": URDU, "zh-Hans": CHINESE, "ar": "هل تريد أن يأتي أحد للتحدث معك؟"}
    one = letters(language, 64)
    line = words.get(language, "May we show your words to other people?")
    assert one.line(line) == pytest.approx(one.width(line), abs=1.5)


def test_the_pieces_of_a_text_are_all_of_it():
    for words in (URDU, CHINESE, "Two  spaces, “quotes” and – dashes"):
        assert "".join(pieces(words)) == words


# ── ink ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("width", [300, 500, 900])
def test_no_ink_of_nastaliq_is_cut(bold, width):
    one = letters("ur", 36, bold)
    laid = lay(URDU, one, width)
    for line in laid.lines:
        left, top, right, bottom = font_at(one.file, one.size).getbbox(
            line, direction="rtl", anchor="ls"
        )
        assert -top <= laid.above
        assert bottom <= laid.below
        assert -left <= laid.left
        assert right - one.width(line) <= laid.right


def test_a_line_of_nastaliq_is_no_higher_than_its_ink():
    one = letters("ur", 100)
    low, high = lay("اردو", one), lay(URDU, one)
    assert low.high < 200 < high.high  # its font says 250 of each


# ── direction ────────────────────────────────────────────────────────────────


def drawn(words, language, direction):
    picture = Image.new("L", (400, 120))
    ImageDraw.Draw(picture).text(
        (200, 80), words, 255, font_at(letters(language).file, 40), anchor="ms",
        direction=direction,
    )  # fmt: skip
    return picture


@pytest.mark.parametrize("language", ["ur", "ar"])
@pytest.mark.parametrize("words", ["NHS", "111", "NHS 111"])
def test_latin_words_and_numbers_keep_their_order_among_arabic_letters(language, words):
    assert drawn(words, language, "rtl") == drawn(words, language, "ltr")
    assert drawn(words, language, "rtl").getbbox()


def test_words_written_in_another_script_find_its_letters():
    look.wear("pl")
    assert family_of("pl", "Dzień dobry").name == "NotoSans"
    assert family_of("pl", "بہت اچھا").rtl
    assert family_of("ur", "اردو").name == "NotoNastaliqUrdu"
    assert family_of("ur", "12").name == "NotoNastaliqUrdu"
    assert family_of("ur", "وارڈ 12 NHS").name == "NotoNastaliqUrdu"
    assert family_of("en", "简体中文").name == "NotoSansSC"
    assert family_of("zh-Hans", "ਪੰਜਾਬੀ").name == "NotoSansGurmukhi"


# ── what the tablet wears ────────────────────────────────────────────────────


def placed(widget, kiosk, size=(600, 100)):
    begin(kiosk)  # at rest the tablet would go back to its own look
    widget.size_hint, widget.size = (None, None), size
    kiosk.app.root.add_widget(widget)
    kiosk.settle()
    return widget


def test_words_follow_the_language_the_size_and_the_colours(kiosk):
    words = placed(Words(text="12", largest=20), kiosk)
    assert (words.font_name, words.font_size) == ("NotoSans", 20)
    look.wear("ur")
    look.size, look.contrast = "largest", True
    kiosk.settle()
    assert (words.font_name, words.font_direction) == ("NotoNastaliqUrdu", "rtl")
    assert (words.font_size, list(words.shown_color)) == (30, [0, 0, 0, 1])


def test_what_a_screen_colours_itself_keeps_its_colour(kiosk):
    """Kivy runs a class's rule again when `look` changes: none may undo a screen's."""
    press = placed(Press(text="Go", fill="ff0000", edge="00ff00"), kiosk)
    before = list(press.fill), list(press.edge)
    for look.contrast in (True, False, True):
        kiosk.settle()
        assert (list(press.fill), list(press.edge)) == before


def test_a_name_in_latin_letters_is_written_from_the_left_where_arabic_begins(kiosk):
    words = placed(Words(text="Ward 12 (older people).", largest=30), kiosk)
    look.wear("ar")
    kiosk.settle()
    kiosk.paint()  # a line has its place once it is drawn
    assert (words.font_direction, words.base_direction) == ("ltr", "rtl")
    (line,) = words._label._cached_lines
    assert line.x > words.width / 3  # at the right


def test_a_row_is_mirrored_with_its_padding(kiosk):
    row = Row(padding=(100, 0, 0, 0))
    first, second = Words(text="1"), Words(text="2")
    row.add_widget(first)
    row.add_widget(second)
    placed(row, kiosk)
    assert (first.x, second.x) == (100, 350)
    look.wear("ar")
    kiosk.settle()
    assert (first.x, second.x) == (250, 0)


def test_a_screen_that_was_away_is_fitted_when_it_comes(kiosk):
    begin(kiosk)
    away = kiosk.app.screens.current_screen
    words = away.ids.frame.ids.forward.children[0]
    before = words.font_size
    kiosk.tap("option-patient")
    look.size = "largest"
    kiosk.settle()
    assert (words.stale, words.font_size) == (True, before)
    kiosk.tap("back")
    assert not words.stale
    assert words.font_size > before


# ── what is kept ─────────────────────────────────────────────────────────────


def test_what_was_measured_is_forgotten():
    lay("somebody’s words", letters("en"), 300)
    kept = (room.lay, room._width, room._ink)
    assert all(one.cache_info().currsize for one in kept)
    text.forget()
    assert not any(one.cache_info().currsize for one in kept)


def test_a_font_is_opened_when_its_first_word_is_drawn():
    room.font_at.cache_clear()
    text.install(FONTS)
    assert room.font_at.cache_info().currsize == 0


def test_words_measured_once_cost_little():
    lay(URDU, letters("ur"), 500)
    begun = time.perf_counter()
    for size in range(20, 40):
        lay(URDU, letters("ur", size), 500)
    assert time.perf_counter() - begun < 0.2  # shaping all of them would take 2 s
