"""What we understand, as data: complete, without contradictions, refused when wrong."""

import csv
import shutil
import time
import tomllib

import pytest

from feedback.assets import assets_folder
from feedback.surveys import SurveyError, load_surveys
from smsgateway.heard import read_heard
from smsgateway.tokens import tokens_in
from smsgateway.words import STOP_NO, STOP_SURE
from tests.smsgateway.test_truth import SHARED
from tests.smsgateway.trust import HEARD, INPATIENT

FOLDER = assets_folder() / "heard"
FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in FOLDER.glob("*.toml")
    if path.stem != "faces"
}
SURVEYS = load_surveys(INPATIENT.parent)
COMMENTS = SHARED / "data" / "comments.csv"
NEEDED = (
    "names", "greetings", "courtesy", "around_numbers", "help", "who", "stop",
    "stop_sentences", "stop_maybe",
)  # fmt: skip


def test_all_languages_of_the_surveys_are_heard_and_only_english_is_checked():
    assert set(FILES) == set(SURVEYS["inpatient@2"].languages)
    assert [one for one, file in FILES.items() if file["reviewed"]] == ["en"]


@pytest.mark.parametrize("language", FILES)
def test_a_language_has_every_list_and_counts_to_six(language):
    file = FILES[language]

    assert all(file[name] for name in NEEDED)
    assert set(range(1, 7)) <= set(file["numbers"].values())


def said(name):
    return {tuple(tokens_in(one)) for file in FILES.values() for one in file[name]}


def test_no_word_means_two_things():
    numbers, stops = set(HEARD.numbers), said("stop")
    options = {
        tuple(tokens_in(words))
        for survey in SURVEYS.values()
        for question in survey.questions
        for option in question.options
        for words in option.wording.values()
    }
    kinds = {
        "stop": stops, "number": numbers, "courtesy": said("courtesy"),
        "help": said("help"), "name": said("names"), "option": options,
    }  # fmt: skip
    for one, words in kinds.items():
        for other, others in kinds.items():
            assert one >= other or not words & others, (one, other, words & others)


def test_no_name_asks_for_two_languages():
    owners = {}
    for language, file in FILES.items():
        for name in file["names"]:
            assert owners.setdefault(tuple(tokens_in(name)), language) == language


def test_no_real_comment_is_taken_for_a_stop_or_a_keyword():
    """7,906 comments that patients gave: none asks for fewer texts."""
    if not COMMENTS.exists():
        pytest.skip(f"{COMMENTS} is not here")
    with COMMENTS.open(encoding="utf-8", newline="") as file:
        comments = [row["comment"] for row in csv.DictReader(file)]
    assert len(comments) > 5_000

    assert not [1 for words in comments if HEARD.stop_in(words) != STOP_NO]
    assert not [1 for words in comments if HEARD.number_in(words) is not None]
    assert not [1 for words in comments if HEARD.language_in(words, greets=False)]


@pytest.mark.parametrize(
    "part",
    ["stop ", "a ", "为什么发", "why do you ", "S.", "mujhe message ", "😀", "| ^ $ "],
)
def test_a_very_long_text_is_read_in_no_time(part):
    words = part * (16_000 // len(part.encode()))
    began = time.perf_counter()
    HEARD.stop_in(words)
    HEARD.is_greeting(words)
    HEARD.number_in(words)

    assert time.perf_counter() - began < 1.5


WHO = {
    "en": "Hello, who is this?", "cy": "Pwy yw hwn?", "pl": "Kto to jest?",
    "ro": "Cine sunteți?", "ur": "آپ کون ہیں؟", "pa": "ਤੁਸੀਂ ਕੌਣ ਹੋ?",
    "bn": "আপনি কে?", "gu": "તમે કોણ છો?", "ar": "من أنتم؟", "so": "Waa kuma?",
    "zh-Hans": "你好，你们是谁？",
}  # fmt: skip


@pytest.mark.parametrize("language", WHO)
def test_who_asks_who_we_are_is_understood(language):
    assert set(WHO) == set(FILES)
    assert HEARD.asks_who(WHO[language])


@pytest.mark.parametrize(
    "words",
    ["Who is the nurse in charge", "what is this rash", "you", "hello", "", "?"],
)
def test_who_asks_something_else_does_not_ask_who_we_are(words):
    assert not HEARD.asks_who(words)


# ── files that are wrong ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("en", "reviewed = true", "reviewed = 1", "needs reviewed = true or"),
        ("en", "courtesy =", "curtsy =", "en.toml, line .*: .* has no 'curtsy'"),
        ("pl", "help = [", 'help = ["!", ', "pl.toml, line .*: help: has a phrase w"),
        ("pl", "stop = [\"prz", "stop = [1, \"prz", "must be a list of words"),
        ("en", "seven = 7", "seven = 70", "seven must be a number up to 12"),
        ("ro", "trei = 3", "trei = true", "trei must be a number"),
        ("ro", "trei = 3", "five = 3", "five is 5 in another language"),
        ("en", "<doing> (<texts>)", "<doin> (<texts>)", "stop_sentences: there is no"),
        ("en", '"unsubscribe",\n  "opt', '"(unsubscribe)",\n  "opt', "has no word"),
        ("en", '"unsubscribe",\n  "opt', '"u*",\n  "opt', "'u\\*' is too short"),
        ("faces", '"😐"', '"😡"', "very_poor: 😡 means something else too"),
        ("faces", "good =", "Good =", "must be an option's key"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(
    tmp_path, file, old, new, why
):
    folder = shutil.copytree(FOLDER, tmp_path / "heard")
    path = folder / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(SurveyError, match=why) as refused:
        read_heard(folder)
    assert refused.value.file in ("en.toml", "pl.toml", "ro.toml", "faces.toml")


def test_english_and_the_faces_are_needed_and_a_file_is_a_language(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "heard")
    (folder / "Polish.toml").write_text("reviewed = false\n")
    with pytest.raises(SurveyError, match="named after its language"):
        read_heard(folder)
    (folder / "Polish.toml").unlink()
    (folder / "en.toml").unlink()
    with pytest.raises(SurveyError, match=r"needs en.toml and faces.toml"):
        read_heard(folder)


def test_what_the_files_say_is_what_is_understood(tmp_path):
    """The planted fault: without its file a language is not heard."""
    folder = shutil.copytree(FOLDER, tmp_path / "heard")
    (folder / "so.toml").unlink()
    without = read_heard(folder)

    assert (without.stop_in("jooji"), HEARD.stop_in("jooji")) == (STOP_NO, STOP_SURE)
    assert (without.number_in("shan"), HEARD.number_in("shan")) == (None, 5)
