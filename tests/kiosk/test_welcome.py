"""The welcome and the page behind it: what they say, and what a tap on them means."""

from datetime import date

import pytest

from feedback.bundle import Card
from kiosk.look import LARGE, LARGEST
from kiosk.page import Phrases
from kiosk.screens.about import PARAGRAPHS, AboutView
from kiosk.screens.welcome import WelcomeView
from kiosk.welcome_page import Start, Tongue, WelcomePage
from tests.kiosk.conftest import SIZES
from tests.kiosk.hosted import WORDING, Stage, in_many_ways
from tests.kiosk.measure import faults

LANGUAGES = tuple(WORDING["name"])
INPATIENT, CHILDREN = "inpatient@2", "children@1"
CARD = Card("At night it was loud.", "We wear soft shoes at night.", date(2026, 11, 1))
NEXT = Card("The food was cold.", "The trolley is heated now.", date(2026, 11, 2))
LONG = Card("Nobody told us. " * 18, "There is a board now. " * 13, date(2026, 11, 3))
STAFF = "Staff: this tablet needs to be enrolled again. Answers are kept."
PRACTICE = "Practice: nothing you tap here is counted."

by_size = pytest.mark.parametrize(
    "size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}"
)


def page(language="en", languages=LANGUAGES, **other) -> WelcomePage:
    parts = {
        "words": Phrases(WORDING, language),
        "organisation": "Northmoor Hospitals",
        "ward": "Ward 12: Older people’s medicine",
        "starts": (
            Start(INPATIENT, "Your care on this ward"),
            Start(CHILDREN, "For children and young people"),
        ),
        "languages": tuple(
            Tongue(code, WORDING["name"][code], code == "en") for code in languages
        ),
        "checked": language == "en",
        "practice": "",
        "staff": "",
        "listens": True,
        "spoken": (),
    }
    return WelcomePage(**{**parts, **other})


@pytest.fixture
def stage():
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture
def welcome(stage):
    def open_one(size=SIZES[0], card=None, language="en", worn=None, **other):
        def show(view, _):
            view.show(page(language, **other))
            view.show_card(card)

        return stage.open(
            lambda portrait: WelcomeView(name="welcome", portrait=portrait),
            size, show, language=language, **(worn or {}),
        )  # fmt: skip

    return open_one


@pytest.fixture
def about(stage):
    def open_one(size=SIZES[0], **worn):
        return stage.open(
            lambda portrait: AboutView(name="about", portrait=portrait),
            size, lambda view, words: view.show(words), **worn,
        )  # fmt: skip

    return open_one


# ── what it says ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_in_the_language_that_it_wears(welcome, language):
    shown = welcome(language=language)
    words = Phrases(WORDING, language)
    for phrase in ("no_name", "not_watched", "who_reads", "start"):
        assert words(phrase) in shown.texts()


def test_the_organisation_the_ward_and_the_survey_are_named(welcome):
    said = welcome().texts()
    assert "Northmoor Hospitals" in said
    assert "Ward 12: Older people’s medicine" in said
    assert "Your care on this ward" in said


def test_every_language_is_named_in_itself_and_the_worn_one_has_a_tick(welcome):
    shown = welcome(language="pl")
    for code in LANGUAGES:
        button = shown.find(f"language-{code}")
        assert button.name == WORDING["name"][code]
        assert button.worn == (code == "pl")
    worn, other = shown.find("language-pl"), shown.find("language-en")
    assert worn.rim_width > other.rim_width
    assert [tick.parent.width > 0 for tick in _ticks(worn)] == [True]
    assert [tick.parent.width > 0 for tick in _ticks(other)] == [False]


def test_a_language_that_nobody_has_checked_says_so_itself(welcome):
    assert WORDING["not_checked"]["cy"] in welcome(language="cy").texts()
    assert WORDING["not_checked"]["en"] not in welcome().texts()


def test_one_language_is_no_choice(welcome):
    shown = welcome(languages=("en",))
    assert not [mark for mark in shown.targets() if mark.startswith("language")]


def test_what_cannot_be_listened_to_has_no_button_for_it(welcome):
    assert "listen" in welcome().targets()
    assert "listen" not in welcome(listens=False).targets()


def test_practice_and_the_line_for_staff_are_shown(welcome):
    said = welcome(practice=PRACTICE, staff=STAFF).texts()
    assert PRACTICE in said
    assert STAFF in said


# ── what a tap means ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mark", "event"),
    [
        ("start", ("on_start", INPATIENT)),
        (f"start-{CHILDREN}", ("on_start", CHILDREN)),
        ("language-ur", ("on_language", "ur")),
        ("about", ("on_about",)),
        ("ways", ("on_ways",)),
        ("listen", ("on_listen",)),
    ],
)
def test_a_tap_is_told_once(welcome, mark, event):
    shown = welcome()
    shown.tap(mark)
    assert shown.events == [event]


def test_languages_that_have_no_room_fold_into_one_button(welcome):
    shown = welcome(worn={"size_of_words": LARGEST})
    assert "language-ur" not in shown.targets()
    shown.tap("language")
    assert shown.events == [("on_languages",)]


# ── you said, we did ─────────────────────────────────────────────────────────


def test_the_cards_take_turns_and_nothing_else_moves(welcome):
    shown = welcome(card=CARD, languages=("en", "cy"))
    assert CARD.did in shown.texts()
    before = {mark: tuple(one.pos) for mark, one in shown.targets().items()}
    shown.view.show_card(NEXT)
    shown.settle()
    assert CARD.did not in shown.texts()
    assert {NEXT.said, NEXT.did} <= set(shown.texts())
    assert {mark: tuple(one.pos) for mark, one in shown.targets().items()} == before
    shown.view.show_card(None)
    shown.settle()
    assert NEXT.did not in shown.texts()


@by_size
def test_the_card_has_room_beside_eleven_languages(welcome, size):
    assert CARD.did in welcome(size, card=CARD).texts()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "ur"])
def test_who_has_chosen_a_language_sees_what_the_ward_did(welcome, language):
    """Urdu's letters are so high that the card gives way to them there."""
    shown = welcome(card=CARD, language=language)
    assert CARD.did in shown.texts()
    assert {"language", "language-en"} & set(shown.targets())


def test_larger_words_fold_the_languages_before_the_card(welcome):
    shown = welcome(card=CARD, worn={"size_of_words": LARGE})
    assert CARD.did in shown.texts()
    assert "language" in shown.targets()


def test_a_card_gives_way_before_words_grow_small(welcome):
    shown = welcome(card=CARD, worn={"size_of_words": LARGEST})
    assert CARD.did not in shown.texts()
    assert shown.view.ids.words.scale > 0.85


# ── how it looks ─────────────────────────────────────────────────────────────


@in_many_ways
def test_no_welcome_has_a_fault(welcome, size, letters, language):
    worn = {"size_of_words": letters}
    for many, card in ((11, CARD), (2, LONG), (1, None)):
        languages = tuple(dict.fromkeys((language, *LANGUAGES)))[:many]
        shown = welcome(size, card, language, worn, languages=languages)
        assert faults(shown) == [], (many, card)


def test_it_has_no_fault_in_strong_contrast(welcome):
    assert faults(welcome(card=CARD, worn={"contrast": True})) == []


@by_size
def test_the_bands_for_practice_and_staff_have_no_fault(welcome, size):
    shown = welcome(size, CARD, practice=PRACTICE, staff=STAFF)
    assert faults(shown) == []


def test_right_to_left_mirrors_it(welcome):
    ltr = welcome(card=CARD, language="en")
    left = {mark: one.center_x for mark, one in ltr.targets().items()}
    middle = ltr.app.root.width / 2
    assert left["language-en"] < middle < left["start"]
    rtl = welcome(card=CARD, language="ar", languages=("en", "ar"))
    assert rtl.find("start").center_x < middle < rtl.find("language-en").center_x


# ── who reads this? ──────────────────────────────────────────────────────────


@in_many_ways
def test_who_reads_this_can_be_read_whole_without_a_drag(
    about, size, letters, language
):
    shown = about(size, language=language, size_of_words=letters)
    read = set()
    found = []
    while True:
        read |= set(shown.texts())
        found += faults(shown)
        if "next" not in shown.targets():
            break
        shown.tap("next")
    words = Phrases(WORDING, language)
    assert {words(name) for name in PARAGRAPHS} <= read
    assert found == []


def test_its_pages_are_turned_back_too(about):
    shown = about(size_of_words=LARGEST)
    assert "back" not in shown.targets()
    first = shown.texts()
    shown.tap("next")
    assert shown.texts() != first
    shown.tap("back")
    assert shown.texts() == first


def test_it_leads_back_or_on(about):
    shown = about()
    shown.tap("close")
    shown.tap("start")
    assert shown.events == [("on_close",), ("on_start",)]


def _ticks(target):
    return [one for one in target.walk(restrict=True) if type(one).__name__ == "Tick"]
