"""Each manager says when they are away, and who reads their mails meanwhile."""

from datetime import timedelta

import pytest

from central.morning.models import Away
from central.morning.readers import readers_of
from central.people.models import User
from central.places.models import Ward
from tests.web import world
from tests.web.test_the_days_page import plain


@pytest.fixture
def house(trust):
    world.new_user("deputy", "ASH")
    world.new_user("both", "ASH", "BIRCH")
    world.new_user("left", "ASH")
    User.objects.filter(username="left").update(is_active=False)
    User.objects.update(email="x@example.org")
    for user in User.objects.all():
        user.email = f"{user}@example.org"
        user.save()


def number(name):
    return str(User.objects.get(username=name).pk)


def day(ahead):
    return (world.today() + timedelta(ahead)).isoformat()


def say(client, first, last, deputy):
    return client.post("/away/", {"first": first, "last": last, "deputy": deputy})


def read_by(on):
    (found,) = readers_of([Ward.objects.get(code="ASH")], on)
    return sorted(map(str, found.people.values()))


def test_what_a_manager_says_is_what_the_mail_goes_by(manager, house):
    reply = say(manager, day(1), day(2), number("deputy"))
    assert reply.status_code == 302
    text = plain(manager.get("/away/").content.decode())
    assert "deputy reads your mails." in text
    assert read_by(world.today()) == ["ash.manager", "both", "deputy"]
    assert read_by(world.today() + timedelta(1)) == ["both", "deputy"]
    assert read_by(world.today() + timedelta(3)) == ["ash.manager", "both", "deputy"]


def test_it_can_be_taken_back(manager, house):
    say(manager, day(0), day(2), number("deputy"))
    assert (
        manager.post("/away/", {"take_back": Away.objects.get().pk}).status_code == 302
    )
    assert not Away.objects.exists()
    assert "the mails come to you" in plain(manager.get("/away/").content.decode())


def test_nobody_can_be_the_deputy(manager, house):
    say(manager, day(0), day(0), "nobody")
    assert Away.objects.get().deputy is None
    assert "Nobody reads your mails." in plain(manager.get("/away/").content.decode())


def offered(client):
    page = client.get("/away/").content.decode()
    return [name for name in ("deputy", "both", "left", "birch.manager", "ash.manager")
            if f'value="{number(name)}"' in page]  # fmt: skip


def test_only_who_reads_all_their_wards_is_offered(manager, house, client):
    assert offered(manager) == ["deputy", "both"]
    client.force_login(User.objects.get(username="both"))
    assert offered(client) == []
    for name in ("birch.manager", "left", "ash.manager"):
        reply = say(manager, day(0), day(1), number(name))
        assert "Choose who reads your mails meanwhile" in reply.content.decode()
    assert not Away.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "2030-01-01", "Enter the first day that you are away"),
        ("soon", "2030-01-01", "Enter the first day that you are away"),
        ("2030-02-31", "2030-03-01", "Enter the first day that you are away"),
        ("2030-01-02", "2030-01-01", "must be the first one, or after it"),
        ("2020-01-01", "2020-01-02", "must be today, or to come"),
        ("2030-01-01", "2039-01-01", "Longer than a year"),
        ("2030-01-01", "", "Enter the last day that you are away"),
    ],
)
def test_what_cannot_be_is_told_in_words_and_stays_in_its_place(
    manager, house, first, last, words
):
    reply = say(manager, first, last, number("deputy"))
    page = reply.content.decode()
    assert reply.status_code == 200
    assert words in page
    assert "There is a problem" in page
    if first:
        assert f'value="{first}"' in page
    assert not Away.objects.exists()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("24/12/2030", "02/01/2031"),
        ("24.12.2030", "2.1.2031"),
        ("24 December 2030", "2 Jan 2031"),
        ("2030-12-24", "2031-01-02"),
    ],
)
def test_a_date_as_people_write_it_is_taken_too(manager, house, first, last):
    assert say(manager, first, last, "nobody").status_code == 302
    one = Away.objects.get()
    assert [f"{one.first}", f"{one.last}"] == ["2030-12-24", "2031-01-02"]


@pytest.mark.parametrize("which", ["0", "x", "9" * 30, "-1"])
def test_somebody_elses_absence_is_not_there(manager, house, which):
    theirs = Away.objects.create(
        user=User.objects.get(username="birch.manager"),
        first=world.today(),
        last=world.today(),
    )
    for one in (which, str(theirs.pk)):
        assert manager.post("/away/", {"take_back": one}).status_code == 404
    assert Away.objects.count() == 1
    assert "Nobody reads" not in manager.get("/away/").content.decode()
