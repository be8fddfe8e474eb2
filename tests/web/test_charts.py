"""Charts: every point has a mark inside the frame, and every cause its number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.summaries.causes import COUNT, FELT, POSITIVE, causes_of
from central.summaries.limits import Dated, parts_of
from central.summaries.series import DAY, WEEK, Value
from central.web.charts import FACES, chart_of, count_axis, faces_axis, percent_axis
from tests.central.test_causes import OF_EACH

MONDAY = date(2026, 1, 5)


def drawn(values, measure=POSITIVE, changes=(), people=20):
    series = [
        Value(MONDAY + timedelta(weeks=n), value, people)
        for n, value in enumerate(values)
    ]
    parts = parts_of(series, changes, WEEK, measure.improvement, measure.bounds)
    causes = causes_of(parts, measure, WEEK)
    axes = {POSITIVE: percent_axis, FELT: faces_axis, COUNT: count_axis}
    axis = axes[measure](parts)
    lettered = [("A", one) for one in changes]
    return chart_of(series, parts, causes, lettered, axis, measure, WEEK), causes


@pytest.mark.parametrize("special", OF_EACH)
def test_a_special_cause_has_a_shape_of_its_own_and_its_number(special):
    chart, causes = drawn(OF_EACH[special])
    (mine,) = [one for one in causes if one.special_cause_type == special]
    shapes = [one.shape for one in chart.marks]
    assert shapes.count("up" if mine.is_up else "down") >= len(mine.dates)
    assert str(mine.number) in [one.text for one in chart.numbers]


values = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=160)


@given(values)
def test_every_value_has_a_mark_in_the_frame_and_a_gap_has_none(several):
    chart, causes = drawn(several)
    assert len(chart.marks) == sum(one is not None for one in several)
    for one in [*chart.marks, *chart.numbers, *chart.dates, *chart.changes]:
        assert 0 <= one.x <= chart.width
        assert 0 <= one.y <= chart.height
    for mark in chart.marks:
        assert chart.left < mark.x < chart.right
        assert chart.top <= mark.y <= chart.bottom
    for band in chart.bands:
        assert chart.left <= band.left < band.right <= chart.right + 0.2
    assert len(chart.numbers) == len(causes)


@given(st.lists(st.none() | st.integers(1, 10**6), min_size=1, max_size=40))
def test_counts_of_any_size_fit_their_scale(several):
    chart, _ = drawn(several, COUNT)
    assert all(chart.top <= mark.y <= chart.bottom for mark in chart.marks)
    assert chart.levels[0].text == "0"


def test_a_gap_breaks_the_line_and_so_do_new_limits():
    chart, _ = drawn([70, 71, None, 72, 73, 74])
    assert len(chart.lines) == 2
    anew = Dated(MONDAY + timedelta(weeks=13), "Lamps", "ash", True)
    chart, _ = drawn([70, 71] * 13, changes=[anew])
    assert len(chart.lines) == 2
    assert len(chart.bands) == 2


def test_a_change_stands_within_its_week():
    for days, share in ((0, 0.0), (3, 3 / 7)):
        on = MONDAY + timedelta(weeks=5, days=days)
        chart, _ = drawn([70, 71] * 8, changes=[Dated(on, "Lamps", "ash", False)])
        column = chart.marks[1].x - chart.marks[0].x
        (change,) = chart.changes
        begin = chart.marks[5].x - column / 2
        assert abs(change.x - begin - share * column) < 0.2


def test_few_people_are_a_hollow_mark():
    chart, _ = drawn([70, 71], people=4)
    assert [one.shape for one in chart.marks] == ["few", "few"]


def test_better_is_worse_where_less_is_better_and_counts_are_neither():
    low = [v / 50 - 1 for v in OF_EACH["Below LCL"]]
    assert "worse" in [one.kind for one in drawn(low, FELT)[0].marks]
    count = [one.kind for one in drawn(OF_EACH["Below LCL"], COUNT)[0].marks]
    assert set(count) == {"common", "other"}


def test_per_cents_have_the_upper_half_where_nothing_lies_below():
    upper, whole = (drawn(values)[0].levels for values in ([90, 95] * 9, [20, 95] * 9))
    assert [one.text for one in upper] == ["50%", "75%", "100%"]
    assert [one.text for one in whole] == ["0%", "50%", "100%"]


def test_by_day_a_change_stands_where_its_day_begins():
    series = [Value(MONDAY + timedelta(n), 5, 5) for n in range(20)]
    parts = parts_of(series, [], DAY)
    on = Dated(MONDAY + timedelta(4), "Lamps", "ash", False)
    chart = chart_of(series, parts, (), [("A", on)], count_axis(parts), COUNT, DAY)
    column = chart.marks[1].x - chart.marks[0].x
    assert abs(chart.changes[0].x - (chart.marks[4].x - column / 2)) < 0.2


@pytest.mark.parametrize("special", [0, 100])
def test_a_number_lies_on_no_letter_and_on_no_date(special):
    letters = [Dated(MONDAY + timedelta(weeks=14), "Lamps", "ash", False)]
    chart, _ = drawn([70, 71] * 7 + [special] + [70, 71] * 8, changes=letters)
    assert chart.numbers
    for number in chart.numbers:
        for one in [*chart.changes, *chart.dates]:
            assert abs(number.y - one.y) >= HIGH


HIGH = 12  # px: a number's, and a date's


@pytest.mark.parametrize(("least", "low"), [(0.0, 0), (-0.1, -2)])
def test_the_faces_begin_in_between_where_nothing_lies_below(least, low):
    chart, _ = drawn([least, 1.9, 1, 1.2], FELT)
    words = [one.text for one in chart.levels]
    assert words == [text for level, text in FACES.levels if level >= low]


def test_a_chart_that_a_telephone_cuts_off_names_its_levels_at_both_ends():
    chart, _ = drawn([70, 71] * 13)
    assert [one.text for one in chart.far_levels] == ["50%", "75%", "100%"]
    assert all(chart.right < one.x < chart.width - 30 for one in chart.far_levels)
    chart, _ = drawn([70, 71] * 4)
    assert chart.far_levels == ()
