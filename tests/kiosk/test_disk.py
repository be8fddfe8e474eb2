"""The disk refuses or fails: nothing is shown as saved, and the tablet goes on."""

from unittest import mock

import pytest

from feedback.log import Log, LogError
from kiosk.flow import Visit
from tests.kiosk.conftest import failing, refusing
from tests.kiosk.walk import to_comment


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


# ── a commit fails, and then the file cannot even be opened anew ─────────────


def test_a_failing_disk_does_not_end_the_program(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    with failing():
        kiosk.tap("option-poor")
        assert "Your answer is not saved yet" in kiosk.texts()
        kiosk.wait_s(90)  # the visitor goes, and the idle tablet looks at its file
        assert kiosk.screen == "welcome"
        kiosk.tap("language-en")
        assert set(kiosk.targets()) == {"try-again"}

    kiosk.tap("try-again")
    kiosk.tap("option-carer")
    assert kiosk.rows()[:2] == [("_language", "en"), ("_who", "patient")]
    assert kiosk.rows()[-2:] == [("_language", "en"), ("_who", "carer")]


def test_an_answer_given_on_a_failing_disk_is_counted_once(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    with failing():
        kiosk.tap("option-poor")
        kiosk.wait_s(12)
    kiosk.wait_s(6)
    assert kiosk.rows()[-2:] == [("_who", "patient"), ("fft", "poor")]
    assert "Arriving on the ward: how did it feel?" in kiosk.texts()


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
    kiosk.tap("language-en")
    with mock.patch.object(Log, "add_all", side_effect=LogError("cannot be read")):
        kiosk.tap("option-patient")
        assert "Your answer is not saved yet" in kiosk.texts()
        kiosk.wait_s(90)
    assert kiosk.screen == "welcome"
    assert kiosk.rows() == [("_language", "en")]
