"""The way through the real screens: what shows, and what each tap leads to."""

from unittest import mock

import pytest

from feedback.bundle import Ward
from feedback.log import Log
from kiosk.flow import Visit
from kiosk.views import SCREENS
from tests.kiosk.conftest import CARDS, WARD
from tests.kiosk.walk import begin, place, to_comment, to_map, walk, write

DONE = tuple(card.did for card in CARDS)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_screen_can_be_come_to_and_says_something(kiosk, language):
    seen = {kiosk.screen for _ in walk(kiosk, language) if kiosk.texts()}
    assert seen == SCREENS.keys() - {"setup"}
    assert kiosk.screen == "welcome"
    assert kiosk.rows()[0] == ("_language", language)
    ends = [value for question, value in kiosk.rows() if question == "_end"]
    assert ends == ["finished", "withdrawn", "left"]


@pytest.mark.parametrize("looks", [{"size": "largest"}, {"easy": True}])
def test_the_same_way_leads_through_every_look(kiosk, looks):
    names = list(walk(kiosk, "cy", **looks))
    assert {"map", "step", "feelings", "own-word", "why", "receipt"} <= set(names)
    assert kiosk.screen == "welcome"


def test_the_welcome_says_that_no_name_is_asked_and_who_reads(kiosk):
    said = " ".join(kiosk.texts())
    assert "Northmoor Hospitals" in said
    assert "Ward 12: Older people’s medicine" in said
    assert "We do not ask for your name." in said
    assert "Staff on this ward read what you tell us" in said


def test_a_language_that_nobody_has_checked_is_marked(kiosk):
    note = "Nid yw’r cyfieithiad hwn wedi’i wirio eto."
    assert note not in kiosk.texts()
    kiosk.tap("language-cy")
    assert note in kiosk.texts()


def test_a_language_that_nobody_has_checked_is_off_until_the_ward_turns_it_on(
    open_kiosk, central
):
    central.wards = (Ward(WARD, "Ward 12"),)
    kiosk = open_kiosk()
    assert not [mark for mark in kiosk.targets() if mark == "language-cy"]
    central.wards = (Ward(WARD, "Ward 12", languages=("cy",)),)
    with Log.open(kiosk.log.path) as agent:
        central.deliver(agent, version=2)
    kiosk.wait_s(3)
    assert "language-cy" in kiosk.targets()


def rows_at_each_move(kiosk):
    """How many rows lay in the log each time another question came on the screen."""
    counts = []
    kiosk.app.screens.bind(current=lambda *_: counts.append(len(kiosk.rows())))
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("skip")
    kiosk.tap("next" if "next" in kiosk.targets() else "skip")
    return counts


def test_a_tap_is_in_the_log_before_the_screen_moves(kiosk):
    assert rows_at_each_move(kiosk) == [1, 2, 2, 2]


def test_that_a_screen_which_moves_first_is_found(kiosk):
    def moves_first(visit):
        step, visit._step = visit._step, None
        visit.place = step.to
        kiosk.app.refresh()
        visit._log.add_all(step.drafts)

    with mock.patch.object(Visit, "retry", moves_first):
        assert rows_at_each_move(kiosk) != [1, 2, 2, 2]


def test_going_back_shows_what_was_answered_and_lets_it_change(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("option-good")
    kiosk.tap("back")
    chosen = [m for m, t in kiosk.targets().items() if getattr(t, "chosen", False)]
    assert chosen == ["option-good"]
    kiosk.tap("option-poor")
    assert kiosk.rows()[-2:] == [("fft", "good"), ("fft", "poor")]


def test_changed_words_take_back_the_word_that_they_asked_for(kiosk):
    to_map(kiosk)
    place(kiosk, "arrival", "-2")
    kiosk.tap("words-arrival")
    kiosk.tap("option-own")
    kiosk.tap("next")
    kiosk.type("lost")
    kiosk.tap("next")
    kiosk.tap("words-arrival")
    kiosk.tap("option-own")
    kiosk.tap("option-lonely")
    kiosk.tap("next")
    assert kiosk.rows()[-2:] == [("arrival_feelings", "lonely"), ("arrival_own", "")]


def test_an_answer_can_be_removed(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-carer")
    kiosk.tap("back")
    kiosk.tap("remove")
    assert kiosk.rows()[-1] == ("_who", "")
    assert "Overall, how was your experience of our service?" in kiosk.texts()


def test_the_button_that_leads_on_says_what_it_does(kiosk):
    to_map(kiosk)
    assert "skip" in kiosk.targets()
    place(kiosk, "arrival", "0")
    assert "next" in kiosk.targets()
    kiosk.tap("words-arrival")
    assert "skip" in kiosk.targets()
    kiosk.tap("option-safe")
    assert "next" in kiosk.targets()
    kiosk.tap("option-safe")
    assert "skip" in kiosk.targets()


def test_stopping_early_keeps_what_was_said(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("stop")
    assert kiosk.screen == "thanks"
    assert kiosk.rows()[1:] == [("_who", "patient"), ("_end", "left")]


def test_the_thanks_say_where_help_is_and_go_by_themselves(kiosk):
    kiosk.tap("start")
    kiosk.tap("stop")
    said = " ".join(kiosk.texts())
    assert "nobody watches it all day" in said
    assert "tell a nurse or use your call bell" in said
    kiosk.wait_s(7)
    assert kiosk.screen == "thanks"
    kiosk.wait_s(2)
    assert kiosk.screen == "welcome"


def test_practice_says_so_and_is_written_down(open_kiosk):
    kiosk = open_kiosk(practice=True)
    assert any("nothing you tap here is counted" in text for text in kiosk.texts())
    kiosk.tap("start")
    assert any("nothing you tap here is counted" in text for text in kiosk.texts())
    assert kiosk.rows() == [("_practice", "yes"), ("_language", "en")]


# ── languages and ways, in the middle of everything ──────────────────────────


def test_another_language_in_mid_visit_loses_no_answer_and_no_unsent_words(kiosk):
    to_map(kiosk)
    place(kiosk, "night", "-1")
    kiosk.tap("words-night")
    kiosk.tap("option-lonely")
    kiosk.tap("language")
    kiosk.tap("language-cy")
    kiosk.tap("close")
    assert kiosk.app.language == "cy"
    assert kiosk.find("option-lonely").chosen
    kiosk.tap("next")
    kiosk.tap("next")
    kiosk.tap("skip")
    write(kiosk, "Half a sentence")
    kiosk.tap("language")
    kiosk.tap("language-en")
    kiosk.tap("close")
    assert kiosk.app.screens.current_screen.value == "Half a sentence"
    assert "What was good?" in kiosk.texts()
    assert kiosk.rows()[1:] == [
        ("night", "-1"), ("_language", "cy"), ("night_feelings", "lonely"),
        ("_language", "en"),
    ]  # fmt: skip


def test_words_that_are_not_sent_outlive_everything_that_lies_over_them(kiosk):
    to_comment(kiosk)
    write(kiosk, "Half a sentence")
    for opens in ("language", "ways"):
        kiosk.tap(opens)
        kiosk.tap("close")
    kiosk.tap("ways")
    for mark in ("size-largest", "contrast-on", "easy-on", "easy-off", "size-normal"):
        kiosk.tap(mark)
    kiosk.tap("close")
    assert kiosk.app.screens.current_screen.value == "Half a sentence"
    kiosk.tap("back")
    kiosk.tap("skip")
    assert kiosk.app.screens.current_screen.value == "Half a sentence"


def test_easy_words_come_at_once_and_go_again(kiosk):
    kiosk.tap("start")
    kiosk.tap("ways")
    kiosk.tap("easy-on")
    kiosk.tap("close")
    assert "Who are you?" in kiosk.texts()
    kiosk.tap("ways")
    kiosk.tap("easy-off")
    kiosk.tap("close")
    assert "Who is answering?" in kiosk.texts()


def test_the_childrens_survey_begins_with_its_own_button(kiosk):
    begin(kiosk, survey="children@1")
    assert "Me! I am the patient" in kiosk.texts()
    assert kiosk.log.after(0, 10)[0].survey == "children@1"


def test_the_cards_of_the_ward_take_turns(kiosk):
    def shown():
        return [did for did in DONE if did in " ".join(kiosk.texts())]

    seen = []
    for _ in range(4):
        seen += shown()
        kiosk.wait_s(12)
    assert seen in (list(DONE) * 2, list(reversed(DONE)) * 2)


def test_whoever_reads_who_reads_this_can_begin_from_there(kiosk):
    kiosk.tap("about")
    assert kiosk.screen == "about"
    kiosk.tap("start")
    assert kiosk.rows() == [("_language", "en")]
    kiosk.tap("stop")
    kiosk.tap("done")
    assert kiosk.screen == "welcome"
