"""When a device was last heard, in plain words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from central.web.heard import SILENT, WELL, enrol_again, heard

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)


NO_DATA = " – no data is not 0"


@pytest.mark.parametrize(
    ("before", "unsent", "words"),
    [
        (timedelta(seconds=9), 0, "heard just now, nothing waiting"),
        (timedelta(seconds=-40), 0, "heard just now, nothing waiting"),
        (timedelta(minutes=1), 1, "heard 1 minute ago, 1 answer still waiting there"),
        (timedelta(minutes=4), 7, "heard 4 minutes ago, 7 answers still waiting there"),
        (timedelta(hours=3), 0, f"not heard since 14:40 today{NO_DATA}"),
        (timedelta(hours=20), 0, f"not heard since yesterday 21:40{NO_DATA}"),
        (timedelta(days=30), 0, f"not heard since 21 October 18:40{NO_DATA}"),
        (timedelta(days=365), 0, f"not heard since 20 November 2025{NO_DATA}"),
    ],
)
def test_a_device_is_told_of_in_plain_words(before, unsent, words):
    line = heard("Tablet", NOW - before, unsent, NOW, LONDON)
    assert line.words == words
    assert line.state == (SILENT if NO_DATA in words else WELL)


def test_a_device_that_was_never_heard_is_not_a_quiet_one():
    line = heard("Tablet", None, 0, NOW, LONDON)
    assert line.state == SILENT
    assert "no data is not 0" in line.words


@pytest.mark.parametrize(
    ("before", "unsent", "words"),
    [
        (9, 40, "40 answers wait safely on it until then (heard just now)."),
        (9, 1, "1 answer waits safely on it until then (heard just now)."),
        (9, 0, "What it hears now waits safely on it until then (heard just now)."),
        (
            3 * 3600,
            12_345,
            "12,345 answers wait safely on it until then "
            "(not heard since 14:40 today).",
        ),
    ],
)
def test_a_forked_tablet_must_be_enrolled_again(before, unsent, words):
    last = NOW - timedelta(seconds=before)
    line = enrol_again("Tablet", last, unsent, NOW, LONDON)
    assert line.words == f"must be enrolled again. {words}"
