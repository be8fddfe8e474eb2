"""Nothing is cut, small, faint or on top of anything: every screen, by language, size
of the words, colours, easy read and which way up the tablet stands."""

import json
import tempfile
from itertools import combinations, product
from pathlib import Path

import pytest

from feedback.log import SYNC_STATUS, Log
from kiosk import theme
from kiosk.look import LARGEST, look
from kiosk.staff import PHRASES
from tests.kiosk.conftest import LANGUAGES, Ward12
from tests.kiosk.conftest import SIZES as WINDOWS
from tests.kiosk.measure import CONTRAST, EDGE_CONTRAST, contrast, faults
from tests.kiosk.walk import begin, walk
from tests.kiosk.ways import (
    LETTERS,
    TALL,
    THEMES,
    WIDE,
    walk_and_look,
    ways_of,
    wear,
    with_faults,
)

TABLET_INCHES = 10.1

by_window = pytest.mark.parametrize(
    "size", WINDOWS, ids=lambda size: f"{size[0]}x{size[1]}"
)
either_way_up = pytest.mark.parametrize("size", [WIDE, TALL], ids=["wide", "tall"])


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    look.reset()


def test_each_pair_of_ways_to_look_is_tried_and_half_of_the_languages_of_each_screen():
    screens = range(26)
    rows = {
        (screen, size, *way)
        for size in (WIDE, TALL)
        for screen in screens
        for way in ways_of(screen, size)
    }
    kinds = (screens, (WIDE, TALL), LANGUAGES, LETTERS, THEMES)
    for (one, ones), (other, others) in combinations(enumerate(kinds), 2):
        tried = {(row[one], row[other]) for row in rows}
        if (one, other) == (0, 2):  # of each screen half: the soak has all
            assert {len([s for s, _ in tried if s == n]) for n in ones} <= {5, 6}
            assert min(len([t for _, t in tried if t == n]) for n in others) >= 12
        else:
            assert tried == set(product(ones, others)), (one, other)


@pytest.mark.soak
@either_way_up
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_has_a_fault_in_any_way_to_look(open_kiosk, size, language):
    kiosk = open_kiosk(size)
    ways = list(product([language], LETTERS, THEMES))
    assert with_faults(walk_and_look(kiosk, lambda _: ways)) == {}


@pytest.mark.soak
@by_window
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_of_any_window_has_a_fault(open_kiosk, size, language):
    kiosk = open_kiosk(size)
    found = {name: faults(kiosk) for name in walk(kiosk, language)}
    assert with_faults(found) == {}


@pytest.mark.soak
@either_way_up
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_small_panel_all_that_is_tapped_has_20_mm(open_kiosk, size, language):
    kiosk = open_kiosk(size, inches=TABLET_INCHES)
    found = {name: faults(kiosk) for name in walk(kiosk, language)}
    assert with_faults(found) == {}


@by_window
@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_practice_screen_has_a_fault(open_kiosk, size, language):
    kiosk = open_kiosk(size, practice=True)
    begin(kiosk, language)
    assert faults(kiosk) == []
    kiosk.tap("stop")
    assert faults(kiosk) == []


@by_window
@pytest.mark.parametrize("practice", [False, True])
def test_the_line_for_staff_has_no_fault(open_kiosk, log, size, practice):
    for state in PHRASES:
        log.set_note(SYNC_STATUS, json.dumps({"state": state}))
        kiosk = open_kiosk(size, practice=practice)
        assert any(text.startswith("Staff:") for text in kiosk.texts())
        assert faults(kiosk) == []


@by_window
def test_the_screen_for_the_technician_has_no_fault(clock, size):
    # The log's path stands there as one word: one of a usual length.
    with (
        tempfile.TemporaryDirectory(prefix="wardvoice-") as folder,
        Log.open(Path(folder) / "answers.db") as log,
    ):
        kiosk = Ward12(log, clock, size)
        found = faults(kiosk)
        kiosk.close()
    assert found == []


@by_window
def test_the_window_is_filled(open_kiosk, size):
    kiosk = open_kiosk(size)
    assert kiosk.picture().size == size
    assert tuple(kiosk.app.root.size) == size


# ── what the ways to look change ─────────────────────────────────────────────


def test_larger_words_are_larger(kiosk):
    begin(kiosk)

    def sizes():
        kiosk.settle()
        options = [kiosk.find(f"option-{key}") for key in ("patient", "carer")]
        words = [w for one in options for w in one.walk() if getattr(w, "text", "")]
        return [w.font_size for w in words if hasattr(w, "fitted")]

    usual = sizes()
    wear(kiosk, "en", LARGEST, "normal")
    assert all(b > 1.3 * a for a, b in zip(usual, sizes(), strict=True))


def test_a_screen_is_mirrored_where_people_read_from_the_right(kiosk):
    begin(kiosk)
    wide = kiosk.app.root.width
    places = {mark: one.center_x for mark, one in kiosk.targets().items()}
    wear(kiosk, "ar", "normal", "normal")
    kiosk.settle()
    turned = {mark: one.center_x for mark, one in kiosk.targets().items()}
    for mark in places.keys() & turned.keys() - {"listen"}:
        assert turned[mark] == pytest.approx(wide - places[mark], abs=1), mark


def test_what_one_visitor_chose_the_next_one_does_not_find(kiosk):
    look.size, look.contrast, look.easy = LARGEST, True, True
    look.wear("ur")
    look.reset()
    assert (look.letters, look.contrast, look.easy) == (1.0, False, False)
    assert (look.rtl, look.blue[:3]) == (False, list(theme.NORMAL["blue"][:3]))


def test_targets_are_20_mm_where_the_panel_is_known(kiosk):
    look.fit(WIDE, 10.1)
    px_per_mm = (1280**2 + 800**2) ** 0.5 / (10.1 * 25.4)
    assert look.target == pytest.approx(20 * px_per_mm, abs=1)
    look.fit(WIDE, 21.5)
    assert look.target == 80  # no smaller than the design on a large panel
    look.fit(WIDE)
    assert look.target == 80


# ── the planted faults: each must be seen, or the tests above prove nothing ──


def test_that_faults_are_found(kiosk):
    begin(kiosk)
    kiosk.tap("skip")
    first, second = kiosk.find("option-very_good"), kiosk.find("option-good")
    heading = kiosk.app.screens.current_screen.ids.frame.ids.heading
    back = kiosk.find("back")

    first.x += first.width / 2
    heading.color = theme.NORMAL["edge"]
    heading.font_size *= 3
    back.size_hint_y = 0.4
    kiosk.find("stop").children[0].font_size = 12
    second.children[0].text = "Good\u0e01"
    kiosk.frames(1)

    found = " | ".join(faults(kiosk))
    assert "option-good and option-very_good overlap" in found or (
        "option-very_good and option-good overlap" in found
    )
    assert "has a contrast of" in found
    assert "larger than its room" in found
    assert "back is " in found
    assert "is written in 12 px" in found
    assert "has no letter for" in found


def test_that_a_word_which_is_too_long_is_found(kiosk):
    begin(kiosk)
    words = kiosk.find("option-patient").children[1]
    words.text = "Donaudampfschifffahrtsgesellschaft" * 4
    kiosk.settle()
    assert "broken word" in " ".join(faults(kiosk))


def test_that_ink_which_is_cut_is_found(kiosk, monkeypatch):
    """As it would be if a line of Nastaliq were as high as its font says."""
    begin(kiosk)
    monkeypatch.setattr("kiosk.room._over", lambda ink, scale: 0)
    look.size = "large"
    wear(kiosk, "ur", "large", "normal")
    assert "the ink of" in " ".join(faults(kiosk))


def test_that_faint_words_are_found_in_strong_contrast(kiosk):
    begin(kiosk)
    wear(kiosk, "en", "normal", "strong")
    heading = kiosk.app.screens.current_screen.ids.frame.ids.heading
    heading.color = theme._colour("6b6b6b")  # 5.3:1 on white
    kiosk.frames(1)
    assert "has a contrast of 5" in " ".join(faults(kiosk))
    heading.color = None


def test_edges_of_things_to_tap_stand_out():
    for palette in (theme.NORMAL, theme.STRONG):
        for ground in (palette["white"], palette["page"]):
            assert contrast(palette["edge"][:3], ground[:3]) >= EDGE_CONTRAST - 0.02
            assert contrast(palette["blue"][:3], ground[:3]) >= CONTRAST


@pytest.mark.parametrize("ground", ["white", "page", "blue", "amber", "pale_blue"])
@pytest.mark.parametrize("palette", [theme.NORMAL, theme.STRONG])
def test_the_ring_of_whoever_uses_keys_stands_out_on_every_ground(palette, ground):
    rings = palette["focus"], palette["focus_under"]
    best = max(contrast(ring[:3], palette[ground][:3]) for ring in rings)
    assert best >= EDGE_CONTRAST


def test_chosen_is_not_told_by_colour_alone(kiosk):
    begin(kiosk)
    kiosk.tap("option-patient")
    kiosk.tap("back")
    chosen, other = kiosk.find("option-patient"), kiosk.find("option-carer")
    assert chosen.rim_width > other.rim_width
    ticks = [w for w in chosen.walk() if type(w).__name__ == "Tick" and w.opacity]
    assert len(ticks) == 1
