"""What is said to have changed: seldom on usual days, surely on bad ones."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.summaries.changed import FALSE_ALARM, what_changed
from central.summaries.day import Day, day_of
from central.summaries.fft import fft_of
from central.summaries.noise import chance
from central.summaries.said import Said
from central.summaries.steps import Step
from central.summaries.trend import Tally
from feedback.assets import assets_folder
from feedback.surveys import read_survey

ON = date(2026, 11, 20)
FFT_WEIGHTS = {"very_good": 55, "good": 25, "neither": 8, "poor": 7, "very_poor": 3}
FACES = ("-2", "-1", "0", "1", "2")
USUAL_FACES = (5, 10, 20, 35, 30)


def day_of_values(ratings, faces=()):
    step = Step(
        "night",
        "Night time",
        tuple(faces.count(face) for face in FACES) if faces else (0, 0, 0, 0, 0),
        (("safe", 5), ("worried", 3)) if faces else (),
        (),
        (("worried", 3),) if faces else (),
    )
    return Day(
        len(ratings), (("kiosk", len(ratings)),), fft_of(ratings), (step,), (), (), 0,
        0, (),
    )  # fmt: skip


def usual_ratings(random, count):
    return random.choices(list(FFT_WEIGHTS), list(FFT_WEIGHTS.values()), k=count)


def weeks_before(random, a_day=12):
    """Tallies of 28 usual days before ON."""
    tallies = []
    for back in range(1, 29):
        day = ON - timedelta(back)
        for value in usual_ratings(random, a_day):
            tallies.append(Tally(day, "fft", value, 1))
        for face in random.choices(FACES, USUAL_FACES, k=a_day):
            tallies.append(Tally(day, "night", face, 1))
    return tallies


def test_usual_days_are_seldom_called_anything_else():
    random = Random(7)
    days = 600
    told = 0
    for _ in range(days):
        before = weeks_before(random)
        count = random.randint(6, 20)
        faces = random.choices(FACES, USUAL_FACES, k=count)
        day = day_of_values(usual_ratings(random, count), faces)
        told += what_changed(day, ON, before).kind == "different"
    assert told / days <= FALSE_ALARM
    assert told  # or the bar is so high that nothing would ever be said


def test_a_bad_night_is_told_with_its_numbers():
    before = weeks_before(Random(1))
    faces = ["-2", "-1", "-1", "-2", "-1", "-2", "-1", "0", "1"]
    day = day_of_values(["good"] * 9, faces)
    changed = what_changed(day, ON, before)
    assert changed.kind == "different"
    assert changed.sentences[0].startswith(
        "Night time: 7 of 9 felt bad or very bad; usually about "
    )
    assert changed.sentences[0].endswith(" of 9. They chose most: worried (3).")


def test_a_slide_that_no_single_day_shows_is_told():
    before = [
        tally
        for tally in weeks_before(Random(3))
        if tally.question == "fft" and tally.day <= ON - timedelta(7)
    ]
    for back in range(1, 7):
        day = ON - timedelta(back)
        for value in ["good"] * 6 + ["poor"] * 5:
            before.append(Tally(day, "fft", value, 1))
    changed = what_changed(day_of_values(["good"] * 6 + ["poor"] * 5), ON, before)
    assert any("Over the last 7 days 55%" in one for one in changed.sentences)


def test_a_usual_day_says_how_good_a_usual_day_is():
    before = [
        Tally(ON - timedelta(back), "fft", value, 5)
        for back in range(1, 29)
        for value in ("good", "poor")
    ]
    changed = what_changed(day_of_values(["good", "poor"] * 5), ON, before)
    assert (changed.kind, changed.usual_percent) == ("usual", 50)


def test_a_few_in_a_hundred_are_not_called_none():
    faces = [("2", 97), ("-1", 3)]
    before = [Tally(ON - timedelta(9), "night", face, n) for face, n in faces]
    day = day_of_values(["good"] * 8, ["-1"] * 5 + ["2"] * 3)
    (sentence,) = what_changed(day, ON, before).sentences
    assert "5 of 8 felt bad or very bad; usually hardly anyone." in sentence


@pytest.mark.parametrize(
    ("felt_bad_before", "usually"),
    [(0, "nobody"), (1, "hardly anyone"), (6, "about 1 of 8"), (7, "about 1 of 8")],
)
def test_a_half_of_a_person_is_not_called_none(felt_bad_before, usually):
    faces = [("2", 96 - felt_bad_before), ("-1", felt_bad_before)]
    before = [Tally(ON - timedelta(9), "night", face, n) for face, n in faces]
    day = day_of_values(["good"] * 8, ["-1"] * 7 + ["2"])
    (sentence,) = what_changed(day, ON, before).sentences
    assert f"; usually {usually}." in sentence


def test_what_got_worse_is_told_before_what_got_better():
    """However sure the better one is: of two sentences a manager needs the worse."""
    before = [Tally(ON - timedelta(9), "night", "2", 50)]
    better = [("arrival", "-2", 90), ("arrival", "2", 10)]
    better += [("staff", "-2", 90), ("staff", "2", 10)]
    before += [Tally(ON - timedelta(9), *one) for one in better]
    day = day_of_values(["good"] * 40, ["-1"] * 4 + ["2"] * 6)
    steps = [
        replace(day.steps[0], key=key, title=key, spread=(0, 0, 0, 0, 40), bad_words=())
        for key in ("arrival", "staff")
    ]
    changed = what_changed(replace(day, steps=(*steps, *day.steps)), ON, before)
    assert [one.split(":")[0] for one in changed.sentences] == ["Night time", "arrival"]


def test_the_word_that_is_named_is_of_those_who_felt_bad():
    """Of twelve people five felt bad, and the seven others all felt safe."""
    felt = [("-1", "worried lonely")] * 4 + [("-2", "worried")] + [("2", "safe")] * 7
    said = [
        Said(f"{number}", "inpatient@2", question, value, "kiosk", "night")
        for number, (face, words) in enumerate(felt)
        for question, value in (("night", face), ("night_feelings", words))
    ]
    text = (assets_folder() / "surveys" / "inpatient-2.toml").read_text()
    day = day_of(said, {}, {"inpatient@2": read_survey(text, "inpatient-2.toml")})
    before = [Tally(ON - timedelta(9), "night", "2", 50)]
    (sentence,) = what_changed(day, ON, before).sentences
    assert sentence.endswith(" They chose most: worried (5).")
    (sentence,) = what_changed(day, ON, before, for_others=True).sentences
    assert sentence.endswith("felt bad or very bad; usually nobody.")


def test_at_most_two_sentences():
    before = weeks_before(Random(5))
    day = day_of_values(["very_poor"] * 20, ["-2"] * 20)
    assert len(what_changed(day, ON, before).sentences) == 2


@pytest.mark.parametrize(
    ("ratings", "days_known", "kind"),
    [
        ([], True, "silent"),
        (["poor"] * 3, True, "few"),
        (["poor"] * 9, False, "young"),
    ],
)
def test_too_little_is_called_too_little(ratings, days_known, kind):
    before = weeks_before(Random(2)) if days_known else []
    changed = what_changed(day_of_values(ratings), ON, before)
    assert (changed.kind, changed.sentences) == (kind, ())


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 40), st.integers(1, 40))
def test_the_chance_is_that_of_drawing_from_one_urn(part, whole, usual, usual_whole):
    part, usual = min(part, whole), min(usual, usual_whole)
    marked, urn = part + usual, whole + usual_whole

    def draw(k):
        return Fraction(
            comb(marked, k) * comb(urn - marked, whole - k), comb(urn, whole)
        )

    below = sum(draw(k) for k in range(part))
    above = sum(draw(k) for k in range(part + 1, whole + 1))
    exact = min(1, 2 * (draw(part) / 2 + min(below, above)))
    assert chance(part, whole, usual, usual_whole) == pytest.approx(float(exact))
