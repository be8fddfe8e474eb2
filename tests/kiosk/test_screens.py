"""A finger on the real screens: what shows, what is saved, and what is left behind."""

import gc
from unittest import mock

import pytest
from kivy.core.window import Window

from feedback.bundle import Ward
from feedback.log import BUNDLE
from feedback.seal import open_sealed
from feedback.text import COMMENT_BYTES
from kiosk.flow import Visit
from tests.kiosk.conftest import refusing
from tests.kiosk.walk import walk

WARDS = (Ward("W12", "Ward 12"), Ward("W13", "Ward 13"))


def to_comment(kiosk, language="en"):
    """To "What was good?", with nothing answered on the way."""
    kiosk.tap(f"language-{language}")
    while kiosk.screen != "comment":
        kiosk.tap("skip")


def on_disk(log) -> bytes:
    """All bytes of the log's file and of what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in log.path.parent.iterdir())


# ── the way through ──────────────────────────────────────────────────────────


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


# ── the finger ───────────────────────────────────────────────────────────────


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


# ── words ────────────────────────────────────────────────────────────────────


def test_words_typed_on_our_keyboard_are_only_on_disk_sealed(kiosk, central):
    to_comment(kiosk)
    kiosk.type("Zebra at 2 am. Too loud!")
    kiosk.tap("next")
    [row] = [row for row in kiosk.log.after(0, 100) if row.question == "good"]
    private = {"k1": central.comment_keys[1]}
    words = open_sealed(row.value, row.response, "good", private)
    assert words == "Zebra at 2 am. Too loud!"
    stored = on_disk(kiosk.log)
    assert row.value.encode() in stored
    assert not any(word in stored for word in (b"Zebra", b"loud"))


def test_that_unsealed_words_would_be_found(kiosk):
    to_comment(kiosk)
    kiosk.type("Zebra")
    with mock.patch.object(Visit, "_sealed", lambda visit, key, text: text):
        kiosk.tap("next")
    assert b"Zebra" in on_disk(kiosk.log)


def test_welsh_letters_are_on_the_welsh_keyboard(kiosk, central):
    to_comment(kiosk, "cy")
    kiosk.type("Tŷ dŵr, tân a môr. Ïâî")
    assert kiosk.app.screens.current_screen.value == "Tŷ dŵr, tân a môr. Ïâî"


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
    kiosk.wait(lambda: view.value == "A")
    kiosk.release(touch)
    kiosk.frames(20)
    assert view.value == "A"


def test_a_full_box_says_so_and_takes_no_more(kiosk):
    to_comment(kiosk)
    view = kiosk.app.screens.current_screen
    view.write("a" * (COMMENT_BYTES - 401))
    kiosk.settle()
    assert "There is room for about 100 more letters." in kiosk.texts()
    view.write("ŵ" * 300)
    assert len(view.value.encode()) == COMMENT_BYTES - 1
    kiosk.settle()
    assert "The box is full. You can still change what you wrote." in kiosk.texts()


def test_what_was_typed_is_still_there_after_the_warning(kiosk):
    to_comment(kiosk)
    kiosk.type("Quiet")
    kiosk.wait_s(61)
    kiosk.tap("still-here")
    assert kiosk.app.screens.current_screen.value == "Quiet"


# ── nobody is there ──────────────────────────────────────────────────────────


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


# ── the disk refuses ─────────────────────────────────────────────────────────


def test_an_answer_that_is_not_saved_stays_on_the_screen_until_it_is(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    given_at = kiosk.clock.wall
    with refusing(kiosk.log):
        kiosk.tap("option-poor")
        assert "Your answer is not saved yet" in kiosk.texts()
        assert kiosk.app.screens.current_screen.ids.cards.children[2].chosen
        kiosk.wait_s(6)
        assert set(kiosk.targets()) == {"try-again"}

    kiosk.wait_s(6)
    assert "Arriving on the ward: how did it feel?" in kiosk.texts()
    [row] = [row for row in kiosk.log.after(0, 10) if row.question == "fft"]
    assert row.value == "poor"
    assert row.answered_at.startswith(f"{given_at:%Y-%m-%dT%H:%M}")


def test_thank_you_never_shows_for_what_is_not_saved(kiosk):
    to_comment(kiosk)
    kiosk.tap("skip")
    kiosk.type("Fine")
    with refusing(kiosk.log):
        kiosk.tap("finish")
        kiosk.wait_s(20)
        assert kiosk.screen == "comment"
        assert kiosk.app.screens.current_screen.ids.box.text == "Fine"
    kiosk.tap("try-again")
    assert kiosk.screen == "thanks"


def test_that_a_thank_you_for_what_was_swallowed_is_found(kiosk):
    def swallows(visit):
        step, visit._step = visit._step, None
        visit.place = step.to

    to_comment(kiosk)
    kiosk.tap("skip")
    kiosk.type("Fine")
    with refusing(kiosk.log), mock.patch.object(Visit, "retry", swallows):
        kiosk.tap("finish")
        assert kiosk.screen == "thanks"
    assert kiosk.rows()[-1][0] != "_end"


def test_a_visit_that_cannot_even_begin_says_so_on_the_welcome_screen(kiosk):
    with refusing(kiosk.log):
        kiosk.tap("language-en")
        assert kiosk.screen == "welcome"
        assert set(kiosk.targets()) == {"try-again"}
    kiosk.tap("try-again")
    assert kiosk.screen == "choice"


# ── what the tablet was given ────────────────────────────────────────────────


def other_process(log):
    """The sync agent's own connection to the same file."""
    return type(log).open(log.path)


def test_a_new_tablet_says_what_to_type_and_begins_by_itself(open_kiosk, central):
    from feedback.short_words import short_words

    kiosk = open_kiosk(bundle=False)
    assert kiosk.screen == "setup"
    said = kiosk.texts()
    assert f"WARDVOICE_LOG={kiosk.log.path} wardvoice-sync enrol CODE" in said
    assert short_words(kiosk.log.public_key) in said
    with other_process(kiosk.log) as agent:
        central.deliver(agent)
    kiosk.wait_s(3)
    assert kiosk.screen == "welcome"


def test_one_of_several_wards_must_be_named(open_kiosk, central):
    central.wards = WARDS
    kiosk = open_kiosk()
    assert any("WARDVOICE_KIOSK_WARD to one of: W12, W13" in t for t in kiosk.texts())
    assert "Ward 13" in open_kiosk(ward="W13").texts()


def test_a_bundle_that_nobody_signed_is_refused_in_words(open_kiosk, central, log):
    central.deliver(log)
    log.set_note(BUNDLE, log.note(BUNDLE).replace("Northmoor", "Southmoor"))
    kiosk = open_kiosk(bundle=False)
    assert any("not signed by the right key" in text for text in kiosk.texts())


def test_a_new_bundle_waits_until_the_visit_is_over(kiosk, central):
    kiosk.tap("language-en")
    central.wards = (Ward("W12", "Ward 12 East"),)
    with other_process(kiosk.log) as agent:
        central.deliver(agent, version=2)
    kiosk.wait_s(5)
    kiosk.tap("option-patient")
    assert "Ward 12: Older people’s medicine" in kiosk.texts()
    kiosk.tap("stop")
    kiosk.tap("done")
    kiosk.wait_s(3)
    assert "Ward 12 East" in kiosk.texts()


def test_a_broken_or_older_bundle_changes_nothing(kiosk, central):
    central.wards = (Ward("W12", "Another name"),)
    with other_process(kiosk.log) as agent:
        central.deliver(agent, version=1)
        kiosk.wait_s(3)
        agent.set_note(BUNDLE, "{")
    kiosk.wait_s(3)
    assert kiosk.screen == "welcome"
    assert "Ward 12: Older people’s medicine" in kiosk.texts()
