"""The words of some: by step, by feeling, by way; and who asks for something first."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from central.summaries.choosing import FACES, Chosen
from central.summaries.day import asks_first
from tests.web import world
from tests.web.test_counting_again import take_in, visits
from tests.web.test_periods import CHILDREN, then
from tests.web.test_the_days_page import plain, words_in


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


@pytest.fixture
def read(manager):
    """The words on Ash ward's page of yesterday, or of the last 14 days; its text."""

    def get(query="", status=200, days=None):
        day = world.today() - timedelta(1)
        time = f"{day - timedelta(12)}/{day}" if days else day
        reply = manager.get(f"/wards/ASH/{time}/{query}")
        assert reply.status_code == status
        text = reply.content.decode()
        return words_in(text), plain(text)

    return get


@pytest.fixture(params=[None, 13])
def here(request, read):
    """The same of a day and of two weeks: one filter."""
    return lambda query="", status=200: read(query, status, request.param)


def some(ash):
    night = {"night": "-2", "night_feelings": "worried in_pain"}
    then(1, {"fft": "good", **night, "better": ("Lamps",)})
    then(1, {"fft": "poor", "night": "1", "good": ("Tea",)}, mode="sms")
    why = {"why_step": "night", "why": ("Bins",)}
    then(1, {"fft": "very_good", "meals": "0", "meals_feelings": "safe", **why})
    then(1, {"overall": "really_bad", "play": "2", "good": ("Fish",)}, survey=CHILDREN)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Lamps", "Tea", "Bins", "Fish"}),
        ("?step=&mode=&felt=", {"Lamps", "Tea", "Bins", "Fish"}),
        ("?step=night", {"Lamps", "Tea", "Bins"}),
        ("?step=meals", {"Bins"}),
        ("?step=play", {"Fish"}),
        ("?mode=sms", {"Tea"}),
        ("?felt=bad", {"Lamps", "Tea", "Fish"}),
        ("?felt=good", {"Lamps", "Tea", "Bins", "Fish"}),
        ("?felt=between", {"Bins"}),
        ("?felt=bad&step=night", {"Lamps"}),
        ("?felt=in_pain", {"Lamps"}),
        ("?felt=safe&step=night", set()),
        ("?felt=bad&mode=sms", {"Tea"}),
    ],
)
def test_words_are_filtered_by_step_feeling_and_way(here, ash, query, found):
    some(ash)
    words, _ = here(query)
    assert set(words) == found


def test_the_page_says_what_is_on_how_many_of_how_many_and_how_to_clear_it(here, ash):
    some(ash)
    _, text = here("?step=night&felt=bad&mode=kiosk")
    told = "Night time, felt bad, by tablet: 1 of 4 people who wrote. Show everyone"
    assert told in text
    assert "Show everyone" not in here()[1]


def test_an_empty_result_says_so(here, ash):
    some(ash)
    words, text = here("?step=going_home")
    assert words == []
    assert "Going home: 0 of 4 people who wrote. Nobody is left: choose less." in text
    assert "Show everyone" in text
    assert "No one wrote anything" not in text


@pytest.mark.parametrize(
    "query",
    [
        "?step=nothing", "?step=night'--", "?mode=pigeon", "?felt=%25", "?felt=own",
        "?step=%00", "?order=worst",
    ],
)  # fmt: skip
def test_what_is_not_on_offer_is_no_page(here, ash, query):
    here(query, status=404)


def test_who_waits_stays_on_top_whatever_is_chosen(manager, ash):
    ash.write("The nurse hit me.", fft="very_good")
    ash.write("Cold food.", fft="poor")
    ash.write("Toast.", fft="poor", mode="sms")
    text = manager.get(f"/wards/ASH/{world.today()}/?mode=sms").content.decode()
    assert words_in(text) == ["The nurse hit me.", "Toast."]
    assert "By text: 1 of 2 people who wrote." in plain(text)


def test_the_filter_goes_along_to_the_further_pages(read, ash, monkeypatch, manager):
    from central.summaries import words as module

    monkeypatch.setattr(module, "PEOPLE_A_PAGE", 1)
    some(ash)
    day = world.today() - timedelta(1)
    address = f"/wards/ASH/{day - timedelta(12)}/{day}/?felt=bad&order=newest"
    text = manager.get(address).content.decode()
    assert 'href="?felt=bad&amp;order=newest&amp;page=2#voices"' in text
    words, told = read("?felt=bad&order=newest&page=3", days=13)
    assert len(words) == 1
    assert "Page 3 of 3" in told
    read("?felt=bad&order=newest&page=4", status=404, days=13)


def test_in_a_longer_time_too_those_are_first_who_ask_for_something(read, ash):
    then(1, {"fft": "very_good", "good": ("1",)})
    then(9, {"fft": "very_good", "night": "-1", "good": ("2",)})
    then(2, {"fft": "very_good", "better": ("3",)})
    then(3, {"fft": "very_good", "good": ("4",), "good.2": ("added",)})
    then(4, {"fft": "poor", "good": ("5",)})
    then(5, {"overall": "really_bad", "good": ("6",)}, survey=CHILDREN)
    then(6, {"fft": "very_good", "good": ("7: the nurse hit me",)})
    words, _ = read(days=13)
    assert [one[0] for one in words if one != "added"] == list("7654321")
    newest, _ = read("?order=newest", days=13)
    assert [one[0] for one in newest if one != "added"] == list("1345672")


# ── counted again ────────────────────────────────────────────────────────────


def asks_for(said, surveys, chosen):
    """Whether one person is chosen, from their standing answers."""
    answers = {one.question: one.value for one in said}
    steps = {step.key for survey in surveys for step in survey.steps()}
    at = {chosen.step} if chosen.step else steps
    if chosen.mode and said[0].mode != chosen.mode:
        return False
    if chosen.felt in FACES:
        faces = FACES[chosen.felt]
        if any(answers.get(step) in faces for step in at):
            return True
        likes = {"good": {"very_good", "good", "great"}, "bad": {"poor", "very_poor"},
                 "between": {"neither", "dont_know", "so_so"}}  # fmt: skip
        overall = {answers.get("fft"), answers.get("overall")}
        return not chosen.step and bool(overall & likes[chosen.felt])
    if chosen.felt:
        return any(chosen.felt in answers.get(f"{s}_feelings", "").split() for s in at)
    if chosen.step:
        of_step = {chosen.step, f"{chosen.step}_feelings", f"{chosen.step}_own"}
        return bool(of_step & answers.keys()) or answers.get("why_step") == chosen.step
    return True


filters = st.builds(
    Chosen,
    st.sampled_from(["", "night", "staff"]),
    st.sampled_from(["", "kiosk", "sms"]),
    st.sampled_from(["", "good", "between", "bad", "safe", "in_pain"]),
)


def same(chosen):
    from central.summaries.period_reading import Span
    from central.summaries.reading import said_by
    from central.summaries.words import words_of
    from central.surveys.published import every_survey

    span = Span("ASH", world.today() - timedelta(15), world.today())
    surveys = every_survey().values()
    every = all_voices(words_of, span)
    said, *_ = said_by("ASH", [one.response for one in every])
    people = {}
    for one in said:
        people.setdefault(one.response, []).append(one)
    wanted = [v for v in every if asks_for(people[v.response], surveys, chosen)]
    shown = all_voices(words_of, span, chosen=chosen, newest=False)
    assert Counter(v.response for v in shown) == Counter(v.response for v in wanted)
    order = [asks_first(voice) for voice in shown]
    assert order == sorted(order)


def all_voices(words_of, span, **how):
    first = words_of(span, 1, **how)
    pages = [words_of(span, page, **how) for page in range(1, first.pages + 1)]
    return [one.voice for page in pages for one in page.spoken]


@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(visits(), max_size=12), st.lists(filters, min_size=1, max_size=4))
def test_a_filter_finds_whom_brute_force_finds_and_in_the_days_order(
    ash, several, chosen
):
    with transaction.atomic():
        take_in(several)
        for one in chosen:
            same(one)
        transaction.set_rollback(True)


def faces_of_any_step(monkeypatch):
    from central.summaries import choosing

    real = choosing._felt
    monkeypatch.setattr(
        choosing, "_felt", lambda c, s: real(Chosen("", c.mode, c.felt), s)
    )


def children_are_forgotten(monkeypatch):
    from central.summaries import asking_first, choosing

    for room in (asking_first, choosing):
        monkeypatch.setattr(room, "likened_values", lambda surveys: [])


def half_a_word(monkeypatch):
    from central.summaries import choosing

    def like(word, steps):
        keys = [f"{step}_feelings" for step in steps]
        sql = f"(t.question IN ({choosing.marks(keys)}) AND t.value LIKE %s)"
        return sql, [*keys, f"{word[:1]}%"]

    monkeypatch.setattr(choosing, "_chose_word", like)


@pytest.mark.parametrize(
    ("fault", "chosen"),
    [
        (faces_of_any_step, Chosen("night", "", "bad")),
        (children_are_forgotten, Chosen("", "", "good")),
        (half_a_word, Chosen("", "", "safe")),
    ],
)
def test_the_control_a_filter_that_is_wrong_is_caught(ash, monkeypatch, fault, chosen):
    then(1, {"fft": "neither", "staff": "-2", "night": "1", "good": ("x",)})
    then(1, {"overall": "great", "good": ("y",)}, survey=CHILDREN)
    then(1, {"fft": "poor", "staff_feelings": "supported", "good": ("z",)})
    same(chosen)
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        same(chosen)
