"""The disk refuses, fails or fills: nothing shows as saved, and the tablet goes on."""

from unittest import mock

import pytest

from feedback.log import Log, LogError
from kiosk.flow import Visit
from tests.kiosk.conftest import Ward12, failing, refusing
from tests.kiosk.walk import place, to_comment, to_map

MB = 1_000_000


def to_last(kiosk):
    """To "Where can they find you?", the last of the way."""
    to_comment(kiosk)
    kiosk.tap("skip")
    kiosk.tap("skip")
    kiosk.tap("option-yes")


def test_an_answer_that_is_not_saved_stays_on_the_screen_until_it_is(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    given_at = kiosk.clock.wall
    with refusing(kiosk.log):
        kiosk.tap("option-poor")
        assert "Your answer is not saved yet" in kiosk.texts()
        assert kiosk.app.screens.current_screen.ids.cards.children[2].chosen
        kiosk.wait_s(6)
        assert set(kiosk.targets()) == {"try-again"}

    kiosk.wait_s(6)
    assert kiosk.screen == "map"
    [row] = [row for row in kiosk.log.after(0, 10) if row.question == "fft"]
    assert row.value == "poor"
    assert row.answered_at.startswith(f"{given_at:%Y-%m-%dT%H:%M}")


def test_thank_you_never_shows_for_what_is_not_saved(kiosk):
    to_last(kiosk)
    kiosk.type("Bed 4")
    with refusing(kiosk.log):
        kiosk.tap("finish")
        kiosk.wait_s(20)
        assert kiosk.screen == "comment"
        assert kiosk.app.screens.current_screen.value == "Bed 4"
    kiosk.tap("try-again")
    assert kiosk.screen == "thanks"


def test_that_a_thank_you_for_what_was_swallowed_is_found(kiosk):
    def swallows(visit):
        step, visit._step = visit._step, None
        visit.place = step.to

    to_last(kiosk)
    kiosk.type("Bed 4")
    with refusing(kiosk.log), mock.patch.object(Visit, "retry", swallows):
        kiosk.tap("finish")
        assert kiosk.screen == "thanks"
    assert kiosk.rows()[-1][0] != "_end"


def test_a_visit_that_cannot_even_begin_says_so_on_the_welcome_screen(kiosk):
    with refusing(kiosk.log):
        kiosk.tap("start")
        assert kiosk.screen == "welcome"
        assert set(kiosk.targets()) == {"try-again"}
    kiosk.tap("try-again")
    assert kiosk.screen == "choice"


# ── a commit fails, and then the file cannot even be opened anew ─────────────


def test_a_failing_disk_does_not_end_the_program(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    with failing():
        kiosk.tap("option-poor")
        assert "Your answer is not saved yet" in kiosk.texts()
        kiosk.wait_s(90)  # the visitor goes, and the idle tablet looks at its file
        assert kiosk.screen == "welcome"
        kiosk.tap("start")
        assert set(kiosk.targets()) == {"try-again"}

    kiosk.tap("try-again")
    kiosk.tap("option-carer")
    assert kiosk.rows()[:2] == [("_language", "en"), ("_who", "patient")]
    assert kiosk.rows()[-2:] == [("_language", "en"), ("_who", "carer")]


def test_an_answer_given_on_a_failing_disk_is_counted_once(kiosk):
    kiosk.tap("start")
    kiosk.tap("option-patient")
    with failing():
        kiosk.tap("option-poor")
        kiosk.wait_s(12)
    kiosk.wait_s(6)
    assert kiosk.rows()[-2:] == [("_who", "patient"), ("fft", "poor")]
    assert kiosk.screen == "map"


def test_a_new_tablet_waits_on_a_failing_disk(open_kiosk, central):
    kiosk = open_kiosk(bundle=False)
    with failing():
        with pytest.raises(LogError):
            kiosk.log.set_note("any", "thing")
        kiosk.wait_s(5)
        assert kiosk.screen == "setup"
    with Log.open(kiosk.log.path) as agent:
        central.deliver(agent)
    kiosk.wait_s(3)
    assert kiosk.screen == "welcome"


def test_an_answer_that_cannot_be_read_back_is_not_saved(kiosk):
    """The log says a plain LogError when it cannot look whether a commit arrived."""
    kiosk.tap("start")
    with mock.patch.object(Log, "add_all", side_effect=LogError("cannot be read")):
        kiosk.tap("option-patient")
        assert "Your answer is not saved yet" in kiosk.texts()
        kiosk.wait_s(90)
    assert kiosk.screen == "welcome"
    assert kiosk.rows() == [("_language", "en")]


# ── the map, a language, an end ──────────────────────────────────────────────


def test_a_face_that_is_not_saved_is_tried_again_and_not_lost(kiosk):
    to_map(kiosk)
    with refusing(kiosk.log):
        place(kiosk, "night", "-2")
        assert set(kiosk.targets()) == {"try-again"}
    kiosk.tap("try-again")
    assert kiosk.rows()[-1] == ("night", "-2")
    assert "words-night" in kiosk.targets()


def test_a_language_that_is_not_saved_comes_when_it_is(kiosk):
    kiosk.tap("start")
    kiosk.tap("language")
    with refusing(kiosk.log):
        kiosk.tap("language-cy")
        assert set(kiosk.targets()) == {"try-again"}
        assert kiosk.app.language == "en"
    kiosk.tap("try-again")
    assert kiosk.app.language == "cy"
    kiosk.tap("close")
    assert kiosk.app.visit.place.at.wording["cy"] in kiosk.texts()


def test_it_is_deleted_is_never_said_of_what_is_not(kiosk):
    kiosk.tap("start")
    kiosk.tap("stop")
    kiosk.tap("take-back")
    with refusing(kiosk.log):
        kiosk.tap("take-back-yes")
        kiosk.wait_s(20)
        assert "Your answer is not saved yet" in kiosk.texts()
    kiosk.wait_s(6)
    assert "It is deleted" in kiosk.texts()
    assert kiosk.rows()[-1] == ("_end", "withdrawn")


def test_a_code_is_never_shown_that_is_not_saved(kiosk):
    kiosk.tap("start")
    kiosk.tap("stop")
    with refusing(kiosk.log):
        kiosk.tap("receipt")
        assert set(kiosk.targets()) == {"try-again"}
        assert kiosk.app.visit.receipt == ""
    kiosk.tap("try-again")
    assert kiosk.app.visit.receipt in kiosk.texts()


# ── the disk is nearly full ──────────────────────────────────────────────────


def test_a_tablet_whose_disk_is_nearly_full_rests_and_recovers_alone(kiosk):
    kiosk.free_bytes = 49 * MB
    kiosk.wait_s(3)
    assert kiosk.screen == "closed"
    assert kiosk.targets() == {}
    assert any("49 MB are free, and it needs 50 MB" in text for text in kiosk.texts())
    kiosk.free_bytes = 51 * MB
    kiosk.wait_s(3)
    assert kiosk.screen == "welcome"


def test_a_tablet_that_starts_on_a_full_disk_rests_at_once(open_kiosk, monkeypatch):
    monkeypatch.setattr(Ward12, "free_bytes", 0)
    assert open_kiosk().screen == "closed"


def test_who_has_begun_ends_before_the_tablet_rests(kiosk):
    kiosk.tap("start")
    kiosk.free_bytes = 0
    kiosk.wait_s(5)
    kiosk.tap("option-patient")
    assert kiosk.rows()[-1] == ("_who", "patient")
    kiosk.tap("stop")
    assert kiosk.screen == "thanks"
    kiosk.tap("done")
    kiosk.wait_s(3)
    assert kiosk.screen == "closed"


def test_the_tablet_does_not_close_under_a_finger(kiosk):
    kiosk.clock.pass_by(1)
    finger = kiosk.press_at(*kiosk.find("start").center)
    kiosk.free_bytes = 0
    kiosk.wait_s(2.5)
    assert kiosk.screen == "welcome"
    kiosk.release(finger)
    assert kiosk.rows() == [("_language", "en")]


def test_a_disk_that_cannot_be_asked_changes_nothing(kiosk):
    kiosk.free_bytes = OSError("the disk is gone")
    kiosk.wait_s(5)
    assert kiosk.screen == "welcome"
