"""How are the servers of the same webhooks started, and what have they kept?

Both peers are Django and share a .venv in build/, as rapidsms/requirements.txt pins it.
They are served by granian, as our own gateway is, from one worker with one thread. Two
workers answered a tenth to a quarter more texts a second over 64 connections, but one
waits for SQLite's lock, asleep: their p99 was two to seven times as late.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
import venv
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from deploy.demo.processes import Program, free_port, listens
from deploy.demo.programs import ACCOUNT, NUMBER, House
from smsgateway.twilio import Account

ROOT = Path(__file__).parent.parent
SOURCE = Path(__file__).parent / "rapidsms"
OURS, RAPIDSMS, DJANGO = "gateway", "RapidSMS", "minimal Django"
START_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Server:
    """Takes texts of `account`; `count` is the query that counts those it has kept."""

    name: str
    program: Program
    account: Account
    database: Path
    count: str

    @property
    def port(self) -> int:
        port = urlsplit(self.account.url).port
        assert port is not None
        return port

    def kept(self) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute(self.count).fetchone()[0])


@contextmanager
def serving(server: Server, output: Path) -> Iterator[int]:
    """The server, for as long as this lasts; its process's id."""
    with output.open("ab") as said:
        process = subprocess.Popen(
            server.program.command,
            env=dict(server.program.environ),
            cwd=ROOT,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait_for(server, process, output)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def gateway(house: House) -> Server:
    account = _account(house, f"{house.sms_url}/sms")
    count = "SELECT count(*) FROM sms_texts"
    return Server(OURS, house.sms("serve"), account, house.gateway_log, count)


def rapidsms(house: House) -> Server:
    """With its own message log, made with its own migrations."""
    count = "SELECT count(*) FROM messagelog_message WHERE direction = 'I'"
    settings = {"DJANGO_SETTINGS_MODULE": "bench.rapidsms.project"}
    server = _django(house, RAPIDSMS, "bench.rapidsms.webhook", settings, count)
    subprocess.run(
        (str(_python()), "-m", "django", "migrate", "--verbosity", "0"),
        env=dict(server.program.environ),
        cwd=ROOT,
        check=True,
    )
    return server


def django(house: House) -> Server:
    count = "SELECT count(*) FROM texts"
    return _django(house, DJANGO, "bench.django_webhook", {}, count)


def _django(
    house: House, name: str, module: str, settings: Mapping[str, str], count: str
) -> Server:
    port = free_port()
    account = _account(house, f"http://127.0.0.1:{port}/sms")
    database = house.folder / f"{module}.db"
    environ = {
        **os.environ,
        **settings,
        "BENCH_DATABASE": str(database),
        "BENCH_TOKEN": account.token,
        "BENCH_URL": account.url,
    }
    command = (
        str(_python()), "-m", "granian", "--interface", "wsgi", "--http", "1",
        "--no-ws", "--workers", "1", "--blocking-threads", "1",
        "--host", "127.0.0.1", "--port", str(port), "--no-access-log",
        "--log-level", "warning", f"{module}:application",
    )  # fmt: skip
    return Server(name, Program(name, command, environ), account, database, count)


def _account(house: House, url: str) -> Account:
    token = house.secret("twilio").read_text()
    return Account(sid=ACCOUNT, token=token, url=url, lines=frozenset({NUMBER}))


def _wait_for(server: Server, process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while not listens(server.port):
        ready = process.poll() is None and time.monotonic() < end
        assert ready, f"{server.name} did not start:\n{output.read_text()}"
        time.sleep(0.05)


def _python() -> Path:
    """The interpreter of the peers' .venv, made once for each requirements.txt."""
    pins = SOURCE / "requirements.txt"
    home = ROOT / "build" / "rapidsms"
    stamp, now = home / "installed", sha256(pins.read_bytes()).hexdigest()
    python = home / "bin" / "python"
    if stamp.exists() and stamp.read_text() == now:
        return python
    venv.create(home, clear=True, with_pip=True)
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "-qq")
    install = ("install", "--require-hashes", "--requirement", str(pins))
    subprocess.run((*pip, *install), check=True)
    stamp.write_text(now)
    return python
