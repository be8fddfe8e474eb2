"""Rows of the devices that this file was before a fork, and a central that was
restored to before it."""

from __future__ import annotations

import pytest

from feedback.answer import device_id, utc_text
from sync.ration import MAX_ANSWERS
from tests.sync.scripted_central import NOW, ScriptedCentral, html, words


@pytest.fixture
def forked(site):
    """A file whose rows 1 to 8 are device A's, and 9 and 10 its successor's. Central
    was restored: it has 1 to 4 of A."""
    site.tap(8)
    site.turn()
    site.restored = leave(site, 4)
    site.tap(2)
    return site


def leave(site, have) -> ScriptedCentral:
    """Fork behind the last row. Central then has 1 to `have` of the old device."""
    old, key, last = site.log.device, site.log.public_key, site.log.last
    known = ScriptedCentral()
    known.know(key)
    known.have = have
    known.rows = {seq: row for seq, row in site.central.rows.items() if seq <= have}
    site.central.others[old] = known
    site.log.fork(last + 1)
    site.central.know(site.log.public_key)
    site.central.have, site.central.rows = last, {}
    site.restart()
    return known


def test_rows_below_the_fork_come_back_to_a_restored_central(forked):
    report = forked.turn()
    assert report.state == "well"
    assert sorted(forked.restored.rows) == list(range(1, 9))
    assert sorted(forked.central.rows) == [9, 10]
    assert (forked.log.have, forked.log.last) == (10, 10)


def test_the_present_devices_own_answers_go_first_and_nothing_is_sent_unasked(forked):
    forked.turn()
    devices = [heard.path.split("/")[4] for heard in forked.central.posts[1:]]
    elder = forked.log.elders()[0].device
    assert devices == [forked.log.device, elder, elder]
    assert forked.restored.ranges() == [(9, 0), (5, 4)]
    assert {heard.batch.last for heard in forked.restored.posts} == {8}


def test_an_elder_is_offered_once_in_a_run_and_again_in_the_next(forked):
    forked.turn()
    forked.later()
    assert len(forked.restored.posts) == 2
    forked.restart()
    forked.turn()
    assert forked.restored.ranges()[2:] == [(9, 0)]


def test_an_elder_is_offered_again_when_central_fell(forked):
    forked.turn()
    forked.restored.have, forked.restored.rows = 2, {}
    forked.central.have, forked.central.rows = 8, {}
    forked.tap()
    forked.turn()
    assert sorted(forked.restored.rows) == list(range(3, 9))
    assert sorted(forked.central.rows) == [9, 10, 11]


def test_a_central_that_has_more_of_the_old_log_is_told_no_more(forked):
    """The tablet that was copied is alive: it goes on with the old log."""
    forked.restored.have = 90
    report = forked.turn()
    assert (report.state, len(forked.restored.posts)) == ("well", 1)
    assert "Enrol again" not in report.words


@pytest.mark.parametrize(
    "say",
    [
        words(401, why="device"),
        words(409, why="fork", at=2),
        words(409, why="gap", have=90),
        words(409, why="gap"),
        words(400, why="version", most=0),
        words(418),
    ],
)
def test_an_elder_that_central_does_not_take_is_left_until_the_next_occasion(
    forked, say
):
    forked.restored.script.append(say)
    assert forked.turn().state == "well"
    forked.later()
    assert len(forked.restored.posts) == 1
    forked.restart()
    forked.later()
    assert sorted(forked.restored.rows) == list(range(1, 9))


def test_gap_after_gap_is_not_asked_for_ever(forked):
    lie = [words(409, why="gap", have=4), words(200, have=8, now=NOW)] * 100
    site = forked
    site.restored.script.extend([words(409, why="gap", have=0)] * 100)
    site.turn()
    assert len(site.restored.posts) == 2
    site.restored.script.clear()
    site.restored.script.extend(lie)
    site.restart()
    site.later()
    assert len(site.restored.posts) == 4


def test_a_try_without_an_answer_is_paced_and_made_again(forked):
    forked.restored.script.extend([html(502)] * 2)
    assert forked.turn().state == "well"
    forked.tap()
    forked.turn()
    assert len(forked.restored.posts) == 1, "not at each tap"
    forked.later(60)
    forked.later(60)
    assert sorted(forked.restored.rows) == list(range(1, 9))


def test_a_tap_interrupts_an_elder_and_goes_first(site):
    site.tap(MAX_ANSWERS + 500)
    site.turn()
    restored = leave(site, 0)

    def gap_while_someone_taps(heard):
        site.tap()
        return restored.truth(heard)

    restored.script.append(gap_while_someone_taps)
    site.turn()
    assert (restored.have, site.log.unsent) == (0, 1)
    site.turn()
    assert restored.have == MAX_ANSWERS + 500
    assert site.central.rows.keys() == {MAX_ANSWERS + 501}
    assert restored.ranges() == [(1501, 0), (1, 1000), (1001, 500)]


def test_each_of_several_elders_speaks_for_its_own_rows(forked):
    forked.turn()
    second = leave(forked, 8)
    forked.restored.have, forked.restored.rows = 6, {}
    forked.turn()
    assert sorted(forked.restored.rows) == [7, 8]
    assert sorted(second.rows) == [9, 10]
    keys = [bytes(elder.key.verify_key) for elder in forked.log.elders()]
    assert list(forked.central.others) == [device_id(key) for key in keys]


def test_an_elder_with_trouble_does_not_hold_up_the_next_one(forked):
    forked.turn()
    second = leave(forked, 8)
    forked.restored.script.extend([html(502)] * 3)
    forked.turn()
    forked.later(60)
    assert sorted(second.rows) == [9, 10]


def test_rows_that_were_purged_are_declared_and_the_others_come_back(forked):
    forked.log.db.conn.execute("DELETE FROM answers WHERE seq <= 6")
    forked.log.db.conn.execute("UPDATE watermark SET purged_to = 6")
    forked.turn()
    assert [heard.batch.purged_to for heard in forked.restored.posts] == [None, 6]
    assert sorted(forked.restored.rows) == [1, 2, 3, 4, 7, 8]


def test_an_elder_without_a_row_is_not_offered(forked):
    forked.log.db.conn.execute("DELETE FROM answers WHERE seq <= 8")
    forked.log.db.conn.execute("UPDATE watermark SET purged_to = 8")
    assert forked.turn().state == "well"
    assert forked.restored.posts == []


def test_an_elders_row_that_cannot_be_read_goes_as_text(forked):
    forked.restored.unreadable = lambda raw: isinstance(raw, dict)
    forked.turn()
    assert forked.restored.have == 8
    assert all(isinstance(forked.restored.rows[seq], str) for seq in range(5, 9))


def test_nothing_is_purged_while_central_may_lack_rows_of_an_elder(forked):
    forked.clock.s += 61 * 86_400
    forked.central.now = utc_text(forked.clock.moment())
    forked.restored.script.append(html(502))
    forked.turn()
    assert forked.log.purged_to == 0
    forked.later()
    assert sorted(forked.restored.rows) == list(range(1, 9))
    assert forked.log.purged_to > 0
