"""What these tests do not paint frame by frame is painted all the same."""

from contextlib import suppress

import pytest
from kivy.graphics import Callback

from tests.kiosk.conftest import Ward12


def test_a_screen_that_cannot_be_drawn_is_found_when_it_closes(log, clock, central):
    def cannot(_):
        raise ZeroDivisionError

    central.deliver(log)
    kiosk = Ward12(log, clock, (1280, 800))
    with kiosk.app.root.canvas.after:
        broken = Callback(cannot)
    kiosk.settle()
    with pytest.raises(ZeroDivisionError):
        kiosk.close()
    with suppress(ValueError):
        kiosk.app.root.canvas.after.remove(broken)


def test_a_picture_is_of_what_is_there_now(kiosk):
    before = kiosk.picture()
    kiosk.tap("start")
    assert kiosk.picture().tobytes() != before.tobytes()
