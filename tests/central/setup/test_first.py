"""The first administrator: by the code of whoever runs the server, and only once."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from central.audit.models import Entry
from central.people.first import make_first, new_first_code
from central.people.models import FirstCode, User
from central.setup import first
from tests.central.served import served
from tests.web.world import PASSWORD

FIRST = "/setup/first/"


def code():
    return new_first_code(timezone.now())


def send(client, typed, name="sam.patel", password=PASSWORD, follow=False):
    said = {"code": typed, "username": name, "password": password}
    return client.post(FIRST, said, follow=follow)


def test_who_has_the_code_becomes_the_administrator_and_goes_on_to_set_up(client, db):
    assert "Make the first administrator" in client.get("/login/").content.decode()
    came = send(client, code().lower().replace("-", " "), follow=True)

    assert came.redirect_chain == [("/setup/", 302)]
    assert User.objects.get().administers
    assert [(one.who, one.act) for one in Entry.objects.all()] == [
        ("sam.patel", "made the first administrator")
    ]
    assert client.get(FIRST).status_code == 404
    assert "first administrator" not in Client().get("/login/").content.decode()


@pytest.mark.parametrize("typed", ["", "0" * 16, "0" * 60, "ü" * 16, "'; --"])
def test_a_stranger_without_the_code_comes_to_nothing(client, db, typed):
    code()
    came = send(client, typed)
    assert came.status_code == 200
    assert "not the code that the server printed last" in came.content.decode()
    assert not User.objects.exists()


def test_without_any_code_nobody_comes_in(client, db):
    assert "not the code" in send(client, "").content.decode()
    assert not User.objects.exists()


def test_a_stranger_who_guesses_locks_nobody_out(client, db):
    good = code()
    for number in range(50):
        send(client, f"{number:016}")
    assert send(client, good).status_code == 302


def test_only_the_newest_code_counts_and_a_bad_password_uses_none_up(client, db):
    old, new = code(), code()
    assert "not the code" in send(client, old).content.decode()
    assert "too short" in send(client, new, password="short").content.decode()
    assert send(client, new, password="x" * 2000).status_code == 200
    assert send(client, new).status_code == 302


def test_the_code_is_kept_as_a_digest_alone(db):
    plain = code().replace("-", "")
    row = FirstCode.objects.values().get()
    assert plain not in str(row)
    assert row["digest"]


def test_when_somebody_has_an_account_there_is_no_page_and_no_code(client, db):
    good = code()
    User.objects.create_user("somebody", password=PASSWORD)
    assert client.get(FIRST).status_code == 404
    assert send(client, good, follow=True).redirect_chain == [("/login/", 302)]
    assert make_first(good, "late", PASSWORD, timezone.now()) is None
    with pytest.raises(CommandError, match="an account already"):
        call_command("first_code")


def test_of_those_who_send_it_at_once_one_is_made(transactional_db):
    good, together = code(), Barrier(6)

    def claim(number):
        try:
            together.wait(10)
            return make_first(good, f"person.{number}", PASSWORD, timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        made = [one for one in pool.map(claim, range(6)) if one]
    assert len(made) == 1
    assert User.objects.count() == 1


def test_a_double_click_leads_to_the_log_in_and_not_to_a_wrong_code(
    transactional_db, monkeypatch
):
    """The second was looked at before the first was written."""
    good, real = code(), first.make_first

    def somebody_was_quicker(typed, *words):
        monkeypatch.setattr(first, "make_first", real)
        assert send(Client(), good).url == "/setup/"
        return real(typed, *words)

    monkeypatch.setattr(first, "make_first", somebody_was_quicker)
    assert send(Client(), good).url == "/login/"
    assert send(Client(), good).url == "/login/"
    assert User.objects.count() == 1


def test_the_server_prints_a_code_at_its_start_and_it_works(transactional_db, tmp_path):
    lines = tmp_path / "lines"
    with open(lines, "w") as written, served(lines=written) as (address, _):
        printed = _printed(lines)
        # What a survey's page shows of a tablet is served as well.
        assert httpx.get(f"{address}/static/faces/good.png").status_code == 200
    assert send(Client(), printed).status_code == 302


def _printed(lines):
    for _ in range(50):
        found = re.search(r"/setup/first/ .* code: ([A-Z0-9-]{19})", lines.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(lines.read_text())


def test_a_server_that_has_people_prints_none(transactional_db, tmp_path):
    User.objects.create_user("somebody", password=PASSWORD)
    lines = tmp_path / "lines"
    with open(lines, "w") as written, served(lines=written):
        pass
    assert "code" not in lines.read_text()
