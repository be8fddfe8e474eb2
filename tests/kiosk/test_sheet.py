"""Words on the sheet: written, moved in and taken back as their writers expect."""

import gc
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kivy.core.window import Window
from kivy.input import MotionEvent

from feedback.text import COMMENT_BYTES
from kiosk.bidi import levels, runs
from kiosk.lines import caret_x, nearest, pieces, wrap
from kiosk.screens import comment  # noqa: F401 # the looks of a sheet
from kiosk.sheet import Sheet
from kiosk.writing import Writing, is_stop, stops
from tests.kiosk.conftest import LANGUAGES

# What a reader counts as one each, and a backspace takes as one.
WHOLE = ["a", "Z", " ", "\n", "ŵ", "é", "ș", "¿", "ن", "ہ", "ক", "ਕ", "ગ", "好", "。"]
WHOLE += ["👩‍⚕️", "🇬🇧", "👍🏽", "e\u0301", "1️⃣", "‼️"]

moves = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(WHOLE)),
    st.tuples(st.just("move"), st.sampled_from([-1, 1])),
    st.tuples(st.just("backspace"), st.none()),
    st.tuples(st.just("place"), st.integers(0, 60)),
)


class Model:
    """The same with a list of characters: plainly right."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.caret = 0

    def write(self, one):
        self.written.insert(self.caret, one)
        self.caret += 1

    def backspace(self, _):
        if self.caret:
            self.caret -= 1
            del self.written[self.caret]

    def move(self, way):
        self.caret = min(max(self.caret + way, 0), len(self.written))

    def place(self, at):
        lengths = [len(one) for one in self.written]
        ends = [sum(lengths[:count]) for count in range(len(lengths) + 1)]
        self.caret = max(count for count, end in enumerate(ends) if end <= at)

    @property
    def text(self) -> str:
        return "".join(self.written)


def _do(thing, move) -> None:
    name, what = move
    if name == "backspace" and not isinstance(thing, Model):
        thing.backspace()
    else:
        getattr(thing, name)(what)


@given(st.lists(moves, max_size=60))
def test_any_sequence_of_keys_gives_what_a_list_of_letters_gives(sequence):
    writing, model = Writing(), Model()
    for move in sequence:
        _do(writing, move)
        _do(model, move)
        assert writing.text == model.text
        assert writing.text[: writing.caret] == "".join(model.written[: model.caret])


@settings(max_examples=40, deadline=None)
@given(st.lists(moves, max_size=40), st.integers(60, 900), st.sampled_from(LANGUAGES))
def test_drawing_never_changes_the_words(sequence, width, language):
    sheet, writing = sheet_of(language, (width, 200)), Writing()
    for move in sequence:
        _do(sheet, move)
        _do(writing, move)
        sheet._paint()
        assert sheet.text == writing.text
        assert sheet.caret == writing.caret
        # Every letter stands on exactly one line; only new lines stand on none.
        assert "".join(sheet.lines) == sheet.text.replace("\n", "")


def sheet_of(language="en", size=(800, 200), text="") -> Sheet:
    sheet = Sheet(language=language, size=size, largest=28)
    sheet._refit()
    sheet.text = text
    return sheet


# ── what a backspace takes ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("naïve", "naïv"), ("w\u0302", ""), ("👩‍⚕️", ""), ("🇬🇧🇫🇷", "🇬🇧"), ("👍🏽", ""),
        ("কি", "ক"),  # a vowel sign was a key
        ("ক্ষ", "ক্"), ("ক্", "ক"),  # so was each part of a conjunct
        ("ড়", ""), ("ਸ਼", ""),  # but these are letters with keys of their own
        ("જ઼", "જ"),  # and this is none
        ("شكراً", "شكرا"), ("لا", "ل"), ("میں", "می"),
        ("你好", "你"), ("a\n", "a"), ("", ""),
    ],
)  # fmt: skip
def test_a_backspace_takes_what_the_last_key_wrote(text, left):
    text = unicodedata.normalize("NFC", text) if text != "w\u0302" else text
    writing = Writing(text, len(text))
    writing.backspace()
    assert writing.text == left
    assert writing.caret == len(left)


def test_the_caret_does_not_stand_within_a_conjunct():
    assert stops("ক্ষমা") == [0, 3, 5]
    assert is_stop("ক্ষমা", 3)
    assert not is_stop("ক্ষমা", 2)


def test_no_more_is_written_than_a_comment_may_have_and_no_letter_is_cut():
    writing = Writing()
    writing.write("a" * (COMMENT_BYTES - 5))
    writing.write("👩‍⚕️")
    assert len(writing.text) == COMMENT_BYTES - 5
    writing.write("ŵŵŵ")
    assert writing.text.endswith("aŵŵ")
    assert len(writing.text.encode()) == COMMENT_BYTES - 1


def test_controls_are_not_written():
    writing = Writing()
    writing.write("a\x00\x1b\ud800\tb\nc")
    assert writing.text == "ab\nc"


# ── where lines end ──────────────────────────────────────────────────────────


def _cut(text: str, room: float) -> list[str]:
    ends = wrap(text, room, lambda piece: len(piece) * 10)
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("hello big world of words", ["hello big ", "world of ", "words"]),
        ("x" * 25 + " yy", ["x" * 10, "x" * 10, "xxxxx yy"]),
        ("病房很吵，晚上睡不着。护士", ["病房很吵，晚上睡不", "着。护士"]),
        ("一二三四五六七八九（好）", ["一二三四五六七八九", "（好）"]),
        ("一二三四五六七八九NHS", ["一二三四五六七八九", "NHS"]),
        ("好 word NHS（好的", ["好 word NHS", "（好的"]),
        ("", [""]),
    ],
)
def test_lines_end_at_spaces_and_between_chinese_characters(text, lines):
    assert _cut(text, 100) == lines


@given(st.text(max_size=80), st.integers(10, 300))
@example("a  b   c", 20)
def test_breaking_loses_no_letter(text, room):
    text = text.replace("\n", " ")
    assert "".join(_cut(text, room)) == text
    assert "".join(pieces(text)) == text


def test_a_key_held_for_minutes_does_not_stop_the_screen():
    measured = []

    def measure(piece: str) -> float:
        measured.append(len(piece))
        return len(piece) * 10.0

    ends = wrap("a" * COMMENT_BYTES, 800, measure)
    assert len(ends) == COMMENT_BYTES / 80
    assert sum(measured) < COMMENT_BYTES * 60  # not its square


def test_letters_are_made_smaller_until_two_lines_show():
    for language in LANGUAGES:
        sheet = sheet_of(language, (800, 90))
        assert sheet.lines_shown >= 2


# ── where the caret stands ───────────────────────────────────────────────────


def fixed(piece: str, rtl: bool) -> float:
    """Ten pixels a letter; marks and joiners have no width."""
    return 10.0 * sum(unicodedata.category(one) not in ("Mn", "Cf") for one in piece)


@pytest.mark.parametrize(
    ("line", "rtl", "expected"),
    [
        ("ab 12", False, "00000"),
        ("اب جد", True, "11111"),
        ("رات 12 بجے", True, "1111221111"),
        ("اب NHS جد", True, "111222111"),
        ("tea شاي ok", False, "0000111000"),
        ("قسم (NHS) هنا", True, "1111122211111"),
        ("قسم (هنا) ok", False, "111111111000"),
        ("a (شاي) b", False, "000111000"),
        ("£12", True, "222"),
        ("شاي 12 شاي", False, "1111221111"),
        ("اب ", False, "110"),
    ],
)  # fmt: skip
def test_letters_and_numbers_of_two_directions_are_ordered_as_unicode_says(
    line, rtl, expected
):
    assert levels(line, rtl) == [int(level) for level in expected]


@pytest.mark.parametrize(
    ("line", "rtl", "places"),
    [
        ("abc", False, [0, 10, 20, 30]),
        ("ابج", True, [30, 20, 10, 0]),
        # Typed after three Arabic letters, "12" stands left of them, 1 before 2.
        ("ابج12", True, [50, 40, 30, 20, 10, 20]),
    ],
)
def test_the_caret_stands_behind_the_letter_that_was_written_last(line, rtl, places):
    assert [caret_x(line, at, rtl, fixed) for at in range(len(line) + 1)] == places


@given(st.text("abcابج123 .ক্ি", max_size=12), st.booleans(), st.floats(-20, 200))
def test_a_finger_finds_a_place_between_characters(line, rtl, x):
    found = nearest(line, x, rtl, fixed)
    assert found in stops(line)
    total = sum(run.width for run in runs(line, rtl, fixed))
    assert 0 <= caret_x(line, found, rtl, fixed) <= total


def test_a_tap_puts_the_caret_between_two_letters():
    sheet = sheet_of(text="one two three")
    left, top = sheet.x + sheet.side, sheet._bottom(0) + 5
    _tap(sheet, left - 5, top)
    assert sheet.caret == 0
    _tap(sheet, left + sheet._measure("one ", False) + 1, top)
    assert sheet.caret == 4
    sheet.write("and ")
    assert sheet.text == "one and two three"
    _tap(sheet, sheet.right - 30, top)
    assert sheet.caret == len(sheet.text)


def test_from_right_to_left_a_tap_on_the_left_is_the_end():
    sheet = sheet_of("ur", text="رات کو 12 بجے")
    row = sheet._bottom(0) + 5
    _tap(sheet, sheet.right - 5, row)
    assert sheet.caret == 0
    _tap(sheet, sheet.x + 5, row)
    assert sheet.caret == len(sheet.text)


def test_behind_the_last_word_of_a_line_the_caret_stays_on_it():
    sheet = sheet_of(size=(300, 200), text="one two three four five six seven")
    assert len(sheet.lines) > 1
    _tap(sheet, sheet.right - 2, sheet._bottom(0) + 5)
    assert sheet.caret == len(sheet.lines[0].rstrip())


class _Touch(MotionEvent):
    def depack(self, args) -> None:
        super().depack(args)


def _tap(sheet, x, y) -> None:
    touch = _Touch("finger", 1, {}, is_touch=True)
    touch.x, touch.y = touch.pos = (x, y)
    sheet.on_touch_down(touch)


# ── what shows ───────────────────────────────────────────────────────────────


def test_the_line_that_is_written_shows_and_the_others_are_a_tap_away():
    sheet = sheet_of(text="\n".join(f"line {number}" for number in range(20)))
    assert sheet.above
    assert not sheet.below
    sheet.scroll(-1)
    assert sheet.below
    for _ in range(20):
        sheet.scroll(-1)
    assert not sheet.above
    sheet.write("!")
    assert sheet.text.endswith("line 19!")
    assert not sheet.below


def test_only_lines_that_changed_are_drawn_anew():
    sheet = sheet_of(text="first line of words\nsecond")
    sheet._paint()
    before = dict(sheet._kept.pictures)
    sheet.write("!")
    sheet._paint()
    after = sheet._kept.pictures
    first, second = ("first line of words", False), ("second", False)
    assert after[first] is before[first]
    assert ("second!", False) in after
    assert second not in after


def test_words_in_another_script_than_the_tablet_wears_keep_their_letters():
    sheet = sheet_of("en", text="نرسیں اچھی تھیں")
    assert sheet.rtl
    assert "Naskh" in sheet._family.name


LETTERS = {
    "ur": "ہے",
    "ar": "جيد",
    "pa": "ਕਿ",
    "bn": "ক্ষি",
    "gu": "ક્ષિ",
    "zh-Hans": "好",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_shows_ink_and_the_caret_in_every_script(language):
    sheet = sheet_of(language, text="Aa")
    sheet.write(LETTERS.get(language, "ŵ"))
    sheet.focus = True
    sheet._paint()
    for picture in sheet._kept.pictures.values():
        assert max(picture.pixels[3::4]) > 200
    [*_, caret] = [one for one in sheet.canvas.children if hasattr(one, "size")]
    assert sheet.x + sheet.side <= caret.pos[0] < sheet.right
    sheet.focus = False


# ── keys of a keyboard that is plugged in ────────────────────────────────────


def test_a_keyboard_that_is_plugged_in_writes_while_the_sheet_is_in_use():
    sheet = sheet_of()
    Window.dispatch("on_textinput", "x")
    assert sheet.text == ""
    sheet.focus = True
    for letter in "Tŷ":
        Window.dispatch("on_textinput", letter)
    for key in (13, 8, 276, 8):  # enter, backspace, left, backspace
        assert Window.dispatch("on_key_down", key, 0, None, [])
    assert sheet.text == "ŷ"
    Window.dispatch("on_key_down", 279, 0, None, [])
    assert sheet.caret == 1
    for key, modifiers in [(9, []), (27, []), (ord("v"), ["ctrl"])]:
        assert not sheet._key(Window, key, 0, None, modifiers)
    sheet.listens = lambda: False
    Window.dispatch("on_textinput", "x")
    assert sheet.text == "ŷ"
    sheet.focus = False


# ── nothing is left ──────────────────────────────────────────────────────────


def holders(letters: list[str]) -> list[object]:
    word = "".join(letters)
    gc.collect()
    return [
        holder
        for holder in gc.get_objects()
        for held in gc.get_referents(holder)
        if type(held) is str and held is not word and word in held
    ]


@pytest.mark.parametrize("language", ["en", "ur", "zh-Hans"])
def test_wiping_leaves_neither_words_nor_widths_nor_pictures(whole_memory, language):
    letters = {"en": ["Z", "q", "x", "k"], "ur": ["ژ", "ظ", "ڑ", "ث"]}.get(
        language, ["鹂", "鸸", "貔", "貅"]
    )
    sheet = sheet_of(language)
    for letter in [*letters, " ", "a", "b"]:
        sheet.write(letter)
        sheet._paint()
    assert holders(letters)
    sheet.wipe()
    assert holders(letters) == []
    assert not sheet._kept.pictures
    assert not sheet._kept.widths
    assert not [one for one in sheet.canvas.children if getattr(one, "texture", None)]


def test_what_was_deleted_is_kept_nowhere_either():
    letters = ["Z", "q", "x", "k"]
    sheet = sheet_of()
    for letter in letters:
        sheet.write(letter)
        sheet._paint()
    for _ in letters:
        sheet.backspace()
    sheet.write("Fine")
    sheet._paint()
    assert holders(letters) == []
