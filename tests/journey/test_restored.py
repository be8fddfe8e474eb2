"""A real log, a real agent and the real central, which is restored to before a fork."""

from tests.journey.tablets import at_central, enrolled, restore, turn


def test_after_a_fork_a_restored_central_gets_every_row_of_the_file_back(
    successor, hospital, world
):
    old, new = successor.elders()[0].device, successor.device
    restore(old, 4)
    assert len(at_central()) == 4

    assert turn(successor, world).state == "unknown"
    enrolled(successor, hospital, world)
    assert turn(successor, world).state == "well"

    mine = [(row.device, row.seq) for row in successor.after(0, 99)]
    assert mine == [*((old, n) for n in range(1, 9)), (new, 9), (new, 10)]
    assert at_central() == sorted(mine)
    assert successor.have == 10


def test_the_rows_of_the_log_that_was_lost_stay_at_central(successor, world):
    """What the copy never had is only at central, and its elder does not disturb it."""
    before = at_central()
    assert len(before) == 12
    assert turn(successor, world).state == "well"
    assert at_central() == before
