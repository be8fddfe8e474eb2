"""What may leave a ward: beside NHS England's own code, and against who subtracts."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from central.summaries import leaving
from central.summaries.fft import Fft
from central.summaries.leaving import (
    BELOW,
    BESIDE,
    FEW,
    alone,
    enough,
    may_leave,
    settled,
)

ANSWERS = {
    "very_good": "Very Good",
    "good": "Good",
    "neither": "Neither Good nor Poor",
    "poor": "Poor",
    "very_poor": "Very Poor",
    "dont_know": "Don't Know",
}
LEVELS = {
    "icb": ("ICB_Code",),
    "trust": ("ICB_Code", "Trust_Code"),
    "site": ("ICB_Code", "Trust_Code", "Site_Code"),
    "ward": ("ICB_Code", "Trust_Code", "Site_Code"),
}
SPECIALITIES = ("First Speciality", "Second Speciality")


def shared():
    for folder in Path(__file__).parents:
        if (found := folder / "shared/truth/fft_suppression.json").exists():
            return found
    return None


def cases():
    return json.loads(shared().read_text())["cases"]


needs_truth = pytest.mark.skipif(shared() is None, reason="no ../shared here")


def path_of(row, level):
    above = tuple(row[key] for key in LEVELS[level])
    if level != "ward":
        return above
    return (*above, "|".join([row["Ward_Name"], *(row[key] for key in SPECIALITIES)]))


def wards_of(case):
    counts = {
        path_of(row, "ward"): Fft(**{ours: row[its] for ours, its in ANSWERS.items()})
        for row in case["input"]
    }
    order = {
        path_of(row, "ward"): (*(row[k] for k in SPECIALITIES), row["Ward_Name"])
        for row in case["input"]
    }
    assert len(counts) == len(case["input"])
    return counts, order


def why(row):
    """Which rule hides it in NHS England's output: `few` is the strongest."""
    if row["First_Level_Suppression"]:
        return FEW
    if row["Second_Level_Suppression"]:
        return BESIDE
    return BELOW if row.get("Cascade_Suppression") else ""


def tied(case):
    """The named exception: groups above the ward with as many people as a sibling that
    is ranked first or second. Which of them is hidden is not told, so neither they nor
    what is below them is compared."""
    found = set()
    for level in ("icb", "trust", "site"):
        totals = Counter()
        for row in case["output"][level]:
            if row["Total Responses"]:
                totals[path_of(row, level)[:-1], row["Total Responses"]] += 1
        found |= {
            path_of(row, level)
            for row in case["output"][level]
            if totals[path_of(row, level)[:-1], row["Total Responses"]] > 1
        }
    return found


@needs_truth
def test_the_whole_truth_file_is_told_alike():
    compared, left = Counter(), Counter()
    for case in cases():
        told, open_ties = may_leave(*wards_of(case)), tied(case)
        for level, rows in case["output"].items():
            for row in rows:
                path = path_of(row, level)
                if any(path[:depth] in open_ties for depth in range(1, len(path) + 1)):
                    left[level] += 1
                    continue
                assert told[path].why == why(row), (case["id"], path)
                compared[level, told[path].why] += 1

    assert all(compared[level, rule] for level in LEVELS for rule in ("", FEW, BESIDE))
    assert all(compared[level, BELOW] for level in ("ward", "site", "trust"))
    assert sum(left.values()) < sum(compared.values()) / 3, (left, compared)


@needs_truth
def test_ties_of_wards_are_compared_too():
    """Below a site there is no exception: speciality, then name."""
    pairs = 0
    for case in cases():
        totals = Counter(
            (path_of(row, "site"), row["Total Responses"])
            for row in case["output"]["ward"]
            if row["Total Responses"]
        )
        open_ties = tied(case)
        pairs += sum(
            count > 1 and site not in open_ties for (site, _), count in totals.items()
        )
    assert pairs > 20


@needs_truth
def test_what_is_shown_is_what_was_published():
    for case in cases():
        told = may_leave(*wards_of(case))
        for level, rows in case["output"].items():
            for row in rows:
                ours = told[path_of(row, level)]
                if ours.fft is None or why(row):
                    continue
                counts = {its: ours.fft.counts()[our] for our, its in ANSWERS.items()}
                assert counts == {its: row[its] for its in ANSWERS.values()}
                assert ours.people == row["Total Responses"]


@needs_truth
def test_the_departure_nothing_is_left_from_which_counts_can_be_worked_back():
    """NHS England shows number and per cent of a second row; ours shows neither."""
    worked_back = 0
    for case in cases():
        told = may_leave(*wards_of(case))
        for row in case["output"]["ward"]:
            ours = told[path_of(row, "ward")]
            if ours.why in (BESIDE, BELOW):
                assert ours.people is None
                assert ours.fft is None
                if why(row) == ours.why:
                    worked_back += row["Percentage_Positive"] != "*"
    assert worked_back > 20, "the published ones could have been"


@pytest.mark.parametrize(
    ("people", "shown"), [(0, True), (1, False), (4, False), (5, True)]
)
def test_a_single_ward_is_hidden_below_five_people_and_nobody_is_not(people, shown):
    told = alone(Fft(good=people))
    assert (told.fft is not None) is shown
    assert told.people == people
    assert enough(people) is (people >= 5)


# ── who subtracts ────────────────────────────────────────────────────────────

SIZES = some.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 14, 40])
TREES = some.dictionaries(
    some.sampled_from(list(product("AB", "CD", "EFG"))), SIZES, min_size=1
)


def solvable(told, wards):
    """The hidden groups of 1 to 4 people whose count follows from what is shown: each
    group is a sum of wards, and those that are shown are known."""
    paths = sorted(wards)

    def row(path):
        return [Fraction(one[: len(path)] == path) for one in paths]

    known = basis([row(path) for path, one in told.items() if one.fft is not None])
    return [
        path
        for path, one in told.items()
        if one.why == FEW and not any(reduced(row(path), known))
    ]


def basis(rows):
    found = []
    for row in rows:
        row = reduced(row, found)
        if any(row):
            found.append(row)
    return found


def reduced(row, several):
    for one in several:
        pivot = next(place for place, value in enumerate(one) if value)
        factor = row[pivot] / one[pivot]
        row = [a - factor * b for a, b in zip(row, one, strict=True)]
    return row


@settings(max_examples=300)
@given(TREES)
def test_no_hidden_count_follows_from_what_is_shown(tree):
    """By subtraction, over every level."""
    wards = {path: Fft(good=size) for path, size in tree.items()}
    assert solvable(may_leave(wards), wards) == []


@pytest.mark.parametrize("rule", [BESIDE, BELOW])
def test_the_control_without_one_of_the_rules_it_does(rule, monkeypatch):
    real = leaving._hidden

    def without(siblings, is_parent):
        return {p: w for p, w in real(siblings, is_parent).items() if w != rule}

    monkeypatch.setattr(leaving, "_hidden", without)
    found = []
    for sizes in product((0, 2, 9), repeat=4):
        paths = [("A", "C", "E"), ("A", "C", "F"), ("A", "D", "E"), ("A", "D", "F")]
        wards = {p: Fft(good=n) for p, n in zip(paths, sizes, strict=True)}
        found += solvable(may_leave(wards), wards)
    assert found


def test_a_percentage_is_of_what_is_shown():
    told = alone(Fft(very_good=3, good=1, poor=1))
    assert told.fft is not None
    assert (told.fft.positive_percent, told.fft.negative_percent) == (80, 20)
    assert alone(replace(told.fft, very_good=2, good=0)).fft is None


# ── who looks twice ──────────────────────────────────────────────────────────

COUNTS = some.tuples(*[some.integers(0, 6)] * 3)


@settings(max_examples=500)
@given(some.lists(COUNTS, min_size=1, max_size=12))
def test_no_two_sheets_of_a_day_tell_of_fewer_than_five_by_their_difference(states):
    """P16, yesterday's and today's: of all that were ever readable, any two."""
    shown = []
    for now in states:
        shown.append(settled(shown, now))
    readable = [one for one in shown if enough(sum(one))]
    for one, other in combinations(readable, 2):
        assert one == other or abs(sum(one) - sum(other)) >= 5


def test_what_is_shown_stays_until_five_more_or_fewer_differ():
    assert settled([(3, 2, 1)], (3, 2, 2)) == (3, 2, 1)
    assert settled([(2, 2, 0)], (3, 2, 2)) == (3, 2, 2), "nothing was readable before"
    assert settled([(3, 2, 2)], (6, 4, 2)) == (6, 4, 2), "five more"
    assert settled([(6, 4, 2)], (1, 1, 1)) == (1, 1, 1), "many withdrew"
    assert settled([(3, 2, 1), (6, 4, 2)], (3, 1, 2)) == (6, 4, 2), "as many as once"


def test_the_control_comparing_with_the_last_alone_is_not_enough():
    states = [(0, 1, 4), (0, 0, 0), (0, 0, 5)]
    shown = []
    for now in states:
        shown.append(settled(shown[-1:], now))
    assert shown[0] != shown[2]
    assert sum(shown[0]) == sum(shown[2])
