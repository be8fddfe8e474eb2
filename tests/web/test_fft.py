"""The national formula, held to published figures and to fractions."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.summaries.fft import Fft, fft_of, percent
from feedback.survey import FFT_VALUES

TRUTH = Path(__file__).parents[3] / "shared" / "truth" / "fft_published.csv"
COLUMNS = (
    "very_good_or_extremely_likely",
    "good_or_likely",
    "neither",
    "poor_or_unlikely",
    "very_poor_or_extremely_unlikely",
    "dont_know",
)


def published():
    """Rows with six counts and a published percentage."""
    if not TRUTH.exists():
        return []
    with TRUTH.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        row
        for row in rows
        if all(row[column] for column in COLUMNS) and row["published_pct_positive"]
    ]


def test_the_published_figures_come_out():
    rows = published()
    if not rows:
        pytest.skip("the published figures are not beside this checkout")
    for row in rows:
        fft = Fft(*(int(row[column]) for column in COLUMNS))
        shown = float(row["published_pct_positive"])
        if shown <= 1:  # a fraction with six decimals
            assert round(fft.positive / fft.total, 6) == shown, row["id"]
        else:
            assert fft.positive_percent == shown, row["id"]
        if row["published_pct_negative"]:
            assert fft.negative_percent == float(row["published_pct_negative"]), row[
                "id"
            ]
    assert len(rows) >= 7


def test_dont_know_and_neither_stay_in_the_denominator():
    fft = fft_of(["very_good", "neither", "dont_know", "poor"])
    assert (fft.positive_percent, fft.negative_percent) == (25, 25)


def test_no_answers_have_no_percentage():
    assert Fft().positive_percent is None
    assert Fft().negative_percent is None


def test_other_scales_are_not_fft():
    assert fft_of(["5", "happy", "", "VERY_GOOD"]).total == 0


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_percentage_is_rounded_once_and_halves_go_up(part, whole):
    exact = Fraction(100 * min(part, whole), whole)
    got = percent(min(part, whole), whole)
    assert Fraction(-1, 2) < got - exact <= Fraction(1, 2)


def test_halves_go_up_on_both_sides_of_an_even_number():
    # round() would give 50 and 52, Excel and the national figures 51 and 52.
    assert percent(101, 200) == 51
    assert percent(103, 200) == 52


@given(st.lists(st.sampled_from(FFT_VALUES)), st.lists(st.sampled_from(FFT_VALUES)))
def test_days_add_up(one, other):
    assert fft_of(one) + fft_of(other) == fft_of(one + other)
