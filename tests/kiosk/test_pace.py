"""Twice the frames while a finger is there, and no longer."""

import pytest
from kivy.clock import Clock

from kiosk.pace import Pace


@pytest.fixture
def frames():
    """How many a second; the other tests draw as many as they can."""
    before, Clock._max_fps = Clock._max_fps, 60.0
    yield lambda: Clock._max_fps
    Clock._max_fps = before


def test_a_finger_makes_it_quick_until_a_second_after(frames, clock):
    pace = Pace(lambda: clock.seconds)
    assert frames() == 60
    pace.finger_down()
    clock.pass_by(5)
    pace.tick()
    assert frames() == 120
    pace.finger_up()
    clock.pass_by(0.9)
    pace.tick()
    assert frames() == 120
    clock.pass_by(0.1)
    pace.tick()
    assert frames() == 60


def test_a_finger_whose_end_was_lost_does_not_stay_quick(frames, clock):
    pace = Pace(lambda: clock.seconds)
    pace.finger_down()
    clock.pass_by(10)
    pace.tick()
    assert frames() == 60


def test_the_tablet_hears_its_fingers(frames, kiosk):
    kiosk.clock.pass_by(1)
    finger = kiosk.press_at(3, 3)
    assert frames() == 120
    kiosk.release(finger)
    kiosk.wait_s(1.5)
    assert frames() == 60
