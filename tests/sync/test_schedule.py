"""The real program, in real processes, with real signals and a real clock."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from feedback.log import CENTRAL, Log
from sync import schedule
from sync.agent import Agent
from sync.lock import is_running
from sync.schedule import Stop
from sync.world import World
from tests.sync.conftest import draft
from tests.sync.programs import wait_for
from tests.sync.scripted_central import words


def test_a_tap_is_at_central_within_a_second_though_turns_are_a_minute_apart(
    programs, log, central
):
    programs.start("run", WARDVOICE_SYNC_SECONDS="60")
    wait_for(lambda: central.posts)
    log.add_all([draft()])
    started = time.monotonic()
    wait_for(lambda: central.have == 1)
    # 0.25 s of polling; the rest is for a busy machine.
    assert time.monotonic() - started < 2.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_mid_turn_finishes_the_batch_and_ends_with_0(
    programs, log, central, number
):
    heard, go_on = threading.Event(), threading.Event()

    def slowly(request):
        heard.set()
        go_on.wait(20)
        return central.truth(request)

    log.add_all(draft() for _ in range(3))
    central.script.append(slowly)
    program = programs.start("run")
    assert heard.wait(20)
    program.send_signal(number)
    time.sleep(0.6)
    assert program.poll() is None, "it waits for the turn in hand"
    go_on.set()
    assert program.wait(20) == 0
    assert (log.have, central.have) == (3, 3)


def test_a_second_agent_on_the_same_log_ends_with_words(programs, central):
    programs.start("run")
    wait_for(lambda: central.posts)
    for command in ("run", "once"):
        code, said = programs.run(command)
        assert code == 1
        assert "another wardvoice-sync already works on" in said


def test_an_agent_that_was_killed_leaves_no_lock_behind(programs, log, central):
    first = programs.start("run")
    wait_for(lambda: central.posts)
    assert is_running(log.path)
    first.kill()
    first.wait(10)
    code, said = programs.run("once")
    assert (code, "Central was last reached" in said) == (0, True)


def test_once_takes_one_turn_and_says_how_it_went(programs, log, central):
    log.add_all(draft() for _ in range(2))
    assert programs.run("once")[0] == 0
    assert central.have == 2
    central.script.append(words(409, why="fork", at=1))
    log.add_all([draft()])
    code, said = programs.run("once")
    assert code == 1
    assert "Enrol again" in said


def test_status_says_what_is_waiting_and_that_no_agent_runs(programs, log):
    log.add_all(draft() for _ in range(12))
    code, said = programs.run("status")
    assert code == 0
    assert said.startswith("NOT all is well:\n12 answers are waiting.")
    assert "No agent is running" in said


def test_a_file_that_was_put_back_from_a_backup_is_opened_anew(
    programs, log, central, tmp_path
):
    log.add_all([draft()])
    log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(log.path, tmp_path / "backup.db")
    programs.start("run", WARDVOICE_SYNC_SECONDS="1")
    wait_for(lambda: central.have == 1)
    wait_for(lambda: log.have == 1)
    log.close()
    for end in ("-wal", "-shm"):
        log.path.with_name(log.path.name + end).unlink(missing_ok=True)
    (tmp_path / "backup.db").replace(log.path)
    with Log.open(log.path) as restored:
        assert restored.have == 0
        wait_for(lambda: restored.have == 1)


@pytest.fixture
def away(programs, log, central, tmp_path):
    """An agent runs, and a technician has moved its file away, to put a backup back."""
    log.add_all([draft()])
    program = programs.start("run", WARDVOICE_SYNC_SECONDS="1")
    wait_for(lambda: central.have == 1)
    wait_for(lambda: log.have == 1)
    with sqlite3.connect(tmp_path / "backup.db") as backup:
        log.db.conn.backup(backup)
    backup.close()
    log.close()
    for end in ("", "-wal", "-shm"):
        moved = log.path.with_name(log.path.name + end)
        moved.rename(tmp_path / f"old.db{end}")
    time.sleep(1.5)
    assert program.poll() is None
    return program


def test_a_file_that_was_moved_away_is_not_made_anew(away, log, central, tmp_path):
    assert not log.path.exists()
    with Log.open(tmp_path / "backup.db", create=False) as backup:
        device = backup.device
    with log.path.open("wb") as copy:  # `cp` has made the file, and copies
        time.sleep(1.5)
        assert log.path.stat().st_size == 0
        copy.write((tmp_path / "backup.db").read_bytes())
    with Log.open(log.path) as put_back:
        assert put_back.device == device
        put_back.add_all([draft()])
        wait_for(lambda: central.have == 2)
        wait_for(lambda: put_back.have == 2)


def test_an_agent_whose_file_is_gone_says_so_and_can_be_stopped(away):
    away.send_signal(signal.SIGTERM)
    _, said = away.communicate(timeout=20)
    assert away.returncode == 0
    assert said.count("file gone") == 1


def test_a_file_that_cannot_be_opened_is_tried_again(away, log, central, tmp_path):
    log.path.write_text("half of a file, or another one")
    time.sleep(1.5)
    assert away.poll() is None
    assert log.path.read_text() == "half of a file, or another one"
    (tmp_path / "backup.db").replace(log.path)
    with Log.open(log.path) as put_back:
        put_back.add_all([draft()])
    wait_for(lambda: central.have == 2, seconds=30)


def test_the_first_start_on_a_file_that_is_no_log_ends_with_words(
    programs, log, tmp_path
):
    no_log = tmp_path / "no.log"
    no_log.write_text("something else that is no database")
    code, said = programs.run("run", WARDVOICE_LOG=str(no_log))
    assert (code, "cannot be opened" in said) == (1, True)


def test_status_makes_no_device(programs, tmp_path):
    empty = tmp_path / "empty.db"
    empty.touch()
    code, said = programs.run("status", WARDVOICE_LOG=str(empty))
    assert (code, "the file is empty" in said) == (1, True)
    assert empty.stat().st_size == 0


def test_a_bad_setting_ends_with_2_and_its_name(programs):
    code, said = programs.run("run", WARDVOICE_SYNC_SECONDS="never")
    assert code == 2
    assert "WARDVOICE_SYNC_SECONDS must be a whole number" in said


def test_help_names_every_command_and_setting(programs):
    code, said = programs.run("--help")
    assert code == 0
    for word in ("enrol", "run", "once", "status", "WARDVOICE_LOG", "--central"):
        assert word in said


@pytest.mark.parametrize("days", [400, -20_000], ids=["a year back", "on from 1970"])
def test_a_clock_that_is_set_does_not_stop_the_agent(log, central, url, days):
    """The scheduler goes by the wall clock: its next run is then that far off."""
    log.set_note(CENTRAL, url)
    central.know(log.public_key)
    stop, world = Stop(), real_world(turn_every_s=1.0)
    agent = Agent(log, world)
    scheduler = schedule.start(agent, world.turn_every_s)
    watching = threading.Thread(
        target=schedule.watch,
        args=(log, world, stop, lambda: schedule.bring_forward(scheduler)),
    )
    try:
        wait_for(lambda: central.posts)
        far_off = datetime.now(UTC) + timedelta(days=days)
        scheduler.modify_job("turn", next_run_time=far_off)
        log.add_all([draft()])  # by the same connection: no other writer is seen
        watching.start()
        wait_for(lambda: central.have == 1, seconds=8)
    finally:
        stop.ask()
        watching.join()
        scheduler.shutdown()
        agent.close()


def real_world(turn_every_s: float) -> World:
    return World(
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
        chance=random.random,
        turn_every_s=turn_every_s,
    )
