"""Passwords cannot be tried for ever, and nobody keeps anybody out by their name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from central.audit.models import Entry
from central.people import brake
from central.people.brake import TRIES_A_NAME, TRIES_AN_ADDRESS, WINDOW
from central.people.models import LoginTry
from tests.central.setup.conftest import Administrator
from tests.central.setup.test_people import link_for, set_password
from tests.web.world import PASSWORD, new_user

ELM, OAK = "elm.manager", "oak.manager"
HERE, THERE = "192.0.2.1", "192.0.2.2"
TOO_OFTEN = "A wrong password was sent too often"


class Counting(MD5PasswordHasher):
    """Counts how often a password is looked at."""

    algorithm = "counting"
    times = 0

    def encode(self, password, salt):
        type(self).times += 1
        return super().encode(password, salt)


@pytest.fixture
def looked(settings):
    """How many passwords were hashed since the last time that it was asked."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]

    def since():
        times, Counting.times = Counting.times, 0
        return times

    since()
    return since


@pytest.fixture
def elm(trust, looked):
    user = new_user(ELM, "W-ELM")
    looked()
    return user


def tried(name=ELM, password="wrong", at=HERE, path="/login/"):
    words = {"username": name, "password": password}
    return Client().post(path, words, REMOTE_ADDR=at).status_code


def several(times, **more):
    return [tried(**more) for _ in range(times)]


def test_after_five_wrong_passwords_no_more_are_looked_at(elm, looked):
    assert several(TRIES_A_NAME + 3) == [200] * TRIES_A_NAME + [429] * 3
    assert looked() == TRIES_A_NAME
    assert tried(password=PASSWORD) == 429
    assert looked() == 0


def test_it_says_what_to_do(elm):
    several(TRIES_A_NAME)
    came = Client().post("/login/", {"username": ELM, "password": "x"},
                         REMOTE_ADDR=HERE)  # fmt: skip
    page = came.content.decode()
    assert TOO_OFTEN in page
    assert "Wait 5 minutes" in page
    assert came["Retry-After"] == "300"


def test_it_ends_by_itself_and_whoever_goes_on_trying_does_not_push_the_end_away(elm):
    several(TRIES_A_NAME + 20)
    assert LoginTry.objects.count() == TRIES_A_NAME
    LoginTry.objects.update(at=LoginTry.objects.first().at - WINDOW)
    assert tried(password=PASSWORD) == 302


def test_a_clock_that_was_ahead_keeps_nobody_out(elm):
    several(TRIES_A_NAME)
    ahead = LoginTry.objects.first().at + timedelta(days=400)
    LoginTry.objects.update(at=ahead)
    assert tried(password=PASSWORD) == 302


def test_who_types_a_managers_name_elsewhere_keeps_them_out_of_nothing(elm):
    several(TRIES_A_NAME + 1, at=THERE)
    assert tried(password=PASSWORD) == 302


def test_a_name_that_others_are_after_waits_where_somebody_was_wrong(elm, looked):
    several(TRIES_A_NAME, at=THERE)
    assert several(3) == [200, 429, 429]
    assert looked() == TRIES_A_NAME + 1


def test_one_address_cannot_go_through_all_names(elm, looked):
    names = [f"name.{n}" for n in range(TRIES_AN_ADDRESS + 5)]
    came = [tried(name=name) for name in names]
    assert came == [200] * TRIES_AN_ADDRESS + [429] * 5
    assert looked() == TRIES_AN_ADDRESS
    assert tried(password=PASSWORD, at=THERE) == 302


def test_a_right_password_forgets_what_was_wrong(elm):
    for _ in range(3):
        assert several(TRIES_A_NAME - 1) == [200] * (TRIES_A_NAME - 1)
        assert tried(password=PASSWORD) == 302
    assert not LoginTry.objects.exists()


def test_a_right_password_forgets_no_other_names_and_no_other_addresses(elm, looked):
    tried(at=THERE)
    for n in range(TRIES_AN_ADDRESS):
        assert tried(name=f"name.{n}") == 200
        if n % 20 == 0:
            assert tried(password=PASSWORD) == 302
    assert tried(name="one.more") == 429
    assert LoginTry.objects.count() == TRIES_AN_ADDRESS + 1


def test_other_capitals_are_no_other_name(elm):
    assert several(TRIES_A_NAME, name=ELM.upper()) == [200] * TRIES_A_NAME
    assert tried() == 429


def test_a_name_of_nobodys_is_told_the_same(elm):
    assert several(TRIES_A_NAME + 1, name="nobody")[-2:] == [200, 429]


def test_a_one_time_link_lets_them_in_at_once(elm, client):
    admin = Administrator()
    several(TRIES_A_NAME + 1)
    path = link_for(admin, elm)
    set_password(client, path, "another password")
    assert tried(password="another password") == 302


def test_a_one_time_link_lets_them_in_where_others_were_wrong(elm):
    path = link_for(Administrator(), elm)
    for n in range(TRIES_AN_ADDRESS):
        tried(name=f"name.{n}")
    assert tried(password=PASSWORD) == 429
    set_password(Client(REMOTE_ADDR=HERE), path, "another password")
    assert tried(password="another password") == 302


def test_the_admin_has_no_door_of_its_own(elm, looked):
    came = Client().post("/admin/login/?next=/admin/custody/proof/", {})
    assert came["Location"] == "/login/?next=%2Fadmin%2Fcustody%2Fproof%2F"
    words = {"username": ELM, "password": PASSWORD, "next": "/admin/"}
    several(TRIES_A_NAME, path="/admin/login/")
    assert looked() == 0
    client = Client()
    client.post("/login/", words)
    assert client.get("/admin/", follow=True).redirect_chain[-1] == ("/", 302)


def test_it_is_written_down_once_and_never_what_was_typed(elm):
    several(TRIES_A_NAME + 3)
    several(TRIES_A_NAME + 3, name="my secret password")
    said = list(Entry.objects.order_by("id").values_list("who", "act", "about"))
    act = "stopped log-ins for 5 minutes"
    assert said == [
        ("(at the log-in)", act, f"person {ELM}"),
        ("(at the log-in)", act, "a name of nobody's"),
    ]
    several(TRIES_AN_ADDRESS, name="third")
    for n in range(TRIES_AN_ADDRESS):
        tried(name=f"name.{n}")
    assert Entry.objects.filter(about="an address").count() == 1
    rows = repr(list(LoginTry.objects.values())) + repr(list(Entry.objects.values()))
    assert "secret" not in rows
    assert HERE not in rows


def at_once(times):
    """As many workers as tries, all at the same moment."""
    barrier = Barrier(times)

    def one(_):
        barrier.wait()
        try:
            return tried()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_many_at_once_are_counted_together(live_trust, looked):
    new_user(ELM)
    tried()
    looked()
    came = at_once(12)
    assert looked() == came.count(200) <= TRIES_A_NAME - 1
    assert came.count(429) >= 12 - TRIES_A_NAME + 1


# ── the controls ─────────────────────────────────────────────────────────────


def always(name, request, now):
    return LoginTry.objects.create(name="x", address="x", at=now)


def test_the_control_without_the_brake_all_are_looked_at(elm, looked, monkeypatch):
    monkeypatch.setattr("central.people.entering.take_a_try", always)
    several(TRIES_A_NAME + 3)
    assert looked() == TRIES_A_NAME + 3


def test_the_control_by_the_name_alone_a_stranger_keeps_them_out(elm, monkeypatch):
    everywhere = lambda mine: LoginTry.objects.all()  # noqa: E731
    monkeypatch.setattr(brake, "_here", everywhere)
    several(TRIES_A_NAME + 1, at=THERE)
    assert tried(password=PASSWORD) == 429
