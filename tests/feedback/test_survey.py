"""Which question comes next? Properties over generated surveys and random walks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.survey import (
    COMMENT,
    Condition,
    Option,
    Question,
    Survey,
    asked,
    base_question,
    in_language,
    next_question,
    revise,
)
from feedback.surveys import read_survey
from tests.feedback.things import GOOD

KEYS = ("a", "b", "c")


def question(key, kind="choice", ask_if=()):
    options = () if kind == COMMENT else tuple(Option(k, {"en": k}) for k in KEYS)
    return Question(key, kind, {"en": key}, options=options, ask_if=tuple(ask_if))


def survey_of(*questions):
    return Survey("test", 1, {"en": "t"}, ("en",), frozenset(), tuple(questions))


some_keys = st.lists(st.sampled_from(KEYS), unique=True, max_size=2).map(tuple)


@st.composite
def surveys(draw):
    """Up to eight questions, each with up to two conditions on earlier ones."""
    found = []
    for n in range(draw(st.integers(1, 8))):
        earlier = [q.key for q in found if q.kind != COMMENT]
        conditions = []
        for _ in range(draw(st.integers(0, 2)) if earlier else 0):
            any_of = draw(some_keys)
            none_of = draw(some_keys) or (() if any_of else ("a",))
            conditions.append(
                Condition(draw(st.sampled_from(earlier)), any_of, none_of)
            )
        kind = draw(st.sampled_from(("choice", "choice", "choices", COMMENT)))
        found.append(question(f"q{n}", kind, conditions))
    return survey_of(*found)


def values(one):
    if one.kind == COMMENT:
        return st.sampled_from(("", "seal1.k.AAAA"))
    if one.kind == "choices":
        several = st.lists(st.sampled_from(KEYS), unique=True, max_size=3)
        return several.map(" ".join)
    return st.sampled_from(("", *KEYS))


def is_reachable(survey, answers, key):
    """Written anew, backwards from the question: the judge of the walks below."""
    one = survey.question(key)
    for condition in one.ask_if:
        below = is_reachable(survey, answers, condition.question)
        given_ = set(answers.get(condition.question, "").split()) if below else set()
        if condition.any_of and not given_ & set(condition.any_of):
            return False
        if given_ & set(condition.none_of):
            return False
    return True


@given(surveys(), st.data())
def test_every_path_ends_and_asks_nothing_twice(survey, data):
    answers = {}
    while one := next_question(survey, answers):
        assert one.key not in answers
        assert is_reachable(survey, answers, one.key)
        answers[one.key] = data.draw(values(one))
    assert len(answers) <= len(survey.questions)
    assert asked(survey, answers) == [q for q in survey.questions if q.key in answers]


def written(survey, rows):
    """What stands after these rows: the last of each question, if it is not empty."""
    return {key: value for key, value in dict(rows).items() if value}


def walk(survey, data, forget_orphans, write=revise):
    """A visitor who goes on, skips, goes back and changes; checks after each move."""
    answers, rows = {}, []
    for _ in range(data.draw(st.integers(1, 15))):
        on = next_question(survey, answers)
        there = [*asked(survey, answers), *([on] if on else [])]
        one = data.draw(st.sampled_from(there))
        changes = write(survey, answers, one.key, data.draw(values(one)))
        rows += changes.items()
        answers.update(changes)
        if forget_orphans:
            for key in changes.keys() - {one.key}:
                del answers[key]
        standing = written(survey, rows)
        assert standing == {key: value for key, value in answers.items() if value}
        assert all(is_reachable(survey, answers, key) for key in standing)
    return rows


@settings(max_examples=300)
@given(surveys(), st.booleans(), st.data())
def test_a_changed_mind_leaves_no_unreachable_answer_standing(survey, forget, data):
    walk(survey, data, forget)


def test_the_walk_catches_a_writer_that_leaves_orphans():
    two = question("q1", ask_if=[Condition("q0", ("a",))])
    survey = survey_of(question("q0"), two)

    @settings(max_examples=500, database=None, deadline=None)
    @given(st.data())
    def careless(data):
        walk(survey, data, False, lambda _, __, key, value: {key: value})

    with pytest.raises(AssertionError):
        careless()


@given(surveys(), st.data())
def test_the_questions_asked_come_in_the_survey_s_order(survey, data):
    answers = {
        q.key: data.draw(values(q))
        for q in survey.questions
        if data.draw(st.booleans())
    }
    order = [survey.questions.index(q) for q in asked(survey, answers)]
    assert order == sorted(order)
    assert all(is_reachable(survey, answers, q.key) for q in asked(survey, answers))


def test_a_way_that_opens_again_is_asked_again_by_who_forgets_the_orphans():
    survey = read_survey(GOOD, "good.toml")
    answers = {"fft": "poor", "arrival": "", "better": "words"}
    changes = revise(survey, answers, "fft", "good")
    assert changes == {"fft": "good", "better": ""}
    answers = {"fft": "poor", "arrival": ""}
    assert next_question(survey, answers).key == "better"


def test_an_added_comment_goes_with_the_question_it_adds_to():
    survey = read_survey(GOOD, "good.toml")
    answers = {"fft": "poor", "better": "one", "better.2": "two", "better.13": "three"}
    changes = revise(survey, answers, "fft", "good")
    assert changes == {"fft": "good", "better": "", "better.2": "", "better.13": ""}
    assert revise(survey, answers, "better.2", "new") == {"better.2": "new"}


def test_our_own_questions_are_no_orphans():
    survey = read_survey(GOOD, "good.toml")
    answers = {"_language": "cy", "fft": "poor", "_end": "finished"}
    assert revise(survey, answers, "fft", "good") == {"fft": "good"}


def test_emptying_an_answer_closes_what_it_opened():
    survey = read_survey(GOOD, "good.toml")
    answers = {"fft": "poor", "arrival": "1", "arrival_feelings": "own safe",
               "arrival_own": "snug"}  # fmt: skip
    assert revise(survey, answers, "arrival", "") == {
        "arrival": "", "arrival_feelings": "", "arrival_own": "",
    }  # fmt: skip


def test_a_value_that_the_question_does_not_take_is_an_error_of_ours():
    survey = read_survey(GOOD, "good.toml")
    for key, value in (("fft", "great"), ("fft", "good poor"), ("nothing", "x")):
        with pytest.raises(AssertionError):
            revise(survey, {}, key, value)


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        ("choice", "a", True),
        ("choice", "", True),
        ("choice", "a b", False),
        ("choice", "A", False),
        ("choice", " a", False),
        ("choices", "a b", True),
        ("choices", "a a", False),
        ("choices", "a  b", False),
        ("choices", "a d", False),
        ("comment", "anything at all", True),
    ],
)
def test_a_question_takes_its_own_options_only(kind, value, taken):
    assert question("q", kind).accepts(value) is taken


def test_a_step_of_the_journey_is_three_questions_on_one_page():
    survey = read_survey(GOOD, "good.toml")
    level, feelings, own = (q for q in survey.questions if q.step == "arrival")
    assert [level.key, feelings.key, own.key] == [
        "arrival", "arrival_feelings", "arrival_own",
    ]  # fmt: skip
    assert [level.kind, feelings.kind, own.kind] == ["rating", "feelings", "comment"]
    assert [o.key for o in level.options] == ["-2", "-1", "0", "1", "2"]
    assert {level.page, feelings.page, own.page} == {"arrival"}
    assert survey.steps() == [level]

    answers = {"fft": "good"}
    assert next_question(survey, answers) is level
    assert next_question(survey, {**answers, "arrival": ""}) is None
    felt = {**answers, "arrival": "-2"}
    assert next_question(survey, felt) is feelings
    assert next_question(survey, {**felt, "arrival_feelings": "lost"}) is None
    assert next_question(survey, {**felt, "arrival_feelings": "lost own"}) is own


def test_a_language_without_words_falls_back_to_english():
    assert in_language({"en": "Next", "cy": "Nesaf"}, "cy") == "Nesaf"
    assert in_language({"en": "Next"}, "cy") == "Next"
    assert in_language({}, "cy") == ""


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("better", "better"),
        ("better.2", "better"),
        ("better.13", "better"),
        ("better.", "better."),
        ("better.x", "better.x"),
    ],
)
def test_an_added_comment_knows_its_question(key, base):
    assert base_question(key) == base
