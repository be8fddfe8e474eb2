"""Two agents on one log, as if its lock were gone: one answers between the other's
question and its answer. Each answer is at central once, and the log told no untruth.

tests/journey/test_two_agents.py has them as real programs before the real central.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from sync.agent import Agent


@pytest.fixture
def other(site):
    made = Agent(site.log, site.world)
    yield made
    made.close()


def between(site, what):
    """A script for central: `what` happens when the question has left the agent."""

    def heard_late(heard):
        what()
        return site.central.truth(heard)

    site.central.script.append(heard_late)


def fell(site) -> bool:
    return bool(site.log._number("SELECT fell_at <> '' FROM watermark"))


def all_is_there_once(site) -> bool:
    return (
        list(site.central.rows) == list(range(1, site.log.last + 1))
        and site.log.have == site.log.last
    )


def unlock(site):
    """The scripted central answers one at a time; these two ask within one another."""
    site.central._lock = nullcontext()


def test_a_slow_reply_does_not_move_the_mark_back(site, other):
    """What would be read as: central fell. The log would not purge for 30 days."""
    unlock(site)
    site.tap(1_500)
    between(site, other.turn)
    site.turn()
    assert all_is_there_once(site)
    assert not fell(site)


def test_what_the_other_has_sent_since_is_no_fork(site, other):
    """Central knows rows above the `last` of a question that is older than they are."""
    unlock(site)
    site.tap(3)
    between(site, lambda: (site.tap(2), other.turn()))
    assert site.turn().state == "well"
    assert all_is_there_once(site)
    assert not fell(site)


def test_two_that_take_turns_send_each_answer_once(site, other):
    for _ in range(10):
        site.tap(2)
        site.turn()
        site.tap()
        other.turn()
    assert all_is_there_once(site)
    assert not fell(site)


def test_a_central_that_fell_is_still_noticed_by_both(site, other):
    site.tap(5)
    site.turn()
    site.central.have = 2
    for row in (3, 4, 5):
        del site.central.rows[row]
    site.tap()
    other.turn()
    assert all_is_there_once(site)
    assert fell(site)
