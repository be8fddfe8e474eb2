"""Central has less than we thought, or other rows than ours: design.md §2, the 409s."""

from __future__ import annotations

import pytest

from feedback.answer import utc_text
from sync import agent as agent_module
from sync.batch import Sent
from tests.sync.conftest import Site
from tests.sync.scripted_central import NOW, words

DAY_S = 86_400


def days_later(site, days):
    """By both clocks."""
    site.clock.s += days * DAY_S
    site.central.now = utc_text(site.clock.moment())


# ── gap ──────────────────────────────────────────────────────────────────────


def test_a_restored_central_is_refilled_from_where_it_says(site):
    site.tap(30)
    site.turn()
    site.central.have = 10
    site.central.rows = {n: row for n, row in site.central.rows.items() if n <= 10}
    site.tap()
    site.turn()
    assert site.central.ranges()[1:] == [(31, 1), (11, 21)]
    assert sorted(site.central.rows) == list(range(1, 32))


def test_the_log_remembers_that_central_fell_and_stops_purging(site):
    site.tap(30)
    site.turn()
    days_later(site, 18)
    site.central.have = 10
    site.tap()
    site.turn()
    assert site.log.have == 31
    assert site.log.purge(*["2026-12-25T08:00:00.000Z"] * 2) == 0
    assert site.log.purge(*["2027-01-25T08:00:00.000Z"] * 2) == 31


@pytest.mark.parametrize("whose", ["central", "tablet"])
def test_no_row_is_purged_by_one_clock_alone(site, whose):
    site.tap(20)
    site.turn()
    if whose == "central":
        site.central.now = "2099-01-22T08:15:30.123Z"
    else:
        site.central.now = NOW
        site.clock.s += 40 * DAY_S
    site.tap()
    site.later()
    site.later()
    assert (site.log.have, site.log.purged_to) == (21, 0)


def test_what_was_purged_is_declared_only_after_a_gap_answer(site):
    site.tap(20)
    site.turn()
    days_later(site, 61)
    site.tap()
    site.later()
    site.later()
    assert site.log.purged_to == 20
    site.central.have, site.central.rows = 5, {}
    site.tap()
    site.later()
    declared = [heard.batch.purged_to for heard in site.central.posts[-2:]]
    assert declared == [None, 20]
    assert site.central.ranges()[-1] == (21, 2)
    assert (site.log.have, site.central.have) == (22, 22)


def test_a_log_that_is_purged_to_its_end_declares_all_of_it(site):
    site.tap(20)
    site.turn()
    days_later(site, 61)
    site.later()
    site.later()
    assert site.log.after(0, 5) == []
    site.central.have = 5
    site.later()
    assert site.central.posts[-1].batch.purged_to == 20
    assert site.log.have == 20


def test_a_tap_during_a_gap_answer_is_never_declared_as_purged(site):
    """Planted: reading `last` after the rows would declare the new row."""
    site.tap(20)
    site.turn()
    site.log.db.conn.execute("DELETE FROM answers")
    site.log.db.conn.execute("UPDATE watermark SET purged_to = 20")
    site.central.have, site.central.rows = 5, {}

    real_after = site.log.after

    def after_then_a_tap(have, limit):
        site.log.after = real_after
        found = real_after(have, limit)
        site.tap()
        return found

    def gap_then_a_tap_while_packing(heard):
        site.log.after = after_then_a_tap
        return site.central.truth(heard)

    site.central.script.append(gap_then_a_tap_while_packing)
    site.later()
    assert 21 in site.central.rows
    assert site.log.have == site.log.last


def test_a_row_missing_without_a_purge_blocks_nobody_and_is_told(site):
    site.tap(10)
    site.log.db.conn.execute("DELETE FROM answers WHERE seq IN (4, 5)")
    report = site.turn()
    assert sorted(site.central.rows) == [1, 2, 3, 6, 7, 8, 9, 10]
    assert site.log.unsent == 0
    assert "lost the rows 4 to 5" in report.words
    declared = [heard.batch.purged_to for heard in site.central.posts]
    assert declared == [None, None, 5], "never unasked"


def test_gap_after_gap_is_not_asked_for_ever(site):
    site.tap(3)
    site.central.script.extend([words(409, why="gap", have=0)] * 100)
    report = site.turn()
    assert (report.state, report.trouble) == ("trying", "nonsense")
    assert len(site.central.posts) < 30


# ── fork ─────────────────────────────────────────────────────────────────────


def test_a_fork_keeps_collecting_and_asks_staff_to_enrol_again(site):
    site.tap(5)
    site.central.rows = {4: {"other": "words"}}
    report = site.turn()
    assert (report.state, report.at, site.log.have) == ("fork", 4, 0)
    assert "Enrol again" in report.words
    site.tap()
    assert site.log.unsent == 6


def test_a_fork_is_asked_again_hourly_and_heals_when_central_agrees(site):
    site.tap(5)
    site.central.rows = {4: {"other": "words"}}
    site.turn()
    site.clock.s += 3_000
    site.turn()
    assert len(site.central.posts) == 1
    site.central.rows = {}
    assert site.later(700).state == "well"


def test_a_shorter_copy_shows_all_its_rows_before_it_believes_where_it_forks(site):
    """Planted: believing the first answer (at 2,501) would lose our row 1,700."""
    site.tap(2_500)
    site.central.have = 4_000
    site.central.rows = {1_700: {"other": "words"}}
    report = site.turn()
    assert (report.state, report.at) == ("fork", 1_700)
    assert site.central.ranges() == [(1, 1000), (1001, 1000)]


def test_a_shorter_copy_that_agrees_forks_at_its_end(site):
    site.tap(2_500)
    site.central.have = 4_000
    assert site.turn().at == 2_501
    assert len(site.central.posts) == 3


def test_rows_are_not_taken_for_sent_before_they_were_shown(site):
    """An old copy came back, and grew past central's `have` before it was heard: from
    row 1,701 on it holds other words than central does. Planted: a mark that jumps to
    `have` would lose them, and nobody would know."""
    site.tap(3_500)
    site.central.have = 3_000
    site.central.rows = {seq: {"other": "words"} for seq in range(1_701, 3_001)}
    report = site.turn()
    assert (report.state, report.at) == ("fork", 1_701)
    assert site.log.have == 1_000


def test_a_grown_copy_that_agrees_is_shown_to_its_end(site):
    site.tap(3_500)
    site.central.have = 3_000
    assert site.turn().state == "well"
    assert (site.log.have, site.log.unsent) == (3_500, 0)


def fork_by_a_have_above_last(site: Site) -> None:
    site.tap(5)
    site.central.script.append(words(200, have=9, now=NOW, bundle=0))
    site.turn()


def test_a_have_above_our_last_is_a_fork_and_the_mark_stays(site):
    fork_by_a_have_above_last(site)
    assert (site.agent.report.state, site.agent.report.at) == ("fork", 1)
    assert site.log.have == 0


def test_a_have_above_the_last_that_was_sent_is_a_fork_even_after_more_taps(site):
    site.tap(5)

    def nine_while_six_people_tap(heard):
        site.tap(6)
        return words(200, have=9, now=NOW)(heard)

    site.central.script.append(nine_while_six_people_tap)
    report = site.turn()
    assert (report.state, site.log.have, site.log.last) == ("fork", 0, 11)


def test_without_the_fork_guard_the_mark_would_pass_rows_nobody_has(site, monkeypatch):
    """The control of the two tests above: the planted fault shows in the mark. Two
    walls stand there, and both are taken away."""
    monkeypatch.setattr(agent_module, "_have", lambda _sent, reply: reply.have)
    monkeypatch.setattr(Sent, "shown_to", property(lambda _sent: 10**9))
    site.tap(5)
    site.central.have = 9  # of another copy of this file

    def nine_while_six_people_tap(heard):
        site.tap(6)
        return words(200, have=9, now=NOW)(heard)

    site.central.script.append(nine_while_six_people_tap)
    site.turn()
    assert site.log.have >= 9
    assert site.central.rows.keys() == {10, 11}  # 1 to 9 of ours are lost


def test_a_gap_answer_with_a_have_above_our_last_is_a_fork_too(site):
    site.tap(5)
    site.central.script.append(words(409, why="gap", have=9))
    assert site.turn().state == "fork"
    assert site.log.have == 0
