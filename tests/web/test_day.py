"""A day, counted again by brute force."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.summaries.day import day_of
from central.summaries.said import Said
from central.summaries.steps import OWN_CHARS
from feedback.assets import assets_folder
from feedback.survey import FFT_VALUES, STEP_VALUES
from feedback.surveys import load_surveys

EVERY = load_surveys(assets_folder() / "surveys")
SURVEY = EVERY["inpatient@1"]
SURVEYS = {"inpatient@1": SURVEY}
STEPS = ("arrival", "staff", "night")
WORDS = [option.key for option in SURVEY.question("arrival_feelings").options]
SEALED = "seal1.c1." + "A" * 64

answers = st.fixed_dictionaries(
    {},
    optional={
        "_language": st.sampled_from(["en", "cy", "ar", "x-nonsense"]),
        "_who": st.sampled_from(["patient", "carer"]),
        "_talk": st.sampled_from(["yes", "no"]),
        "fft": st.sampled_from(FFT_VALUES),
        **{step: st.sampled_from(STEP_VALUES) for step in STEPS},
        **{
            f"{step}_feelings": st.lists(
                st.sampled_from(WORDS), min_size=1, max_size=3, unique=True
            ).map(" ".join)
            for step in STEPS
        },
        "arrival_own": st.just(SEALED),
        "good": st.just(SEALED),
        "better": st.just(SEALED),
        "better.2": st.just(SEALED),
    },
)
visits = st.lists(st.tuples(st.sampled_from(["kiosk", "sms"]), answers), max_size=12)
texts = st.one_of(st.none(), st.text(min_size=1, max_size=60))


def said_of(several):
    return [
        Said(f"r{number:03}", "inpatient@1", question, value, mode, "morning")
        for number, (mode, given_answers) in enumerate(several)
        for question, value in given_answers.items()
    ]


@given(visits, st.data())
def test_a_day_is_what_brute_force_counts(several, data):
    said = said_of(several)
    sealed = [one for one in said if one.value == SEALED]
    opened = {
        (one.response, one.question): text
        for one in sealed
        if (text := data.draw(texts)) is not None
    }
    day = day_of(said, opened, SURVEYS)
    real = [(m, a) for m, a in several if any(not k.startswith("_") for k in a)]

    assert day.responses == len(real)
    assert dict(day.by_mode) == {
        mode: n for mode in ("kiosk", "sms") if (n := sum(m == mode for m, _ in real))
    }
    assert day.fft.counts() == {
        value: sum(a.get("fft") == value for _, a in real) for value in FFT_VALUES
    }
    assert len(day.talks) == sum(a.get("_talk") == "yes" for _, a in several)
    assert [step.key for step in day.steps] == list(STEPS)
    for step in day.steps:
        faces = [a[step.key] for _, a in real if step.key in a]
        assert list(step.spread) == [faces.count(value) for value in STEP_VALUES]
        chosen = [a.get(f"{step.key}_feelings", "").split() for _, a in real]
        for word in WORDS:
            label = SURVEY.question("arrival_feelings").option(word).wording["en"]
            people = sum(word in one for one in chosen)
            assert dict(step.words).get(label, 0) == (people if word != "own" else 0)


@given(visits, st.data())
def test_no_comment_is_lost_and_none_is_shown_twice(several, data):
    said = said_of(several)
    opened = {
        (one.response, one.question): f"{one.response} {one.question} " + "x" * pad
        for one in said
        if one.value == SEALED and (pad := data.draw(st.integers(0, 30))) % 3
    }
    day = day_of(said, opened, SURVEYS)
    shown = [
        r.text for voice in day.voices for r in voice.remarks if r.text is not None
    ]
    shown += [word for step in day.steps for word, n in step.own for _ in range(n)]
    assert sorted(shown) == sorted(opened.values())
    closed = sum(one.value == SEALED for one in said) - len(opened)
    assert day.unopened == closed


def voice_of(fft, question="better", text="words", felt=None):
    words = {"fft": fft, question: SEALED, **({"arrival": felt} if felt else {})}
    return ("kiosk", words, text)


def day_with(*voices):
    said = said_of([(mode, words) for mode, words, _ in voices])
    opened = {
        (one.response, one.question): voices[int(one.response[1:])][2]
        for one in said
        if one.value == SEALED
    }
    return day_of(said, opened, SURVEYS)


def test_those_who_rated_it_poor_are_read_first_then_those_who_ask_for_something():
    day = day_with(
        voice_of("very_good", "good", "1"),
        voice_of("good", "good", "2"),
        voice_of("good", "better", "3"),
        voice_of("poor", "good", "4"),
        voice_of("very_poor", "better", "5"),
        voice_of("neither", "better", "6"),
    )
    assert [voice.remarks[0].text for voice in day.voices] == list("546321")


def test_a_short_word_of_their_own_stands_among_the_words_of_its_step():
    day = day_with(voice_of("good", "arrival_own", "rushed", felt="-1"))
    assert day.steps[0].own == (("rushed", 1),)
    assert day.voices == ()


def test_a_long_word_of_their_own_is_shown_with_the_face_it_explains():
    text = "x" * (OWN_CHARS + 1)
    day = day_with(voice_of("good", "arrival_own", text, felt="-1"))
    assert day.steps[0].own == ()
    (remark,) = day.voices[0].remarks
    assert (remark.text, remark.felt) == (text, "-1")


def test_a_comment_that_cannot_be_opened_is_still_there():
    day = day_of(said_of([("sms", {"fft": "poor", "better": SEALED})]), {}, SURVEYS)
    assert day.unopened == 1
    assert day.voices[0].remarks[0].text is None


def test_an_erased_comment_is_not_shown_as_a_word():
    day = day_of(said_of([("sms", {"fft": "poor", "better": "erased"})]), {}, SURVEYS)
    assert day.voices == ()
    assert day.unopened == 0


def test_an_erased_word_of_their_own_is_not_shown_though_it_was_once_opened():
    said = said_of([("kiosk", {"arrival": "-1", "arrival_own": "erased"})])
    day = day_of(said, {("r000", "arrival_own"): "Betty"}, SURVEYS)
    assert day.steps[0].own == ()
    assert day.voices == ()


def test_each_response_whose_clock_was_wrong_is_counted_once():
    sure, moved = (
        [replace(one, response=name, moved=name == "moved") for one in said_of([visit])]
        for name in ("sure", "moved")
        for visit in [("kiosk", {"fft": "poor", "night": "-1", "better": SEALED})]
    )
    day = day_of([*sure, *moved], {}, SURVEYS)
    assert day.moved == 1
    assert sorted(voice.moved for voice in day.voices) == [False, True]


def test_someone_who_only_chose_a_language_is_not_a_response():
    assert day_of(said_of([("kiosk", {"_language": "cy"})]), {}, SURVEYS).responses == 0


def test_the_middle_is_the_mean_of_the_faces():
    day = day_of(
        said_of([("kiosk", {"night": v}) for v in ("-2", "-2", "1")]), {}, SURVEYS
    )
    night = day.steps[2]
    assert night.middle == -1
    assert day.steps[0].middle is None


# ── the map, and surveys of other kinds ──────────────────────────────────────

NATIONAL, CHILDREN = "inpatient@2", "children@1"
GREAT = ("great", "good", "so_so", "bad", "really_bad")


def visit_of(response, survey, words):
    return [
        Said(response, survey, question, value, "kiosk", "evening")
        for question, value in words.items()
    ]


mixed = st.lists(
    st.one_of(
        st.tuples(
            st.just(NATIONAL),
            st.fixed_dictionaries(
                {},
                optional={
                    "fft": st.sampled_from(FFT_VALUES),
                    "staff": st.sampled_from(STEP_VALUES),
                    "meals": st.sampled_from(STEP_VALUES),
                    "staff_feelings": st.sampled_from(["safe", "safe own"]),
                    "_talk": st.just("yes"),
                    "talk_where": st.just(SEALED),
                },
            ),
        ),
        st.tuples(
            st.just(CHILDREN),
            st.fixed_dictionaries(
                {},
                optional={
                    "overall": st.sampled_from(GREAT),
                    "staff": st.sampled_from(STEP_VALUES),
                    "staff_feelings": st.sampled_from(["safe", "happy afraid"]),
                    "_talk": st.just("no"),
                },
            ),
        ),
    ),
    max_size=14,
)


@given(mixed)
def test_children_are_counted_apart_and_never_as_the_national_question(several):
    said = [
        one
        for number, (survey, words) in enumerate(several)
        for one in visit_of(f"r{number:03}", survey, words)
    ]
    day = day_of(said, {}, EVERY)

    def of(survey):
        words = [w for s, w in several if s == survey]
        return [w for w in words if any(not key.startswith("_") for key in w)]

    grown_up, children = of(NATIONAL), of(CHILDREN)
    assert day.responses == len(grown_up) == sum(n for _, n in day.by_mode)
    assert day.fft.total == sum("fft" in words for words in grown_up)
    staff = next(step for step in day.steps if step.key == "staff")
    assert staff.people == sum("staff" in words for words in grown_up)
    assert [part.title for part in day.apart] == (
        ["For children and young people"] if children else []
    )
    for part in day.apart:
        assert part.responses == len(children)
        assert part.question == "How was it here?"
        overall = [words.get("overall") for words in children]
        assert [count for _, count in part.overall] == [
            overall.count(value) for value in GREAT
        ]
        assert part.steps[0].people == sum("staff" in words for words in children)
        assert part.faces == ("Great", "Good", "So-so", "Bad", "Really bad")
    assert len(day.talks) == sum(w.get("_talk") == "yes" for _, w in several)


def test_nine_steps_stand_in_the_journey_s_order():
    day = day_of(visit_of("r", NATIONAL, {"other": "1", "arrival": "2"}), {}, EVERY)
    assert [step.title for step in day.steps] == [
        "Arriving", "Settling in", "Meals", "Tests and treatment", "Medicines",
        "Talking with staff", "Night time", "Going home", "Something else",
    ]  # fmt: skip


def test_why_stands_beside_the_step_that_it_is_about():
    words = {"fft": "good", "meals": "-2", "why_step": "meals", "why": SEALED}
    day = day_of(visit_of("r", NATIONAL, words), {("r", "why"): "Cold soup"}, EVERY)
    (remark,) = day.voices[0].remarks
    assert (remark.about, remark.felt, remark.text) == ("Meals", "-2", "Cold soup")
    assert remark.title == "Why did it feel like that?"


def test_leave_to_share_and_the_step_that_was_chosen_are_no_remarks():
    words = {"fft": "good", "meals": "1", "why_step": "meals", "_share": "yes"}
    assert day_of(visit_of("r", NATIONAL, words), {}, EVERY).voices == ()


def test_where_someone_can_be_found_is_with_their_request_and_never_a_voice():
    words = {"_who": "carer", "_talk": "yes", "talk_where": SEALED}
    day = day_of(visit_of("r", NATIONAL, words), {("r", "talk_where"): "Bed 4"}, EVERY)
    assert day.voices == ()
    assert [(one.where, one.part, one.who) for one in day.talks] == [
        ("Bed 4", "evening", "carer")
    ]


@pytest.mark.parametrize(
    ("words", "opened", "where"),
    [
        ({"_talk": "yes"}, {}, [""]),
        ({"_talk": "yes", "talk_where": SEALED}, {}, [None]),
        ({"_talk": "yes", "talk_where": "erased"}, {("r", "talk_where"): "x"}, []),
        ({"_talk": "no", "talk_where": SEALED}, {("r", "talk_where"): "x"}, []),
    ],
)
def test_a_request_says_where_as_far_as_it_can_be_known(words, opened, where):
    day = day_of(visit_of("r", CHILDREN, words), opened, EVERY)
    assert [one.where for one in day.talks] == where
    assert day.unopened == where.count(None)
    assert day.voices == ()


def test_a_child_who_found_it_bad_is_read_among_those_who_rated_it_poor():
    several = {
        "r1": (NATIONAL, {"fft": "neither", "better": SEALED}),
        "r2": (CHILDREN, {"overall": "really_bad", "good": SEALED}),
        "r3": (CHILDREN, {"overall": "great", "better": SEALED}),
        "r4": (NATIONAL, {"fft": "poor", "good": SEALED}),
    }
    said = [one for r, (s, w) in several.items() for one in visit_of(r, s, w)]
    opened = {(one.response, one.question): one.response for one in said}
    day = day_of(said, opened, EVERY)
    assert [voice.remarks[0].text for voice in day.voices] == ["r2", "r4", "r1", "r3"]
    child = day.voices[0]
    assert (child.rated, child.overall, child.like) == ("", "Really bad", "very_poor")
