"""The XmR chart: NHS England's numbers, but where they are left on purpose."""

import json
import math
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.__main__ import main
from central.summaries import spc
from central.summaries.spc import SpcError, variation_of, xmr

TRUTH = Path(__file__).parents[3] / "shared" / "truth" / "spc.json"
SERIES = json.loads(TRUTH.read_text())["series"] if TRUTH.exists() else []
BEGIN = date(2026, 1, 5)

# What is left on purpose; each has a test of its own below.
LEFT = ("flat_one_blip", "duplicate_date")


def is_left(one):
    dates = one["input"]["dates"]
    missing = [when for when in one["input"]["rebase"] if when not in dates]
    return one["input"]["category"] in LEFT or bool(missing)


def kept():
    return [one for one in SERIES if not is_left(one)]


def weekly(values):
    return [(BEGIN + timedelta(weeks=n), value) for n, value in enumerate(values)]


def specials(chart):
    return [point.special_cause_type for point in chart.points]


def asked(given_input):
    dates = map(date.fromisoformat, given_input["dates"])
    return {
        "series": list(zip(dates, given_input["values"], strict=True)),
        "rebase": list(map(date.fromisoformat, given_input["rebase"])),
        "target": given_input["target"],
        "improvement": given_input["improvement_direction"],
        "fix_after": given_input["fix_after_n_points"],
        "screen": given_input["screen_outliers"],
    }


# ── parity ───────────────────────────────────────────────────────────────────


def test_the_truth_is_there_and_little_is_left_out():
    assert len(SERIES) == 174
    assert len(kept()) == 169


def test_every_number_and_word_is_nhs_englands():
    for one in kept():
        same_as(xmr(**asked(one["input"])), one)


def all_close(ours, theirs):
    def close(mine, wanted):
        if mine is None or wanted is None:
            return mine is wanted
        return math.isclose(mine, wanted, rel_tol=1e-9, abs_tol=1e-9)

    return all(map(close, ours, theirs)) and len(ours) == len(theirs)


def same_as(chart, one):
    wanted, better = one["output"], one["input"]["improvement_direction"]
    for name in ("mean", "lpl", "upl"):
        assert all_close([getattr(p, name) for p in chart.points], wanted[name])
    assert specials(chart) == wanted["special_cause_type"]
    assert [p.group for p in chart.points] == wanted["rebase_group"]
    assert [variation_of(s, better) for s in specials(chart)] == wanted["point_type"]
    assert chart.variation == wanted["variation_type_per_rebase_group"][-1]
    assert chart.assurance == wanted["assurance_type"]


FAULTS = {
    "LIMIT": 2.67,
    "SCREEN": 3.2,
    "RUN": 8,
    "_screened": lambda ranges: ranges,
    "variation_of": lambda special, better: "common_cause",
    "_sign": lambda a, b: 0 if a is None or b is None else 1 if a >= b else -1,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_rule_is_found(monkeypatch, name):
    monkeypatch.setattr(spc, name, FAULTS[name])
    with pytest.raises(AssertionError):
        test_every_number_and_word_is_nhs_englands()


# ── what is left on purpose ──────────────────────────────────────────────────


@pytest.mark.parametrize("many", [1, 2, 13, 40])
def test_the_same_value_every_week_is_a_line_and_no_news(many):
    chart = xmr(weekly([100.0] * many), target=95, bounds=(0, 100))
    assert {(p.mean, p.lpl, p.upl) for p in chart.points} == {(100.0, None, None)}
    assert set(specials(chart)) == {spc.COMMON}


@pytest.mark.parametrize("place", [0, 7, 12, 24])
def test_one_blip_in_a_flat_series_is_the_only_news(place):
    values = [90.0] * 25
    values[place] = 80.0
    found = specials(xmr(weekly(values)))
    assert [n for n, special in enumerate(found) if special != spc.COMMON] == [place]
    assert found[place] == spc.BELOW


def test_the_package_calls_every_point_of_such_a_series_special():
    """The control: this is what is left."""
    (one,) = (o for o in SERIES if o["input"]["category"] == "flat_one_blip")
    assert all(one["output"]["special_cause_flag"])


def test_no_limit_of_a_percentage_lies_beyond_what_it_can_be():
    values = [99.0, 92.0, 100.0, 97.0, 99.0, 93.0, 100.0, 96.0, 99.0, 95.0, 100.0, 97.0]
    bound, free = xmr(weekly(values), bounds=(0, 100)), xmr(weekly(values))
    assert {p.upl for p in bound.points} == {100}
    assert free.points[0].upl > 100
    assert specials(bound) == specials(free)


def test_a_rebase_at_a_date_that_is_not_there_is_refused():
    with pytest.raises(SpcError, match="no point on 2027-01-01 to rebase at"):
        xmr(weekly([1.0, 2.0, 3.0]), rebase=[date(2027, 1, 1)])


def test_a_date_that_comes_twice_is_refused():
    with pytest.raises(SpcError, match="2026-01-05 comes twice"):
        xmr([(BEGIN, 1.0), (BEGIN, 2.0)])


def test_limits_of_too_few_points_are_not_fixed():
    with pytest.raises(SpcError, match="at least 12"):
        xmr(weekly([1.0] * 20), fix_after=11)


# ── what holds for any series ────────────────────────────────────────────────

values = st.lists(
    st.none() | st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 2)),
    max_size=40,
)


@given(values)
def test_the_order_of_the_rows_changes_nothing(several):
    series = weekly(several)
    shuffled = random.Random(1).sample(series, len(series))
    assert xmr(series) == xmr(shuffled)


@given(values)
def test_upside_down_is_the_mirror_image(several):
    mirrored = [None if v is None else -v for v in several]
    up, down = xmr(weekly(several)), xmr(weekly(mirrored))
    assert [s in spc.UP for s in specials(up)] == [
        s not in spc.UP and s != spc.COMMON for s in specials(down)
    ]


@given(values)
def test_enough_is_thirteen_points_that_are_there(several):
    known = sum(v is not None for v in several)
    assert xmr(weekly(several)).is_enough == (known >= 13)


@given(values, st.integers(0, 39))
def test_what_comes_after_a_rebase_changes_nothing_before(several, place):
    series = weekly(several)
    if place >= len(series):
        return
    whole = xmr(series, rebase=[series[place][0]])
    assert whole.points[:place] == xmr(series[:place]).points


# ── the command ──────────────────────────────────────────────────────────────


def command(capsys, *words):
    code = main(["spc", *map(str, words)])
    return code, *capsys.readouterr()


def file_of(folder, one):
    rows = zip(one["input"]["dates"], one["input"]["values"], strict=True)
    lines = [f"{when},{'' if v is None else v}" for when, v in rows]
    path = folder / "series.csv"
    path.write_text("\n".join(("date,value", *lines)))
    return path


def options(given_input):
    names = ("target", "fix_after_n_points", "improvement_direction")
    target, fix_after, better = (given_input[name] for name in names)
    yield from ("--improvement", better)
    if target is not None:
        yield from ("--target", target)
    if fix_after is not None:
        yield from ("--fix-after", fix_after)
    for when in given_input["rebase"]:
        yield from ("--rebase", when)
    if not given_input["screen_outliers"]:
        yield "--no-screen"


def test_the_command_says_the_same(tmp_path, capsys):
    for one in kept()[::4]:  # the whole of it is above
        path = file_of(tmp_path, one)
        words = options(one["input"])
        code, out, _ = command(capsys, path, "--json", *words)
        said, wanted = json.loads(out), one["output"]
        assert code == 0
        assert [p["date"] for p in said["points"]] == wanted["dates"]
        for name, theirs in (("mean", "mean"), ("lpl", "lpl"), ("value", "y")):
            assert all_close([p[name] for p in said["points"]], wanted[theirs])
        found = [p["special_cause_type"] for p in said["points"]]
        assert found == wanted["special_cause_type"]
        assert said["assurance"] == wanted["assurance_type"]
        assert said["variation"] == wanted["variation_type_per_rebase_group"][-1]


def test_for_people_it_is_a_table_that_says_when_there_is_not_enough(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("date,value\n2026-01-05,5\n2026-01-12,\n2026-01-19,7\n")
    code, out, _ = command(capsys, path)
    assert code == 0
    assert "2026-01-12             –           6" in out
    assert "Not enough points yet" in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1 must name two columns"),
        ("date,value,ward\n", "line 1 must name two columns"),
        ("date,value\n2026-01-05\n", "line 2 has 1 cells"),
        ("date,value\n05/01/2026,5\n", "line 2: a date is like"),
        ("date,value\n2026-01-05,many\n", "line 2: a value is a number"),
        ("date,value\n2026-01-05,nan\n", "line 2: a value is a number"),
        ("date,value\n2026-01-05,1e999\n", "line 2: a value is a number"),
        ("date,value\n2026-01-05,1_0\n", "line 2: a value is a number"),
        ('date,value\n2026-01-05,"5\n', "is no CSV"),
        ("date,value\n2026-01-05,5\n2026-01-05,6\n", "comes twice"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path, capsys, text, said):
    path = tmp_path / "a.csv"
    path.write_text(text)
    code, out, err = command(capsys, path, "--json")
    assert (code, out) == (2, "")
    assert said in err


def test_a_file_that_is_not_there_or_not_utf_8_is_told(tmp_path, capsys):
    assert "No such file" in command(capsys, tmp_path / "none.csv")[2]
    (tmp_path / "a.csv").write_bytes("date,value\n2026-01-05,5\n".encode("utf-16"))
    assert "not in UTF-8" in command(capsys, tmp_path / "a.csv")[2]


def test_columns_may_stand_the_other_way_round_behind_a_mark(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("\ufeffValue,Date\n5,2026-01-05\n")
    code, out, _ = command(capsys, path, "--json")
    assert (code, json.loads(out)["points"][0]["value"]) == (0, 5.0)
