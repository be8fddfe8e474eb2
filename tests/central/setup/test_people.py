"""People: which wards they read, a password that only they know, and the last one."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from central.audit.models import Entry
from central.people.models import User
from central.setup.accounts import LAST, OWN_ROLE, OWN_WARD, deactivate
from central.setup.errors import Refused
from tests.central.setup.conftest import Administrator
from tests.central.tablet import WARD
from tests.web.world import PASSWORD, new_user

OAK = "W-OAK"
NEW = "a password of mine"


def add(admin, **said):
    base = {"name": "Sam Patel", "username": "sam.patel", "wards": [WARD]}
    return admin.send("/setup/people/add/", **{**base, **said})


def sam():
    return User.objects.get(username="sam.patel")


def link_for(admin, user):
    said = admin.sure(f"/setup/people/{user.pk}/link/")
    return re.search(r"http://testserver(/password/\S+)", said)[1]


def set_password(client, path, password=NEW):
    """As a browser does: the link leads to a page without the token in its address."""
    came = client.get(path, follow=True)
    if not came.redirect_chain:
        return came
    said = {"new_password1": password, "new_password2": password}
    return client.post(came.redirect_chain[-1][0], said)


def test_somebody_who_is_added_sets_a_password_and_reads_their_ward(admin, client):
    assert "Make a link" in add(admin)
    assert not sam().has_usable_password()
    assert set_password(client, link_for(admin, sam())).status_code == 302
    assert client.login(username="sam.patel", password=NEW)
    assert client.get(f"/wards/{WARD}/").status_code == 302
    assert client.get(f"/wards/{OAK}/").status_code == 404
    assert client.get("/setup/").status_code == 404


def test_a_link_works_once(admin, client):
    add(admin)
    path = link_for(admin, sam())
    set_password(client, path)
    again = Client().get(path, follow=True)
    assert "This link is used up" in again.content.decode()


def test_a_password_that_is_too_short_or_far_too_long_is_refused(admin, client):
    add(admin)
    path = link_for(admin, sam())
    assert "too short" in set_password(client, path, "short").content.decode()
    assert "1,024" in set_password(client, path, "x" * 3000).content.decode()
    assert not sam().has_usable_password()


def test_a_link_of_an_account_that_was_closed_is_no_link(admin):
    add(admin)
    path = link_for(admin, sam())
    admin.sure(f"/setup/people/{sam().pk}/close/")
    assert "This link is used up" in Client().get(path).content.decode()
    said = admin.sure(f"/setup/people/{sam().pk}/link/")
    assert "The account is closed" in said


@pytest.mark.parametrize("path", ["/password/x/y/", "/password/MQ/set-password/",
                                  f"/password/{'A' * 100}/{'B' * 100}/"])  # fmt: skip
def test_a_made_up_link_is_no_link(db, path):
    assert "used up" in Client().get(path).content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"username": ""}, "Write a user name"),
        ({"username": "sam patel"}, "Write a user name"),
        ({"username": "=sam"}, "Write a user name"),
        ({"username": "s\u0430m.patel"}, "Write a user name of the letters A to Z"),
        ({"username": "."}, "Write a user name"),
        ({"username": "_-."}, "Write a user name"),
        ({"username": "ELM.manager"}, "an account of this user name already"),
        ({"name": "+cmd"}, "a spreadsheet would run it"),
        ({"name": ""}, "Write their name"),
        ({"email": "sam@"}, "Write an e-mail address"),
        ({"wards": ["GONE"]}, "choose again"),
    ],
)
def test_what_cannot_be_is_said_in_words(admin, said, words):
    new_user("elm.manager")
    assert words in add(admin, **said)
    assert not User.objects.exclude(username__in=["admin", "elm.manager"]).exists()


def test_who_is_closed_out_is_out_at_the_next_click_and_can_come_back(admin, client):
    user = new_user("elm.manager", WARD)
    client.force_login(user)
    assert client.get("/").status_code == 200
    assert "They read 1 ward now" in admin.read(f"/setup/people/{user.pk}/close/")
    admin.sure(f"/setup/people/{user.pk}/close/")
    assert client.get("/").status_code == 302
    admin.sure(f"/setup/people/{user.pk}/open/")
    client.force_login(user)
    assert client.get(f"/wards/{WARD}/").status_code == 302


def test_a_ward_that_is_taken_away_is_gone_at_the_next_click(admin, client, entries):
    user = new_user("elm.manager", WARD, OAK)
    client.force_login(user)
    admin.send(f"/setup/people/{user.pk}/", name="Elm", wards=[OAK])
    assert client.get(f"/wards/{WARD}/").status_code == 404
    assert client.get(f"/wards/{OAK}/").status_code == 302
    assert entries() == [("admin", "changed", "person elm.manager")]


def test_nobody_opens_patients_words_to_themselves(admin, client):
    said = admin.send(f"/setup/people/{admin.user.pk}/", name="A", administrator="on",
                      wards=[WARD])  # fmt: skip
    assert OWN_WARD in said
    assert admin.client.get(f"/wards/{WARD}/").status_code == 404
    other = Administrator("other")
    other.send(f"/setup/people/{admin.user.pk}/", name="A", administrator="on",
               wards=[WARD])  # fmt: skip
    assert admin.client.get(f"/wards/{WARD}/").status_code == 302


def test_a_merge_gives_whoever_merges_no_ward(admin):
    """Or a reader of one ward, who administers, could open each ward to themselves."""
    Administrator("other").send(f"/setup/people/{admin.user.pk}/", name="A",
                                administrator="on", wards=[WARD])  # fmt: skip
    new_user("elm.manager", WARD)
    admin.sure(f"/setup/ward/{WARD}/merge/", into=OAK)
    assert admin.client.get(f"/wards/{OAK}/").status_code == 404
    assert User.objects.get(username="elm.manager").wards.count() == 2


def test_a_new_name_and_a_new_address_are_written_down_with_what_was(admin):
    user = new_user("elm.manager", WARD)
    said = {"name": "Elm", "email": "elm@example.org", "wards": [WARD]}
    admin.send(f"/setup/people/{user.pk}/", **said)
    admin.send(f"/setup/people/{user.pk}/", **{**said, "email": "else@example.org"})
    details = Entry.objects.order_by("-id")[0].details
    assert details["email before"] == "elm@example.org"
    assert details["email"] == "else@example.org"
    assert details.keys() == {"given", "taken", "email before", "email"}


def test_an_administrator_who_becomes_a_reader_sets_up_no_more(admin):
    other = Administrator("other")
    admin.send(f"/setup/people/{other.user.pk}/", name="Other")
    other.read("/setup/", status=404)
    assert other.client.get("/admin/").status_code == 302


def test_who_becomes_a_reader_while_their_account_is_closed_is_one(admin):
    other = Administrator("other")
    page = f"/setup/people/{other.user.pk}/"
    admin.sure(f"{page}close/")
    admin.send(page, name="Other")
    admin.sure(f"{page}open/")
    other.client.force_login(other.user)
    other.read("/setup/", status=404)
    details = Entry.objects.get(act="changed").details
    assert (details["role before"], details["role"]) == ("administrator", "reader")


def test_nobody_takes_set_up_from_themselves_by_a_tick(admin):
    """It would ask nothing, and end on a page that is no longer there for them."""
    Administrator("other")
    said = admin.send(f"/setup/people/{admin.user.pk}/", name="A")
    assert OWN_ROLE in said
    assert User.objects.get(username="admin").administers
    assert "A is changed" in admin.send(
        f"/setup/people/{admin.user.pk}/", name="A", administrator="on"
    )


def test_the_last_administrator_stays_one(admin):
    said = admin.send(f"/setup/people/{admin.user.pk}/", name="A")
    assert LAST in said
    said = admin.sure(f"/setup/people/{admin.user.pk}/close/")
    assert "You cannot close your own account" in said
    assert User.objects.get(username="admin").administers


def test_two_who_close_each_other_out_at_once_leave_one(transactional_db):
    one, two = (
        User.objects.create_superuser(name, password=PASSWORD) for name in ("a", "b")
    )
    together = Barrier(2)

    def close(pair):
        user, who = pair
        try:
            together.wait(10)
            deactivate(user, who.username, timezone.now())
        except Refused as error:
            return str(error)
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(close, [(one, two), (two, one)]))
    assert sorted(said) == sorted(["closed", LAST])
    assert User.objects.filter(is_active=True).count() == 1
