"""Seconds without a touch."""

from kiosk.idle import GONE, HERE, WARNED, WARNING_S, Presence


def test_a_visitor_is_here_then_warned_then_gone():
    presence = Presence(60)
    presence.touch(100)
    assert [presence.state(at) for at in (100, 159.9, 160, 179.9, 180)] == [
        HERE, HERE, WARNED, WARNED, GONE,
    ]  # fmt: skip


def test_a_touch_begins_the_count_anew():
    presence = Presence(60)
    presence.touch(100)
    presence.touch(170)
    assert presence.state(229) == HERE


def test_the_warning_counts_down_from_20_seconds():
    presence = Presence(60)
    presence.touch(0)
    assert presence.seconds_left(60) == WARNING_S == 20
    assert presence.seconds_left(79.9) == 1
