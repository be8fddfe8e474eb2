"""wardvoice-central serve"""

from __future__ import annotations

import sqlite3
import time
from sqlite3 import SQLITE_INTERRUPT
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from central import deriving
from central.custody.proof import prove
from central.intake.held import try_again
from central.intake.remembered import FileBroken, replay
from central.keys import KeysError, online_keys
from central.people.first import new_first_code
from central.settings import CENTRAL
from central.settings.environment import MEANING, SECRET_KEY
from central.settings.mail import mail_line
from feedback.open_files import room_for_connections
from feedback.settings import SettingError

ADDRESS = "127.0.0.1"  # a proxy that ends TLS stands in front
STOP_TIMEOUT_S = 10
# A header must come whole in this time, and the next one on the same connection too.
HEADER_TIMEOUT_MS = 10_000
HEADER_BYTES = 16_384  # of a request, all in all; more is answered with 431
LOOK_S = 5.0  # at a SQLite file, before it is served
LOOK_STEPS = 100_000  # of SQLite's machine, between two looks at the clock
CONNECTIONS = 8_192  # of each worker; whoever comes after that waits to be accepted


class Command(BaseCommand):
    help = "Answer devices and browsers on WARDVOICE_PORT of this machine."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not CENTRAL.secret_key_given:
            raise SettingError(f"{SECRET_KEY} must be set: {MEANING[SECRET_KEY]}")
        try:
            _check_database()
            online_keys()
            replay()
        except (KeysError, FileBroken) as error:
            raise CommandError(str(error)) from error
        try_again()
        deriving.follow_all()
        # Not a reason to stay away: answers come in, and their words wait, sealed.
        if trouble := prove(timezone.now()):
            self.stderr.write(f"Comments cannot be opened. {trouble}")
        code = new_first_code(timezone.now())
        connection.close()
        self.stdout.write(f"central answers at http://{ADDRESS}:{CENTRAL.port}/")
        self.stdout.write(mail_line(CENTRAL.mail))
        if code:
            self.stdout.write(
                f"Nobody has an account yet. Open {_address()}/setup/first/ "
                f"in a browser and type this code: {code}"
            )
        self.stdout.flush()
        try:
            _serve()
        finally:
            _leave_one_file()


def _address() -> str:
    """Where browsers reach it, as far as the settings tell."""
    if CENTRAL.behind_tls:
        return f"https://{CENTRAL.hosts[0]}"
    return f"http://{ADDRESS}:{CENTRAL.port}"


def _check_database() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("the tables are not up to date: wardvoice-central migrate")
    if connection.vendor == "sqlite":
        _check_file()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            (encoding,) = cursor.fetchone()
        if encoding != "UTF8":
            raise CommandError(f"the database must be in UTF8, not {encoding}")


def _check_file() -> None:
    """An old copy that was put back beside the -wal of a newer one opens, and counts
    what it likes. As far as LOOK_S goes: 0.9 s for 250,000 answers, and the devices of
    a hospital with years of them must not wait for minutes."""
    ends = time.monotonic() + LOOK_S
    with connection.cursor() as cursor:
        file: sqlite3.Connection = connection.connection
        file.set_progress_handler(lambda: time.monotonic() > ends, LOOK_STEPS)
        try:
            cursor.execute("PRAGMA integrity_check(1)")
            (found,) = cursor.fetchone()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlite_errorcode", 0) != SQLITE_INTERRUPT:
                raise
            return
        finally:
            file.set_progress_handler(None, 0)
    if found != "ok":
        raise CommandError(
            f"the database (WARDVOICE_DATABASE) is damaged: {found}. Was a backup put "
            "back beside the -wal of another? Put the newest backup back, with no -wal "
            "and no -shm beside it: the devices send again what it lacks"
        )


def _leave_one_file() -> None:
    """Until now up to 40 MB of answers lie in the -wal. A technician who stops central
    copies the database's file, and puts that back, without knowing of another."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _serve() -> None:
    Server(
        "central.serving:application",
        address=ADDRESS,
        port=CENTRAL.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=1 if CENTRAL.database.is_sqlite else 2,
        backpressure=room_for_connections(CONNECTIONS),
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=HEADER_BYTES
        ),
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_TIMEOUT_S,
    ).serve()
