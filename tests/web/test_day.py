"""A day, counted again by brute force."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from central.summaries.day import OWN_CHARS, Said, day_of
from feedback.assets import assets_folder
from feedback.survey import FFT_VALUES, STEP_VALUES
from feedback.surveys import load_surveys

SURVEYS = load_surveys(assets_folder() / "surveys")
SURVEY = SURVEYS["inpatient@1"]
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
    assert day.talks == sum(a.get("_talk") == "yes" for _, a in real)
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
