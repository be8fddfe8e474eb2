"""What a real finger does that was not meant as an answer."""

import pytest
from kivy.core.window import Window


def test_a_double_tap_answers_one_question(kiosk):
    kiosk.tap("language-en")
    place = kiosk.find("option-patient").center
    kiosk.clock.pass_by(1)
    kiosk.tap_at(*place)
    kiosk.clock.pass_by(0.2)
    kiosk.tap_at(*place)
    assert kiosk.rows() == [("_language", "en"), ("_who", "patient")]


def test_a_double_tap_on_a_word_chooses_it(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("skip")
    kiosk.tap("skip")
    kiosk.tap("option-0")
    kiosk.tap("option-safe")
    kiosk.clock.pass_by(0.2)
    kiosk.tap_at(*kiosk.find("option-safe").center)
    assert kiosk.find("option-safe").chosen


def test_a_second_finger_answers_nothing(kiosk):
    kiosk.tap("language-en")
    kiosk.clock.pass_by(1)
    first = kiosk.press_at(3, 3)
    kiosk.tap_at(*kiosk.find("option-patient").center)
    assert kiosk.rows() == [("_language", "en")]
    kiosk.release(first)
    kiosk.tap("option-carer")
    assert kiosk.rows()[-1] == ("_who", "carer")


def test_a_finger_whose_end_was_lost_does_not_lock_the_tablet(kiosk):
    kiosk.tap("language-en")
    kiosk.clock.pass_by(1)
    kiosk.press_at(3, 3)
    kiosk.clock.pass_by(4)
    kiosk.tap("option-patient")
    assert kiosk.rows()[-1] == ("_who", "patient")


def test_a_tap_beside_everything_does_nothing(kiosk):
    kiosk.tap("language-en")
    kiosk.clock.pass_by(1)
    kiosk.tap_at(10, kiosk.find("skip").center_y)
    assert kiosk.rows() == [("_language", "en")]


@pytest.mark.parametrize("key", [27, 282])
def test_escape_and_f1_do_nothing(kiosk, key):
    kiosk.tap("language-en")
    Window.dispatch("on_keyboard", key, 0, None, [])
    kiosk.settle()
    assert kiosk.screen == "choice"
    assert kiosk.app.root.children == [kiosk.app.screens]
