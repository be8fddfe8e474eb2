"""A whole visit by keyboard or by one switch and Enter: no finger at all."""

import pytest
from kivy.core.window import Window

from kiosk.glass import DOUBLE_TAP_S
from kiosk.look import look

TAB, ENTER, SPACE, DOWN = 9, 13, 32, 274
MOST_TABS = 80  # all there is to touch on the drawn map, and more


def key(kiosk, number, *modifiers):
    kiosk.clock.pass_by(DOUBLE_TAP_S + 0.05)
    Window.dispatch("on_key_down", number, 0, None, list(modifiers))
    Window.dispatch("on_key_up", number, 0)
    kiosk.settle()


def focused(kiosk) -> str:
    at = kiosk.app._focus.at
    return at.mark if at else ""


def go_to(kiosk, mark):
    """Tab until it has the ring, as a person does who sees the ring."""
    for _ in range(MOST_TABS):
        if focused(kiosk) == mark:
            return
        key(kiosk, TAB)
    raise AssertionError(f"Tab never came to {mark}: {list(kiosk.targets())}")


def press(kiosk, mark, with_key=ENTER):
    go_to(kiosk, mark)
    key(kiosk, with_key)


def test_a_visit_can_be_made_with_two_keys(kiosk):
    press(kiosk, "start")
    press(kiosk, "option-patient")
    press(kiosk, "option-good", SPACE)
    press(kiosk, "place-night--1")
    press(kiosk, "words-night")
    press(kiosk, "option-lonely")
    press(kiosk, "next")
    press(kiosk, "next")
    while "finish" not in kiosk.targets() and kiosk.screen != "thanks":
        press(kiosk, "skip" if "skip" in kiosk.targets() else "next")
    assert kiosk.screen == "thanks"
    press(kiosk, "done")
    assert kiosk.screen == "welcome"
    assert kiosk.rows() == [
        ("_language", "en"), ("_who", "patient"), ("fft", "good"), ("night", "-1"),
        ("night_feelings", "lonely"), ("_end", "finished"),
    ]  # fmt: skip


def test_languages_and_ways_are_there_for_keys_too(kiosk):
    press(kiosk, "start")
    press(kiosk, "language")
    press(kiosk, "language-cy")
    press(kiosk, "close")
    press(kiosk, "ways")
    press(kiosk, "contrast-on")
    press(kiosk, "close")
    assert (kiosk.app.language, look.contrast) == ("cy", True)


def test_keys_cannot_reach_under_a_notice(kiosk):
    press(kiosk, "start")
    press(kiosk, "ways")
    reached = set()
    for _ in range(12):
        key(kiosk, TAB)
        reached.add(focused(kiosk))
    assert reached == set(kiosk.targets())
    assert not any(mark.startswith("option-") for mark in reached)


def test_a_key_says_that_somebody_is_still_here(kiosk):
    press(kiosk, "start")
    kiosk.wait_s(61)
    assert "still-here" in kiosk.targets()
    key(kiosk, TAB)
    kiosk.app.tick()
    assert "option-patient" in kiosk.targets()


@pytest.mark.parametrize("number", [TAB, DOWN])
def test_whoever_uses_keys_is_here(kiosk, number):
    press(kiosk, "start")
    kiosk.wait_s(50)
    key(kiosk, number)
    kiosk.wait_s(50)
    assert "still-here" not in kiosk.targets()


def test_words_are_written_on_a_plugged_in_keyboard(kiosk):
    press(kiosk, "start")
    while kiosk.screen != "comment":
        press(kiosk, "skip")
    assert focused(kiosk)
    for letter in "Kind nurses":
        Window.dispatch("on_textinput", letter)
    assert focused(kiosk) == ""
    assert kiosk.app.screens.current_screen.value == "Kind nurses"
