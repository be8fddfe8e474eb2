"""Whatever a visitor does, the next one finds the tablet as it was, and the log holds
one legal visit.

The seed is printed by pytest when a test fails; WARDVOICE_TAPPER_SEED repeats it.
"""

import gc
import os
from unittest import mock

import pytest

from kiosk import flow, glass
from kiosk.flow import Visit
from kiosk.views import Views
from tests.kiosk.conftest import SIZES
from tests.kiosk.tapper import Caught, Tapper, resident_bytes
from tests.kiosk.walk import dress, place, to_map

WIDE, _, TALL, _ = SIZES
SEED = int(os.environ.get("WARDVOICE_TAPPER_SEED", "20261122"))
MB = 1_000_000


@pytest.fixture
def open_tapper(open_kiosk, central):
    def open_one(size=WIDE, seed=SEED, **options):
        print(f"seed {seed}")
        kiosk = open_kiosk(size, ahead=True, **options)
        return Tapper(kiosk, central, seed)

    return open_one


@pytest.mark.parametrize(
    ("size", "visits"),
    [
        (WIDE, 50),
        (TALL, 25),
        pytest.param(WIDE, 1_000, marks=pytest.mark.soak),
        pytest.param(TALL, 1_000, marks=pytest.mark.soak),
    ],
)
def test_whoever_was_there_leaves_a_legal_visit_and_nothing_else(
    open_tapper, size, visits
):
    tapper = open_tapper(size, seed=SEED + visits)
    for _ in range(visits):
        tapper.visit()
    # Otherwise it has not tapped itself to where the promises are.
    for end in ("finished", "left", "withdrawn"):
        assert tapper.ends[end] >= visits // 50


# ── memory ───────────────────────────────────────────────────────────────────


def the_same_visit(kiosk):
    """With looks, a language, a face, words and a code."""
    dress(kiosk, "pl", size="large", contrast=True)
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("option-good")
    place(kiosk, "meals", "1")
    kiosk.tap("next")
    kiosk.tap("option-meals")
    kiosk.type("tak")
    kiosk.tap("next")
    kiosk.tap("stop")
    kiosk.tap("receipt")
    kiosk.tap("done")


def in_use(kiosk):
    """Kivy lets go of what was drawn for lost widgets in the frames after they went."""
    gc.collect()
    kiosk.frames(2)
    return resident_bytes()


def grown(kiosk, warm, in_all):
    """The bytes that are more after so many visits, once it is warm: every cache has
    seen the visit."""
    kiosk.frames = kiosk.paint  # what is drawn takes memory too
    in_use(kiosk)  # kiosks of tests before go now, not between the marks
    marks = []
    for number in range(1, warm + in_all + 1):
        the_same_visit(kiosk)
        if number in (warm, warm + in_all):
            marks.append(in_use(kiosk))
    return marks[1] - marks[0]


@pytest.fixture
def kiosk(open_kiosk):
    """As in life: all is built before anybody comes, and kept."""
    return open_kiosk(ahead=True)


def test_memory_is_flat(kiosk):
    assert grown(kiosk, warm=4, in_all=6) < 2 * MB


@pytest.mark.soak
def test_memory_is_flat_for_a_thousand_visits(kiosk):
    assert grown(kiosk, warm=100, in_all=1_000) < 5 * MB


def test_that_a_leak_is_found(kiosk):
    kept, forget = [], Views.forget

    def keeps(views):
        kept.append(b"x" * MB)
        forget(views)

    with mock.patch.object(Views, "forget", keeps):
        assert grown(kiosk, warm=4, in_all=6) > 2 * MB


# ── that it can fail ─────────────────────────────────────────────────────────


def caught(tapper, visits=40):
    """What it says of a planted fault."""

    def visit_again():
        for _ in range(visits):
            tapper.visit()

    with pytest.raises(Caught) as found:
        visit_again()
    return str(found.value)


def test_that_a_second_tap_that_counts_is_found(open_tapper):
    with mock.patch.object(glass, "DOUBLE_TAP_S", 0.0):
        assert "one answer of" in caught(open_tapper())


def test_that_words_left_on_a_screen_are_found(open_tapper):
    with mock.patch.object(Views, "forget"):
        assert "keeps no" in caught(open_tapper())


def test_that_a_thank_you_for_nothing_is_found(open_tapper):
    def swallows(visit):
        step, visit._step = visit._step, None
        if not step.to.end:
            visit._write(step)
        visit.place = step.to

    with mock.patch.object(Visit, "retry", swallows):
        said = caught(open_tapper())
    assert "thank you never shows" in said or "every visit has an end" in said


def test_that_an_answer_that_nobody_can_reach_any_more_is_found(open_tapper):
    tapper = open_tapper()
    kiosk = tapper.kiosk
    with mock.patch.object(
        flow, "revise", lambda survey, answers, key, said: {key: said}
    ):
        to_map(kiosk)
        tapper._watch()
        place(kiosk, "meals", "-1")
        kiosk.tap("words-meals")
        kiosk.tap("option-worried")
        kiosk.tap("next")
        place(kiosk, "meals", "-1")  # the same face again takes it off
        assert not kiosk.app.visit.place.answers.get("meals")
    tapper.wait(100)
    with pytest.raises(Caught, match="is reachable"):
        tapper._check_the_rows()
