"""When a ward is open, and how long it was shut, both clock changes included."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.places.hours import Hours, hours_of, hours_words, shut_between

LONDON = ZoneInfo("Europe/London")
DAY = Hours((0, 1, 2, 3, 4), time(8), time(18))


def at(*when):
    return datetime(*when, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (hours_of("", None, None), "always open"),
        (hours_of("mon tue wed thu fri", time(8), time(18)),
         "Monday to Friday, 08:00 to 18:00"),
        (hours_of("sat sun", None, None), "Saturday, Sunday, all day"),
        (hours_of("mon wed fri", time(9), time(12, 30)),
         "Monday, Wednesday, Friday, 09:00 to 12:30"),
        (hours_of("", time(8), time(20)), "every day, 08:00 to 20:00"),
    ],
)  # fmt: skip
def test_hours_are_said_in_words(hours, words):
    assert hours_words(hours) == words


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (at(2026, 11, 23, 9), at(2026, 11, 23, 17), 0),  # within a Monday
        (at(2026, 11, 23, 17), at(2026, 11, 24, 9), 14),  # a night
        (at(2026, 11, 27, 18), at(2026, 11, 30, 8), 62),  # a weekend
        (at(2026, 10, 23, 18), at(2026, 10, 26, 8), 63),  # with the longer night
        (at(2026, 3, 27, 18), at(2026, 3, 30, 8), 61),  # with the shorter one
        (at(2026, 11, 28, 9), at(2026, 11, 28, 10), 1),  # within a Saturday
        (at(2026, 11, 24, 9), at(2026, 11, 23, 9), 0),  # backwards
    ],
)
def test_what_it_was_shut(first, last, hours):
    shut = shut_between([DAY], first.astimezone(UTC), last.astimezone(UTC), LONDON)
    assert shut == timedelta(hours=hours)


def test_a_device_of_several_wards_is_waited_for_while_none_is_open():
    late = Hours((0, 1, 2, 3, 4), time(12), time(22))
    first, last = at(2026, 11, 23, 7), at(2026, 11, 24, 7)
    shut = shut_between(
        [DAY, late], first.astimezone(UTC), last.astimezone(UTC), LONDON
    )
    assert shut == timedelta(hours=10)  # 07 to 08, and 22 to 07
    assert not shut_between([DAY, Hours()], first, last, LONDON)
    assert not shut_between([], first, last, LONDON)


times = st.times(max_value=time(23, 59)).map(
    lambda one: one.replace(second=0, microsecond=0)
)


@st.composite
def several(draw):
    days = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    pair = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
    opens, closes = draw(st.sampled_from([(None, None), tuple(pair)]))
    return Hours(days, opens, closes)


@given(
    st.lists(several(), min_size=1, max_size=3),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.integers(0, 8 * 24 * 60),
)
def test_minute_by_minute_it_is_the_same(hours, begin, minutes):
    """A ward is open at a minute when its local day and time say so."""
    first = begin.replace(second=0, microsecond=0, tzinfo=UTC)
    last = first + timedelta(minutes=minutes)
    told = shut_between(hours, first, last, LONDON)
    moments = (first + timedelta(minutes=at) for at in range(minutes))
    shut = sum(not any(_is_open(one, at) for one in hours) for at in moments)
    assert told == timedelta(minutes=shut)


def _is_open(hours, moment):
    local = moment.astimezone(LONDON)
    if local.weekday() not in hours.days:
        return False
    if hours.opens is None:
        return True
    return hours.opens <= local.time() < hours.closes
