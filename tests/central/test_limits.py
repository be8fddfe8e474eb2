"""Limits held to the weeks before a change, or begun anew with it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.summaries.limits import Dated, parts_of
from central.summaries.series import (
    DAY,
    LEAST,
    WEEK,
    Value,
    count_series,
    points_of,
    positive_series,
    since_the_first,
    step_series,
)
from central.summaries.spc import ENOUGH, xmr
from central.summaries.trend import Tally

MONDAY = date(2026, 1, 5)
BEFORE = [70, 74, 71, 75, 70, 74, 72, 75, 70, 73, 74, 71, 72]


def weekly(values):
    return [
        Value(MONDAY + timedelta(weeks=n), value, 20) for n, value in enumerate(values)
    ]


def change(weeks, days=0, anew=False):
    return Dated(MONDAY + timedelta(weeks=weeks, days=days), "Lamps", "ash", anew)


def limits(parts):
    return [(p.lpl, p.mean, p.upl) for part in parts for p in part.points]


def test_without_a_change_the_limits_are_those_of_all_points():
    series = weekly([*BEFORE, 80, 82])
    (part,) = parts_of(series, [], WEEK)
    assert part.points == xmr([(one.date, one.value) for one in series]).points


def test_held_limits_are_those_of_the_weeks_before_the_change():
    series = weekly([*BEFORE, 90, 92, 91])
    (part,) = parts_of(series, [change(13)], WEEK)
    alone = xmr([(one.date, one.value) for one in series[:13]])
    assert limits([part])[0] == (
        alone.points[0].lpl, alone.points[0].mean, alone.points[0].upl,
    )  # fmt: skip
    assert len(set(limits([part]))) == 1
    assert part.held == change(13)
    assert [p.special_cause_type for p in part.points[-3:]] == ["Above UCL"] * 3


def test_the_week_in_which_the_change_falls_is_not_of_those_before():
    series = weekly([*BEFORE, 90, 92, 91])
    middle, monday = (parts_of(series, [change(13, days)], WEEK)[0] for days in (3, 0))
    assert limits([middle]) == limits([monday])


def test_with_too_few_weeks_before_it_a_change_holds_nothing():
    series = weekly([*BEFORE, 90, 92, 91])
    (part,) = parts_of(series, [change(11)], WEEK)
    assert part.held is None
    assert limits([part]) == limits(parts_of(series, [], WEEK))


def test_gaps_are_no_weeks_with_answers():
    gaps = [None, *BEFORE[:11], None, 90, 92, 91]
    (part,) = parts_of(weekly(gaps), [change(13)], WEEK)
    assert part.held is None


def test_new_limits_begin_with_the_first_whole_week_after_the_change():
    series = weekly([*BEFORE, *BEFORE, *BEFORE])
    for days, begin in ((0, 13), (1, 14), (6, 14)):
        first, second = parts_of(series, [change(13, days, anew=True)], WEEK)
        assert len(first.points) == begin
        assert second.since == (change(13, days, anew=True),)


def test_by_day_new_limits_begin_on_the_day():
    series = [
        Value(MONDAY + timedelta(n), value, 20)
        for n, value in enumerate([*BEFORE, *BEFORE])
    ]
    on = MONDAY + timedelta(13)
    first, _ = parts_of(series, [Dated(on, "", "", True)], DAY)
    assert len(first.points) == 13


def test_a_change_outside_the_time_shown_does_nothing():
    series = weekly(BEFORE * 2)
    for weeks in (-5, 0, 26, 40):
        for anew in (True, False):
            found = parts_of(series, [change(weeks, anew=anew)], WEEK)
            assert limits(found) == limits(parts_of(series, [], WEEK))


@given(
    st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=50),
    st.sets(st.integers(1, 49)),
)
def test_new_beginnings_are_the_rebases_of_the_chart(values, weeks):
    """Parity carries over: each part is what NHS England's rules make of a rebase."""
    series = weekly(values)
    weeks = {one for one in weeks if one < len(values)}
    parts = parts_of(series, [change(one, anew=True) for one in weeks], WEEK)
    whole = xmr(
        [(one.date, one.value) for one in series], [series[one].date for one in weeks]
    )
    for part in parts:
        assert part.is_enough == (part.known >= ENOUGH)
        if part.is_enough:
            ours = {p.date: (p.lpl, p.mean, p.upl, p.special_cause_type)
                    for p in part.points}  # fmt: skip
            theirs = {p.date: (p.lpl, p.mean, p.upl, p.special_cause_type)
                      for p in whole.points}  # fmt: skip
            assert ours == {when: theirs[when] for when in ours}


# ── what is a point ──────────────────────────────────────────────────────────


def test_only_weeks_that_are_over_are_points():
    sunday = MONDAY + timedelta(6)
    assert points_of(MONDAY, sunday, sunday, WEEK)[-1] == MONDAY - timedelta(7)
    assert points_of(MONDAY, sunday, sunday + timedelta(1), WEEK)[-1] == MONDAY
    assert points_of(MONDAY, sunday, sunday, DAY)[-1] == sunday - timedelta(1)


@pytest.mark.parametrize("by", [WEEK, DAY])
def test_a_short_time_is_seen_against_what_was_before(by):
    points = points_of(MONDAY, MONDAY + timedelta(6), MONDAY + timedelta(30), by)
    assert len(points) >= LEAST[by]
    many = points_of(MONDAY, MONDAY + timedelta(699), MONDAY + timedelta(900), WEEK)
    assert len(many) == 100
    assert many[0] == MONDAY


@pytest.mark.parametrize("by", [WEEK, DAY])
def test_a_change_that_is_shown_has_the_points_before_it_that_hold_its_limits(by):
    long = timedelta(7 if by == WEEK else 1)
    today = MONDAY + 200 * long
    end = today - 100 * long
    plain = points_of(end - long, end, today, by)
    for back in (1, LEAST[by] // 2, LEAST[by] - 1):
        on = plain[-back]
        points = points_of(end - long, end, today, by, [on])
        assert points[-1] == plain[-1]
        assert points[0] == on - LEAST[by] * long
    # In a time that is longer already, and outside of it, it adds nothing.
    assert points_of(end - long, end, today, by, [plain[0] - long]) == plain
    assert points_of(end - long, end, today, by, [plain[-1] + long]) == plain


def test_a_week_without_answers_is_a_gap_and_never_0():
    tallies = [
        Tally(MONDAY + timedelta(2), "fft", "good", 3),
        Tally(MONDAY + timedelta(6), "fft", "poor", 1),
        Tally(MONDAY + timedelta(15), "fft", "poor", 2),
        Tally(MONDAY, "night", "-2", 1),
        Tally(MONDAY, "night", "1", 3),
    ]
    points = [MONDAY + timedelta(weeks=n) for n in range(3)]
    positive = positive_series(tallies, points, WEEK)
    assert [(one.value, one.people) for one in positive] == [(75, 4), (None, 0), (0, 2)]
    night = step_series(tallies, "night", points, WEEK)
    assert night[0] == Value(MONDAY, 0.25, 4, (1, 0, 0, 3, 0))
    assert night[1].value is None
    counts = count_series({MONDAY: 2, MONDAY + timedelta(8): 0}, points, WEEK)
    assert [one.value for one in counts] == [2, None, None]


def test_what_lies_before_the_first_answer_is_no_gap():
    series = weekly([None, None, 70, None, 72, None])
    assert since_the_first(series) == series[2:]
    assert since_the_first(weekly([None] * 3)) == []
