"""The way through the real screens: what shows, and what each tap leads to."""

from unittest import mock

import pytest

from kiosk.flow import Visit
from tests.kiosk.walk import walk


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_screen_can_be_come_to_and_says_something(kiosk, language):
    seen = {kiosk.screen for _ in walk(kiosk, language) if kiosk.texts()}
    assert seen == set(kiosk.app.screens.screen_names) - {"setup"}
    assert kiosk.screen == "welcome"
    assert kiosk.rows()[0] == ("_language", language)
    assert kiosk.rows()[-1] == ("_end", "finished")


def test_the_welcome_says_that_no_name_is_asked_and_who_reads(kiosk):
    said = " ".join(kiosk.texts())
    assert "Northmoor Hospitals" in said
    assert "Ward 12: Older people’s medicine" in said
    assert "We do not ask for your name." in said
    assert "Staff on this ward read what you tell us" in said


def test_a_language_that_nobody_has_checked_is_marked(kiosk):
    marked = [text for text in kiosk.texts() if "wirio" in text or "checked" in text]
    assert marked == ["Nid yw’r cyfieithiad hwn wedi’i wirio eto."]


def rows_at_each_move(kiosk):
    """How many rows lay in the log each time another question came on the screen."""
    counts = []
    kiosk.app.screens.bind(current=lambda *_: counts.append(len(kiosk.rows())))
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    kiosk.tap("skip")
    kiosk.tap("option-1")
    return counts


def test_a_tap_is_in_the_log_before_the_screen_moves(kiosk):
    assert rows_at_each_move(kiosk) == [1, 2, 3]


def test_that_a_screen_which_moves_first_is_found(kiosk):
    def moves_first(visit):
        step, visit._step = visit._step, None
        visit.place = step.to
        kiosk.app._refresh()
        visit._log.add_all(step.drafts)

    with mock.patch.object(Visit, "retry", moves_first):
        assert rows_at_each_move(kiosk) != [1, 2, 3]


def test_going_back_shows_what_was_answered_and_lets_it_change(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    kiosk.tap("option-good")
    kiosk.tap("back")
    chosen = [m for m, t in kiosk.targets().items() if getattr(t, "chosen", False)]
    assert chosen == ["option-good"]
    kiosk.tap("option-poor")
    assert kiosk.rows()[-2:] == [("fft", "good"), ("fft", "poor")]


def test_changed_words_take_back_the_word_that_they_asked_for(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("skip")
    kiosk.tap("skip")
    kiosk.tap("option--2")
    kiosk.tap("option-own")
    kiosk.tap("next")
    kiosk.type("lost")
    kiosk.tap("next")
    kiosk.tap("back")
    kiosk.tap("back")
    kiosk.tap("option-own")
    kiosk.tap("option-lonely")
    kiosk.tap("next")
    assert kiosk.rows()[-2:] == [("arrival_feelings", "lonely"), ("arrival_own", "")]


def test_an_answer_can_be_removed(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-carer")
    kiosk.tap("back")
    kiosk.tap("remove")
    assert kiosk.rows()[-1] == ("_who", "")
    assert "Overall, how was your experience of our service?" in kiosk.texts()


def test_the_button_that_leads_on_says_what_it_does(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("skip")
    kiosk.tap("skip")
    kiosk.tap("option-0")
    assert "skip" in kiosk.targets()
    kiosk.tap("option-safe")
    assert "next" in kiosk.targets()
    kiosk.tap("option-safe")
    assert "skip" in kiosk.targets()


def test_stopping_early_keeps_what_was_said(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    kiosk.tap("stop")
    assert kiosk.screen == "thanks"
    assert kiosk.rows()[1:] == [("_who", "patient"), ("_end", "left")]


def test_the_thanks_say_where_help_is_and_go_by_themselves(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("stop")
    said = " ".join(kiosk.texts())
    assert "nobody watches it all day" in said
    assert "tell a nurse or use your call bell" in said
    kiosk.wait_s(11)
    assert kiosk.screen == "thanks"
    kiosk.wait_s(2)
    assert kiosk.screen == "welcome"


def test_practice_says_so_and_is_written_down(open_kiosk):
    kiosk = open_kiosk(practice=True)
    assert any("nothing you tap here is counted" in text for text in kiosk.texts())
    kiosk.tap("language-en")
    assert any("nothing you tap here is counted" in text for text in kiosk.texts())
    assert kiosk.rows() == [("_practice", "yes"), ("_language", "en")]
