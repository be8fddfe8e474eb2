"""What patients read and look at."""

import re
import tomllib
from collections.abc import Iterator

import pytest
import smsutil
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageColor

from assets import build_faces
from feedback.assets import assets_folder
from feedback.survey import OWN
from feedback.surveys import load_surveys

ASSETS = assets_folder()
SURVEYS = load_surveys(ASSETS / "surveys")
INPATIENT = SURVEYS["inpatient@1"]
LANGUAGES = ("en", "cy")
FONTS = sorted((ASSETS / "fonts").glob("*.ttf"))
FILES = sorted([*ASSETS.glob("surveys/*.toml"), *ASSETS.glob("wording/*.toml")])


def wordings(table) -> Iterator[dict[str, str]]:
    """Every table of words per language in a file, at any depth."""
    if isinstance(table, dict) and isinstance(table.get("en"), str):
        yield table
    elif isinstance(table, dict | list):
        for part in table.values() if isinstance(table, dict) else table:
            yield from wordings(part)


# Those with a table for each language are held to be whole by their loader, and by
# tests/feedback/test_translations.py.
BESIDE = [path for path in FILES if "[words." not in path.read_text()]


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.name)
def test_every_wording_is_there_in_english_and_welsh(path):
    found = list(wordings(tomllib.loads(path.read_text())))

    assert found
    for wording in found:
        assert set(wording) == set(LANGUAGES), wording["en"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_welsh_is_marked_as_not_yet_checked_by_a_speaker(path):
    assert tomllib.loads(path.read_text())["reviewed"] == ["en"]


# ── the inpatient survey ─────────────────────────────────────────────────────


def test_the_journey_has_three_steps_of_three_questions():
    assert [question.key for question in INPATIENT.questions] == [
        "_who", "fft",
        "arrival", "arrival_feelings", "arrival_own",
        "staff", "staff_feelings", "staff_own",
        "night", "night_feelings", "night_own",
        "good", "better",
    ]  # fmt: skip


def test_as_many_feelings_are_pleasant_as_unpleasant():
    feelings = [option.key for option in INPATIENT.question("night_feelings").options]
    pleasant = {"safe", "valued", "supported", "hopeful", "comfortable"}
    unpleasant = {"worried", "ignored", "frustrated", "lonely", "in_pain"}

    assert set(feelings) == pleasant | unpleasant | {OWN}
    # In turns: neither kind is met first on every line of the screen.
    assert {*feelings[:-1:2]} == pleasant


def test_practice_says_so_in_both_languages():
    assert set(INPATIENT.practice) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["fft", "good", "better"])
def test_a_question_by_text_is_one_cheap_message(key, language):
    words = INPATIENT.question(key).sms[language]

    assert smsutil.is_valid_gsm(words)
    assert len(smsutil.split(words).parts) == 1


# ── faces ────────────────────────────────────────────────────────────────────


def face(name):
    return Image.open(ASSETS / "faces" / f"{name}.png")


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=lambda survey: survey.name)
def test_every_face_that_a_survey_names_is_drawn(survey):
    named = {o.face for q in survey.questions for o in q.options if o.face}

    assert named <= set(build_faces.FACES)


@pytest.mark.parametrize("name", build_faces.FACES)
def test_a_face_is_large_enough_and_its_corners_are_clear(name):
    image = face(name)

    assert (image.mode, image.size) == ("RGBA", (320, 320))
    assert image.getpixel((0, 0))[3] == image.getpixel((319, 319))[3] == 0
    # Beneath the clear edge lies the rim's colour, so that scaling makes no fringe.
    assert image.getpixel((0, 0))[:3] == ImageColor.getrgb(build_faces.FACES[name].rim)


@pytest.mark.parametrize("name", build_faces.FACES)
def test_the_face_on_disk_is_the_one_that_the_script_draws(name):
    drawn = build_faces.draw(build_faces.FACES[name])

    difference = ImageChops.difference(drawn.convert("RGB"), face(name).convert("RGB"))
    assert max(high for _, high in difference.getextrema()) <= 2


def ink(name):
    """Where the face is drawn in ink: what is left of it without any colour."""
    return face(name).convert("L").point(lambda level: 255 * (level < 90))


@pytest.mark.parametrize(
    "scale",
    [
        ["very_good", "good", "neither", "poor", "very_poor", "dont_know"],
        ["very_sad", "sad", "neutral", "happy", "very_happy"],
    ],
)
def test_faces_differ_in_shape_and_not_in_colour_alone(scale):
    for one in scale:
        for other in scale:
            if one < other:
                apart = ImageChops.difference(ink(one), ink(other)).histogram()[255]
                assert apart > 800, f"{one} and {other}"


# ── fonts ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.name)
def test_the_fonts_draw_every_letter_that_we_write(path):
    letters = TTFont(path).getBestCmap()
    written = {
        letter
        for file in FILES
        for wording in wordings(tomllib.loads(file.read_text()))
        for letter in "".join(wording.values())
    }

    assert {*"ŵŷŴŶâêîôûäëïöü’–←→⌫⇧✓"} | written <= set(map(chr, letters)) | {"\n"}


def test_the_fonts_come_with_their_licence():
    licence = (ASSETS / "fonts/OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in licence
    for path in FONTS:
        owner = TTFont(path)["name"].getDebugName(0)
        assert re.search(r"Google|Adobe", owner)[0] in licence
        family = path.stem.partition("-")[0]
        assert family in licence.replace(" ", ""), f"{family} is not named"
