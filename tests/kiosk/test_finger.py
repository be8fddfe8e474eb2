"""What a real finger does that was not meant as an answer."""

import pytest
from kivy.core.window import Window

from tests.kiosk.walk import place, to_map


def test_a_double_tap_answers_one_question(kiosk):
    kiosk.tap("start")
    place = kiosk.find("option-patient").center
    kiosk.clock.pass_by(1)
    kiosk.tap_at(*place)
    kiosk.clock.pass_by(0.2)
    kiosk.tap_at(*place)
    assert kiosk.rows() == [("_language", "en"), ("_who", "patient")]


def test_a_double_tap_on_a_word_chooses_it(kiosk):
    to_map(kiosk)
    place(kiosk, "night", "0")
    kiosk.tap("words-night")
    kiosk.tap("option-safe")
    kiosk.clock.pass_by(0.2)
    kiosk.tap_at(*kiosk.find("option-safe").center)
    assert kiosk.find("option-safe").chosen


def test_a_second_finger_answers_nothing(kiosk):
    kiosk.tap("start")
    kiosk.clock.pass_by(1)
    first = kiosk.press_at(3, 3)
    kiosk.tap_at(*kiosk.find("option-patient").center)
    assert kiosk.rows() == [("_language", "en")]
    kiosk.release(first)
    kiosk.tap("option-carer")
    assert kiosk.rows()[-1] == ("_who", "carer")


def test_a_finger_whose_end_was_lost_does_not_lock_the_tablet(kiosk):
    kiosk.tap("start")
    kiosk.clock.pass_by(1)
    kiosk.press_at(3, 3)
    kiosk.clock.pass_by(4)
    kiosk.tap("option-patient")
    assert kiosk.rows()[-1] == ("_who", "patient")


def test_a_tap_beside_everything_does_nothing(kiosk):
    kiosk.tap("start")
    kiosk.clock.pass_by(1)
    kiosk.tap_at(10, kiosk.find("skip").center_y)
    assert kiosk.rows() == [("_language", "en")]


@pytest.mark.parametrize("key", [27, 282])
def test_escape_and_f1_do_nothing(kiosk, key):
    kiosk.tap("start")
    Window.dispatch("on_keyboard", key, 0, None, [])
    kiosk.settle()
    assert kiosk.screen == "choice"
    assert kiosk.top is kiosk.app.screens.current_screen


# ── many taps ────────────────────────────────────────────────────────────────


def drum(kiosk, place, times, pause_s=0.05):
    """So many taps on one place, twenty a second."""
    kiosk.clock.pass_by(1)
    for _ in range(times):
        kiosk.tap_at(*place)
        kiosk.clock.pass_by(pause_s)


def test_twenty_taps_a_second_begin_one_visit(kiosk):
    drum(kiosk, kiosk.find("start").center, 40)
    assert kiosk.rows() == [("_language", "en")]


def test_twenty_taps_a_second_answer_one_question(kiosk):
    kiosk.tap("start")
    drum(kiosk, kiosk.find("option-patient").center, 60)
    assert kiosk.rows() == [("_language", "en"), ("_who", "patient")]
    kiosk.tap("option-good")  # after a pause everything goes on
    assert kiosk.rows()[-1] == ("fft", "good")


def test_twenty_taps_a_second_all_over_the_glass_answer_one_question(kiosk):
    kiosk.tap("start")
    targets = [target.center for target in kiosk.targets().values()]
    first = kiosk.find("option-patient").center
    kiosk.clock.pass_by(1)
    for turn in range(60):
        kiosk.tap_at(*(targets[turn % len(targets)] if turn else first))
        kiosk.clock.pass_by(0.05)
    assert kiosk.rows() == [("_language", "en"), ("_who", "patient")]


def test_taps_at_a_reading_pace_all_count(kiosk):
    to_map(kiosk)
    kiosk.clock.pass_by(1)
    for key in ("arrival", "meals", "night"):
        kiosk.tap_at(*kiosk.find(f"place-{key}-1").center)
        kiosk.clock.pass_by(0.45)
    assert [row for row in kiosk.rows() if row[1] == "1"] == [
        ("arrival", "1"), ("meals", "1"), ("night", "1"),
    ]  # fmt: skip


def test_a_finger_that_is_down_while_the_screen_changes_answers_nothing(kiosk):
    kiosk.tap("start")
    kiosk.clock.pass_by(1)
    finger = kiosk.press_at(*kiosk.find("option-patient").center)
    kiosk.wait_s(61)  # it lies there, and the tablet asks whether anybody does
    assert "still-here" in kiosk.targets()
    kiosk.release(finger)
    assert kiosk.rows() == [("_language", "en")]
    kiosk.tap("still-here")
    kiosk.tap("option-carer")
    assert kiosk.rows()[-1] == ("_who", "carer")


def test_a_finger_that_outlasts_its_visit_answers_nothing(kiosk):
    kiosk.tap("start")
    kiosk.clock.pass_by(1)
    finger = kiosk.press_at(*kiosk.find("option-patient").center)
    kiosk.wait_s(90)
    assert kiosk.screen == "welcome"
    kiosk.release(finger)
    assert kiosk.rows() == [("_language", "en"), ("_end", "left")]


def test_a_tap_that_meets_the_warning_on_its_way_is_not_for_the_warning(kiosk):
    kiosk.tap("start")
    kiosk.wait_s(60.1)
    clear = kiosk.find("clear-now").center
    kiosk.tap_at(*clear)  # at once: it was meant for what lay there before
    assert kiosk.screen == "choice"
    assert kiosk.rows() == [("_language", "en")]


def test_two_fingers_at_once_place_one_face(kiosk):
    to_map(kiosk)
    kiosk.clock.pass_by(1)
    first = kiosk.press_at(*kiosk.find("place-arrival-2").center)
    second = kiosk.press_at(*kiosk.find("place-other--2").center)
    kiosk.release(second)
    kiosk.release(first)
    assert kiosk.rows()[-1] == ("arrival", "2")
    assert len(kiosk.rows()) == 2
