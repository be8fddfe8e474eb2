"""The tablet's clock jumps in the middle of a visit: nothing is lost, nothing waits
longer or shorter. Seconds are counted by a clock that only grows."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.kiosk.conftest import Clock, refusing

# Britain's clocks go back at 01:00 UTC on 25 October 2026, and on at 28 March 2027.
JUMPS = {
    "400 days on": lambda now: now + timedelta(days=400),
    "400 days back": lambda now: now - timedelta(days=400),
    "1970": lambda now: datetime(1970, 1, 1, 0, 0, 3, tzinfo=UTC),
    "back in the night when clocks go back": lambda now: datetime(
        2026, 10, 25, 0, 59, 59, tzinfo=UTC
    ),
    "on in the night when clocks go on": lambda now: datetime(
        2027, 3, 28, 0, 59, 59, tzinfo=UTC
    ),
}


@pytest.fixture(params=JUMPS)
def jump(request, clock):
    """Sets the tablet's clock."""

    def jumps():
        clock.wall = JUMPS[request.param](clock.wall)

    return jumps


def goes_through(kiosk, jump):
    """A visit with a jump after every tap, an idle while, and a thank-you."""
    for mark in ("start", "option-patient", "option-good"):
        kiosk.tap(mark)
        jump()
    kiosk.wait_s(55)
    jump()
    kiosk.wait_s(4)
    assert "still-here" not in kiosk.targets()
    kiosk.wait_s(2)
    assert "In 19 seconds this screen is cleared" in " ".join(kiosk.texts())
    jump()
    kiosk.tap("still-here")
    assert kiosk.screen == "map"
    kiosk.tap("stop")
    jump()
    kiosk.wait_s(7)
    assert kiosk.screen == "thanks"
    kiosk.wait_s(2)
    assert kiosk.screen == "welcome"


ALL = [("_language", "en"), ("_who", "patient"), ("fft", "good"), ("_end", "left")]


def test_a_clock_that_jumps_in_a_visit_loses_nothing_and_hurries_nobody(kiosk, jump):
    goes_through(kiosk, jump)
    assert kiosk.rows() == ALL
    standing = kiosk.log.standing(kiosk.log.after(0, 1)[0].response)
    assert standing == dict(ALL)


def test_what_waits_for_the_disk_keeps_the_time_at_which_it_was_given(kiosk, jump):
    kiosk.tap("start")
    kiosk.clock.pass_by(1)
    with refusing(kiosk.log):
        kiosk.tap("option-patient")
        given = kiosk.clock.wall
        jump()
        kiosk.wait_s(4)
        assert "try-again" in kiosk.targets()
    kiosk.wait_s(6)
    row = kiosk.log.after(0, 10)[-1]
    assert (row.question, row.value) == ("_who", "patient")
    assert row.answered_at.startswith(f"{given:%Y-%m-%dT%H:%M}")


class OneClock(Clock):
    """The planted fault: idle seconds counted by the clock on the wall."""

    @property
    def seconds(self):
        return self.wall.timestamp()

    @seconds.setter
    def seconds(self, to):
        pass


@pytest.mark.parametrize("days", [400, -400])
def test_that_seconds_of_the_clock_on_the_wall_are_found(open_kiosk, days):
    kiosk = open_kiosk()
    clock = kiosk.clock
    clock.__class__ = OneClock
    clock.pass_by = lambda s: setattr(clock, "wall", clock.wall + timedelta(seconds=s))

    def jump():
        clock.wall += timedelta(days=days)

    with pytest.raises(AssertionError):
        goes_through(kiosk, jump)
