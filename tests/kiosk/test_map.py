"""The map that a patient draws, in a real window: what a touch does, where all is."""

import tomllib
from functools import partial
from itertools import combinations

import pytest
from kivy.core.window import Window
from kivy.metrics import dp
from PIL import ImageChops

from feedback.assets import assets_folder
from kiosk.look import LARGEST, look
from kiosk.page import Card, MapPage, MapStop
from kiosk.screens.map import MapView
from tests.kiosk.conftest import SIZES
from tests.kiosk.hosted import Hosted
from tests.kiosk.measure import faults

LEVELS = ["2", "1", "0", "-1", "-2"]
WIDE, TALL = SIZES[0], SIZES[2]

by_size = pytest.mark.parametrize(
    "size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}"
)


class Hand(Hosted):
    """A finger on the map. What it places is shown again, as the kiosk does it."""

    def __init__(self, size, survey, **worn):
        self.placed, self.chosen = {}, ()
        folder = assets_folder()
        text = (folder / "surveys" / f"{survey}.toml").read_text(encoding="utf-8")
        self.survey = tomllib.loads(text)
        steps = self.survey["question"]
        self.steps = [one for one in steps if one.get("page") == "map"]
        self.keys = [one["key"] for one in self.steps]
        super().__init__(partial(MapView, name="map"), size, **worn)
        self.view.bind(on_place=self._keep)
        self.show()

    def _keep(self, _, key, level):
        self.placed[key] = level
        self.view.show(self.page())

    def show(self, words=()):
        self.chosen = words
        self.view.show(self.page())
        self.settle()

    def page(self) -> MapPage:
        phrases = self.words
        said = self.survey.get("words", {}).get(look.language, {})
        folder = assets_folder() / "faces"
        return MapPage(
            words=phrases,
            ward="Ward 12: Older people’s medicine",
            practice="",
            heading=said.get("map", self.survey["map"]["wording"]["en"]),
            hint="",
            progress=phrases("progress", at=3, all=9),
            part_done=0.3,
            can_go_back=True,
            listens=True,
            spoken=(),
            stops=tuple(
                MapStop(
                    key=one["key"],
                    title=said.get(f"{one['key']}.title", one["title"]["en"]),
                    picture=one["picture"],
                    level=self.placed.get(one["key"], ""),
                    words=self.chosen if one["key"] == self.keys[0] else (),
                )
                for one in self.steps
            ),
            levels=tuple(
                Card(
                    one["key"],
                    said.get(f"scale.{one['key']}", one["wording"]["en"]),
                    str(folder / f"{one['face']}.png"),
                    False,
                )
                for one in self.survey["scale"]["option"]
            ),
        )

    def box(self, mark):
        target = self.find(mark)
        return (*target.pos, target.right, target.top)


@pytest.fixture
def hand():
    opened = []

    def open_one(size=WIDE, language="en", survey="inpatient-2", **worn) -> Hand:
        opened.append(Hand(size, survey, language=language, **worn))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


# ── what a touch does ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("size", "language"), [(WIDE, "en"), (TALL, "ar")], ids=["wide-en", "tall-ar"]
)
def test_every_place_of_every_step_says_so_once(hand, size, language):
    finger = hand(size, language)
    for key in finger.keys:
        for level in LEVELS:
            finger.tap(f"place-{key}-{level}")
    assert finger.events == [
        ("on_place", key, level) for key in finger.keys for level in LEVELS
    ]
    assert finger.placed == dict.fromkeys(finger.keys, "-2")


def test_a_second_touch_takes_the_face_off(hand):
    finger = hand()
    finger.tap("place-meals-1")
    finger.tap("place-meals-1")
    assert finger.events == [("on_place", "meals", "1"), ("on_place", "meals", "")]
    assert not finger.view.value


def test_a_face_stays_when_it_cannot_be_saved(hand):
    finger = hand()
    finger.view.show = lambda page: None  # the kiosk shows nothing anew then
    finger.tap("place-meals-1")
    [mark] = [one for one in _marks(finger) if one.opacity]
    assert mark.collide_point(*finger.find("place-meals-1").center)
    assert finger.view.value == "meals"


def test_the_way_on_says_whether_anything_is_placed(hand):
    finger = hand()
    finger.tap("skip")
    finger.tap("place-meals-1")
    finger.tap("next")
    assert [event for event, *_ in finger.events] == [
        "on_forward",
        "on_place",
        "on_forward",
    ]


def test_a_name_opens_its_step_and_once_it_is_placed_its_words(hand):
    finger = hand()
    finger.tap("step-arrival")
    finger.tap("place-arrival-0")
    finger.tap("words-arrival")
    assert finger.events[0] == ("on_step", "arrival")
    assert finger.events[-1] == ("on_words", "arrival")
    assert "Add words" in finger.texts()
    finger.show(words=("safe", "valued"))
    assert "Words: 2" in finger.texts()


def test_no_light_stays_where_a_finger_was(hand):
    finger = hand()
    finger.tap("place-meals-1")
    finger.tap("place-meals-1")
    x, y = (round(part) for part in finger.find("place-meals-1").center)
    finger.tap("place-night-1")
    finger.tap("place-night-1")
    before = finger.picture().getpixel((x + 40, Window.height - y))
    assert before == finger.picture().getpixel((x + 40, Window.height - y - 82))


def test_the_next_visitor_finds_an_empty_map(hand):
    finger = hand()
    untouched = finger.picture()
    for mark in ("place-arrival-2", "place-other--2"):
        finger.tap(mark)
    finger.show(words=("safe",))
    finger.view.forget()
    finger.placed.clear()
    finger.show()
    assert ImageChops.difference(finger.picture(), untouched).getbbox() is None


def test_nothing_of_a_visitor_stays(hand):
    finger = hand()
    finger.tap("place-arrival-0")
    finger.show(words=("a word of their own",))
    finger.view.forget()
    finger.settle()
    assert not [one for one in _marks(finger) if one.opacity]
    assert "Words: 1" not in finger.texts()
    assert not finger.view.value


# ── where it stands ──────────────────────────────────────────────────────────


def test_the_journey_runs_the_way_people_read(hand):
    english = hand(WIDE, "en")
    across = [english.find(f"place-{key}-0").center_x for key in english.keys]
    down = [english.find(f"place-meals-{level}").center_y for level in LEVELS]
    assert across == sorted(across)
    assert down == sorted(down, reverse=True)

    arabic = hand(WIDE, "ar")
    mirrored = [arabic.find(f"place-{key}-0").center_x for key in arabic.keys]
    assert mirrored == pytest.approx([Window.width - x for x in across])


def test_on_a_tall_screen_steps_run_down_and_the_best_comes_first(hand):
    english = hand(TALL, "en")
    down = [english.find(f"place-{key}-0").center_y for key in english.keys]
    across = [english.find(f"place-meals-{level}").center_x for level in LEVELS]
    assert down == sorted(down, reverse=True)
    assert across == sorted(across)
    arabic = hand(TALL, "ar")
    mirrored = [arabic.find(f"place-meals-{level}").center_x for level in LEVELS]
    assert mirrored == sorted(mirrored, reverse=True)


@by_size
@pytest.mark.parametrize("survey", ["inpatient-2", "children-1"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_places_are_large_enough_and_apart(hand, size, survey, language):
    finger = hand(size, language, survey=survey)
    finger.tap(f"place-{finger.keys[1]}-2")
    ours = ("place-", "step-", "words-")
    boxes = {
        mark: finger.box(mark) for mark in finger.targets() if mark.startswith(ours)
    }
    assert len(boxes) == 6 * len(finger.keys)
    for mark, (left, bottom, right, top) in boxes.items():
        assert min(right - left, top - bottom) >= dp(80) - 0.5, mark
        assert left >= 0
        assert bottom >= 0
        assert right <= size[0]
        assert top <= size[1]
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert min(across, down) < 1, (one, other)


def test_the_line_joins_the_faces_in_the_order_of_the_journey(hand):
    finger = hand()
    for mark in ("place-night-1", "place-arrival-2", "place-meals--2"):
        finger.tap(mark)
    line = finger.view._board.line
    xs, ys = line[::2], line[1::2]
    assert xs == sorted(xs)
    # Between two faces it goes no higher and no lower than they stand.
    low, high = (finger.find(f"place-{mark}") for mark in ("meals--2", "arrival-2"))
    assert low.y <= min(ys) <= max(ys) <= high.top


PLACED = {"arrival": "2", "tests": "-1", "staff": "-2", "night": "0", "other": "1"}


@pytest.mark.parametrize("size", [WIDE, TALL], ids=["wide", "tall"])
@pytest.mark.parametrize("language", ["en", "pl", "ur"])
@pytest.mark.parametrize("easy", [False, True], ids=["map", "cards"])
def test_the_map_has_no_fault(hand, size, language, easy):
    finger = hand(size, language, easy=easy, contrast=language == "pl")
    finger.placed.update(PLACED)
    finger.show(words=("safe", "valued"))
    assert faults(finger) == []


# ── cards ────────────────────────────────────────────────────────────────────


EASY, LARGE = {"easy": True}, {"size_of_words": LARGEST}


@by_size
@pytest.mark.parametrize("worn", [EASY, LARGE], ids=["easy", "largest"])
def test_cards_take_the_place_of_the_map_where_they_serve_better(hand, size, worn):
    finger = hand(size, **worn)
    marks = [f"step-{key}" for key in finger.keys]
    assert [mark for mark in finger.targets() if mark in marks] == marks
    assert not [mark for mark in finger.targets() if mark.startswith("place-")]
    for mark in marks:
        left, bottom, right, top = finger.box(mark)
        assert min(right - left, top - bottom) >= dp(80) - 0.5, mark
        finger.tap(mark)
    assert finger.events == [("on_step", key) for key in finger.keys]


def test_cards_take_the_place_of_the_map_on_a_small_panel(hand):
    finger = hand()
    look.target = dp(100)
    finger.show()
    assert "step-meals" in finger.targets()
    assert "place-meals-0" not in finger.targets()
    assert "Tap what you would like to tell us about." in finger.texts()


def test_a_card_tells_what_was_said(hand):
    finger = hand(easy=True)
    finger.placed["arrival"] = "2"
    finger.show(words=("safe", "valued"))
    card = finger.find("step-arrival")
    assert card.face.endswith("very_happy.png")
    assert "Very good · Words: 2" in finger.texts()


def test_the_map_can_change_into_cards_and_back(hand):
    finger = hand()
    finger.tap("place-meals-1")
    look.easy = True
    finger.show()
    assert finger.find("step-meals").level == "1"
    look.easy = False
    finger.show()
    assert [one.word for one in _marks(finger) if one.opacity] == ["Good"]


def _marks(finger):
    return finger.view._board._marks
