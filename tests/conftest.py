"""What every test stands on: a database of its own, and a CI in which nothing skips."""

import gc
import os
import secrets
import shutil
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest
from django.db import connection

from tests import postgresql

# Between two looks for garbage; Python's own 700 is for a program with few objects.
NEW_OBJECTS = 50_000

# How long an example takes tells how busy the machine is.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# Begun first, so that no worker has one left when the others are done; those that wait
# and those that reckon in turns.
LONG_FILES = (
    "tests/faults/test_storm.py",
    "tests/faults/test_planted.py",
    "tests/kiosk/test_tapper.py",
    "tests/web/test_in_a_browser.py",
    "tests/web/test_setup_in_a_browser.py",
    "tests/kiosk/test_look_wide.py",
    "tests/smsgateway/test_phones_browser.py",
    "tests/kiosk/test_look_tall.py",
    "tests/kiosk/test_comments.py",
)
# pytest-django refuses a database to a test that has none of these: it would say the
# same on PostgreSQL as it says on SQLite.
ON_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
# In these several connections meet: locks and isolation are each database's own.
OF_SEVERAL = {"transactional_db", "live_server"}

folder = pytest.StashKey[Path]()
cluster = pytest.StashKey[postgresql.Cluster]()


# A disk of this machine's memory, where there is one, and what it must have room for.
MEMORY = "/dev/shm"
ROOM_BYTES = 2_000_000_000


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="what central's tests run on (postgresql starts a cluster of its own)",
    )


def pytest_configure(config):
    work_in_memory()
    if shares_out(config):
        return
    config.stash[folder] = Path(tempfile.mkdtemp(prefix="wardvoice-tests-"))
    if config.getoption("database") == "postgresql":
        config.stash[cluster] = postgresql.start()
        database = config.stash[cluster].url
    else:
        database = f"sqlite:///{config.stash[folder]}/central.sqlite3"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="central.settings",
        WARDVOICE_DATABASE=database,
        WARDVOICE_SECRET_KEY=secrets.token_urlsafe(50),
        WARDVOICE_KEYS_DIR=f"{config.stash[folder]}/keys",
        WARDVOICE_ERASURES=f"{config.stash[folder]}/erasures.jsonl",
    )
    # pytest-django, which configures itself after this, finds Django ready.
    django.setup()
    list_static_files_once()
    if connection.vendor != config.getoption("database"):
        raise pytest.UsageError(
            "Django was set up before this file could choose the database: "
            "unset DJANGO_SETTINGS_MODULE in your shell"
        )


def list_static_files_once():
    """Each test's client is a new Django, whose WhiteNoise would look through all the
    static files and make their headers: 5 ms, thousands of times."""
    from whitenoise.middleware import WhiteNoiseMiddleware as Middleware

    look_through, found = Middleware.add_files_from_finders, {}

    def look_once(middleware):
        if not found:
            look_through(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    Middleware.add_files_from_finders = look_once


def work_in_memory():
    """Temporary files lie in memory: thousands upon thousands of commits would wait for
    a disk. Tests of what a disk does and loses make one of their own, in a file."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    there = os.statvfs(MEMORY)
    roomy = there.f_bavail * there.f_frsize > ROOM_BYTES
    if roomy and not there.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = MEMORY
        tempfile.tempdir = None  # somebody may have asked before


def shares_out(config):
    """Whether this process only hands tests to others (pytest-xdist): what it set up
    they would inherit, and meet in one database and one folder of keys."""
    several = config.getoption("dist", "no") != "no"
    return several and not hasattr(config, "workerinput")


def pytest_unconfigure(config):
    if shares_out(config):
        return
    running = config.stash.get(cluster, None)
    if running:
        running.stop()
    shutil.rmtree(config.stash[folder], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """pytest-django, which comes before, puts a browser's tests last of central's."""
    if config.getoption("database") != "sqlite":
        asked = [item for item in items if asks_a_database(item)]
        config.hook.pytest_deselected(items=[one for one in items if one not in asked])
        items[:] = asked
    last = len(LONG_FILES)
    place = {file: number for number, file in enumerate(LONG_FILES)}
    items.sort(key=lambda item: place.get(item.nodeid.split("::")[0], last))


def asks_a_database(item):
    """Whether another database may make another end. A page that is looked at in a
    browser (`open_page`) is the same bytes whichever it comes from: which they are is
    asked by tests without a browser. A control plants a fault and shows that a test can
    fail, which it shows once; where one connection is all there is, the fault is in our
    own code and not in what a database does."""
    asks = set(item.fixturenames)
    if "open_page" in asks or (is_control(item.name) and not OF_SEVERAL & asks):
        return False
    return bool(ON_A_DATABASE & asks)


def is_control(name):
    """By how such tests are called here; any other test is asked on PostgreSQL too."""
    return name.startswith("test_the_control_") or "_a_planted_fault" in name


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What is here now stays until the end. Python would look through all of it for
    garbage again and again: a fifth of the time of the kiosk's tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)


def pytest_report_header(config):
    return f"central on {config.getoption('database')}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request):
    """On SQLite a file, as in life: Django's own choice for tests is memory."""
    from django.db import connections

    default = connections["default"]
    if default.vendor == "sqlite":
        path = request.config.stash[folder] / "test-central.sqlite3"
        default.settings_dict["TEST"]["NAME"] = str(path)


# ── nothing skips in CI ──────────────────────────────────────────────────────


def _as_failure(report):
    """A test that CI did not run is a promise that CI did not keep."""
    skipped = report.outcome == "skipped" and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI nothing may skip: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _as_failure((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _as_failure((yield))
