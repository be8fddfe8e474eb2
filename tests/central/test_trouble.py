"""A disk or a database that does not do its part is told in words, by the program."""

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from central.trouble import words_of
from tests import postgresql
from tests.read_only import read_only

SHELL = "from central.places.models import *; from central.devices.models import *; "
A_WARD = (
    "site = Site.objects.create(trust=Trust.objects.create(name='E'), name='E'); "
    "Ward.objects.create(code='W1', site=site, name='Elm'); "
)
DEVICE = "d" * 32
A_DEVICE = (
    "from django.utils.timezone import now; "
    f"Device.objects.create(id='{DEVICE}', public_key='00', kind='kiosk', "
    "enrolled_at=now(), removed_at={removed})"
)


def check_words(came, *phrases):
    code, said = came
    assert code == 1, said
    assert "Traceback" not in said
    for phrase in phrases:
        assert phrase in said


def test_a_code_before_the_tables_are_made(central):
    check_words(central("enrol-code", "W1"), "wardvoice-central migrate")


@pytest.mark.parametrize(
    ("command", "removed"), [("remove-device", "None"), ("accept-backlog", "now()")]
)
def test_an_erasures_file_that_cannot_be_written(central, tmp_path, command, removed):
    assert central("migrate")[0] == 0
    done = central("shell", "-c", SHELL + A_DEVICE.format(removed=removed))
    assert done[0] == 0, done[1]
    (tmp_path / "erasures.jsonl").mkdir()

    said = central(command, DEVICE)

    check_words(said, "WARDVOICE_ERASURES", "Nothing was done")
    ask = "one = Device.objects.get(); print(one.removed_at, one.backlog_accepted_at)"
    _, told = central("shell", "-c", SHELL + ask)
    assert told.split()[-1] == "None"
    assert ("None None" in told) == (removed == "None")


def test_a_database_on_a_disk_that_can_only_be_read(central, tmp_path):
    disk, file = tmp_path / "disk", tmp_path / "x.batches"
    disk.mkdir()
    central.environ["WARDVOICE_DATABASE"] = f"sqlite:///{disk}/central.db"
    assert central("keys")[0] == central("migrate")[0] == 0
    assert central("shell", "-c", SHELL + A_WARD)[0] == 0
    file.write_bytes(b"")
    with read_only(disk):
        for words in (["enrol-code", "W1"], ["follow"], ["receive", file]):
            check_words(central(*words), "WARDVOICE_DATABASE", "read-only")
    assert central("enrol-code", "W1")[0] == 0


def test_whoever_mends_it_can_have_the_traceback(central):
    code, said = central("enrol-code", "W1", "--traceback")
    assert code == 1
    assert "Traceback" in said


def test_a_database_that_does_not_answer_says_so_itself():
    said = words_of(OperationalError("connection refused"))
    assert said == "the database (WARDVOICE_DATABASE): connection refused"


@pytest.mark.parametrize("error", [IntegrityError("twice"), DatabaseError("odd")])
def test_our_own_mistakes_stay_tracebacks(error):
    assert words_of(error) == ""


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of its own: what a server says is tried on a real one."""
    cluster = postgresql.start()
    with psycopg.connect(cluster.url) as one:
        one.execute("CREATE TABLE kept (id integer)")
        one.execute("CREATE ROLE stranger")
    yield cluster.url
    cluster.stop()


WRITES = "INSERT INTO kept VALUES (1)"
FULL = "DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = 'disk_full'; END $$"


@pytest.mark.parametrize(
    ("before", "said", "phrase"),
    [
        ("", "SELECT 1 FROM nowhere", "wardvoice-central migrate"),
        ("", "SELECT nothing FROM kept", "wardvoice-central migrate"),
        ("SET default_transaction_read_only = on", WRITES, "a standby?"),
        ("SET ROLE stranger", WRITES, "may not do this"),
        ("SET lock_timeout = '1ms'", WRITES, "keeps it locked"),
        ("", FULL, "its disk is full"),
    ],
)
def test_what_a_real_server_says_is_told_in_words(server, before, said, phrase):
    with psycopg.connect(server) as other, psycopg.connect(server) as ours:
        if before:
            ours.execute(before)
            ours.commit()
        if "lock" in before:
            other.execute("LOCK TABLE kept IN SHARE MODE")
        with pytest.raises(psycopg.Error) as planted:
            ours.execute(said)
    error = OperationalError("planted")
    error.__cause__ = planted.value
    assert phrase in words_of(error)
