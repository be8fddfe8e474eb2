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
    offered,
    plain,
    revise,
)
from feedback.surveys import read_survey
from tests.feedback.things import (
    FEELINGS,
    GOOD,
    HEAD,
    MAP,
    SCALE,
    choice,
    comment,
    step,
)

KEYS = ("a", "b", "c")


def question(key, kind="choice", ask_if=(), needs=()):
    """Its options are a, b and c, each of which may need an earlier question."""
    needs = dict(zip(KEYS, needs, strict=False))
    options = tuple(
        Option(k, {"en": k}, needs=needs.get(k, ""))
        for k in (() if kind == COMMENT else KEYS)
    )
    return Question(key, kind, {"en": key}, options=options, ask_if=tuple(ask_if))


def survey_of(*questions):
    return Survey("test", 1, {"en": "t"}, ("en",), frozenset(), tuple(questions))


some_keys = st.lists(st.sampled_from(KEYS), unique=True, max_size=2).map(tuple)


def condition_on(draw, earlier):
    """On a value of an earlier question, or on something said in any of several."""
    choices = [q.key for q in earlier if q.kind != COMMENT]
    if not choices or draw(st.booleans()):
        several = st.lists(
            st.sampled_from([q.key for q in earlier]), min_size=1, max_size=3
        )
        return Condition("", said=tuple(draw(several)))
    any_of = draw(some_keys)
    none_of = draw(some_keys) or (() if any_of else ("a",))
    return Condition(draw(st.sampled_from(choices)), any_of, none_of)


@st.composite
def surveys(draw):
    """Up to eight questions, each with up to two conditions on earlier ones, and some
    with options that are offered only when an earlier one has an answer."""
    found = []
    for n in range(draw(st.integers(1, 8))):
        count = draw(st.integers(0, 2)) if found else 0
        conditions = [condition_on(draw, found) for _ in range(count)]
        kind = draw(st.sampled_from(("choice", "choice", "choices", COMMENT)))
        earlier = st.sampled_from(["", *(q.key for q in found)])
        needs = draw(st.lists(earlier, max_size=3)) if found else ()
        found.append(question(f"q{n}", kind, conditions, needs))
    return survey_of(*found)


def values(one, answers):
    """What a visitor with these answers can give to it."""
    if one.kind == COMMENT:
        return st.sampled_from(("", "seal1.k.AAAA"))
    keys = [option.key for option in offered(one, answers)]
    if one.kind == "choices":
        several = st.lists(st.sampled_from(keys), unique=True, max_size=3)
        return several.map(" ".join)
    return st.sampled_from(("", *keys))


def is_reachable(survey, answers, key):
    """Written anew, backwards from the question: the judge of the walks below."""
    one = survey.question(key)

    def counted(other):
        if not is_reachable(survey, answers, other):
            return set()
        value = answers.get(other, "")
        if survey.question(other).kind == COMMENT:
            return {value} - {""}
        return {
            part for part in value.split() if is_offered(survey, answers, other, part)
        }

    for condition in one.ask_if:
        if condition.said:
            if not any(counted(other) for other in condition.said):
                return False
            continue
        given_ = counted(condition.question)
        if condition.any_of and not given_ & set(condition.any_of):
            return False
        if given_ & set(condition.none_of):
            return False
    return one.kind == COMMENT or any(
        is_offered(survey, answers, key, option.key) for option in one.options
    )


def is_offered(survey, answers, key, value):
    """Whether an answer of this question is open: its need is met, on the way there."""
    needs = survey.question(key).option(value).needs
    if not needs or not answers.get(needs):
        return not needs
    below = survey.question(needs)
    return is_reachable(survey, answers, needs) and (
        below.kind == COMMENT
        or any(is_offered(survey, answers, needs, v) for v in answers[needs].split())
    )


@given(surveys(), st.data())
def test_every_path_ends_and_asks_nothing_twice(survey, data):
    answers = {}
    while one := next_question(survey, answers):
        assert one.key not in answers
        assert is_reachable(survey, answers, one.key)
        answers[one.key] = data.draw(values(one, answers))
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
        changes = write(survey, answers, one.key, data.draw(values(one, answers)))
        rows += changes.items()
        answers.update(changes)
        if forget_orphans:
            for key in [k for k in changes if k != one.key and not changes[k]]:
                del answers[key]
        standing = written(survey, rows)
        assert standing == {key: value for key, value in answers.items() if value}
        assert all(is_reachable(survey, answers, key) for key in standing)
        assert all(
            is_offered(survey, answers, key, part)
            for key, value in standing.items()
            if survey.question(key).kind != COMMENT
            for part in value.split()
        )
    return rows


@settings(max_examples=300)
@given(surveys(), st.booleans(), st.data())
def test_a_changed_mind_leaves_no_unreachable_answer_standing(survey, forget, data):
    walk(survey, data, forget)


def test_the_walk_catches_a_writer_that_leaves_orphans():
    catches(question("q1", ask_if=[Condition("q0", ("a",))]))


def test_the_walk_catches_a_writer_that_keeps_what_is_no_longer_offered():
    catches(question("q1", needs=("q0",)))


def catches(second):
    survey = survey_of(question("q0"), second)

    @settings(max_examples=500, database=None, deadline=None)
    @given(st.data())
    def careless(data):
        walk(survey, data, False, lambda _, __, key, value: {key: value})

    with pytest.raises(AssertionError):
        careless()


@given(surveys(), st.data())
def test_the_questions_asked_come_in_the_survey_s_order(survey, data):
    answers = {
        q.key: data.draw(values(q, {}) if offered(q, {}) else st.just(""))
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


# ── the map and what follows from it ─────────────────────────────────────────

MAP_SURVEY = (
    HEAD
    + MAP
    + SCALE
    + FEELINGS
    + "".join(step(key, 'page = "map"') for key in ("arrival", "meals", "night"))
    + """[[question]]
key = "why_step"
kind = "choice"
options_of = "steps"
wording = { en = "Which one?" }

[[question]]
key = "why"
kind = "comment"
about = "why_step"
ask_if = [{ said = ["why_step"] }]
wording = { en = "Why?" }
"""
    + comment("good")
    + choice("_share", extra='ask_if = [{ said = ["good", "why"] }]')
)


def mapped():
    return read_survey(MAP_SURVEY, "map.toml")


def shown(survey, **answers):
    """These answers, and every step shown."""
    steps = {q.key: "" for q in survey.questions if q.page == "map"}
    return {**steps, **answers}


def test_only_the_steps_that_were_placed_are_offered():
    survey = mapped()
    why_step = survey.question("why_step")
    assert [o.key for o in why_step.options] == ["arrival", "meals", "night"]
    assert [o.wording["en"] for o in why_step.options] == ["arrival", "meals", "night"]

    placed = shown(survey, meals="-2", night="1")
    assert next_question(survey, placed) is why_step
    assert [o.key for o in offered(why_step, placed)] == ["meals", "night"]


def test_nobody_is_asked_why_of_nothing():
    survey = mapped()
    assert next_question(survey, shown(survey)).key == "good"


def test_a_step_taken_off_the_map_takes_its_why_along():
    survey = mapped()
    answers = shown(survey, meals="-2", night="1", why_step="meals", why="cold soup",
                    good="", _share="yes")  # fmt: skip
    assert revise(survey, answers, "meals", "") == {
        "meals": "", "why_step": "", "why": "", "_share": "",
    }  # fmt: skip
    assert revise(survey, answers, "night", "") == {"night": ""}
    assert revise(survey, {**answers, "good": "you"}, "why_step", "") == {
        "why_step": "", "why": "",
    }  # fmt: skip


def test_of_several_answers_only_the_one_that_is_offered_no_longer_goes():
    several = question("q1", "choices", needs=("", "q0", "q0"))
    survey = survey_of(question("q0"), several)
    answers = {"q0": "a", "q1": "a c"}
    assert revise(survey, answers, "q0", "") == {"q0": "", "q1": "a"}


def test_an_answer_that_is_not_offered_is_an_error_of_ours():
    survey = mapped()
    with pytest.raises(AssertionError, match="not offered"):
        revise(survey, shown(survey, night="1"), "why_step", "meals")


def test_leave_to_share_is_asked_only_of_who_gave_words():
    survey = mapped()
    wordless = shown(survey, night="1", why_step="", good="")
    assert next_question(survey, wordless) is None
    assert next_question(survey, {**wordless, "good": "tea"}).key == "_share"
    explained = {**wordless, "why_step": "night", "why": "the lights"}
    assert next_question(survey, explained).key == "_share"


def test_the_steps_of_the_map_are_answered_in_any_order():
    survey = mapped()
    answers = {"night": "1"}
    assert revise(survey, answers, "arrival", "2") == {"arrival": "2"}
    felt = {**answers, "arrival": "2"}
    assert revise(survey, felt, "night_feelings", "own") == {"night_feelings": "own"}


def test_easy_words_are_those_of_the_same_language_or_the_usual_ones():
    one = Question("q", "comment", {"en": "Where?", "pl": "Gdzie?", "cy": "Ble?"},
                   easy={"en": "Say where", "cy": "Dywedwch ble"})  # fmt: skip
    option = Option("a", {"en": "A carer"}, easy={"en": "Family"})
    assert plain(one, "cy", True) == "Dywedwch ble"
    assert plain(one, "cy", False) == "Ble?"
    assert plain(one, "pl", True) == "Gdzie?"
    assert plain(one, "ur", True) == "Where?"
    assert plain(option, "en", True) == "Family"
    assert plain(option, "en", False) == "A carer"


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
