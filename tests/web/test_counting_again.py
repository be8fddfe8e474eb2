"""A period is counted where its rows lie: counting each answer again gives the same."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback.answer import Answer, new_response, utc_text
from feedback.seal import seal
from tests.web import world
from tests.web.test_periods import CHILDREN, NATIONAL, days_ago, then


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


faces = st.sampled_from(["-2", "-1", "0", "1", "2"])
texts = st.sampled_from(
    ["calm", "very  calm", "x" * 24, "x" * 25, "two\nlines", "I want to die", "Cold."]
)
words = texts.map(lambda text: (text,))


@st.composite
def visits(draw):
    """What one person answered, in order, with what they changed or took back."""
    is_child = draw(st.integers(0, 4)) == 0
    rows = [("_language", "en")] if draw(st.booleans()) else []
    overall = ["great", "so_so"] if is_child else ["very_good", "poor", "dont_know"]
    optional = {
        "overall" if is_child else "fft": st.sampled_from(overall),
        "night": faces,
        "night_feelings": st.sampled_from(["safe", "own in_pain"]),
        "night_own": words,
        "staff": faces,
        "good": words,
        "better": words,
        "better.2": words,
        "talk_where": words,
        "_talk": st.sampled_from(["yes", "no"]),
        "_concern": st.just("help"),
    }
    keys = draw(st.lists(st.sampled_from(sorted(optional)), max_size=8))
    for key in keys:
        rows.append((key, draw(optional[key])))
        if draw(st.integers(0, 5)) == 0:
            rows.append((key, draw(st.sampled_from(["", "erased"]))))
    if draw(st.integers(0, 8)) == 0:
        end = [("_end", "withdrawn"), ("_practice", "yes")]
        rows.append(draw(st.sampled_from(end)))
    return {
        "ward": draw(st.sampled_from(["ASH", "ASH", "ASH", "BIRCH"])),
        "days": draw(st.integers(0, 15)),
        "mode": draw(st.sampled_from(["kiosk", "sms"])),
        "survey": CHILDREN if is_child else NATIONAL,
        "rows": rows or [("night", "1")],
    }


def take_in(several):
    """Each ward's visits from two of its devices, one after the other: what the second
    has comes late, for days of which the first has told already."""
    from central.deriving import follow

    for ward in ("ASH", "BIRCH"):
        mine = [one for one in several if one["ward"] == ward]
        for part in (mine[::2], mine[1::2]):
            tablet = world.new_tablet(ward)
            words = [row for one in part for row in rows_of(one)]
            rows = [Answer(tablet.id, seq, *row) for seq, row in enumerate(words, 1)]
            tablet.last = len(rows)
            tablet.send(rows)
            follow(tablet.id)


def rows_of(one):
    response, moment = new_response(), utc_text(days_ago(one["days"]))
    for question, value in one["rows"]:
        if isinstance(value, tuple):
            value = seal(value[0], response, question, *world.comment_key())
        yield (
            response, one["survey"], question, value, one["ward"], one["mode"], moment
        )  # fmt: skip


def counted_again(ward, first, last):
    """The period as one long day, from the raw answers, row by row."""
    from central.comments.models import Comment
    from central.intake.models import Answer as Row
    from central.summaries.day import day_of
    from central.summaries.said import Said
    from central.summaries.standing import arrived_rows, stands
    from central.surveys.published import surveys_named
    from feedback.answer import ERASED

    responses = set(Row.objects.values_list("response", flat=True))
    here = [
        line
        for rows in arrived_rows(responses, {}).values()
        for line in stands(rows, None)
        if line.ward == ward and line.counts and first <= line.day <= last
    ]
    said = [
        Said(a.response, a.survey, a.question, a.value, a.mode, a.part, a.moved)
        for a in here
    ]
    comments = {(c.device, c.seq): c for c in Comment.objects.all()}
    shown = {
        (a.response, a.question): comments[a.device, a.seq]
        for a in here
        if (a.device, a.seq) in comments and a.value != ERASED
    }
    opened = {place: one.text for place, one in shown.items()}
    calls = {p: tuple(c.concerns.split()) for p, c in shown.items() if c.concerns}
    surveys = surveys_named({a.survey for a in here if not a.question.startswith("_")})
    return day_of(said, opened, surveys, calls)


def shown_counts(span):
    from central.summaries.period import counts_of
    from central.summaries.period_reading import (
        came_in,
        grouped_in,
        own_in,
    )
    from central.surveys.published import every_survey

    surveys = every_survey()
    grouped = grouped_in(span, surveys.values())
    return counts_of(grouped, own_in(span), came_in(span), surveys)


def shown_voices(span):
    from central.summaries.words import words_of

    first = words_of(span, 1)
    pages = [words_of(span, page) for page in range(1, first.pages + 1)]
    found = [one.voice for page in pages for one in page.spoken]
    assert len(found) == first.people
    return Counter(found)


def same(ward, first, last):
    from central.summaries.period_reading import Span

    span = Span(ward, first, last)
    again, shown = counted_again(ward, first, last), shown_counts(span)
    for name in ("responses", "by_mode", "fft", "steps", "apart"):
        assert getattr(shown, name) == getattr(again, name), name
    assert shown_voices(span) == Counter(again.voices)


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(visits(), max_size=12))
def test_counting_every_answer_again_gives_what_is_shown(ash, several):
    today = world.today()
    with transaction.atomic():
        take_in(several)
        for first, last in ((15, 0), (10, 4), (3, 3)):
            same("ASH", today - timedelta(first), today - timedelta(last))
        transaction.set_rollback(True)


def long_words_are_words(monkeypatch):
    from central.summaries import period_reading

    monkeypatch.setattr(period_reading, "_SHORT", "(c.text NOT LIKE %s)")


def withdrawn_ones_count(monkeypatch):
    from central.summaries.models import Standing
    from central.summaries.period_reading import Span

    def all_of(span):
        days = (span.first, span.last)
        return Standing.objects.filter(ward=span.ward, day__range=days)

    monkeypatch.setattr(Span, "standing", all_of)


def only_the_first_page(monkeypatch):
    from central.summaries import words as module

    monkeypatch.setattr(module.Words, "pages", 1)
    monkeypatch.setattr(module, "PEOPLE_A_PAGE", 1)


@pytest.mark.parametrize(
    "fault", [long_words_are_words, withdrawn_ones_count, only_the_first_page]
)
def test_the_control_a_count_that_is_wrong_is_caught(ash, monkeypatch, fault):
    then(1, {"fft": "good", "night_own": ("x" * 30,)})
    then(1, {"fft": "poor", "_end": "withdrawn"})
    then(1, {"night": "1", "good": ("x",), "night_own": ("I want to die",)})
    today = world.today()
    same("ASH", today - timedelta(2), today)
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        same("ASH", today - timedelta(2), today)
