"""What are the words of a survey, and of the programs, in other languages?"""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.assets import assets_folder
from feedback.survey import in_language, plain
from feedback.surveys import SurveyError, load_surveys, read_survey, read_wording
from feedback.tomlfile import TomlFile
from tests.feedback.things import FEELINGS, HEAD, MAP, SCALE, choice, comment, step

TEXT = (
    HEAD.replace('"cy"]', '"zh-Hans"]')
    + "[practice]\nwording = { en = 'Practice' }\n"
    + MAP
    + SCALE
    + FEELINGS
    + choice("_who", "patient", "carer").replace("en = '''patient'''", "en = 'Me'")
    + "easy = { en = 'Family' }\n"
    + step("arrival", 'page = "map"\neasy = { en = "Arriving?" }')
    + comment("good", "sms = { en = 'Good?' }")
)
PATHS = [
    "title", "practice", "map", "scale.-2", "scale.-1", "scale.0", "scale.1", "scale.2",
    "feeling.safe", "feeling.lost", "feeling.own", "_who", "_who.patient", "_who.carer",
    "arrival", "arrival.title", "arrival.words", "arrival.own", "good",
]  # fmt: skip
EXTRA = ["_who.carer.easy", "arrival.easy", "good.sms"]
HEADER = "\n[words.zh-Hans]\n"


def chinese(*paths, but=()):
    lines = (f'"{path}" = "文 {path}"' for path in paths if path not in but)
    return HEADER + "\n".join(lines) + "\n"


WHOLE = TEXT + chinese(*PATHS, *EXTRA)


def test_the_words_of_a_table_stand_beside_the_english_ones():
    survey = read_survey(WHOLE, "w.toml")
    assert survey.title == {"en": "A test", "zh-Hans": "文 title"}
    assert survey.practice["zh-Hans"] == "文 practice"
    assert survey.map["zh-Hans"] == "文 map"
    level, feelings, own = (q for q in survey.questions if q.step)
    assert level.wording["zh-Hans"] == "文 arrival"
    assert level.easy["zh-Hans"] == "文 arrival.easy"
    assert {q.title["zh-Hans"] for q in (level, feelings, own)} == {"文 arrival.title"}
    assert feelings.wording["zh-Hans"] == "文 arrival.words"
    assert own.wording["zh-Hans"] == "文 arrival.own"
    assert level.option("-2").wording["zh-Hans"] == "文 scale.-2"
    assert feelings.option("own").wording["zh-Hans"] == "文 feeling.own"
    carer = survey.question("_who").option("carer")
    assert carer.wording["zh-Hans"] == "文 _who.carer"
    assert carer.easy["zh-Hans"] == "文 _who.carer.easy"
    assert survey.question("good").sms["zh-Hans"] == "文 good.sms"


def test_easy_words_that_a_language_lacks_are_its_plain_ones():
    survey = read_survey(TEXT + chinese(*PATHS), "w.toml")
    carer = survey.question("_who").option("carer")
    assert plain(carer, "zh-Hans", True) == "文 _who.carer"
    assert plain(carer, "en", True) == "Family"


def test_a_file_without_tables_falls_back_to_english_as_before():
    survey = read_survey(TEXT, "w.toml")
    assert survey.languages == ("en", "zh-Hans")
    assert in_language(survey.title, "zh-Hans") == "A test"


def test_the_order_of_the_tables_is_free():
    polish = chinese(*PATHS).replace("zh-Hans", "pl").replace("文", "ą")
    text = WHOLE.replace('"zh-Hans"]', '"zh-Hans", "pl"]') + polish
    assert read_survey(text, "w.toml").title["pl"] == "ą title"


def line_of(text, start):
    return next(n for n, line in enumerate(text.split("\n"), 1) if line == start)


def second(text, start):
    found = [n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start)]
    return found[-1]


# what is wrong: (text, the line that is named or None, what the reason says)
BAD = {
    "a language that is not spoken": (
        TEXT + HEADER.replace("zh-Hans", "pl"), "[words.pl]", "pl is not among"),
    "English again": (
        WHOLE + '[words.en]\n"title" = "t"\n', "[words.en]", "beside each question"),
    "a path that is none": (
        WHOLE + '"arival" = "a"\n', '"arival" = "a"', "nothing has its words"),
    "easy words that English has not": (
        WHOLE + '"good.easy" = "a"\n', '"good.easy" = "a"', "nothing has its words"),
    "the words of a scale without steps": (
        HEAD + choice("_who", "patient", "carer") + '[words.cy]\n"scale.2" = "a"\n'
        + "".join(f'"{p}" = "a"\n' for p in PATHS if p == "title" or "_who" in p),
        '"scale.2" = "a"', "nothing has its words"),
    "a missing word": (
        TEXT + chinese(*PATHS, but=["arrival.own"]), "[words.zh-Hans]",
        "zh-Hans lacks the words of 1: arrival.own"),
    "many missing words": (
        TEXT + chinese("title"), "[words.zh-Hans]", "lacks the words of 18: "),
    "a language without a table": (
        WHOLE.replace('"zh-Hans"]', '"zh-Hans", "pl"]'),
        'languages = ["en", "zh-Hans", "pl"]', "pl lacks the words of 19"),
    "words here and there": (
        WHOLE.replace('en = "A test"', 'en = "A test", zh-Hans = "a"'),
        '"title" = "文 title"', "stand beside the question too"),
    "empty words": (
        WHOLE.replace('"文 map"', '" "'), '"map" = " "', "are empty"),
    "words that are a number": (
        WHOLE.replace('"文 map"', "5"), '"map" = 5', "are empty"),
    "a control character": (
        WHOLE.replace('"文 map"', '"a\\u0007"'), '"map" = "a\\u0007"', "control"),
    "too many characters": (
        WHOLE.replace("文 map", "文" * 401), f'"map" = "{"文" * 401}"', "400"),
    "a path without its quotes": (
        WHOLE.replace('"arrival.own" =', "arrival.own ="),
        'arrival.own = "文 arrival.own"', ""),
    "a path twice": (WHOLE + '"map" = "a"\n', None, "overwrite"),
    "a table twice": (WHOLE + HEADER, None, "declare"),
    "words that are no tables": ("words = 5\n" + TEXT, "words = 5", "must be tables"),
    "a language that is no table": (
        HEAD + choice("one") + "[words]\ncy = 5\n", None, "words.cy must be a table"),
    "two things at one path": (
        HEAD + comment("title") + '[words.cy]\n"title" = "a"\n',
        'title = { en = "A test" }',
        "two things have their words at 'title'"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", BAD)
def test_bad_translations_are_refused_with_their_line(wrong):
    text, line, reason = BAD[wrong]
    with pytest.raises(SurveyError) as caught:
        read_survey(text, "bad.toml")
    assert reason in caught.value.reason
    if line is not None:
        assert caught.value.line == line_of(text, line)


pieces = st.sampled_from(
    [
        "[words.cy]", "[words.pl]", "[words]", '[words."ur"]', "[words.cy.x]", "",
        '"a" = "x"', '"a" = "y"', '"b.easy" = "żółć"', '"b" = "a\\"b"', "b = 'c'",
        '"c" = "d" # e', "# f", "#\x01", '"d" = """', "e'''", '"f" = 5', "[x]", " ",
        "words = 3", "a = true", 'b = "x"', "reviewed = false", "a = yes",
        '"\\u0041" = "g"', '"g" = "\x7f"', '"h" = "\t"', "[[question]]",
    ]
)  # fmt: skip


@given(st.lists(pieces, max_size=9), st.sampled_from(["\n", "\r\n"]))
def test_what_is_read_quickly_is_what_the_parser_reads(lines, end):
    text = end.join(lines)
    try:
        expected = tomllib.loads(text)
    except ValueError:
        with pytest.raises(SurveyError):
            TomlFile(text, "t.toml")
    else:
        assert TomlFile(text, "t.toml").data == expected


# ── what the programs say ────────────────────────────────────────────────────


def wording(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


ENGLISH = 'reviewed = true\n\nname = "English"\nprogress = "{at} of {all}"\n'
WELSH = 'reviewed = false\nname = "Cymraeg"\nprogress = "{at} o {all}"\n'


def test_a_folder_gives_the_phrases_of_all_its_languages(tmp_path):
    assert read_wording(wording(tmp_path, en=ENGLISH, cy=WELSH)) == {
        "name": {"en": "English", "cy": "Cymraeg"},
        "progress": {"en": "{at} of {all}", "cy": "{at} o {all}"},
    }


def test_a_phrase_that_a_language_lacks_stays_english(tmp_path):
    half = 'reviewed = false\nname = "Cymraeg"\n'
    phrases = read_wording(wording(tmp_path, en=ENGLISH, cy=half))
    assert in_language(phrases["progress"], "cy") == "{at} of {all}"


@pytest.mark.parametrize(
    ("welsh", "line", "reason"),
    [
        (WELSH.replace("reviewed = false\n", ""), 0, "needs reviewed"),
        (WELSH.replace("false", '["cy"]'), 1, "needs reviewed"),
        (WELSH + 'nxt = "Nesaf"\n', 4, "nxt: English has no such phrase"),
        (WELSH + 'Next = "Nesaf"\n', 4, "small letters"),
        (WELSH.replace('"Cymraeg"', '""'), 2, "name: the words are empty"),
        (WELSH.replace('"Cymraeg"', "5"), 2, "name: the words are empty"),
        (WELSH.replace('"Cymraeg"', '{ en = "a" }'), 2, "name: the words are empty"),
        (WELSH.replace("{at}", "{ar}"), 3, "fills in all, ar, and English does not"),
        (WELSH.replace("{at}", "{at"), 3, "stands alone"),
        (WELSH.replace("{at}", "{0}"), 3, "stands alone"),
        (WELSH.replace("{at}", "{}"), 3, "stands alone"),
        (WELSH.replace("{at}", "{at.real}"), 3, "stands alone"),
        (WELSH + "[", 4, ""),
    ],
)
def test_a_bad_language_is_refused_with_its_line(tmp_path, welsh, line, reason):
    with pytest.raises(SurveyError) as caught:
        read_wording(wording(tmp_path, en=ENGLISH, cy=welsh))
    assert (caught.value.file, caught.value.line) == ("cy.toml", line)
    assert reason in caught.value.reason


def test_a_folder_needs_english_and_files_named_after_languages(tmp_path):
    with pytest.raises(SurveyError, match=r"en\.toml: cannot be read"):
        read_wording(wording(tmp_path, cy=WELSH))
    with pytest.raises(SurveyError, match=r"Welsh\.toml: a file is named after"):
        read_wording(wording(tmp_path, en=ENGLISH, Welsh=WELSH))


# ── what we deliver ──────────────────────────────────────────────────────────


def test_the_kiosk_s_phrases_that_we_deliver_can_be_read():
    phrases = read_wording(assets_folder() / "wording" / "kiosk")
    languages = {language for words in phrases.values() for language in words}
    # A language that calls itself English could not be found by who needs it.
    assert phrases["name"].keys() == languages
    assert len(set(phrases["name"].values())) == len(languages)


@pytest.mark.parametrize("name", ["inpatient@2", "children@1"])
def test_each_language_that_we_deliver_is_whole(name):
    survey = load_surveys(assets_folder() / "surveys")[name]
    for question in survey.questions:
        for wording in (question.wording, *(o.wording for o in question.options)):
            assert wording.keys() == set(survey.languages)
