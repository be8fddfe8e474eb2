"""Every screen, both languages, all four sizes: nothing cut, small, faint or on top."""

import json
import tempfile
from pathlib import Path

import pytest

from feedback.log import SYNC_STATUS, Log
from kiosk import theme
from kiosk.staff import PHRASES
from tests.kiosk.conftest import SIZES, Ward12
from tests.kiosk.measure import CONTRAST, EDGE_CONTRAST, contrast, faults
from tests.kiosk.walk import walk

by_size = pytest.mark.parametrize(
    "size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}"
)


@by_size
@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_screen_has_a_fault(open_kiosk, size, language):
    kiosk = open_kiosk(size)
    found = {name: faults(kiosk) for name in walk(kiosk, language)}
    assert {name: several for name, several in found.items() if several} == {}


@by_size
@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_practice_screen_has_a_fault(open_kiosk, size, language):
    kiosk = open_kiosk(size, practice=True)
    assert faults(kiosk) == []
    kiosk.tap(f"language-{language}")
    assert faults(kiosk) == []
    kiosk.tap("stop")
    assert faults(kiosk) == []


@by_size
@pytest.mark.parametrize("practice", [False, True])
def test_the_line_for_staff_has_no_fault(open_kiosk, log, size, practice):
    for state in PHRASES:
        log.set_note(SYNC_STATUS, json.dumps({"state": state}))
        kiosk = open_kiosk(size, practice=practice)
        assert any(text.startswith("Staff:") for text in kiosk.texts())
        assert faults(kiosk) == []


@by_size
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


@by_size
def test_the_window_is_filled(open_kiosk, size):
    kiosk = open_kiosk(size)
    assert kiosk.picture().size == size
    assert tuple(kiosk.app.root.size) == size


def test_that_faults_are_found(kiosk):
    """The planted faults: each must be seen, or the tests above prove nothing."""
    kiosk.tap("language-en")
    kiosk.tap("skip")
    first, second = kiosk.find("option-very_good"), kiosk.find("option-good")
    heading = kiosk.app.screens.current_screen.ids.frame.ids.heading
    back = kiosk.find("back")

    first.x += first.width / 2
    heading.color = theme.EDGE
    heading.font_size *= 3
    back.size_hint_y = 0.4
    kiosk.find("stop").children[0].font_size = 12
    second.children[0].text_size = (second.width / 3, None)
    kiosk.frames(1)

    found = " | ".join(faults(kiosk))
    assert "option-good and option-very_good overlap" in found or (
        "option-very_good and option-good overlap" in found
    )
    assert "has a contrast of" in found
    assert "larger than its room" in found
    assert "back is " in found
    assert "is written in 12 px" in found


def test_edges_of_things_to_tap_stand_out():
    for ground in (theme.WHITE, theme.PAGE):
        assert contrast(theme.EDGE[:3], ground[:3]) >= EDGE_CONTRAST - 0.02
        assert contrast(theme.BLUE[:3], ground[:3]) >= CONTRAST


def test_chosen_is_not_told_by_colour_alone(kiosk):
    kiosk.tap("language-en")
    kiosk.tap("option-patient")
    kiosk.tap("back")
    chosen, other = kiosk.find("option-patient"), kiosk.find("option-carer")
    assert chosen.edge_width > other.edge_width
    ticks = [w for w in chosen.walk() if type(w).__name__ == "Tick" and w.opacity]
    assert len(ticks) == 1
