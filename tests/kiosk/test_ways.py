"""The two overlays: the language, and how to see it. What is chosen holds at once."""

import pytest

from kiosk.look import LARGEST, look
from kiosk.screens.languages import LanguagesNotice
from kiosk.screens.ways import WaysNotice
from kiosk.welcome_page import Tongue
from kiosk.widgets import Tick
from tests.kiosk.conftest import SIZES
from tests.kiosk.hosted import WORDING, Stage, in_many_ways
from tests.kiosk.measure import faults

LANGUAGES = tuple(WORDING["name"])
TONGUES = tuple(Tongue(code, WORDING["name"][code], code == "en") for code in LANGUAGES)


@pytest.fixture
def stage():
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture
def over(stage):
    def open_one(make, size=SIZES[0], **worn):
        def show(view, words):
            view.show(*((words, TONGUES) if make is LanguagesNotice else (words,)))

        return stage.open(make, size, show, **worn)

    return open_one


def _chosen(hosted, kind):
    return [
        mark for mark, one in hosted.targets().items()
        if mark.startswith(kind) and one.chosen
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "event"),
    [
        ("size-large", ("on_letters", "large")),
        ("size-largest", ("on_letters", "largest")),
        ("contrast-on", ("on_contrast", True)),
        ("contrast-off", ("on_contrast", False)),
        ("easy-on", ("on_easy", True)),
        ("easy-off", ("on_easy", False)),
        ("close", ("on_close",)),
    ],
)
def test_each_way_is_told(over, mark, event):
    shown = over(WaysNotice)
    shown.tap(mark)
    assert shown.events == [event]


def test_what_is_worn_is_ticked_at_once(over):
    shown = over(WaysNotice)
    assert _chosen(shown, "size") == ["size-normal"]
    look.size, look.contrast, look.easy = LARGEST, True, True
    shown.settle()
    assert _chosen(shown, "size") == ["size-largest"]
    assert _chosen(shown, "contrast") == ["contrast-on"]
    assert _chosen(shown, "easy") == ["easy-on"]


def test_a_tick_stands_with_what_is_chosen_and_nowhere_else(over):
    shown = over(WaysNotice)
    for mark, way in shown.targets().items():
        if mark != "close":
            ticks = [one for one in way.walk(restrict=True) if isinstance(one, Tick)]
            assert [tick.ticked for tick in ticks] == [way.chosen], mark


def test_all_languages_can_be_chosen_in_their_own_script(over):
    shown = over(LanguagesNotice, language="ur")
    assert set(shown.targets()) == {f"language-{code}" for code in LANGUAGES} | {
        "close"
    }
    assert set(WORDING["name"].values()) <= set(shown.texts())
    assert WORDING["not_checked"]["ur"] in shown.texts()
    shown.tap("language-zh-Hans")
    shown.tap("close")
    assert shown.events == [("on_language", "zh-Hans"), ("on_close",)]


@in_many_ways
def test_no_overlay_has_a_fault(over, size, letters, language):
    for make in (WaysNotice, LanguagesNotice):
        shown = over(make, size, language=language, size_of_words=letters)
        assert faults(shown) == [], make.__name__


@pytest.mark.parametrize("size", SIZES[::2])
def test_no_overlay_has_a_fault_in_strong_contrast(over, size):
    for make in (WaysNotice, LanguagesNotice):
        assert faults(over(make, size, contrast=True)) == [], make.__name__
