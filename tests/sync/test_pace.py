from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.pace import BASE_S, CAP_S, HOUR_JITTER_S, HOUR_S, Pace, retry_after_s
from sync.pace import backoff_s as wait
from tests.sync.conftest import Clock

chances = st.floats(0, 1, exclude_max=True)
DATE = "Sun, 22 Nov 2026 08:00:00 GMT"


@given(st.integers(0, 10**9), chances, st.floats(-1e12, 1e12))
def test_no_wait_is_below_nothing_or_above_a_quarter_of_an_hour(
    failures, chance, asked
):
    assert 0 <= wait(failures, lambda: chance, asked) <= CAP_S


@given(st.integers(1, 60), chances)
def test_the_wait_is_spread_over_all_of_a_step_that_doubles(failures, chance):
    step = min(BASE_S * 2 ** (failures - 1), CAP_S)
    assert wait(failures, lambda: chance) == chance * step


@given(st.integers(1, 60), chances, st.floats(0, CAP_S))
def test_nobody_asks_before_central_said(failures, chance, asked):
    assert wait(failures, lambda: chance, asked) >= asked


@given(st.text(), st.text())
def test_any_header_gives_a_wait_within_bounds(header, date):
    assert 0 <= retry_after_s(header, date) <= CAP_S


def test_what_a_retry_after_header_means():
    assert retry_after_s("30", None) == 30
    assert retry_after_s("Sun, 22 Nov 2026 08:00:20 GMT", DATE) == 20
    assert retry_after_s("Sun, 22 Nov 2020 08:00:20 GMT", DATE) == 0
    assert retry_after_s("Sun, 22 Nov 2037 08:00:20 GMT", DATE) == CAP_S
    assert retry_after_s("9" * 5_000, None) == CAP_S
    for nonsense in (None, "", "-1", "1e9", "٣", "soon"):
        assert retry_after_s(nonsense, DATE) == 0


def test_one_success_forgets_all_failures():
    clock = Clock()
    pace = Pace(clock, lambda: 0.5)
    for _ in range(20):
        pace.failed()
    assert not pace.may_ask()
    pace.worked()
    assert pace.may_ask()
    pace.failed()
    assert pace.wait_s == BASE_S / 2


@given(chances)
def test_what_only_people_can_change_is_asked_about_hourly(chance):
    pace = Pace(Clock(), lambda: chance)
    pace.refused()
    assert HOUR_S - HOUR_JITTER_S <= pace.wait_s <= HOUR_S
