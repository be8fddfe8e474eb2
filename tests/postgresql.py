"""How do the tests, and the benchmarks, get a PostgreSQL of their own?

From Debian's packages: a new cluster in a temporary folder, on a free port of this
machine, run by a user without rights, gone when they end.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 20
PORT_TRIES = 5


@dataclass
class Cluster:
    """A running server. `url` is what WARDVOICE_DATABASE takes."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # "fast": ends sessions, then stops
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)


def start(durable: bool = False, parent: str | None = None) -> Cluster:
    """`durable`: what is committed survives a power cut, as in production. Without it
    the tests are faster."""
    folder = Path(tempfile.mkdtemp(prefix="wardvoice-postgresql-", dir=parent))
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    user = _owner()
    if user:
        shutil.chown(folder, user)
        shutil.chown(folder / "password", user)
    _initdb(folder, user)
    for _ in range(PORT_TRIES):
        port = _free_port()
        process = _serve(folder, port, user, durable)
        url = f"postgresql://wardvoice:{password}@127.0.0.1:{port}/postgres"
        if _is_up(process, url):
            return Cluster(url, folder, process)
    raise RuntimeError((folder / "log").read_text())


def _initdb(folder: Path, user: str | None) -> None:
    command = [
        str(_programs() / "initdb"),
        f"--pgdata={folder}/data",
        "--username=wardvoice",
        f"--pwfile={folder}/password",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)


def _serve(
    folder: Path, port: int, user: str | None, durable: bool
) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "on" if durable else "off",
    }
    command = [str(_programs() / "postgres"), "-D", f"{folder}/data"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with open(folder / "log", "ab") as log:
        return subprocess.Popen(
            command,
            user=user,
            cwd="/",
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop it
        )


def _is_up(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether it serves, in UTF-8. False when it ended, as when it lost the port."""
    for _ in range(START_TIMEOUT_S * 10):
        try:
            process.wait(0.1)
            return False
        except subprocess.TimeoutExpired:
            pass  # still running, as it should
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                encoding = connection.execute("SHOW server_encoding").fetchone()
        except psycopg.OperationalError:
            continue
        assert encoding == ("UTF8",)
        return True
    process.kill()
    raise RuntimeError(f"PostgreSQL did not start within {START_TIMEOUT_S} s")


def _programs() -> Path:
    """Debian keeps each version's programs in a folder of its own; the newest wins."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda program: int(program.parts[-3]),
    )
    if not found:
        raise RuntimeError("PostgreSQL is not installed: make setup-tests")
    return found[-1].parent


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: who then? None is the user of the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
