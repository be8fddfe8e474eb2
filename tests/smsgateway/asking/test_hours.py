"""When a ward may send: by the wall's clock, through both changes of it."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsgateway.asking import hours as room
from smsgateway.asking.hours import (
    LONDON,
    Hours,
    is_open,
    longest_closed,
    next_day,
    next_open,
    spread,
)

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
NIGHT = Hours(time(0, 30), time(1, 30))
SKIPPED, DOUBLED = date(2026, 3, 29), date(2026, 10, 25)
WEEKDAYS = frozenset(range(5))


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def wall(words: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=LONDON, fold=fold)


# ── what the wall's clock shows, told without the room's own means ───────────


def last_sunday(year, month):
    days = (date(year, month, day) for day in range(25, 32))
    return next(day for day in days if day.weekday() == 6)


def on_the_wall(moment: datetime) -> datetime:
    """By the law: one hour ahead from 01:00 UTC on the last Sunday of March until
    01:00 UTC on the last Sunday of October."""
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    begins, ends = (
        datetime.combine(last_sunday(plain.year, month), time(1)) for month in (3, 10)
    )
    return plain + HOUR if begins <= plain < ends else plain


def should_be_open(moment, hours, holidays):
    shown = on_the_wall(moment)
    return (
        shown.weekday() in hours.days
        and hours.opens <= shown.time() < hours.closes
        and (hours.on_holidays or shown.date() not in holidays)
    )


def is_right(moment, hours, holidays, step=1):
    """`next_open` gives the first open moment: held against each minute between, or
    each quarter of an hour where hours begin and end on those."""
    found = next_open(moment, hours, holidays)
    assert found.tzinfo is UTC
    assert found >= moment
    assert should_be_open(found, hours, holidays)
    assert is_open(found, hours, holidays)
    if should_be_open(moment, hours, holidays):
        assert found == moment
        return
    minute = moment.minute // step * step
    between = moment.replace(minute=minute, second=0, microsecond=0) + step * MINUTE
    while between < found:
        assert not should_be_open(between, hours, holidays), between
        assert not is_open(between, hours, holidays), between
        between += step * MINUTE


QUARTERS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@st.composite
def some_hours(draw, clocks=MINUTES, fewest=1):
    opens, closes = sorted(draw(st.lists(clocks, min_size=2, max_size=2, unique=True)))
    days = draw(st.frozensets(st.integers(0, 6), min_size=fewest))
    return Hours(opens, closes, days, draw(st.booleans()))


IN_THE_NIGHT = st.builds(time, st.integers(0, 3), st.sampled_from((0, 1, 15, 30, 59)))
MOMENTS = st.datetimes(
    datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)
)
TURNS = [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31)]
NEAR_TURNS = st.builds(
    lambda day, minutes, micro: (
        datetime.combine(day, time(), UTC) + minutes * MINUTE + micro
    ),
    st.sampled_from(TURNS),
    st.integers(-600, 2_000),
    st.sampled_from((timedelta(), timedelta(microseconds=1))),
)
HOLIDAYS = st.frozensets(
    st.sampled_from([day + n * DAY for day in TURNS for n in range(-1, 3)]), max_size=4
)


@given(MOMENTS, some_hours(), HOLIDAYS)
def test_a_ward_is_open_when_the_walls_clock_says_so(moment, hours, holidays):
    expected = should_be_open(moment, hours, holidays)

    assert is_open(moment, hours, holidays) == expected
    assert is_open(moment.astimezone(LONDON), hours, holidays) == expected


@given(MOMENTS, some_hours(QUARTERS), HOLIDAYS)
def test_the_next_open_moment_is_the_first_one(moment, hours, holidays):
    is_right(moment, hours, holidays, step=15)


@given(NEAR_TURNS, some_hours(IN_THE_NIGHT, fewest=5), HOLIDAYS)
@example(utc("2026-03-29 00:59"), Hours(time(1, 15), time(1, 45)), frozenset())
@example(utc("2026-03-29 00:10"), Hours(time(1, 30), time(3)), frozenset())
@example(utc("2026-10-25 00:30"), NIGHT, frozenset())
def test_it_is_the_first_one_in_the_nights_of_the_clocks_too(moment, hours, holidays):
    is_right(moment, hours, holidays)


# ── the two nights, by hand ──────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hours", "asked", "opens"),
    [
        # 29 March: 00:59 is followed by 02:00.
        (Hours(time(1, 30), time(4)), "2026-03-29 00:00", "2026-03-29 01:00"),
        (Hours(time(1), time(2)), "2026-03-29 00:00", "2026-03-30 00:00"),
        (Hours(time(2), time(3)), "2026-03-29 00:00", "2026-03-29 01:00"),
        (Hours(time(9), time(20)), "2026-03-28 20:00", "2026-03-29 08:00"),
        (Hours(time(9), time(20)), "2026-03-27 20:00", "2026-03-28 09:00"),
        # 25 October: 01:59 is followed by 01:00.
        (Hours(time(1, 30), time(4)), "2026-10-24 23:00", "2026-10-25 00:30"),
        (Hours(time(1, 30), time(1, 40)), "2026-10-25 00:40", "2026-10-25 01:30"),
        (NIGHT, "2026-10-25 00:30", "2026-10-25 01:00"),
        (NIGHT, "2026-10-25 01:30", "2026-10-26 00:30"),
        (Hours(time(9), time(20)), "2026-10-24 19:00", "2026-10-25 09:00"),
        (Hours(time(9), time(20)), "2026-10-23 19:00", "2026-10-24 08:00"),
    ],
)
def test_the_skipped_and_the_doubled_hour(hours, asked, opens):
    assert next_open(utc(asked), hours, ()) == utc(opens)


def test_in_the_doubled_hour_the_ward_is_open_each_time_the_clock_says_so():
    hours = Hours(time(1, 30), time(1, 40))
    opened = [
        minute
        for minute in range(180)
        if is_open(utc("2026-10-25 00:00") + minute * MINUTE, hours, ())
    ]

    assert opened == [*range(30, 40), *range(90, 100)]


def test_an_hour_of_summer_is_an_hour_earlier_in_utc():
    assert next_open(utc("2026-07-01 03:00"), Hours(), ()) == utc("2026-07-01 08:00")
    assert next_open(utc("2026-12-01 03:00"), Hours(), ()) == utc("2026-12-01 09:00")
    assert not is_open(utc("2026-07-01 19:00"), Hours(), ())
    assert is_open(utc("2026-12-01 19:59:59.999999"), Hours(), ())


def test_a_ward_is_open_from_the_first_moment_until_just_before_the_last():
    assert is_open(wall("2026-11-03 09:00"), Hours(), ())
    assert not is_open(wall("2026-11-03 08:59:59.999999"), Hours(), ())
    assert is_open(wall("2026-11-03 19:59:59.999999"), Hours(), ())
    assert not is_open(wall("2026-11-03 20:00"), Hours(), ())


# ── days ─────────────────────────────────────────────────────────────────────


def test_weekends_and_holidays_are_waited_out():
    hours = Hours(days=WEEKDAYS)
    easter = {date(2026, 4, 3), date(2026, 4, 6)}

    opens = next_open(wall("2026-04-02 20:00"), hours, easter)
    assert opens == wall("2026-04-07 09:00")
    opens = next_open(wall("2026-04-02 20:00"), Hours(), easter)
    assert opens == wall("2026-04-04 09:00")
    opens = next_open(wall("2026-04-02 20:00"), Hours(on_holidays=True), easter)
    assert opens == wall("2026-04-03 09:00")


def test_a_holiday_is_a_day_on_the_wall_and_not_in_utc():
    hours, holidays = Hours(time(0), time(23, 59)), {date(2026, 8, 31)}

    assert not is_open(utc("2026-08-30 23:30"), hours, holidays)
    assert is_open(utc("2026-08-31 23:30"), hours, holidays)


def test_a_leap_day_and_a_years_end_are_days():
    on_tuesdays = Hours(days=frozenset((1,)))

    assert next_open(utc("2028-02-26 12:00"), on_tuesdays, ()) == utc(
        "2028-02-29 09:00"
    )
    found = next_open(utc("2028-02-28 21:00"), Hours(), {date(2028, 2, 29)})
    assert found == utc("2028-03-01 09:00")
    found = next_open(utc("2027-12-31 21:00"), Hours(), {date(2028, 1, 1)})
    assert found == utc("2028-01-02 09:00")


def test_the_longest_wait_that_a_policy_allows_is_found():
    """One day a week, and 40 holidays at the end of a year and at the start of one."""
    mondays = [date(2026, 1, 5) + 7 * n * DAY for n in range(104)]
    holidays = {*mondays[12:52], *mondays[52:92]}
    hours = Hours(days=frozenset((0,)))

    found = next_open(wall("2026-03-23 20:00"), hours, holidays)
    assert found == wall("2027-10-11 09:00")
    with pytest.raises(AssertionError, match="never open"):
        next_open(wall("2026-03-23 20:00"), Hours(days=frozenset()), ())


def test_a_moment_without_a_zone_is_our_own_mistake():
    naive = datetime(2026, 3, 29, 1, 30)
    for ask in (is_open, next_open):
        with pytest.raises(AssertionError):
            ask(naive, Hours(), ())
    with pytest.raises(AssertionError):
        next_day(naive)
    with pytest.raises(AssertionError):
        spread(naive, SPAN, "any")


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-03-28 12:00", "2026-03-29 00:00"),
        ("2026-03-29 12:00", "2026-03-29 23:00"),
        ("2026-06-30 22:59", "2026-06-30 23:00"),
        ("2026-06-30 23:00", "2026-07-01 23:00"),
        ("2026-10-24 23:00", "2026-10-26 00:00"),
        ("2028-02-28 12:00", "2028-02-29 00:00"),
        ("2026-12-31 23:59", "2027-01-01 00:00"),
    ],
)
def test_a_day_of_counts_ends_at_londons_midnight(now, midnight):
    assert next_day(utc(now)) == utc(midnight)


def test_the_longest_time_without_an_open_moment_is_seen():
    christmas = {date(2027, 12, day) for day in (25, 26, 27, 28)}

    closed = longest_closed(Hours(), christmas, date(2027, 12, 1), 60)
    assert closed is not None
    assert closed.since == wall("2027-12-24 20:00")
    assert closed.until == wall("2027-12-29 09:00")
    sundays = Hours(days=frozenset((6,)))
    assert longest_closed(sundays, (), date(2026, 11, 2), 6) is None


# ── spread ───────────────────────────────────────────────────────────────────

NOON = utc("2026-11-03 12:00")
SPAN = (14 * DAY, 21 * DAY)


@given(MOMENTS, st.text(), st.timedeltas(timedelta(), 90 * DAY), st.data())
def test_a_key_has_one_moment_within_the_span(moment, key, low, data):
    high = low + data.draw(st.timedeltas(timedelta(), 90 * DAY))
    found = spread(moment, (low, high), key)

    assert found.tzinfo is UTC
    assert low <= found - moment <= high
    assert found == spread(moment.astimezone(LONDON), (low, high), key)


def test_a_span_without_length_is_its_moment():
    assert spread(NOON, (DAY, DAY), "any") == NOON + DAY


def test_keys_are_spread_evenly_over_the_days_of_the_span():
    days = Counter((spread(NOON, SPAN, str(n)) - NOON).days for n in range(14_000))

    assert set(days) == set(range(14, 21))
    assert all(1_800 < count < 2_200 for count in days.values())


def test_the_moment_of_a_key_is_the_same_in_every_version():
    """A gateway that is updated must not move what is planned."""
    found = spread(NOON, SPAN, "an episode")

    assert found == utc("2026-11-19 21:58:55.403270")


# ── faults that are planted ──────────────────────────────────────────────────


def by_hand():
    test_an_hour_of_summer_is_an_hour_earlier_in_utc()


def through_both_nights():
    for day in (SKIPPED, DOUBLED):
        for minutes in range(0, 240, 5):
            for hours in (NIGHT, Hours(time(1, 15), time(1, 45)), Hours()):
                began = datetime.combine(day - DAY, time(22), UTC)
                is_right(began + minutes * MINUTE, hours, ())


def ordinary_starts(day, hours):
    return [room._utc(day, hours.opens, 0)]


def starts_without_the_second_time(day, hours):
    change = datetime.combine(day, time(1), UTC)
    return sorted([room._utc(day, hours.opens, 0), change])


def by_utc_days(day, hours, holidays):
    return True


def test_the_controls_pass_without_a_fault():
    by_hand()
    through_both_nights()


@pytest.mark.parametrize(
    ("name", "fault", "check"),
    [
        ("LONDON", UTC, by_hand),
        ("LONDON", UTC, through_both_nights),
        ("_starts", ordinary_starts, through_both_nights),
        ("_starts", starts_without_the_second_time, through_both_nights),
        ("_opens_on", by_utc_days, test_weekends_and_holidays_are_waited_out),
        ("_opens_on", by_utc_days, test_a_holiday_is_a_day_on_the_wall_and_not_in_utc),
    ],
)
def test_a_planted_fault_is_caught(monkeypatch, name, fault, check):
    monkeypatch.setattr(room, name, fault)

    with pytest.raises(AssertionError):
        check()
