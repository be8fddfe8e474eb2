"""Every screen of a tablet that lies, in each pair of ways to look at it.

A file of its own: the other way up is looked at at the same time.
"""

from tests.kiosk.ways import ALIKE, WIDE, walk_and_look, ways_of, with_faults


def test_no_screen_has_a_fault_in_any_pair_of_ways_to_look(open_kiosk):
    kiosk = open_kiosk(WIDE)
    found = walk_and_look(kiosk, lambda place: ways_of(place, WIDE), ALIKE)
    assert with_faults(found) == {}
