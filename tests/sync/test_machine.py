"""Disk, battery, locks, settings and the lines this program writes about itself."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from feedback.log import SMS_STATUS, Log
from feedback.settings import SettingError
from sync import logs
from sync.errors import AlreadyRunning, LockShut
from sync.health import battery_percent, health
from sync.lock import is_running, only_agent
from sync.schedule import take_turn
from sync.settings import read_settings
from tests.sync.conftest import draft

NOW = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)


def test_the_lowest_battery_counts_and_a_mains_supply_is_none(tmp_path):
    for name, text in {"BAT0": "80\n", "BAT1": "17", "odd": "x", "full": "900"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "capacity").write_text(text)
    (tmp_path / "AC").mkdir()
    assert battery_percent(tmp_path) == 17
    assert battery_percent(tmp_path / "AC") is None


def test_a_machine_without_a_battery_says_nothing_of_one(log, tmp_path):
    assert "battery_percent" not in health(log, 3, NOW, power=tmp_path)


def test_the_clock_of_the_machine_travels_for_central_to_compare(log, tmp_path):
    assert health(log, 3, NOW, power=tmp_path)["clock"] == "2026-11-22T08:15:30.000Z"


def test_what_a_gateway_counts_travels_in_the_status(log, tmp_path):
    assert "sms" not in health(log, 3, NOW, power=tmp_path)
    log.set_note(SMS_STATUS, '{"days": {"2026-11-28": {"W1": {"texts": 3}}}}')

    said = health(log, 3, NOW, power=tmp_path)["sms"]
    assert said == {"days": {"2026-11-28": {"W1": {"texts": 3}}}}


@pytest.mark.parametrize("note", ["", "[]", "{", "5", '{"x": "' + "y" * 20_000 + '"}'])
def test_a_note_that_is_no_status_stays_here(log, tmp_path, note):
    log.set_note(SMS_STATUS, note)

    assert "sms" not in health(log, 3, NOW, power=tmp_path)


def test_one_log_has_one_agent(log):
    assert not is_running(log.path)
    with only_agent(log.path):
        assert is_running(log.path)
        with (
            pytest.raises(AlreadyRunning, match="already works on"),
            only_agent(log.path),
        ):
            pass
    assert not is_running(log.path)
    with only_agent(log.path):
        pass


# ── root at the keyboard ─────────────────────────────────────────────────────

NOBODY = 65_534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")


@pytest.fixture
def nobodys():
    """A folder of the service's user, where that user can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="wardvoice-"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def the_service():
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@as_root
def test_what_root_starts_by_hand_does_not_keep_out_the_service(nobodys):
    """As the page for a tablet has it: enrol and run, typed by whoever is logged in."""
    file = nobodys / "kiosk.db"
    with only_agent(file), Log.open(file):
        pass

    with the_service(), only_agent(file), Log.open(file) as log:
        log.add_all([draft()])

    assert {one.stat().st_uid for one in nobodys.iterdir()} == {NOBODY}


@as_root
def test_a_lock_of_roots_is_said_with_what_to_type(nobodys):
    lock = nobodys / "kiosk.db.sync-lock"
    lock.touch(0o600)

    for asks in (is_running, lambda file: only_agent(file).__enter__()):
        with the_service(), pytest.raises(LockShut) as told:
            asks(nobodys / "kiosk.db")
        assert f"chown --reference={nobodys / 'kiosk.db'} {lock}" in str(told.value)


# ── the disk ─────────────────────────────────────────────────────────────────


def test_a_file_that_another_writer_holds_is_asked_about_again(site, monkeypatch):
    site.tap(3)
    site.log.db.conn.execute("PRAGMA busy_timeout = 50")
    writer = sqlite3.connect(site.log.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    report = site.turn()
    assert (report.trouble, site.log.have, site.central.have) == ("disk", 0, 3)
    writer.execute("ROLLBACK")
    writer.close()
    assert site.later().state == "well"
    assert (site.log.have, len(site.central.rows)) == (3, 3)


def test_a_kiosk_goes_on_writing_while_the_agent_drains(site):
    site.tap(1_200)

    def tap_from_another_program(heard):
        with Log.open(site.log.path) as kiosk:
            kiosk.add_all([draft("from the kiosk")])
        return site.central.truth(heard)

    site.central.script.append(tap_from_another_program)
    site.turn()
    assert site.central.rows[1_201]["value"] == "from the kiosk"


def test_a_fault_of_ours_is_paced_and_the_next_turn_comes(site, capsys):
    site.tap()
    real = site.log.after
    site.log.after = lambda _have, _limit: ["a patient's words"][5]
    take_turn(site.agent)
    take_turn(site.agent)
    site.log.after = real
    assert site.central.heard == []
    assert "stopped at a fault in this program" in site.agent.report.words
    assert "a patient's words" not in capsys.readouterr().out
    assert site.later().state == "well"


# ── settings ─────────────────────────────────────────────────────────────────


def test_settings_are_read_once_and_have_defaults(tmp_path):
    settings = read_settings({"WARDVOICE_LOG": str(tmp_path / "a.db")})
    assert (settings.seconds, settings.central_url, settings.allow_http) == (
        5,
        "",
        False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARDVOICE_LOG", ""),
        ("WARDVOICE_SYNC_SECONDS", "0"),
        ("WARDVOICE_SYNC_SECONDS", "61"),
        ("WARDVOICE_SYNC_SECONDS", "soon"),
        ("WARDVOICE_CENTRAL_URL", "http://central.example.org"),
        ("WARDVOICE_CENTRAL_URL", "central"),
        ("WARDVOICE_ALLOW_HTTP", "yes"),
    ],
)
def test_a_bad_setting_stops_with_its_name(name, value):
    with pytest.raises(SettingError, match=name):
        read_settings({"WARDVOICE_LOG": "/x/a.db", name: value})


# ── lines ────────────────────────────────────────────────────────────────────


def test_a_field_that_is_not_on_the_list_is_never_written(monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure()
    try:
        structlog.get_logger().info("turn", unsent=3, value="I am Jane", key="secret")
    finally:
        structlog.reset_defaults()
    line = written.getvalue()
    assert "unsent=3" in line
    assert "Jane" not in line
    assert "secret" not in line
