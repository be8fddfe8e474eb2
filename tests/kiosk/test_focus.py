"""Keys and switches: everything can be come to, and is pressed once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.focus import (
    AROUND,
    WAYS,
    Box,
    Focus,
    after,
    reading_order,
    targets_of,
    towards,
)
from kiosk.screens.ways import WaysNotice
from kiosk.screens.welcome import WelcomeView
from tests.kiosk.hosted import Stage
from tests.kiosk.test_welcome import page

sides = st.integers(1, 400)
places = st.integers(0, 1200)
boxes_anywhere = st.lists(
    st.builds(
        lambda x, y, width, height: Box(x, y, x + width, y + height),
        places, places, sides, sides,
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@st.composite
def grids(draw):
    """Rows and columns as screens have them: gaps, uneven sizes, a short last row."""
    widths = draw(st.lists(st.integers(40, 300), min_size=1, max_size=4))
    heights = draw(st.lists(st.integers(40, 200), min_size=1, max_size=4))
    gap = draw(st.integers(1, 40))
    missing = draw(st.integers(0, len(widths) - 1))
    boxes = []
    top = 2000
    for height in heights:
        left = 0
        for width in widths:
            boxes.append(Box(left, top - height, left + width, top))
            left += width + gap
        top -= height + gap
    return boxes[: len(boxes) - missing]


def reached(start, lead):
    """Every place that keys lead to from there."""
    seen, open_ends = {start}, [start]
    while open_ends:
        for there in lead(open_ends.pop()):
            if there not in seen:
                seen.add(there)
                open_ends.append(there)
    return seen


@given(boxes_anywhere, st.booleans(), st.booleans())
def test_tab_comes_to_everything_once_and_then_begins_again(boxes, rtl, back):
    at, seen = 0, []
    for _ in boxes:
        seen.append(at)
        at = after(boxes, at, back, rtl)
    assert sorted(seen) == list(range(len(boxes)))
    assert at == 0


@given(boxes_anywhere, st.booleans())
def test_shift_tab_undoes_tab(boxes, rtl):
    for at in range(len(boxes)):
        assert after(boxes, after(boxes, at, False, rtl), True, rtl) == at


@given(boxes_anywhere)
def test_an_arrow_never_leads_the_other_way(boxes):
    for at, here in enumerate(boxes):
        for way, (right, up) in WAYS.items():
            there = boxes[towards(boxes, at, way)]
            moved = (there.centre[0] - here.centre[0]) * right + (
                there.centre[1] - here.centre[1]
            ) * up
            assert moved >= 0


@given(boxes_anywhere)
def test_an_arrow_stays_only_where_nothing_lies_that_way(boxes):
    for at, here in enumerate(boxes):
        for way, (right, up) in WAYS.items():
            if towards(boxes, at, way) != at:
                continue
            for there in boxes:
                across = (there.centre[0] - here.centre[0]) * right
                assert across + (there.centre[1] - here.centre[1]) * up <= 0


@given(grids())
def test_arrows_alone_come_to_everything_in_rows_and_columns(boxes):
    for start in range(len(boxes)):
        found = reached(start, lambda at: [towards(boxes, at, way) for way in WAYS])
        assert found == set(range(len(boxes)))


@given(grids())
def test_rows_are_read_from_the_top_and_from_the_side_where_reading_begins(boxes):
    ltr = reading_order(boxes, rtl=False)
    assert ltr == list(range(len(boxes)))
    by_row = {box.top for box in boxes}
    mirrored = []
    for top in sorted(by_row, reverse=True):
        row = [at for at, box in enumerate(boxes) if box.top == top]
        mirrored += row[::-1]
    assert reading_order(boxes, rtl=True) == mirrored


# ── on the real screen ───────────────────────────────────────────────────────


@pytest.fixture
def stage():
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture
def ways(stage):
    """The overlay with the three groups of buttons, and the focus on it."""
    shown = stage.open(WaysNotice, show=lambda view, words: view.show(words))
    shown.focus = Focus(lambda: targets_of(shown.top))
    return shown


@pytest.fixture
def welcome(stage):
    """A welcome with a button beside the ward's name, and the focus on it."""
    shown = stage.open(
        lambda portrait: WelcomeView(name="welcome", portrait=portrait),
        show=lambda view, _: view.show(page()),
    )
    shown.focus = Focus(lambda: targets_of(shown.top))
    return shown


def press(hosted, name, shift=False):
    """A key that is pressed and let go, after the pause that a person makes."""
    hosted.clock.pass_by(1)
    led = hosted.focus.key(name, shift)
    hosted.focus.key_up(name)
    hosted.settle()
    return led


def ringed(hosted):
    return [mark for mark, one in hosted.targets().items() if one.focused]


def test_the_ring_shows_once_a_key_was_used_and_goes_with_a_touch(ways):
    assert ringed(ways) == []
    press(ways, "tab")
    assert ringed(ways) == ["size-normal"]
    ways.focus.forget()
    assert ringed(ways) == []


def test_tab_goes_through_the_screen_as_it_is_read(ways):
    seen = []
    for _ in ways.targets():
        press(ways, "tab")
        seen += ringed(ways)
    assert seen == [
        "size-normal", "size-large", "size-largest", "contrast-off", "contrast-on",
        "easy-off", "easy-on", "close",
    ]  # fmt: skip
    press(ways, "tab")
    press(ways, "tab", shift=True)
    assert ringed(ways) == ["close"]


def test_right_to_left_it_begins_on_the_right(stage):
    shown = stage.open(
        WaysNotice, show=lambda view, words: view.show(words), language="ar"
    )
    shown.focus = Focus(lambda: targets_of(shown.top))
    press(shown, "tab")
    first = shown.find("size-normal")
    assert ringed(shown) == ["size-normal"]
    press(shown, "tab")
    assert shown.find("size-large").right < first.x
    press(shown, "right")
    assert ringed(shown) == ["size-normal"]


def test_arrows_go_to_what_is_nearest(ways):
    press(ways, "down")
    press(ways, "right")
    assert ringed(ways) == ["size-large"]
    press(ways, "down")
    assert ringed(ways)[0].startswith("contrast")
    press(ways, "up")
    press(ways, "up")
    assert ringed(ways)[0].startswith("size")


@pytest.mark.parametrize("name", ["enter", "space"])
def test_enter_and_space_press_what_has_the_ring(ways, name):
    press(ways, "tab")
    press(ways, "tab")
    assert press(ways, name)
    assert ways.events == [("on_letters", "large")]
    assert ringed(ways) == ["size-large"], "its own touch takes the ring away"


def test_a_press_without_a_ring_is_nobodys(ways):
    assert not press(ways, "enter")
    assert not press(ways, "escape")
    assert ways.events == []


def test_a_held_key_presses_once(ways):
    press(ways, "tab")
    for _ in range(50):
        ways.clock.pass_by(0.5)
        ways.focus.key("enter")
    assert ways.events == [("on_letters", "normal")]


def test_a_second_press_at_once_is_a_trembling_hand(ways):
    press(ways, "tab")
    press(ways, "enter")
    ways.focus.key("enter")
    ways.focus.key_up("enter")
    assert ways.events == [("on_letters", "normal")]


def test_tab_and_enter_alone_do_everything(welcome):
    for _ in welcome.targets():
        press(welcome, "tab")
        press(welcome, "enter")
    assert {what for what, *_ in welcome.events} == {
        "on_start", "on_language", "on_about", "on_ways", "on_listen"
    }  # fmt: skip
    assert len(welcome.events) == len(welcome.targets())


def test_a_screen_begins_with_what_it_asks(welcome):
    press(welcome, "tab")
    assert ringed(welcome)[0] not in AROUND


def test_on_another_page_the_ring_begins_anew(ways):
    for _ in range(5):
        press(ways, "tab")
    ways.focus.moved()
    ways.settle()
    assert ringed(ways) == ["size-normal"]
    ways.focus.forget()
    ways.focus.moved()
    ways.settle()
    assert ringed(ways) == []


def test_a_box_that_is_not_laid_out_yet_has_its_place_too():
    boxes = [Box(0, 100, 50, 76), Box(0, 0, 50, 50), Box(60, 0, 90, 50)]
    assert reading_order(boxes, rtl=False) == [0, 1, 2]
