"""The loop sleeps until something happens, and then it does not sleep."""

import ctypes
import time

import pytest
from kivy.clock import Clock

from kiosk.display import sdl
from kiosk.pace import AT_ONCE, Pace, wait_for_event

USER_EVENT = 0x8000


class Sleeper:
    """Counts sleeps; `came`: whether an event ends each of them."""

    def __init__(self):
        self.slept, self.came = [], False

    def __call__(self, seconds):
        self.slept.append(seconds)
        time.sleep(seconds)
        return self.came


@pytest.fixture
def frames():
    """How many a second; the other tests draw as many as they can."""
    before, Clock._max_fps = Clock._max_fps, 60.0
    yield lambda: Clock._max_fps
    Clock._max_fps = before


@pytest.fixture
def open_pace(frames, clock):
    opened = []

    def open_one(wait=None):
        opened.append(Pace(lambda: clock.seconds, wait or Sleeper()))
        return opened[-1]

    yield open_one
    for one in opened:
        one.stop()


def test_few_frames_are_enough_while_nobody_is_there(frames, open_pace):
    open_pace()
    assert frames() == 20


def test_a_finger_makes_it_quick_until_a_second_after(frames, open_pace, clock):
    pace = open_pace()
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
    assert frames() == 20


def test_a_finger_whose_end_was_lost_does_not_stay_quick(frames, open_pace, clock):
    pace = open_pace()
    pace.finger_down()
    clock.pass_by(10)
    pace.tick()
    assert frames() == 20


def test_the_tablet_hears_its_fingers(frames, kiosk):
    kiosk.clock.pass_by(1)
    finger = kiosk.press_at(3, 3)
    assert frames() == 120
    kiosk.release(finger)
    kiosk.wait_s(1.5)
    assert frames() == 20


def test_nothing_sleeps_behind_an_event_until_it_is_drawn(open_pace):
    wait = Sleeper()
    open_pace(wait)
    Clock._last_tick = Clock.time()
    Clock.idle()
    assert len(wait.slept) == 1
    assert 0 < wait.slept[0] <= 1 / 20
    wait.came = True
    Clock.idle()
    for _ in range(AT_ONCE):
        Clock.idle()
    assert len(wait.slept) == 2
    Clock.idle()
    assert len(wait.slept) == 3


def test_a_sleep_that_fails_does_not_burn_the_processor(open_pace):
    open_pace(lambda seconds: False)
    began = Clock._last_tick = Clock.time()
    Clock.idle()
    assert Clock.time() - began > 0.04


def test_kivys_own_loop_comes_back_when_the_kiosk_stops(open_pace):
    own = Clock.idle
    pace = open_pace()
    assert Clock.idle != own
    pace.stop()
    assert Clock.idle == own


def test_an_event_ends_the_sleep_and_is_left_for_kivy(kiosk):
    wait, library = wait_for_event(), sdl()
    library.SDL_FlushEvents(0, 0xFFFF)
    began = time.monotonic()
    assert not wait(0.05)
    assert time.monotonic() - began > 0.04

    event = (ctypes.c_uint32 * 14)(USER_EVENT)  # as large as SDL's union of events
    library.SDL_PushEvent(ctypes.byref(event))
    assert wait(30)
    assert library.SDL_HasEvent(USER_EVENT)
    library.SDL_FlushEvents(0, 0xFFFF)
