"""The pictures: there, drawn by our own script, and told apart without any colour."""

import tomllib
from functools import cache
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from assets import build_pictures
from feedback.assets import assets_folder

FOLDER = assets_folder() / "pictures"
PICTURES = {one.__name__: one for one in build_pictures.PICTURES}
LINES = {one.__name__: one for one in build_pictures.LINES}
EVERY = {**PICTURES, **LINES}


@cache
def on_disk(name):
    return Image.open(FOLDER / f"{name}.png")


def named(node):
    """Every picture that a survey file names, wherever it stands."""
    if isinstance(node, dict):
        here = {node["picture"]} if isinstance(node.get("picture"), str) else set()
        return here.union(*(named(one) for one in node.values()))
    if isinstance(node, list):
        return set().union(*(named(one) for one in node))
    return set()


@pytest.mark.parametrize("survey", ["inpatient-2", "children-1"])
def test_every_picture_that_a_survey_names_is_drawn(survey):
    file = assets_folder() / "surveys" / f"{survey}.toml"
    found = named(tomllib.loads(file.read_text(encoding="utf-8")))
    assert found
    assert found <= set(PICTURES)


@pytest.mark.parametrize("name", EVERY)
def test_the_picture_on_disk_is_the_one_that_the_script_draws(name):
    picture, drawn = on_disk(name), build_pictures.draw(EVERY[name])
    assert (picture.mode, picture.size) == ("RGBA", (320, 320))
    difference = ImageChops.difference(drawn.convert("RGB"), picture.convert("RGB"))
    assert max(high for _, high in difference.getextrema()) <= 2


@pytest.mark.parametrize("name", EVERY)
def test_beneath_what_is_clear_lies_white_so_that_scaling_makes_no_fringe(name):
    picture = on_disk(name)
    assert picture.getpixel((0, 0)) == (255, 255, 255, 0)
    opaque = picture.getchannel("A").point(lambda level: 255 * (level > 0))
    white = Image.new("RGB", picture.size, "white")
    under = Image.composite(white, picture.convert("RGB"), opaque)
    assert min(low for low, _ in under.getextrema()) >= 250


@cache
def ink(name):
    """Where the picture is drawn in ink, as small as it ever stands on the screen."""
    grey = Image.new("L", (320, 320), 255)
    grey.paste(on_disk(name).convert("L"), mask=on_disk(name).getchannel("A"))
    return grey.point(lambda level: 255 * (level < 90)).resize((44, 44))


def test_pictures_differ_in_shape_and_not_in_colour_alone():
    for one, other in combinations(PICTURES, 2):
        apart = ImageChops.difference(ink(one), ink(other)).histogram()
        assert sum(apart[128:]) > 150, f"{one} and {other}"
