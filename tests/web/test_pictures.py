"""Pictures: every person has a mark, inside the frame, and a gap stays a gap."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from central.summaries.fft import Fft
from central.summaries.steps import Step
from central.summaries.trend import Point, Tally, trend
from central.web.pictures import (
    DOTS_LEFT,
    DOTS_RIGHT,
    ROW_HEIGHT,
    step_pictures,
    trend_picture,
)

LAST = date(2026, 11, 20)
spreads = st.tuples(*[st.integers(0, 400)] * 5)


def step(spread):
    return Step("night", "Night time", spread, (), ())


@given(st.lists(spreads, min_size=1, max_size=4))
def test_every_person_has_a_mark_in_their_own_row(several):
    for spread, picture in zip(
        several, step_pictures([step(spread) for spread in several]), strict=True
    ):
        assert [row.count for row in picture.rows] == list(reversed(spread))
        for row in picture.rows:
            marks = len(row.dots)
            assert (marks - 1) * picture.people_a_dot < row.count or not row.count
            assert row.count <= marks * picture.people_a_dot
            for dot in row.dots:
                assert DOTS_LEFT <= dot.x <= DOTS_RIGHT
                assert abs(dot.y - row.y) + picture.radius * 1.2 <= ROW_HEIGHT / 2
            assert len({(dot.x, dot.y) for dot in row.dots}) == marks


def test_steps_are_drawn_to_one_scale():
    few, many = step_pictures([step((0, 0, 1, 2, 1)), step((0, 0, 60, 80, 10))])
    assert few.radius == many.radius
    assert few.people_a_dot == many.people_a_dot


def test_the_middle_stands_where_the_mean_is():
    (picture,) = step_pictures([step((0, 1, 0, 1, 0))])
    assert picture.middle_y == picture.height / 2
    (nobody,) = step_pictures([step((0, 0, 0, 0, 0))])
    assert nobody.middle_y is None


def points(*percents):
    """A day each; None is a day without answers, else so many of 100 were good."""
    first = LAST - timedelta(len(percents) - 1)
    return tuple(
        Point(
            first + timedelta(place),
            0 if percent is None else 100,
            Fft() if percent is None else Fft(good=percent, poor=100 - percent),
        )
        for place, percent in enumerate(percents)
    )


def test_a_day_without_answers_breaks_the_line_and_has_no_mark():
    picture = trend_picture(points(80, 90, None, 70, None, 60, 50))
    assert [day.y is None for day in picture.days] == [
        False, False, True, False, True, False, False,
    ]  # fmt: skip
    assert len(picture.lines) == 2
    assert [day.percent for day in picture.days if day.y is None] == [None, None]
    assert all(day.bar == 0 for day in picture.days if day.y is None)


def test_a_day_on_which_nobody_was_pleased_is_drawn_as_0_per_cent():
    (_, day) = trend_picture(points(50, 0)).days
    assert day.percent == 0
    assert day.y is not None


def test_what_is_usual_leaves_out_the_day_itself():
    assert trend_picture(points(80, 90, 0)).usual == 85


def test_four_empty_weeks_can_be_drawn():
    picture = trend_picture(points(*[None] * 28))
    assert picture.lines == ()
    assert picture.usual is None


def test_the_trend_has_28_days_that_end_with_the_day():
    tallies = [Tally(LAST, "fft", "good", 3), Tally(LAST, "night", "2", 9)]
    several = trend(tallies, {LAST: 4}, LAST)
    assert [one.day for one in several] == [
        LAST - timedelta(back) for back in range(27, -1, -1)
    ]
    assert several[-1] == Point(LAST, 4, Fft(good=3))
    assert several[0] == Point(LAST - timedelta(27), 0, Fft())
