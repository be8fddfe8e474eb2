"""The program itself: what it refuses to start with, and that it serves."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import httpx
import pytest
from django.db import connection, transaction
from django.db.utils import ConnectionHandler
from django.utils import timezone

from central.devices.enrolment import make_code
from central.intake.models import Answer as AnswerRow
from central.management.commands import serve
from central.settings.environment import read_settings
from central.summaries.models import Standing
from feedback.settings import SettingError
from tests.central.served import Caller, served, with_settings
from tests.central.tablet import WARD, Tablet

SCRYPT = "django.contrib.auth.hashers.ScryptPasswordHasher"  # as central that serves


def wardvoice_central(*words, **environ):
    return subprocess.run(
        [sys.executable, "-m", "central", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_names_every_command_and_setting():
    said = wardvoice_central("--help")

    assert said.returncode == 0
    for word in ("migrate", "enrol-code", "serve", "WARDVOICE_DATABASE"):
        assert word in said.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARDVOICE_DATABASE", "mysql://x/y"),
        ("WARDVOICE_DATABASE", "postgresql://user:hunter2@host:port/x"),
        ("WARDVOICE_PORT", "0"),
        ("WARDVOICE_HOSTS", "*"),
        ("WARDVOICE_SECRET_KEY", "short"),
    ],
)
def test_a_bad_setting_stops_it_with_the_variables_name(name, value):
    said = wardvoice_central("migrate", **{name: value})

    assert said.returncode == 2
    assert f"{name} must be" in said.stderr
    assert "hunter2" not in said.stderr


def test_a_command_that_fails_says_so_by_the_programs_name(tmp_path):
    said = wardvoice_central("keys", "rehearse", str(tmp_path / "stick"))

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"wardvoice-central: {tmp_path / 'stick'} is not a")
    assert (
        "CommandError"
        in wardvoice_central(
            "keys", "--traceback", "rehearse", str(tmp_path / "stick")
        ).stderr
    )  # for support


def test_serving_needs_a_secret_key_of_its_own():
    said = wardvoice_central("serve", WARDVOICE_SECRET_KEY="")

    assert said.returncode == 2
    assert "WARDVOICE_SECRET_KEY must be" in said.stderr


@pytest.mark.parametrize(
    ("url", "name", "host"),
    [
        ("sqlite:////var/lib/x.db", "/var/lib/x.db", ""),
        ("sqlite:///x.db", "x.db", ""),
        ("postgresql://u:p%40@h:5433/d", "d", "h"),
        ("postgresql:///d", "d", ""),
    ],
)
def test_a_database_is_named_by_its_address(url, name, host):
    database = read_settings({"WARDVOICE_DATABASE": url}).database

    assert (database.name, database.host) == (name, host)


def test_a_server_with_a_name_of_its_own_is_behind_tls():
    assert not read_settings({}).behind_tls
    assert read_settings({"WARDVOICE_HOSTS": "wardvoice.example.org"}).behind_tls
    with pytest.raises(SettingError):
        read_settings({"WARDVOICE_HOSTS": "https://x"})


@pytest.fixture
def server(live_trust):
    with served() as running:
        yield running


def test_it_serves_a_device_and_stops_when_told(server, settings):
    settings.PASSWORD_HASHERS = [SCRYPT]
    address, program = server
    tablet = Tablet(Caller(address))
    code = make_code([WARD], "kiosk", timezone.now())

    assert tablet.enrol(code).status == 200
    tablet.say_many(3)
    assert tablet.send(zip=True).have == 3
    assert tablet.send_raw(b"x" * 3_000_000).status == 413
    program.send_signal(signal.SIGTERM)
    assert program.wait(15) == 0
    tablet.client.http.close()


def answers_in_a_backup(folder):
    """Of SQLite as whoever makes one by hand copies it: one file."""
    if connection.vendor != "sqlite":
        return AnswerRow.objects.count()
    shutil.copyfile(connection.settings_dict["NAME"], folder / "backup.db")
    with closing(sqlite3.connect(folder / "backup.db")) as copy:
        return copy.execute("SELECT count(*) FROM intake_answer").fetchone()[0]


def test_when_it_was_stopped_its_file_alone_has_every_answer(
    server, settings, tmp_path
):
    settings.PASSWORD_HASHERS = [SCRYPT]
    address, program = server
    tablet = Tablet(Caller(address))
    tablet.enrol(make_code([WARD], "kiosk", timezone.now()))
    tablet.say_many(300)
    assert tablet.send().have == 300
    tablet.client.http.close()
    program.send_signal(signal.SIGTERM)
    program.wait(20)

    assert answers_in_a_backup(tmp_path) == 300


def write_rows(connection, first, last):
    with connection:
        connection.executemany(
            "INSERT INTO intake_answer (device, seq, response, survey, question, value,"
            " ward, mode, answered_at, digest, arrived_at)"
            " VALUES ('d', ?, hex(randomblob(16)), '', '', '', '', '', '', '', '')",
            [(seq,) for seq in range(first, last + 1)],
        )


def test_a_backup_beside_the_wal_of_another_is_not_served(tmp_path):
    """Central was killed, and its file alone put back: SQLite joins the two."""
    file, there = tmp_path / "central.db", {
        "WARDVOICE_DATABASE": f"sqlite:///{tmp_path / 'central.db'}",
        "WARDVOICE_SECRET_KEY": "x" * 50,
    }  # fmt: skip
    assert wardvoice_central("migrate", **there).returncode == 0
    backup = file.read_bytes()
    running = sqlite3.connect(file)
    write_rows(running, 1, 2_000)
    running.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    write_rows(running, 2_001, 2_050)
    wal = file.with_name("central.db-wal")
    left = wal.read_bytes()  # as a kill leaves it
    running.close()
    file.write_bytes(backup)
    wal.write_bytes(left)

    said = wardvoice_central("serve", **there)

    assert said.returncode == 1
    assert "is damaged" in said.stderr
    assert "with no -wal and no -shm beside it" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_look_at_a_file_that_takes_too_long_ends_and_leaves_nothing(
    tmp_path, monkeypatch, django_db_blocker
):
    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "central.db"}
    big = ConnectionHandler({"default": engine})["default"]
    monkeypatch.setattr(serve, "connection", big)
    monkeypatch.setattr(serve, "LOOK_STEPS", 1)
    monkeypatch.setattr(serve, "LOOK_S", -1.0)
    with django_db_blocker.unblock(), big.cursor() as cursor:
        cursor.execute("CREATE TABLE one (two)")
        serve._check_file()
        assert cursor.execute("SELECT count(*) FROM one").fetchone() == (0,)
    big.close()


def test_what_was_answered_and_not_followed_stands_after_the_next_start(
    live_trust, settings
):
    settings.PASSWORD_HASHERS = [SCRYPT]
    with served() as (address, program):
        tablet = Tablet(Caller(address))
        tablet.enrol(make_code([WARD], "kiosk", timezone.now()))
        tablet.say_many(9)
        assert tablet.send(1, 5).have == 5  # four wait: it is followed when it rests
        program.kill()
        program.wait()
        tablet.client.http.close()
    assert Standing.objects.count() == 0

    with served():
        assert Standing.objects.count() == 5


@contextmanager
def held(table):
    """Nobody else reads this table; in SQLite, nobody else writes any."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def test_a_page_whose_query_does_not_end_says_so_and_a_device_waits(
    live_trust, settings, tmp_path
):
    settings.PASSWORD_HASHERS = [SCRYPT]
    with served(**with_settings(tmp_path, PAGE_QUERY_S=0.3)) as (address, _):
        tablet = Tablet(Caller(address))
        tablet.enrol(make_code([WARD], "kiosk", timezone.now()))
        with held("django_session"):
            page = httpx.get(
                f"{address}/", cookies={settings.SESSION_COOKIE_NAME: "x" * 32}
            )
        if connection.vendor == "postgresql":
            assert page.status_code == 500
            assert "try again in a minute" in page.text
        else:
            assert page.status_code == 302
        tablet.say_many(3)
        with ThreadPoolExecutor(1) as beside:
            with held("intake_answer"):
                sent = beside.submit(tablet.send)
                time.sleep(1)  # three times what a page may take
                assert not sent.done()
            assert sent.result().have == 3
        tablet.client.http.close()


def test_nothing_goes_on_serving_when_it_is_killed(server):
    address, program = server
    program.kill()
    program.wait()

    for _ in range(50):
        try:
            httpx.get(f"{address}/health", timeout=1)
        except httpx.TransportError:
            return
        time.sleep(0.1)
    raise AssertionError("a worker was left behind")
