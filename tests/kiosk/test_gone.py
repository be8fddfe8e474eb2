"""Nobody is there any more: warned, cleared, and nothing left behind."""

import gc

from tests.kiosk.walk import to_comment


def test_a_quiet_visit_is_warned_then_cleared(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    kiosk.wait_s(59)
    assert "still-here" not in kiosk.targets()
    kiosk.wait_s(2)
    assert set(kiosk.targets()) == {"still-here", "clear-now"}
    assert "In 19 seconds this screen is cleared" in " ".join(kiosk.texts())
    kiosk.wait_s(5)
    assert "In 14 seconds this screen is cleared" in " ".join(kiosk.texts())
    kiosk.wait_s(15)
    assert kiosk.screen == "welcome"
    assert kiosk.rows()[-1] == ("_end", "left")


def test_still_here_goes_on_where_it_was(kiosk):
    kiosk.tap("language-en")
    kiosk.wait_s(70)
    kiosk.tap("still-here")
    assert "option-patient" in kiosk.targets()
    kiosk.wait_s(59)
    kiosk.tap("option-patient")
    assert kiosk.rows() == [("_language", "en"), ("_who", "patient")]


def test_under_the_warning_nothing_can_be_tapped(kiosk):
    kiosk.tap("language-en")
    under = kiosk.find("stop").center
    kiosk.wait_s(61)
    kiosk.clock.pass_by(1)
    kiosk.tap_at(*under)
    assert kiosk.rows() == [("_language", "en")]


def held_in_memory(letters: list[str]) -> list[object]:
    """Everything of this process that holds a text with this word."""
    words = "".join(letters)
    gc.collect()
    return [
        holder
        for holder in gc.get_objects()
        for held in gc.get_referents(holder)
        if type(held) is str and held is not words and words in held
    ]


def test_nothing_of_a_visit_is_left_on_screen_or_in_memory(kiosk):
    letters = ["Z", "b", "r", "x"]  # the whole word stands nowhere but on the screen
    to_comment(kiosk)
    for letter in letters:
        kiosk.type(letter)
    kiosk.type(" away")
    assert held_in_memory(letters)
    kiosk.wait_s(85)
    assert kiosk.screen == "welcome"
    assert held_in_memory(letters) == []
    view = kiosk.app.screens.get_screen("comment")
    assert view.ids.box.text == ""
    assert view.ids.box._undo == []
    assert not kiosk.app.screens.get_screen("choice").ids.cards.children


def test_the_next_visitor_begins_a_response_of_their_own(kiosk):
    for _ in range(2):
        kiosk.tap("language-en")
        kiosk.tap("stop")
        kiosk.tap("done")
    assert len({row.response for row in kiosk.log.after(0, 10)}) == 2
