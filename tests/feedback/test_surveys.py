"""How does a survey come off the disk? Every bad file is refused with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.assets import assets_folder
from feedback.survey import FFT_VALUES, Survey
from feedback.surveys import (
    FILE_BYTES,
    SurveyError,
    load_surveys,
    read_survey,
    read_wording,
)
from feedback.verbatim import FFT_OPTIONS, FFT_WORDING
from tests.feedback.things import (
    FEELINGS,
    FFT,
    GOOD,
    HEAD,
    MAP,
    SCALE,
    choice,
    comment,
    options,
    step,
    words,
)


def line_of(text, start, nth=1):
    """The number of the nth line that begins so."""
    found = [n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start)]
    return found[nth - 1]


def if_(question, **of):
    parts = "".join(f", {name} = {keys}" for name, keys in of.items())
    return f'ask_if = [ {{ question = "{question}"{parts} }} ]'


ASK_YES = if_("one", any_of=["yes"])
BARE = HEAD + choice("one")
STEPS = HEAD + SCALE + FEELINGS

SAID = 'ask_if = [{ said = ["one"] }]'
ON_MAP = 'page = "map"'
MAPPED = STEPS + MAP + step("a", ON_MAP)


def why_step(of="steps"):
    head = '[[question]]\nkey = "why_step"\nkind = "choice"\n'
    return f'{head}{words("Which?")}\noptions_of = "{of}"\n'


# what is wrong: (text, begin of the line that is named or None, what the reason says)
BAD = {
    "an empty file": ("", None, "languages"),
    "half a file": (GOOD[: GOOD.index("[[scale") + 12], "[[scale.opt", "Expected"),
    "half a string": (HEAD + 'x = "half', 'x = "half', "Unterminated"),
    "a key twice": (HEAD + "version = 2\n" + choice("one"), "version = 2", "overwrite"),
    "a table twice": (BARE + "[practice]\n[practice]\n", None, "declare"),
    "an unknown key": ("colour = 1\n" + BARE, "colour", "'colour'"),
    "an unknown key of a question": (
        HEAD + choice("one") + choice("two", extra="k = 1"), "k = 1", "no 'k'"),
    "an unknown key of an option": (BARE + "size = 4\n", "size", "'size'"),
    "a key of steps in a plain question": (
        HEAD + choice("one", extra='own = { en = "o" }'), "own =", "'own'"),
    "another page on a step": (
        STEPS + step("arrival", 'page = "p"'), "page", "is 'map' or none"),
    "a plain question on the map": (
        HEAD + comment("one", 'page = "map"'), "[[question]]", "only steps"),
    "steps on the map without its words": (
        STEPS + step("arrival", ON_MAP), None, "need the wording of [map]"),
    "a map in two parts": (
        MAPPED + comment("two") + step("b", ON_MAP), "[[question]] 3", "follow"),
    "a map without English": (
        BARE + "[map]\nwording = { cy = 'map' }\n", "[map]", "map: needs words"),
    "a picture that is a path": (
        HEAD + comment("one", 'picture = "../x"'), "[[question]]", "not a path"),
    "a picture of an option that is a number": (
        BARE + "picture = 7\n", "[[question]]", "not a path"),
    "easy words without English": (
        HEAD + comment("one", "easy = { cy = 'e' }"), "[[question]]", "easy: needs"),
    "easy words that are none": (
        BARE + "easy = { en = '' }\n", "[[question]]", "easy: the words in en are"),
    "easy words for the national question": (
        HEAD + FFT.replace("fft = true", "fft = true\neasy = { en = 'How was it?' }"),
        "[[question]]", "no easy words"),
    "easy words for a national answer": (
        HEAD + FFT + "easy = { en = 'No idea' }\n", "[[question]]", "no easy words"),
    "an option called as a part of a question": (
        HEAD + choice("one", "own", "b"), "[[question]]", "called own"),
    "names that are no truth": (
        HEAD + comment("one", "names = 1"), "[[question]]", "true or false"),
    "names in a choice": (
        HEAD + choice("one", extra="names = true"), "[[question]]", "for a comment"),
    "about in a choice": (
        BARE + choice("two", extra='about = "one"'), "[[question]] 2", "for a comment"),
    "about that is a number": (
        BARE + comment("two", "about = 5"), "[[question]] 2", "names a choice"),
    "about of a later question": (
        HEAD + comment("two", 'about = "one"') + choice("one"), "[[question]]",
        "no earlier choice"),
    "about of a comment": (
        HEAD + comment("one") + comment("two", 'about = "one"'), "[[question]] 2",
        "no earlier choice"),
    "options of something else": (
        MAPPED + why_step("wards"), "[[question]] 2", "options_of = 'steps'"),
    "options of steps and of its own": (
        MAPPED + choice("two", extra='options_of = "steps"'), "[[question]] 2",
        "without options"),
    "options of steps for a rating": (
        MAPPED + why_step().replace('"choice"', '"rating"'), "[[question]] 2",
        "for a choice"),
    "options of steps before any": (
        HEAD + why_step(), "[[question]]", "no step stands before"),
    "options of steps for a key of ours": (
        MAPPED + why_step().replace("why_step", "_who"), "[[question]] 2",
        "takes only"),
    "said of nothing": (
        BARE + comment("two", "ask_if = [{ said = [] }]"), "[[question]] 2", "said is"),
    "said that is no list": (
        BARE + comment("two", "ask_if = [{ said = 'one' }]"), "[[question]] 2",
        "said is"),
    "said with a value": (
        BARE + comment("two", if_("one", any_of=["yes"], said=["one"])),
        "[[question]] 2", "stands alone"),
    "said of a later question": (
        HEAD + comment("two", SAID) + choice("one"), "[[question]]", "not earlier"),
    "said of itself": (
        HEAD + comment("one", SAID), "[[question]]", "names one, which is not earlier"),
    "an id with capitals": (BARE.replace('"test"', '"Test"'), "id", "id must"),
    "an id that is a number": (BARE.replace('"test"', "5"), "id", "id must"),
    "version as text": (
        BARE.replace("version = 1", 'version = "1"'), "version", "version must"),
    "version as a truth": (
        BARE.replace("version = 1", "version = true"), "version", "version must"),
    "version with a point": (
        BARE.replace("version = 1", "version = 1.0"), "version", "version must"),
    "version 0": (BARE.replace("version = 1", "version = 0"), "version", "version"),
    "no English": (
        BARE.replace('["en", "cy"]', '["cy"]'), "languages", "must hold 'en'"),
    "a language that is none": (
        BARE.replace('"cy"]', '"Welsh!"]'), "languages", "must be a list"),
    "languages as text": (
        BARE.replace('["en", "cy"]', '"en"'), "languages", "must be a list"),
    "a language twice": (BARE.replace('"cy"', '"en"'), "languages", "twice"),
    "reviewed but not spoken": (
        BARE.replace('["en"]', '["pl"]'), "reviewed", "not among languages"),
    "words in a language not spoken": (
        HEAD + choice("one", extra='sms = { en = "s", pl = "s" }'),
        "[[question]]", "pl is not among"),
    "no title": (BARE.replace("title", "practice"), None, "title: needs words"),
    "empty words": (BARE.replace('"A test"', '" "'), "title", "are empty"),
    "words that are a number": (BARE.replace('"A test"', "5"), "title", "are empty"),
    "5,000 characters": (BARE.replace("A test", "x" * 5_000), "title", "400"),
    "a NUL in the words": (
        BARE.replace("A test", "A\\u0000test"), "title", "control characters"),
    "no question": (HEAD, None, "1 to 60"),
    "61 questions": (HEAD + "".join(choice(f"q{n}") for n in range(61)), None, "60"),
    "a question that is no table": (HEAD + "question = [1, 2]\n", None, "1 to 60"),
    "one option": (HEAD + choice("one", "yes"), "[[question]]", "2 to 40"),
    "41 options": (
        HEAD + choice("one", *(f"o{n}" for n in range(41))), "[[question]]", "2 to 40"),
    "no option": (
        HEAD + choice("one").split("[[question.")[0], "[[question]]", "2 to 40"),
    "an option twice": (HEAD + choice("one", "a", "a"), "[[question]]", "twice"),
    "options that are no tables": (
        HEAD + comment("one", "option = 5"), "[[question]]", "must be tables"),
    "an option with a space": (HEAD + choice("one", "a", "b c"), "[[q", "option's key"),
    "a comment with options": (
        HEAD + comment("one") + options("a", "b"), "[[question]]", "0 to 0"),
    "a face that is a path": (
        BARE + 'face = "../../etc/passwd"\n', "[[question]]", "not a path"),
    "an unknown kind": (HEAD + choice("one", kind="slider"), "[[question]]", "kind"),
    "feelings outside a step": (
        HEAD + choice("one", kind="feelings"), "[[question]]", "kind"),
    "a page that is a number": (
        HEAD + choice("one", extra="page = 3"), "[[question]]", "page"),
    "qs15 as a truth": (HEAD + choice("one", extra="qs15 = true"), "[[q", "QS15"),
    "qs15 of 7": (HEAD + choice("one", extra="qs15 = 7"), "[[question]]", "QS15"),
    "a key of ours that is none": (HEAD + choice("_mood"), "[[question]]", "are ours"),
    "a key of ours that the collector writes": (
        HEAD + choice("_end", "finished", "left"), "[[question]]", "are ours"),
    "a value of ours that is none": (
        HEAD + choice("_who", "patient", "robot"), "[[question]]", "takes only"),
    "a comment under a key of ours": (HEAD + comment("_talk"), "[[q", "choice"),
    "ask_if into itself": (
        HEAD + choice("one", extra=ASK_YES), "[[question]]", "not earlier"),
    "ask_if with an unknown key": (
        BARE + choice("two", extra=if_("one", all_of=["yes"])),
        "[[question]] 2", "'all_of'"),
    "ask_if of nothing": (BARE + choice("two", extra=if_("one")), "[[question]] 2",
                          "needs any_of"),
    "ask_if as text": (BARE + choice("two", extra='ask_if = "one"'), "[[question]] 2",
                       "list of tables"),
    "ask_if of a later question": (
        HEAD + comment("two", ASK_YES) + choice("one"), "[[question]]", "not earlier"),
    "ask_if of no question": (
        BARE + comment("two", if_("none", any_of=["yes"])), "[[question]] 2",
        "not earlier"),
    "ask_if of an unknown option": (
        BARE + comment("two", if_("one", any_of=["maybe"])), "[[question]] 2",
        "no option maybe"),
    "none_of an unknown option": (
        BARE + comment("two", if_("one", none_of=["maybe"])), "[[question]] 2",
        "no option maybe"),
    "ask_if into a comment": (
        HEAD + comment("one") + comment("two", ASK_YES), "[[question]] 2",
        "into a comment"),
    "a key again": (BARE + comment("one"), "[[question]] 2", "used twice"),
    "a key that a step took": (
        STEPS + step("arrival") + comment("arrival_own"), "[[question]] 2",
        "used twice"),
    "a step named fft": (STEPS + step("fft"), "[[question]]", "no step"),
    "a step with a key of ours": (STEPS + step("_who"), "[[question]]", "no step"),
    "a step without a scale": (HEAD + FEELINGS + step("arrival"), None, "2 to 40"),
    "a step with a muddled scale": (
        HEAD + SCALE.replace('"-2"', '"3"') + FEELINGS + step("a"), "[[scale.opt",
        "2, 1, 0, -1, -2"),
    "a scale that is a number": (
        "scale = 5\n" + HEAD + FEELINGS + step("a"), None, "must be a table"),
    "a practice that is a text": (
        'practice = "p"\n' + BARE, "practice", "must be a table"),
    "feelings without a word of one's own": (
        HEAD + SCALE + FEELINGS.replace('"own"', '"other"') + step("a"), "[[feeling",
        "'own'"),
    "a step without words": (
        STEPS + step("arrival").replace("words =", "sms ="), "sms", "'sms'"),
    "a step of another name": (
        STEPS + step("arrival").replace('key = "arrival"', 'key = "x"'), "[[question]]",
        "a step has"),
    "the national question reworded": (
        HEAD + FFT.replace("Overall, how", "How"), "[[question]]", FFT_WORDING),
    "the national question reworded for texts": (
        HEAD + FFT.replace("fft = true", 'fft = true\nsms = { en = "How was it?" }'),
        "[[question]]", FFT_WORDING),
    "a national answer reworded": (
        HEAD + FFT.replace('"Poor"', '"Bad"'), "[[question]]", "Neither good nor poor"),
    "a national answer left out": (
        HEAD + FFT[: FFT.rindex("[[question.option]]")], "[[question]]", "Don't know"),
    "national answers turned round": (
        HEAD + FFT.replace('"good"', '"g"').replace('"poor"', '"good"')
        .replace('"g"', '"poor"'), "[[question]]", "its answers"),
    "fft under another key": (
        HEAD + FFT.replace('key = "fft"', 'key = "overall"'), "[[question]]",
        "go together"),
    "the key fft for another question": (HEAD + choice("fft"), "[[q", "go together"),
    "arrays 100,000 deep": (HEAD + "x = " + "[" * 100_000, None, ""),
    "a number of 5,000 digits": (HEAD + "x = " + "9" * 5_000, None, ""),
    "a date that is none": (HEAD + "x = 2026-02-30\n", "x =", "Invalid date"),
    "larger than a survey can be": (BARE + "#" * FILE_BYTES, None, "larger"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", BAD)
def test_a_bad_survey_is_refused_with_its_file_its_line_and_the_reason(wrong):
    text, start, reason = BAD[wrong]
    with pytest.raises(SurveyError) as caught:
        read_survey(text, "bad.toml")
    error = caught.value
    assert error.file == "bad.toml"
    assert str(error).startswith("bad.toml")
    assert reason in error.reason
    if start is not None:
        start, _, nth = (
            start.partition(" ") if start.startswith("[[q") else (start, "", "")
        )
        assert error.line == line_of(text, start, int(nth or 1))
        assert f"line {error.line}" in str(error)


def test_the_table_above_starts_from_good_surveys():
    assert len(read_survey(GOOD, "good.toml").questions) == 5
    assert len(read_survey(BARE, "bare.toml").questions) == 1
    assert len(read_survey(STEPS + step("arrival"), "steps.toml").questions) == 3
    assert len(read_survey(MAPPED + why_step(), "map.toml").questions) == 4


def write(tmp_path, raw, name="s.toml"):
    (tmp_path / name).write_bytes(raw)
    return tmp_path


@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        (GOOD.encode("utf-16"), 1, "UTF-8"),
        (GOOD.encode() + b"# caf\xe9\n", GOOD.count("\n") + 1, "UTF-8"),
        (b"#" * (FILE_BYTES + 1), 0, "larger"),
        (b"", 0, ""),
    ],
)
def test_a_file_that_is_no_text_of_ours_is_refused(tmp_path, raw, line, reason):
    with pytest.raises(SurveyError) as caught:
        load_surveys(write(tmp_path, raw))
    assert caught.value.file == "s.toml"
    assert caught.value.line in (line, 1)
    assert reason in caught.value.reason


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(SurveyError, match=r"folder\.toml: cannot be read"):
        load_surveys(tmp_path)
    with pytest.raises(SurveyError, match=r"gone\.toml: cannot be read"):
        read_wording(tmp_path / "gone.toml")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_windows_editor_changes_nothing(tmp_path, mark, end):
    raw = mark + GOOD.encode().replace(b"\n", end)
    assert load_surveys(write(tmp_path, raw))["test@1"] == read_survey(GOOD, "g.toml")


def test_lines_are_counted_right_in_a_windows_file():
    bad = (BARE + comment("one")).replace("\n", "\r\n")
    with pytest.raises(SurveyError) as caught:
        read_survey(bad, "bad.toml")
    assert caught.value.line == line_of(bad, "[[question]]", 2)


def test_a_header_with_spaces_and_a_remark_is_still_found():
    second = comment("one").replace("[[question]]", " [[ question ]]  # again")
    with pytest.raises(SurveyError) as caught:
        read_survey(BARE + second, "bad.toml")
    assert caught.value.line == line_of(BARE + second, " [[ question")


def test_one_survey_in_two_files_is_refused(tmp_path):
    write(tmp_path, GOOD.encode(), "a.toml")
    with pytest.raises(SurveyError, match=r"b\.toml, line 1: test@1 is in another"):
        load_surveys(write(tmp_path, GOOD.encode(), "b.toml"))


def test_markup_in_a_label_is_just_text():
    text = BARE.replace("A test", "[b]A[/b] &bl;test&br; {0} %s <b>")
    title = read_survey(text, "m.toml").title["en"]
    assert title == "[b]A[/b] &bl;test&br; {0} %s <b>"


def test_the_national_question_is_held_to_the_letter():
    fft = read_survey(GOOD, "good.toml").question("fft")
    assert fft.fft
    assert fft.wording["en"] == FFT_WORDING
    assert FFT_WORDING == "Overall, how was your experience of our service?"
    assert tuple(o.wording["en"] for o in fft.options) == FFT_OPTIONS
    assert tuple(o.key for o in fft.options) == FFT_VALUES


def test_the_surveys_that_we_deliver_load():
    for name, survey in load_surveys(assets_folder() / "surveys").items():
        assert name == survey.name
        assert survey.reviewed <= set(survey.languages)


def test_the_journey_in_nine_steps_is_as_delivered():
    survey = load_surveys(assets_folder() / "surveys")["inpatient@2"]
    assert [q.key for q in survey.steps()] == [
        "arrival", "settling", "meals", "tests", "medicines", "staff", "night",
        "going_home", "other",
    ]  # fmt: skip
    assert {q.page for q in survey.questions if q.step} == {"map"}
    why_step, why = survey.question("why_step"), survey.question("why")
    assert [o.picture for o in why_step.options] == [q.picture for q in survey.steps()]
    assert why.about == "why_step"
    assert survey.question("talk_where").names
    assert not survey.question("good").names
    assert survey.map["en"] == "How did each part of your stay feel?"
    assert survey.question("_who").option("carer").easy["en"].startswith("I am family")


def test_the_children_s_survey_is_not_the_national_question():
    survey = load_surveys(assets_folder() / "surveys")["children@1"]
    assert not any(q.fft or q.key == "fft" for q in survey.questions)
    assert len(survey.question("overall").options) == 5


def test_a_wording_file_gives_its_phrases(tmp_path):
    path = tmp_path / "kiosk.toml"
    path.write_text('reviewed = ["en"]\n[next]\nen = "Next"\ncy = "Nesaf"\n')
    assert read_wording(path) == {"next": {"en": "Next", "cy": "Nesaf"}}
    path.write_text('[next]\nen = "Next"\n[back]\ncy = "Yn ôl"\n', encoding="utf-8")
    with pytest.raises(SurveyError, match=r"kiosk\.toml, line 3: back: needs words"):
        read_wording(path)


RAW = GOOD.encode()


def outcome(read):
    """The survey, or the SurveyError; any other exception is the test's failure."""
    try:
        return read()
    except SurveyError as error:
        return error


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, len(RAW)),
    st.integers(0, 40),
    st.binary(max_size=8)
    | st.sampled_from([b"\n", b"'''", b"[", b"= 5 #", b"true", b"[[question]]\n"]),
)
def test_any_damage_gives_a_survey_or_a_survey_error(tmp_path_factory, at, cut, put):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    write(folder, RAW[:at] + put + RAW[at + cut :])
    # Damage to its name or version makes it another survey, not a bad one.
    found = outcome(lambda: next(iter(load_surveys(folder).values())))
    if isinstance(found, SurveyError):
        assert found.file == "s.toml"
        assert 0 <= found.line <= RAW.count(b"\n") + 10
    else:
        assert isinstance(found, Survey)


simple = st.none() | st.booleans() | st.integers(-3, 3) | st.just("en") | st.just("")
trees = st.recursive(
    simple.filter(lambda x: x is not None),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["en", "key", "option", "question"]), inner)
    ),
    max_leaves=5,
)


def as_toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{k} = {as_toml(v)}' for k, v in value.items())} }}"
    return str(value)


WORDS = ["id", "version", "languages", "reviewed", "title", "practice", "map", "scale",
         "feeling", "question", "words"]  # fmt: skip
PARTS = ["key", "kind", "wording", "sms", "option", "ask_if", "page", "title", "step",
         "words", "own", "fft", "qs15", "easy", "picture", "options_of", "about",
         "names"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS), trees, max_size=9))
def test_any_types_at_the_top_give_a_survey_or_a_survey_error(top):
    start = {"id": "t", "version": 1, "languages": ["en"], "title": {"en": "t"}}
    text = "".join(f"{k} = {as_toml(v)}\n" for k, v in {**start, **top}.items())
    with pytest.raises(SurveyError):  # no such tree is a whole survey
        read_survey(text, "t.toml")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(PARTS), trees, max_size=9), st.booleans())
def test_any_types_in_a_question_give_a_survey_or_a_survey_error(parts, is_step):
    plain = {"key": "a", "kind": "comment", "wording": {"en": "a"}}
    arrival = {
        "key": "a",
        "kind": "feelings",
        "step": "a",
        "wording": {"en": "a"},
        "title": {"en": "a"},
        "words": {"en": "a"},
        "own": {"en": "a"},
    }
    question = {**(arrival if is_step else plain), **parts}
    lines = "".join(f"{k} = {as_toml(v)}\n" for k, v in question.items())
    text = STEPS + "[[question]]\n" + lines
    assert isinstance(
        outcome(lambda: read_survey(text, "t.toml")), Survey | SurveyError
    )
