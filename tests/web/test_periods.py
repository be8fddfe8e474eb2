"""Weeks, months and any other time: what stands on their pages, and on which."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.web.periods import Period, half_year_to, month_of, week_of
from feedback.assets import assets_folder
from tests.web import world
from tests.web.test_the_days_page import Texts, plain, words_in

NATIONAL, CHILDREN = "inpatient@2", "children@1"


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


def days_ago(days):
    """Noon of that day, in UTC: the same day in London."""
    return datetime.combine(world.today() - timedelta(days), time(12), UTC)


def then(days, answers, ward="ASH", **more):
    """One visit of so many days ago, at a tablet that has said nothing else: so that
    tests may speak of days in any order."""
    tablet = world.new_tablet(ward)
    return tablet.tell(answers, at=days_ago(days), **{"survey": NATIONAL, **more})


@pytest.fixture
def period(manager):
    """Ash ward's page of the 14 days until today, or of other days."""

    def get(first=13, last=0, rest="", status=200):
        days = [world.today() - timedelta(one) for one in (first, last)]
        reply = manager.get(f"/wards/ASH/{days[0]}/{days[1]}/{rest}")
        assert reply.status_code == status
        return reply.content.decode()

    return get


def test_a_late_answer_is_in_the_period_that_it_speaks_of(period, ash):
    then(5, {"fft": "good"})
    assert "Positive 100% 1 of 1" in plain(period(6, 4))
    then(5, {"fft": "poor"})  # it comes today
    assert "Positive 50% 1 of 2" in plain(period(6, 4))
    assert "Positive – no answers" in plain(period(3, 1))


# ── the page ─────────────────────────────────────────────────────────────────


def test_a_week_says_how_many_on_how_many_days(period, ash):
    for days in (2, 3, 3):
        then(days, {"fft": "good", "night": "-2", "night_own": ("mor dawel",)})
    then(3, {"overall": "great", "night": "1"}, survey=CHILDREN)
    page = period()
    text = plain(page)
    assert Texts(page).found == ["mor dawel"] * 3
    assert "3 people answered, on 2 of 14 days." in text
    assert "Positive 100% 3 of 3" in text
    assert "Night time 0 0 0 0 3 3" in text
    assert "1 person answered. How was it here?" not in text.split("For children")[0]
    assert "Great 1" in text


def test_an_empty_time_says_so_and_shows_no_per_cent(period, ash):
    text = plain(period(9, 7))
    assert "No answers in this time." in text
    assert "No one wrote anything in this time." in text
    assert "%" not in text


def test_the_ways_to_weeks_months_and_charts_stand_on_the_day(page, ash):
    day = date(2026, 3, 4)
    text = page(day)
    for first, last in (("2026-03-02", "2026-03-08"), ("2026-03-01", "2026-03-31")):
        assert f'href="/wards/ASH/{first}/{last}/"' in text
    assert 'href="/wards/ASH/2025-09-08/2026-03-08/charts/"' in text


def test_one_day_is_the_days_page(manager, ash):
    day = world.today() - timedelta(1)
    reply = manager.get(f"/wards/ASH/{day}/{day}/")
    assert (reply.status_code, reply["Location"]) == (302, f"/wards/ASH/{day}/")


def test_ten_thousand_comments_are_read_by_the_page(period, ash, monkeypatch):
    from central.summaries import words as module

    monkeypatch.setattr(module, "PEOPLE_A_PAGE", 3)
    for number in range(8):
        then(8 - number, {"fft": "good", "good": (f"comment {number}",)})
    first, second, third = (period(rest=f"?page={n}") for n in (1, 2, 3))
    assert words_in(first) == ["comment 7", "comment 6", "comment 5"]
    assert words_in(second) == ["comment 4", "comment 3", "comment 2"]
    assert words_in(third) == ["comment 1", "comment 0"]
    assert "Page 2 of 3" in plain(second)
    assert 'href="?page=3#voices"' in second
    assert 'id="voices"' in third
    assert "Overall experience" not in second
    for page in ("4", "0", "-1", "x", "²", "9" * 30, ""):
        period(rest=f"?page={page}", status=404)


def test_no_page_of_a_time_that_is_none(manager, ash):
    today = world.today()
    for first, last in (
        (today, today - timedelta(1)),
        (today + timedelta(1), today + timedelta(2)),
        (today - timedelta(1200), today),
        (today, today + timedelta(60)),
        ("2019-01-01", "2019-01-07"),
        ("2026-02-30", "2026-03-01"),
        ("0001-01-01", "9999-12-31"),
    ):
        assert manager.get(f"/wards/ASH/{first}/{last}/").status_code == 404


def test_what_cannot_be_opened_is_said(period, ash):
    from feedback.seal import new_key_pair

    closed = ("c99", new_key_pair()[0])
    then(2, {"fft": "good", "good": ("secret",)}, key=closed)
    text = plain(period())
    assert "1 comment cannot be opened yet." in text
    assert "This comment cannot be opened yet." in text


# ── one step, one question ───────────────────────────────────────────────────


def test_a_step_has_its_faces_words_chart_and_what_was_written_of_it(period, ash):
    then(2, {"fft": "good", "night": "-2", "night_feelings": "in_pain"})
    why = {"why_step": "night", "why": ("The lamps are bright",)}
    then(3, {"fft": "poor", "night": "-1", **why})
    then(3, {"fft": "poor", "night": "2", "good": ("The soup",)})
    then(4, {"overall": "great", "night": "1"}, survey=CHILDREN)
    page = period(rest="steps/night/")
    text = plain(page)
    assert "3 people chose a face" in text
    assert "Very good 1 Good 0 In between 0 Bad 1 Very bad 1" in text
    assert "1 in pain" in text
    assert "For children and young people" in text
    assert words_in(page) == ["The lamps are bright"]
    assert "Not enough weeks yet" in text or "No answers in these weeks" in text


def test_a_step_that_only_children_are_asked_has_a_page(period, ash):
    then(20, {"overall": "great", "play": "2"}, survey=CHILDREN)
    text = plain(period(27, 0, "steps/play/"))
    assert "Playing and things to do" in text
    assert "Not enough weeks yet: 1 with answers" in text


def test_a_question_has_its_answers_and_its_words(period, ash):
    then(2, {"fft": "good", "better": ("The bins",), "better.2": ("And doors",)})
    then(2, {"fft": "good", "good": ("The soup",)})
    then(2, {"fft": "poor", "night": "1", "why_step": "night"})
    page = period(rest="questions/better/")
    assert words_in(page) == ["The bins", "And doors"]
    assert "Positive 67% 2 of 3" in plain(period(rest="questions/fft/"))
    then(20, {"fft": "poor", "meals": "1", "why_step": "meals"})
    then(34, {"fft": "poor", "meals": "1", "why_step": "meals"})
    text = plain(period(rest="questions/why_step/"))
    assert "Night time 1" in text
    weeks = [week_of(world.today() - timedelta(days)).first for days in (20, 27, 34)]
    some, none, more = (f"{one.day} {one:%b} {one.year}" for one in weeks)
    assert f"{some} 0 0 1 0 0" in text
    assert f"{none} – – –" in text
    assert f"{more} 0 0 1 0 0" in text


YES_OR_NO = """
[[question]]
key = "own"
kind = "choice"
page = "own"
wording = {{ en = "{asks}", cy = "{asks}" }}

[[question.option]]
key = "yes"
wording = {{ en = "Yes", cy = "Oedd" }}

[[question.option]]
key = "no"
wording = {{ en = "No", cy = "Nac oedd" }}
"""


def publish_own(name, asks):
    from central.surveys.published import publish

    text = (assets_folder() / "surveys" / "inpatient.toml").read_text(encoding="utf-8")
    text = text.replace('id = "inpatient"', f'id = "{name}"')
    publish(text + YES_OR_NO.format(asks=asks), f"{name}.toml", world.now())


def test_what_another_ward_asks_under_the_same_key_is_another_question(period, ash):
    for name, asks in (("a_parking", "Was parking easy?"), ("b_tea", "Was tea hot?")):
        publish_own(name, asks)
    then(2, {"fft": "good", "own": "yes"}, survey="b_tea@1")
    then(2, {"fft": "good", "own": "no"}, ward="BIRCH", survey="a_parking@1")
    page = plain(period())
    assert "Was tea hot?" in page
    assert "Was parking easy?" not in page
    assert "Who fills this in?" not in page
    text = plain(period(rest="questions/own/"))
    assert "Was tea hot?" in text
    assert "Yes 1 No 0" in text
    then(3, {"fft": "good", "own": "no"}, survey="a_parking@1")  # it changed its survey
    text = plain(period(rest="questions/own/"))
    assert "Was parking easy?" in text
    assert "Yes 0 No 1" in text


@pytest.mark.parametrize(
    "rest",
    [
        "steps/nothing/", "steps/fft/", "questions/night/", "questions/night_own/",
        "questions/talk_where/", "questions/_who/", "questions/nothing/",
        "steps/night'--/", "steps/%00/", "questions/" + "a" * 500 + "/",
    ],
)  # fmt: skip
def test_no_page_of_a_step_or_question_that_is_none(period, ash, rest):
    then(1, {"fft": "good", "_talk": "yes", "talk_where": ("Bed 4",)})
    period(rest=rest, status=404)


def test_where_someone_lies_is_on_no_page_of_a_period(period, ash):
    then(1, {"fft": "good", "_talk": "yes", "talk_where": ("Joan, bed 4",)})
    for rest in ("", "charts/", "search/?q=Joan", "steps/night/", "questions/good/"):
        page = period(rest=rest)
        assert "Joan" not in page.replace('value="Joan"', "").replace("“Joan”", "")
    assert Texts(period()).found == []


# ── charts ───────────────────────────────────────────────────────────────────


def twenty_weeks(good=lambda week: 7, weeks=20):
    """Ten people a week, of whom so many were pleased."""
    monday = week_of(world.today()).first
    tablet = world.new_tablet("ASH")
    with tablet.at_once():
        for week in range(weeks, 0, -1):
            back = (world.today() - monday).days + 7 * week - 2
            for person in range(10):
                face, fft = ("1", "good") if person < good(week) else ("-1", "poor")
                answers = {"fft": fft, "night": face}
                tablet.say(answers, at=days_ago(back), survey=NATIONAL)


def test_the_charts_say_what_is_special_and_in_the_table_too(period, ash):
    twenty_weeks(lambda week: 2 if week == 1 else (6, 7, 8)[week % 3])
    page = period(27, 0, "charts/")
    text = plain(page)
    week = week_of(world.today()).previous.first
    assert f"For the worse. Week of {week.day} {week:%B} {week.year}: less" in text
    named = f"{week.day} {week:%b} {week.year}"
    limits = r"\d+% \d+% to \d+%"
    assert re.search(rf"{named} 20% 10 8 {limits} \d: for the worse", text)
    assert f"{named} −0.6 0 2 0 8 0 10 " in text
    assert page.count("<svg") == page.count("<table") == 3


def test_a_young_ward_is_told_that_there_are_not_enough_weeks(period, ash):
    then(9, {"fft": "good"})
    text = plain(period(27, 0, "charts/"))
    assert "Not enough weeks yet: 1 with answers, and it takes 13." in text


def test_counts_may_be_read_by_day(period, ash):
    for days in range(20, 0, -1):
        then(days, {"fft": "good"})
    text = plain(period(27, 0, "charts/?by=day"))
    assert "How many people answered, by day" in text
    assert "How many answered, by week" in text
    period(27, 0, "charts/?by=hour", status=404)


# ── the calendar ─────────────────────────────────────────────────────────────


def test_weeks_months_and_other_times_have_names_and_neighbours():
    week = week_of(date(2026, 11, 29))
    assert (week.kind, week.name) == ("week", "23 to 29 November 2026")
    assert week.next.name == "30 November to 6 December 2026"
    month = month_of(date(2026, 1, 31))
    assert (month.kind, month.name) == ("month", "January 2026")
    assert (month.previous.name, month.next.name) == ("December 2025", "February 2026")
    chosen = Period(date(2025, 12, 30), date(2026, 1, 2))
    assert (chosen.kind, chosen.name) == (
        "chosen", "30 December 2025 to 2 January 2026",
    )  # fmt: skip
    assert chosen.previous == Period(date(2025, 12, 26), date(2025, 12, 29))
    assert half_year_to(date(2026, 11, 29)).days == 182


@given(st.dates(date(2020, 4, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_after_the_time_before_comes_this_one(first, days):
    for one in (
        Period(first, first + timedelta(days)), week_of(first), month_of(first)
    ):  # fmt: skip
        assert one.previous.last + timedelta(1) == one.first
        assert one.next.first == one.last + timedelta(1)
        if one.kind != "chosen":
            assert one.previous.kind == one.kind
            assert one.previous.next == one


# ── choosing ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("?first=&last=", "Write the first day like 29/11/2026"),
        ("?first=1/10/2026&last=never", "Write the last day like 29/11/2026"),
        ("?first=1/10/2026&last=1/9/2026", "The last day cannot be before the first"),
        ("?first=1/1/2090&last=2/1/2090", "The first day is still to come"),
        ("?first=1/1/2019&last=1/1/2021", "The first day cannot be before 30/03/2020"),
        ("?first=1/1/2021&last=1/9/2026", "A period has at most 1,100 days"),
        ("?first=%00&last=%F0%9F%98%80", "Write the first day like 29/11/2026"),
    ],
)
def test_a_time_that_is_none_is_answered_in_words(manager, ash, asked, said):
    reply = manager.get(f"/wards/ASH/periods/{asked}")
    assert reply.status_code == 200
    assert said in plain(reply.content.decode())


def test_a_time_that_was_chosen_is_opened(manager, ash):
    reply = manager.get("/wards/ASH/periods/?first=1/10/2026&last=2026-10-09")
    assert reply["Location"] == "/wards/ASH/2026-10-01/2026-10-09/"
    offered = manager.get("/wards/ASH/periods/").content.decode()
    for href in re.findall(r'href="(/wards/ASH/2[^"]+)"', offered):
        assert manager.get(href).status_code == 200
