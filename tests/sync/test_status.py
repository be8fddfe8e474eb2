"""What people read, for each situation."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback.log import SYNC_STATUS
from sync.__main__ import now_in_london
from sync.errors import TROUBLES
from sync.status import Report, clock, read_report, status_words, words

NOON = datetime(2026, 7, 22, 12, 0, tzinfo=ZoneInfo("Europe/London"))
THEN = "2026-07-22T11:03:00.000Z"
LATER = "2026-07-22T11:09:00.000Z"


def said(unsent: int = 0, **parts) -> str:
    return " ".join(words(Report(**parts), unsent, NOON))


def trying(trouble: str, http_status: int = 0) -> str:
    return said(
        12,
        state="trying",
        trouble=trouble,
        http_status=http_status,
        tried_at=THEN,
        next_at=LATER,
        reached_at="2026-07-21T18:00:00.000Z",
    )


def test_a_login_page_of_the_wifi_is_told_with_its_time_and_the_next_try():
    assert trying("page", 200) == (
        "12 answers are waiting. The last try at 12:03 met a web page instead of "
        "central, such as a login page of the Wi-Fi (HTTP 200). It is tried again at "
        "12:09, without an end; nothing is lost. Central was last reached on 21 July "
        "at 19:00. Surveys and wards (the bundle): none yet."
    )


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_trouble_has_words(trouble):
    assert TROUBLES[trouble] in trying(trouble)


def test_all_well_is_said_in_one_breath():
    assert said(state="well", reached_at=THEN, bundle=7) == (
        "No answers are waiting. Central was last reached at 12:03. "
        "Surveys and wards (the bundle): version 7."
    )


@pytest.mark.parametrize(
    ("state", "phrase"),
    [
        ("fork", "Enrol again: central knows other answers than this file"),
        ("unknown", "does not know this device, or has removed it"),
        ("version", "Central is older than this program"),
        ("not_enrolled", "not enrolled yet"),
        ("enrolled", "is enrolled; the agent has not reached central since"),
    ],
)
def test_every_state_says_what_to_do(state, phrase):
    text = said(1, state=state, at=5 * (state == "fork"), next_at=LATER)
    assert text.startswith("1 answer is waiting.")
    assert phrase in text


def test_a_refused_bundle_is_told():
    text = said(state="well", reached_at=THEN, bundle=3, bundle_trouble="it is older")
    assert (
        "A newer bundle was not taken; the last good one is kept: it is older." in text
    )


def test_times_are_said_where_the_reader_is():
    assert clock("2026-01-22T12:00:00.000Z", NOON.replace(month=1)) == "at 12:00"
    assert clock(THEN, NOON.astimezone(UTC)) == "at 11:03"
    assert clock("", NOON) == "at a time not known"
    assert clock("2031-01-01T10:00:00.000Z", NOON) == "on 1 January 2031 at 10:00"


@pytest.mark.parametrize(
    ("ahead_s", "phrase"),
    [
        (400, "is 7 minutes ahead of central's: set it."),
        (-86_400 * 2_890, "is 2,890 days behind central's: set it."),
    ],
)
def test_a_wrong_clock_is_told_here_too_and_is_not_well(site, ahead_s, phrase):
    """Central's page told of it; here `status` said that all is well."""
    now = site.clock.moment()
    site.central.clock = lambda: now - timedelta(seconds=ahead_s)
    site.tap()
    assert site.turn().state == "well"

    lines = status_words(site.log, now, running=True)
    assert lines[0] == "NOT all is well:"
    assert any(phrase in line for line in lines)

    site.central.clock = site.clock.moment
    site.later(70)
    lines = status_words(site.log, site.clock.moment(), running=True)
    assert lines[0] == "All is well."


def test_a_clock_that_is_a_little_off_is_no_news(site):
    site.central.clock = lambda: site.clock.moment() + timedelta(seconds=200)
    site.turn()
    assert status_words(site.log, site.clock.moment(), True)[0] == "All is well."


def test_a_time_before_the_clocks_changed_is_told_as_it_was_then():
    """… by the program's own clock, whatever the machine is set to and the season."""
    now = now_in_london()
    assert clock("2026-01-22T12:00:00.000Z", now) == "on 22 January at 12:00"
    assert clock("2026-07-22T11:03:00.000Z", now) == "on 22 July at 12:03"


def test_status_says_when_no_agent_is_running(log):
    lines = status_words(log, NOON, running=False)
    assert lines[-1].startswith("No agent is running for this file")
    assert status_words(log, NOON, running=True) == lines[:-1]


@pytest.mark.parametrize(
    "left",
    [
        "",
        "not JSON",
        "[]",
        "null",
        json.dumps({"state": "dancing"}),
        json.dumps({"state": 5}),
        json.dumps({"state": "well", "at": "5"}),
        json.dumps({"state": "trying", "trouble": "of a later program"}),
    ],
)
def test_a_report_that_cannot_be_read_is_as_none(log, left):
    log.set_note(SYNC_STATUS, left)
    assert read_report(log) == Report()


def test_a_report_of_a_later_program_is_read_as_far_as_it_goes(log):
    log.set_note(SYNC_STATUS, json.dumps({"state": "fork", "at": 4, "mood": "fine"}))
    assert read_report(log) == replace(Report(), state="fork", at=4)


def test_the_agent_leaves_its_words_in_the_log_for_the_kiosks_staff(site):
    site.tap(3)
    site.log.set_note("central", "http://127.0.0.1:9")
    site.turn()
    left = json.loads(site.log.note(SYNC_STATUS))
    assert left["words"].startswith(
        "3 answers are waiting. Waiting for the network since 08:00. "
        "The last try at 08:00 did"
    )


def test_taps_when_all_is_well_cost_no_write_of_words(site):
    site.turn()
    left = site.log.note(SYNC_STATUS)
    for _ in range(5):
        site.clock.s += 2
        site.tap()
        site.turn()
    assert site.log.note(SYNC_STATUS) == left
    site.later(60)
    assert site.log.note(SYNC_STATUS) != left


def test_a_new_key_that_central_does_not_know_is_to_be_enrolled_again():
    text = said(1, state="unknown", at=5, next_at=LATER)
    assert "a new key from number 5 on" in text
    assert "wardvoice-sync enrol CODE" in text
