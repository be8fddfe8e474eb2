"""Special causes in words: each has a sentence, and no sentence compares two points."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.summaries import causes as module
from central.summaries.causes import (
    COUNT,
    FELT,
    POSITIVE,
    causes_of,
    state_of,
    when_of,
)
from central.summaries.limits import Dated, Part, parts_of
from central.summaries.series import DAY, WEEK, Value
from central.summaries.spc import (
    ABOVE,
    BELOW,
    COMMON,
    FALLING,
    NEAR_BOTTOM,
    NEAR_TOP,
    RISING,
    SHIFT_DOWN,
    SHIFT_UP,
    UP,
    xmr,
)

TRUTH = Path(__file__).parents[3] / "shared" / "truth" / "spc.json"
SERIES = json.loads(TRUTH.read_text())["series"] if TRUTH.exists() else []
BEGIN = date(2026, 1, 5)  # a Monday

# Of each type a series of per cents in which it comes up.
UPS_AND_DOWNS = [70, 74, 71, 75, 70, 74, 72, 75, 70, 73]
OF_EACH = {
    ABOVE: [*UPS_AND_DOWNS, 98, 71, 74, 70, 75],
    BELOW: [*UPS_AND_DOWNS, 40, 71, 74, 70, 75],
    RISING: [*UPS_AND_DOWNS, 68, 69, 70.5, 72, 73.5, 75, 76.5, 70, 73],
    FALLING: [*UPS_AND_DOWNS, 76.5, 75, 73.5, 72, 70.5, 69, 68, 74, 71],
    NEAR_TOP: [*[146 - v for v in UPS_AND_DOWNS], 72, 75, 82, 81, 71, 74, 72],
    NEAR_BOTTOM: [*UPS_AND_DOWNS, 74, 71, 64, 65, 75, 72, 74],
    SHIFT_UP: [*UPS_AND_DOWNS, 78, 79, 78, 79, 77, 79, 78],
    SHIFT_DOWN: [*UPS_AND_DOWNS, 66, 67, 66, 67, 65, 67, 66],
}


def weekly(values):
    return [
        Value(BEGIN + timedelta(weeks=n), value, 20) for n, value in enumerate(values)
    ]


def told(values, measure=POSITIVE, changes=(), by=WEEK):
    parts = parts_of(weekly(values), changes, by, measure.improvement, measure.bounds)
    return parts, causes_of(parts, measure, by)


@pytest.mark.parametrize("special", OF_EACH, ids=lambda one: one)
def test_each_special_cause_has_its_sentence(special):
    _, causes = told(OF_EACH[special])
    mine = [one for one in causes if one.special_cause_type == special]
    assert mine, [one.special_cause_type for one in causes]
    sentence = mine[0].sentence
    assert re.fullmatch(r"Weeks? of \d+ .* 2026: .+\.", sentence)
    assert len(re.findall(r"\.(?: |$)", sentence)) == 1  # one sentence
    expected = "For the better" if special in UP else "For the worse"
    assert mine[0].kind == expected


def test_the_sentences_are_all_different_and_compare_no_two_points():
    several = {
        special: next(c.sentence for c in told(v)[1] if c.special_cause_type == special)
        for special, v in OF_EACH.items()
    }
    assert len(set(several.values())) == 8
    for sentence in several.values():
        assert not re.search(r"last week|than (the )?(week|day) ", sentence)


def test_more_and_fewer_answers_are_neither_better_nor_worse():
    for special, kind in ((ABOVE, "More answers"), (BELOW, "Fewer answers")):
        _, (cause, *_) = told(OF_EACH[special], COUNT)
        assert cause.kind == kind
        assert kind.split()[0].lower() in cause.sentence


def test_a_step_felt_better_or_worse():
    low = [v / 50 - 1 for v in OF_EACH[BELOW]]
    _, causes = told(low, FELT)
    assert causes[0].sentence == (
        "Week of 16 March 2026: felt worse than chance alone explains here, so "
        "something was different; ask what it was."
    )


def test_a_run_of_which_some_lie_outside_is_one_cause_that_counts_them_all():
    values = [*UPS_AND_DOWNS * 2, 79, 80, 90, 79, 80, 79, 91, 80]
    parts, causes = told(values)
    named = {p.special_cause_type for part in parts for p in part.points}
    assert {ABOVE, SHIFT_UP} <= named
    (run,) = [one for one in causes if one.special_cause_type == SHIFT_UP]
    assert "8 in a row above the middle line" in run.sentence
    assert not [one for one in causes if one.special_cause_type == ABOVE]


def truth_parts(one):
    dates = [date.fromisoformat(when) for when in one["input"]["dates"]]
    pairs = list(zip(dates, one["input"]["values"], strict=True))
    chart = xmr(pairs, improvement=one["input"]["improvement_direction"])
    known = sum(value is not None for _, value in pairs)
    return [Part(chart.points, (), None, known)]


def covered(parts, causes):
    points = [p for part in parts for p in part.points]
    special = {
        (p.date, p.special_cause_type in UP)
        for p in points
        if p.special_cause_type != COMMON
    }
    numbered = {(when, one.is_up) for one in causes for when in one.dates}
    return special, numbered


def test_every_special_point_of_the_truth_series_has_a_sentence():
    assert len(SERIES) == 174
    types = set()
    for one in SERIES:
        if one["input"]["category"] == "duplicate_date":
            continue
        parts = truth_parts(one)
        causes = causes_of(parts, POSITIVE, WEEK)
        special, numbered = covered(parts, causes)
        assert special <= numbered, one["input"]["category"]
        assert {when for when, _ in numbered} == {when for when, _ in special}
        assert [c.number for c in causes] == list(range(1, len(causes) + 1))
        types |= {c.special_cause_type for c in causes}
    assert types == set(OF_EACH)


values = st.lists(
    st.none() | st.floats(0, 100, allow_nan=False).map(lambda v: round(v)), max_size=45
)


@given(values)
def test_every_special_point_has_a_sentence(several):
    parts, causes = told(several)
    special, numbered = covered(parts, causes)
    assert special <= numbered
    assert {when for when, _ in numbered} == {when for when, _ in special}


@given(values)
def test_a_sentence_says_how_many_and_when(several):
    parts, causes = told(several)
    by_date = {p.date: p for part in parts for p in part.points}
    for one in causes:
        points = [by_date[when] for when in one.dates]
        if one.special_cause_type in (SHIFT_UP, SHIFT_DOWN):
            assert len(points) >= 7
            assert f"{len(points)} in a row" in one.sentence
            assert {p.value > p.mean for p in points} == {one.is_up}
        if one.special_cause_type in (RISING, FALLING):
            pairs = pairwise(points)
            assert {b.value > a.value for a, b in pairs} == {one.is_up}
            assert f"{len(points)} in a row" in one.sentence


def test_the_control_a_point_that_is_not_told_of_is_found(monkeypatch):
    monkeypatch.setattr(module, "ALONE", (ABOVE, BELOW))
    with pytest.raises(AssertionError):
        test_every_special_point_of_the_truth_series_has_a_sentence()


# ── how it stands ────────────────────────────────────────────────────────────


def state(values, changes=()):
    parts, causes = told(values, changes=changes)
    return state_of(parts, causes, WEEK)


def test_fewer_than_thirteen_points_are_not_enough_and_nothing_is_special():
    values = [70, 70, 71, 70, 70, 10, 70, 71, 70, 71, None, 70, 99]
    parts, causes = told(values)
    assert causes == ()
    assert {(p.mean, p.upl) for part in parts for p in part.points} == {(None, None)}
    assert state(values).startswith("Not enough weeks yet: 12 with answers")
    assert not state([*values, 70]).startswith("Not enough")


def test_the_newest_weeks_may_be_special_or_within_chance():
    assert state(OF_EACH[SHIFT_UP]) == "The newest weeks are special: see 1 below."
    assert state(OF_EACH[BELOW]).startswith("The newest weeks are within chance.")
    assert state(UPS_AND_DOWNS * 2).startswith("Nothing special:")
    assert state([]) == "No answers in these weeks."
    assert state([100] * 20).startswith("The same in all of these weeks")


def test_after_a_new_beginning_it_takes_thirteen_weeks_again():
    change = Dated(BEGIN + timedelta(weeks=14), "New night lamps", "x", True)
    values = UPS_AND_DOWNS * 2
    assert "since “New night lamps”: 6 with answers" in state(values, [change])


def test_weeks_and_days_are_told_with_their_year():
    one, other = date(2026, 12, 28), date(2027, 1, 4)
    assert when_of([one], WEEK) == "week of 28 December 2026"
    assert when_of([one, other], WEEK) == (
        "weeks of 28 December 2026 and 4 January 2027"
    )
    assert when_of([date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21)], WEEK) == (
        "weeks of 7 September to 21 September 2026"
    )
    assert when_of([one], DAY) == "28 December 2026"
