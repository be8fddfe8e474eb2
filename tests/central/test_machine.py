"""Overlap, replay, forks and erasure in any order, and that the test can fail."""

import pytest

from central import deriving
from central.intake import append, rows, sorting
from tests.central.machine import run_the_machine


def test_whatever_is_sent_central_has_each_row_once(trust):
    run_the_machine()


def believe_any_row(planted):
    planted.setattr(append, "same_row", lambda row, known: True)


def insert_without_looking(planted):
    planted.setattr(append.table, "kept_rows", lambda device, first, last: {})


def overlook_a_shorter_log(planted):
    planted.setattr(append, "_fork", lambda rows, kept, last, have: None)


def overlook_a_gap(planted):
    planted.setattr(append, "_declared", lambda device, batch: True)


def overlook_an_erasure(planted):
    planted.setattr(append, "erase_row", lambda row, known, now: None)


def never_follow(planted):
    planted.setattr(deriving, "follow", lambda device: None)


def store_half(planted):
    def half(sound, now, store=rows.store):
        store(sound[::2], now)

    planted.setattr(append.table, "store", half)


def hold_nothing_back(planted):
    planted.setattr(sorting, "judge", lambda row, known: None)


@pytest.mark.parametrize(
    "fault",
    [
        believe_any_row,
        insert_without_looking,
        overlook_a_shorter_log,
        overlook_a_gap,
        overlook_an_erasure,
        never_follow,
        store_half,
    ],
)
def test_the_machine_finds_a_planted_fault(trust, monkeypatch, fault):
    with monkeypatch.context() as planted:
        fault(planted)
        # A wrong reply is an AssertionError; a reply that is trouble has no `have`.
        with pytest.raises((AssertionError, ExceptionGroup)):
            run_the_machine(100, always_the_same=True)


def test_the_table_itself_refuses_a_row_twice(tablet, monkeypatch):
    """The second wall, when the first is taken away: trouble, and never a double."""
    from central.intake.models import Answer

    tablet.say_many(2)
    tablet.send()
    insert_without_looking(monkeypatch)

    assert tablet.send().status == 503
    assert Answer.objects.count() == 2


def test_a_judge_who_lets_all_pass_loses_a_row(tablet, monkeypatch):
    from central.intake.models import Answer, Held

    hold_nothing_back(monkeypatch)
    tablet.say()
    tablet.send_values(1, [7])

    assert Answer.objects.count() + Held.objects.count() == 0  # have says 1
