"""Who may see what: nobody without a login, and nobody another ward."""

import re
from datetime import timedelta
from uuid import uuid1

import pytest
from django.urls import URLPattern, get_resolver

from tests.web import world

OPEN = {"/login/", "/receipt/", "/health", "/api/v1/openapi.json"}
OPEN |= {"/password/MQ/no-token/", "/setup/first/"}  # a one-time link; gone by then
# What a browser may ask of each: the words of the addresses.
WORDS = {
    "code": "ASH", "day": "2026-11-20", "device": "0" * 32,
    "trust": "1", "site": "1", "person": "1", "name": "inpatient@1",
    "kind": "wards", "uidb64": "MQ", "token": "no-token",
    "first": "2026-11-16", "last": "2026-11-22", "key": "night",
}  # fmt: skip


def routes(patterns=None, prefix="/"):
    """Every address of central, but for the admin's, which has a test of its own."""
    for pattern in patterns or get_resolver().url_patterns:
        path = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLPattern):
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda m: WORDS[m[1]], path)
        elif path != "/admin/":
            yield from routes(pattern.url_patterns, path)


def without_token(reply):
    """The page without its form token, which is another one each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", reply.content)


def test_every_address_is_closed_without_a_login(client, trust):
    several = set(routes())
    assert "/wards/ASH/2026-11-20/" in several
    assert "/wards/ASH/cards/" in several
    assert len(several) >= 9
    for path in several - OPEN:
        for reply in (client.get(path), client.post(path, {"said": "x", "did": "y"})):
            to_login = reply.status_code == 302 and reply["Location"].startswith(
                "/login/"
            )
            # Devices log in with a signature on each request instead.
            refused = path.startswith("/api/v1/") and 400 <= reply.status_code < 500
            assert to_login or refused, (path, reply.status_code)


def test_the_admin_is_closed_too(client, manager, db):
    assert manager.get("/admin/places/ward/").status_code == 302
    client.logout()
    assert client.get("/admin/").status_code == 302


def strange_days():
    today = world.today()
    return [
        today + timedelta(1),
        "2026-02-30",
        "0000-00-00",
        "2019-01-01",
        "9999-12-31",
    ]


def test_another_ward_an_unknown_one_and_a_bad_day_look_the_same(manager):
    today = world.today()
    addresses = [
        f"/wards/BIRCH/{today}/",
        "/wards/BIRCH/",
        "/wards/BIRCH/cards/",
        f"/wards/NOWHERE/{today}/",
        "/wards/NOWHERE/",
        "/wards/ash/",
        "/wards/%00/",
        "/wards/ASH'--/",
        "/wards/ASH/2026-11-20x/",
        "/wards/ASH/２０２６-11-20/",
        f"/wards/{'A' * 500}/",
        *(
            f"/wards/{code}/{day}/"
            for code in ("ASH", "BIRCH")
            for day in strange_days()
        ),
    ]
    replies = {path: manager.get(path) for path in addresses}
    assert {
        path: reply.status_code for path, reply in replies.items()
    } == dict.fromkeys(addresses, 404)
    assert len({without_token(reply) for reply in replies.values()}) == 1
    headers = {str(sorted(set(dict(reply.headers)))) for reply in replies.values()}
    assert len(headers) == 1


def test_a_ward_opens_on_today(manager):
    reply = manager.get("/wards/ASH/")
    assert reply.status_code == 302
    assert reply["Location"] == f"/wards/ASH/{world.today()}/"


def test_another_wards_card_cannot_be_withdrawn(manager):
    from central.actions.models import Card

    card = Card.objects.create(ward_id="BIRCH", said="a", did="b", on=world.today())
    reply = manager.post("/wards/ASH/cards/", {"withdraw": card.pk})
    assert reply.status_code == 404
    assert Card.objects.filter(pk=card.pk).exists()


def test_a_manager_who_leaves_the_ward_is_out_with_the_next_click(manager):
    from central.people.models import Membership

    path = f"/wards/ASH/{world.today()}/"
    assert manager.get(path).status_code == 200
    Membership.objects.filter(user__username="ash.manager").delete()
    assert manager.get(path).status_code == 404


def test_a_superuser_sees_no_wards_words(client, trust, ash):
    from central.people.models import User

    User.objects.create_superuser("admin", password=world.PASSWORD)
    client.login(username="admin", password=world.PASSWORD)
    assert client.get(f"/wards/ASH/{world.today()}/").status_code == 404


def pages_of(browser, today):
    paths = ["/", *(f"/wards/ASH/{today - timedelta(back)}/" for back in (0, 1, 2))]
    return [without_token(browser.get(path)) for path in [*paths, "/wards/ASH/cards/"]]


def test_two_worlds_that_differ_in_ward_b_look_alike_to_a_manager_of_ward_a(
    manager, ash, birch
):
    from central.actions.models import Card

    today = world.today()
    ash.say({"fft": "good", "night": "1", "night_feelings": "safe"})
    ash.write("Ash words")
    ash.say({"fft": "poor"}, at=world.days_ago(1))
    before = pages_of(manager, today)

    for back in range(3):
        birch.write(f"Birch words {uuid1()}", at=world.days_ago(back))
        birch.say({"fft": "very_poor", "night": "-2"}, mode="sms")
    Card.objects.create(ward_id="BIRCH", said="Birch said", did="did", on=today)
    world.new_tablet("BIRCH")

    assert pages_of(manager, today) == before
    # The control: the same change in their own ward does show.
    ash.say({"fft": "very_poor"})
    assert pages_of(manager, today) != before


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "https://evil.example", "/\\evil"]
)
def test_a_login_never_leads_elsewhere(client, trust, next_page):
    words = {"username": "ash.manager", "password": world.PASSWORD, "next": next_page}
    reply = client.post("/login/", words)
    assert reply["Location"] == "/wards/ASH/"


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client, trust):
    def tried(name, password):
        reply = client.post("/login/", {"username": name, "password": password})
        return without_token(reply).replace(name.encode(), b"NAME")

    assert tried("ash.manager", "wrong") == tried("nobody.here", "wrong")


@pytest.mark.parametrize(
    ("wards", "staff", "leads_to"),
    [
        (["ASH"], False, "/wards/ASH/"),
        (["ASH", "BIRCH"], False, "/"),
        ([], False, "/"),
        (["ASH"], True, "/"),
    ],
)
def test_a_login_leads_to_the_ward_of_whoever_has_only_one(
    client, trust, wards, staff, leads_to
):
    user = world.new_user("sam", *wards)
    user.is_staff = staff
    user.save()
    for asked in ("", "/", "/away/"):
        words = {"username": "sam", "password": world.PASSWORD, "next": asked}
        came = client.post("/login/", words)
        assert came.status_code == 302
        assert came["Location"] == (asked if asked == "/away/" else leads_to)
        client.logout()
