"""A visitor's own words: typed on our keyboard, on the disk only sealed."""

import time
import unicodedata
from dataclasses import replace
from unittest import mock

import pytest
from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.uix.label import Label

from feedback.seal import open_sealed
from feedback.text import COMMENT_BYTES
from kiosk.flow import Visit
from kiosk.look import look
from kiosk.page import Phrases
from tests.kiosk.conftest import ASSETS, LANGUAGES
from tests.kiosk.walk import to_comment, write


def on_disk(log) -> bytes:
    """All bytes of the log's file and of what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in log.path.parent.iterdir())


def test_words_typed_on_our_keyboard_are_only_on_disk_sealed(kiosk, central):
    to_comment(kiosk)
    kiosk.type("Zebra at 2 am. Too shrill!")
    kiosk.tap("next")
    [row] = [row for row in kiosk.log.after(0, 100) if row.question == "good"]
    private = {"k1": central.comment_keys[1]}
    words = open_sealed(row.value, row.response, "good", private)
    assert words == "Zebra at 2 am. Too shrill!"
    stored = on_disk(kiosk.log)
    assert row.value.encode() in stored
    assert not any(word in stored for word in (b"Zebra", b"shrill"))


def test_that_unsealed_words_would_be_found(kiosk):
    to_comment(kiosk)
    kiosk.type("Zebra")
    with mock.patch.object(Visit, "_sealed", lambda visit, key, text: text):
        kiosk.tap("next")
    assert b"Zebra" in on_disk(kiosk.log)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cy", "Tŷ dŵr, tân a môr. Ïâî"),
        ("pl", "Zażółć gęślą jaźń. Łóżko"),
        ("ro", "Țânțari, și-au fost. Ăla"),
        ("so", "Waa fiicnaa."),
        ("ur", "رات کو 12 بجے شور تھا۔ ٹھیک؟"),
        ("ar", "ليلًا أو نهارًا، لا شيء"),
        ("pa", "ਨਰਸਾਂ ਚੰਗੀਆਂ ਸਨ। ੧੨ ਸ਼ੋਰ"),
        ("bn", "নার্সরা ভালো। ক্ষমা, বই ১২ বড়"),
        ("gu", "નર્સો ખૂબ દયાળુ. ઊંઘ ૧૨"),
        ("zh-Hans", "护士很好，NHS 12。女"),
    ],
)
def test_every_language_is_typed_on_a_keyboard_of_its_own(kiosk, language, words):
    to_comment(kiosk, language)
    words = unicodedata.normalize("NFC", words)
    kiosk.type(words)
    assert kiosk.app.screens.current_screen.value == words


def test_a_rare_letter_leads_back_to_the_usual_ones(kiosk):
    to_comment(kiosk, "bn")
    kiosk.tap("key-more")
    kiosk.tap("key-ঘ")
    kiosk.tap("key-ক")
    assert kiosk.app.screens.current_screen.value == "ঘক"


def test_delete_takes_letters_that_wait_to_be_spelled_first(kiosk):
    to_comment(kiosk, "zh-Hans")
    kiosk.type("好")
    for key in "ha":
        kiosk.tap(f"key-{key}")
    assert "ha" in kiosk.texts()
    for _ in range(2):
        kiosk.tap("key-backspace")
    view = kiosk.app.screens.current_screen
    assert view.value == "好"
    kiosk.tap("key-backspace")
    assert view.value == ""


def test_a_space_chooses_the_first_character(kiosk):
    to_comment(kiosk, "zh-Hans")
    for key in ["h", "a", "o", "space"]:
        kiosk.tap(f"key-{key}")
    assert kiosk.app.screens.current_screen.value == "好"


def test_letters_that_wait_are_gone_with_the_visitor(kiosk):
    to_comment(kiosk, "zh-Hans")
    for key in "zha":
        kiosk.tap(f"key-{key}")
    kiosk.wait_s(90)
    view = kiosk.app.screens.get_screen("comment")
    shown = [widget.text for widget in view.walk() if isinstance(widget, Label)]
    assert not {"zha", "炸", "扎"} & set(shown)


def test_a_sentence_begins_with_a_capital_by_itself(kiosk):
    to_comment(kiosk)
    for key in "o k . space y e s".split():
        kiosk.tap(f"key-{key}")
    assert kiosk.app.screens.current_screen.value == "Ok. Yes"


def test_delete_takes_one_letter_and_goes_on_while_it_is_held(kiosk):
    to_comment(kiosk)
    kiosk.type("Abcdef")
    kiosk.tap("key-backspace")
    view = kiosk.app.screens.current_screen
    assert view.value == "Abcde"

    touch = kiosk.press_at(*kiosk.find("key-backspace").center)
    kiosk.wait(lambda: len(view.value) < 4)
    kiosk.release(touch)
    left = view.value
    kiosk.frames(20)
    assert view.value == left


@pytest.mark.parametrize("how", ["slides off", "another page"])
def test_delete_ends_with_the_finger_that_left_it(kiosk, how):
    to_comment(kiosk)
    write(kiosk, "Abcdefghijklmnop")
    view = kiosk.app.screens.current_screen
    kiosk.clock.pass_by(1)
    touch = kiosk.press_at(*kiosk.find("key-backspace").center)
    assert view.value == "Abcdefghijklmno"
    if how == "slides off":
        touch.move({"x": 0.5, "y": 0.7})
        EventLoop.post_dispatch_input("update", touch)
    else:
        kiosk.app.views.glass.moved()
    kiosk.release(touch)
    left = view.value
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        kiosk.frames()
    assert view.value == left


def test_letters_that_wait_to_be_spelled_are_said_when_they_go_on(kiosk, central):
    to_comment(kiosk, "zh-Hans")
    for key in "wo":
        kiosk.tap(f"key-{key}")
    assert "next" in kiosk.targets()
    assert kiosk.app.views.were_written
    kiosk.app.speak("pl")
    assert kiosk.app.screens.current_screen.value == "wo"
    kiosk.tap("stop")
    words = {row.question: row for row in kiosk.log.after(0, 100)}["good"]
    private = {"k1": central.comment_keys[1]}
    assert open_sealed(words.value, words.response, "good", private) == "wo"


def test_who_has_finished_while_they_are_asked_keeps_their_words(kiosk):
    to_comment(kiosk)
    write(kiosk, "Kind")
    kiosk.wait_s(61)
    kiosk.tap("clear-now")
    assert [question for question, _ in kiosk.rows()][-2:] == ["good", "_end"]


def test_a_full_box_says_so_and_takes_no_more(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    view.write("a" * (COMMENT_BYTES - 449))
    kiosk.settle()
    assert "Characters left: 400" in kiosk.texts()
    view.write("a" * 349)
    kiosk.settle()
    assert "There is room for about 100 more letters." in kiosk.texts()
    view.write("a" + "ŵ" * 300)
    assert len(view.value.encode()) == COMMENT_BYTES - 1
    view.write("a")
    kiosk.settle()
    assert "The box is full. You can still change what you wrote." in kiosk.texts()


def show(kiosk, language="en", **changes):
    """The comment screen, in a language, with something else on its page."""
    view = kiosk.app.screens.get_screen("comment")
    look.wear(language)
    words = Phrases(ASSETS.wording, language)
    view.show(replace(view._page, words=words, said="", **changes))
    kiosk.settle()
    return view


def test_as_many_letters_fit_as_are_promised(kiosk):
    to_comment(kiosk)
    letter = {"ur": "ا", "ar": "ا", "pa": "ਕ", "bn": "ক", "gu": "ક", "zh-Hans": "好"}
    for language in LANGUAGES:
        view = show(kiosk, language)
        promised = COMMENT_BYTES // view.keyboard.bytes_most
        view.write(letter.get(language, "a") * promised)
        assert len(view.value) == promised


def test_names_are_welcome_only_where_staff_are_to_come(kiosk):
    to_comment(kiosk)
    assert "Please leave out names." in kiosk.texts()
    show(kiosk, names=True)
    assert "Please leave out names." not in kiosk.texts()
    assert "Staff who come to you will read this." in kiosk.texts()


def test_what_the_question_is_about_stands_above_it(kiosk):
    to_comment(kiosk)
    view = show(kiosk, about="Meals", heading="Why?")
    above, question = (
        next(one for one in view.walk() if getattr(one, "text", "") == text)
        for text in ("Meals", "Why?")
    )
    assert above.y >= question.top - 1
    view.forget()
    kiosk.settle()
    assert "Meals" not in kiosk.texts()


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)], ids=["low", "tall"])
def test_two_lines_show_in_the_largest_letters(open_kiosk, size):
    kiosk = open_kiosk(size)
    to_comment(kiosk)
    look.size = "largest"
    for language in LANGUAGES:
        sheet = show(kiosk, language, about="Meals").sheet
        assert sheet.lines_shown >= 2
        assert sheet._font.size >= 26  # as large as normal letters, or nearly
        keys = [key for mark, key in kiosk.targets().items() if "key-" in mark]
        assert min(min(key.size) for key in keys) >= 80


def test_lines_out_of_sight_are_a_tap_away(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    assert not {"sheet-up", "sheet-down"} & set(kiosk.targets())
    view.write("\n".join(f"line {number}" for number in range(30)))
    kiosk.settle()
    assert "sheet-down" not in kiosk.targets()
    kiosk.tap("sheet-up")
    kiosk.tap("sheet-down")
    assert "sheet-down" not in kiosk.targets()


def test_a_tap_between_two_words_is_where_the_next_letter_goes(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    view.write("Good tea")
    kiosk.settle()
    sheet = view.sheet
    x = sheet.x + sheet.side + sheet._measure("Good ", False)
    kiosk.clock.pass_by(1)
    kiosk.tap_at(x, sheet._bottom(0) + 10)
    kiosk.type("hot ")
    assert view.value == "Good hot tea"


def test_a_keyboard_that_is_plugged_in_types_and_leads_out(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    for letter in "Tea, hot":
        Window.dispatch("on_textinput", letter)
    assert view.value == "Tea, hot"
    kiosk.find("next").focused = True  # its keys move from button to button now
    Window.dispatch("on_textinput", " ")
    assert view.value == "Tea, hot"


def test_under_a_notice_nothing_is_typed(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    kiosk.wait_s(61)
    Window.dispatch("on_textinput", "x")
    assert view.value == ""


def test_what_was_typed_is_still_there_after_the_warning(kiosk):
    to_comment(kiosk)
    kiosk.type("Quiet")
    kiosk.wait_s(61)
    kiosk.tap("still-here")
    assert kiosk.app.screens.current_screen.value == "Quiet"
