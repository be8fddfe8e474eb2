"""Whatever goes wrong, status never says that all is well, and nothing is deleted."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from feedback.log import CENTRAL
from sync import agent, status
from sync.schedule import take_turn
from sync.status import STALE_S, status_words
from tests.sync.scripted_central import html, words
from tests.sync.test_answers import NOT_AN_ANSWER

WELL = "All is well."


def says(site, running: bool = True) -> str:
    """What `wardvoice-sync status` says, by the log alone."""
    return "\n".join(status_words(site.log, site.clock.moment(), running))


@pytest.fixture
def well(site):
    """All was well a minute ago, with the first rows at central; two more wait now."""
    site.tap(3)
    assert site.turn().state == "well"
    assert says(site).startswith(WELL)
    site.clock.s += 60
    site.tap(2)
    return site


def scripted(*said):
    return lambda site: site.central.script.extend(said)


def address(text: str):
    return lambda site: site.log.set_note(CENTRAL, text)


def refuses_all(site):
    site.central.unreadable = lambda _raw: True
    site.central.script.extend([words(400, why="unreadable")] * 40)


def crashes(site):
    site.log.after = lambda _have, _limit: ["a fault of ours"][5]


def cannot_read(site):
    def fails(_have, _limit):
        raise sqlite3.OperationalError("disk I/O error")

    site.log.after = fails


def loses_its_enrolment(site):
    site.log.db.conn.execute("DELETE FROM notes WHERE key = 'central'")


WRONG = {
    **{name: scripted(said) for name, (said, _) in NOT_AN_ANSWER.items()},
    "a 401 of central's": scripted(words(401)),
    "a 401 of a proxy's": scripted(html(401)),
    "a proxy that wants a log-in": scripted(html(407)),
    "a fork": scripted(words(409, why="fork", at=1)),
    "an older central": scripted(words(400, why="version", most=0)),
    "all is refused": refuses_all,
    "a 413 for everything": scripted(*[html(413)] * 40),
    "gap after gap": scripted(*[words(409, why="gap", have=0)] * 60),
    "nobody listens": address("http://127.0.0.1:9"),
    "no name": address("https://central.invalid"),
    "no proper address": address("http://central.example.org"),
    "a fault of ours": crashes,
    "a disk that fails": cannot_read,
    "an enrolment that is gone": loses_its_enrolment,
}


@pytest.mark.parametrize("name", WRONG)
def test_whatever_goes_wrong_status_does_not_say_well_and_nothing_is_lost(well, name):
    rows = well.log.after(0, 10)
    after = well.log.after
    WRONG[name](well)
    take_turn(well.agent)
    assert says(well).startswith("NOT all is well:\n2 answers are waiting."), name
    well.log.after = after
    assert (well.log.after(0, 10), well.log.have) == (rows, 3)


def test_an_agent_that_hangs_is_not_believed_for_longer_than_minutes(well):
    assert well.turn().state == "well"
    well.clock.s += STALE_S
    assert says(well).startswith(WELL)
    well.clock.s += 1
    said = says(well)
    assert said.startswith(
        "NOT all is well:\nNo answers are waiting.\nCentral was last"
    )
    assert "and should be every minute: the agent hangs" in said


def test_a_clock_that_was_set_back_does_not_keep_old_words_fresh(well):
    assert well.turn().state == "well"
    well.clock.s -= 3_600
    assert says(well).startswith("NOT all is well:")


def test_without_a_running_agent_nothing_is_well(well):
    assert well.turn().state == "well"
    assert says(well, running=False).startswith("NOT all is well:")


@pytest.mark.parametrize("part", ["bundle_trouble", "missing"])
def test_what_a_person_should_see_to_is_not_well(well, part):
    report = replace(well.turn(), **{part: "something"})
    assert status.verdict(report, well.clock.moment(), running=True) != WELL


def test_the_words_say_since_when_and_begin_anew_after_a_success(well):
    well.central.script.extend([html(200)] * 3)
    for _ in range(3):
        well.later(120)
    assert "Not sending since 08:03." in says(well)
    assert well.later(120).state == "well"
    well.central.script.append(html(200))
    well.later(120)
    assert "Not sending since 08:11." in says(well)


def test_a_restart_does_not_forget_since_when(well):
    well.central.script.extend([html(200)] * 2)
    well.later(120)
    well.restart()
    well.later(120)
    assert "Not sending since 08:03." in says(well)


def test_a_long_sending_says_how_far_it_is(well, monkeypatch):
    """Central takes eleven seconds for each batch."""
    seen = []

    def slowly(heard):
        said = well.central.truth(heard)
        well.clock.s += 11
        seen.append(says(well))
        return said

    well.tap(3_998)
    well.central.script.extend([slowly] * 5)
    assert well.turn().state == "well"
    assert "Sending: 1,000 of 4,000 have arrived since 08:01." in seen[1]
    assert "Sending: 3,000 of 4,000 have arrived since 08:01." in seen[3]
    assert all(one.startswith(WELL) for one in seen[1:])


def test_a_sending_that_stops_half_way_says_so(well):
    well.tap(2_000)

    def slowly(heard):
        well.clock.s += 11
        return well.central.truth(heard)

    well.central.script.extend([slowly, html(502)])
    well.turn()
    assert says(well).startswith(
        "NOT all is well:\n1,002 answers are waiting.\nNot send"
    )


def test_the_old_words_would_be_caught(well, monkeypatch):
    """The control: an agent that tells nobody of its failures."""
    monkeypatch.setattr(agent.Agent, "_failed", lambda self, _error: self.report)
    well.central.script.append(html(200))
    take_turn(well.agent)
    assert says(well).startswith(WELL), "for minutes; the tests above see it"
    well.clock.s += timedelta(minutes=6).seconds
    assert not says(well).startswith(WELL), "and it is not believed for long"
