"""A real central that answers, and logs and agents to meet it."""

import random
import shutil
import time
from datetime import UTC, datetime

import pytest

from feedback.log import Log
from sync.world import World
from tests.central.conftest import found_a_trust
from tests.journey.tablets import enrolled, tap, turn


@pytest.fixture
def hospital(live_server, transactional_db, settings):
    from central.keys import make_keys
    from central.settings import CENTRAL

    if not CENTRAL.keys_dir.exists():
        make_keys(CENTRAL.keys_dir)
    CENTRAL.erasures.unlink(missing_ok=True)  # of the tests before
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    found_a_trust()
    return live_server.url


@pytest.fixture
def world():
    return World(
        clock=time.monotonic, now=lambda: datetime.now(UTC), chance=random.random
    )


@pytest.fixture
def twice_forked(successor, hospital, world, tmp_path):
    """The same file, which came back from a copy once more: B's rows are 9 and 10, and
    C has two from 11 on."""
    successor.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(successor.path, tmp_path / "again.db")
    tap(successor, 2)
    assert turn(successor, world).state == "well"
    with Log.open(tmp_path / "again.db") as log:
        tap(log, 2)
        assert turn(log, world).state == "fork"
        enrolled(log, hospital, world)
        assert turn(log, world).state == "well"
        assert [elder.last for elder in log.elders()] == [8, 10]
        yield log


@pytest.fixture
def successor(hospital, world, tmp_path):
    """The log of a tablet (rows 1 to 8 are A's) whose disk came back from a copy when A
    was at 10. It forked at 9 and enrolled as B, and B has two rows as well."""
    with Log.open(tmp_path / "old") as log:
        enrolled(log, hospital, world)
        tap(log, 8)
        log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(log.path, tmp_path / "kiosk.db")
        tap(log, 2)
        assert turn(log, world).state == "well"
    with Log.open(tmp_path / "kiosk.db") as log:
        tap(log, 2)
        report = turn(log, world)
        assert (report.state, report.at) == ("fork", 9)
        enrolled(log, hospital, world)
        assert turn(log, world).state == "well"
        yield log
