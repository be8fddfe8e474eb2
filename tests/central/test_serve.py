"""The program itself: what it refuses to start with, and that it serves."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from django.db import connection
from django.utils import timezone

from central.devices.enrolment import make_code
from central.settings import CENTRAL
from central.settings.environment import read_settings
from feedback.settings import SettingError
from tests.central.tablet import WARD, Tablet


def wardvoice_central(*words, **environ):
    return subprocess.run(
        [sys.executable, "-m", "central", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


class Caller:
    """Speaks HTTP as Django's test client does."""

    def __init__(self, url):
        self.http = httpx.Client(base_url=url)

    def generic(self, method, path, body, content_type, headers):
        headers = {**headers, "Content-Type": content_type}
        came = self.http.request(method, path, content=body, headers=headers)
        return type(
            "Came",
            (),
            {
                "content": came.content,
                "status_code": came.status_code,
                "headers": came.headers,
            },
        )


@pytest.fixture
def server(live_trust):
    """`wardvoice-central serve` on this test's own database."""
    port, settings = free_port(), connection.settings_dict
    database = CENTRAL.database
    name = settings["NAME"]
    url = f"sqlite:///{name}"
    if not database.is_sqlite:
        login = f"{database.user}:{database.password}@{database.host}:{database.port}"
        url = f"postgresql://{login}/{name}"
    environ = {
        **os.environ,
        "WARDVOICE_DATABASE": url,
        "WARDVOICE_PORT": str(port),
        "WARDVOICE_SECRET_KEY": secrets.token_urlsafe(50),
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "central", "serve"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, program)
        yield address, program
    finally:
        program.kill()
        program.wait()


def wait_for(address, program):
    for _ in range(200):
        assert program.poll() is None, "it ended"
        try:
            if httpx.get(f"{address}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("it did not begin to serve")


def test_it_serves_a_device_and_stops_when_told(server, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
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
