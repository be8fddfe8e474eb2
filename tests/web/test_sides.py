"""Who sees which ward over time: their own, and of a site those that they read."""

import re
from datetime import timedelta

import pytest

from tests.web import world
from tests.web.test_doors import without_token
from tests.web.test_periods import then
from tests.web.test_the_days_page import plain


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


def days(first=27, last=0):
    today = world.today()
    return f"{today - timedelta(first)}/{today - timedelta(last)}/"


PAGES = ("", "charts/", "charts/?by=day", "search/?q=the", "steps/night/",
         "questions/fft/", "questions/good/")  # fmt: skip


def site():
    from central.places.models import Ward

    return Ward.objects.get(code="ASH").site_id


def test_another_wards_manager_finds_nothing(manager, client, ash):
    then(3, {"fft": "good", "night": "1", "good": ("the lamps",)})
    for rest in PAGES:
        assert manager.get(f"/wards/ASH/{days()}{rest}").status_code == 200
    client.logout()
    client.login(username="birch.manager", password=world.PASSWORD)
    for rest in PAGES:
        assert client.get(f"/wards/ASH/{days()}{rest}").status_code == 404
    assert client.get("/wards/ASH/periods/").status_code == 404
    assert client.get("/wards/ASH/changes/").status_code == 404


def pages_of(browser):
    paths = [f"/wards/ASH/{days()}{rest}" for rest in PAGES]
    paths += [f"/sites/{site()}/{days()}", "/wards/ASH/changes/"]
    return [without_token(browser.get(path)) for path in paths]


def test_two_worlds_that_differ_in_ward_b_look_alike_over_time(manager, ash):
    from central.actions.models import Change
    from central.people.models import User

    for back in (3, 10, 17, 24):
        then(back, {"fft": "good", "night": "1", "good": ("the lamps",)})
    before = pages_of(manager)
    for back in range(1, 20):
        words = {"fft": "poor", "night": "-2", "good": (f"the Birch {back}",)}
        then(back, words, ward="BIRCH", mode="sms")
    Change.objects.create(
        ward_id="BIRCH", on=world.today() - timedelta(9), note="Birch lamps",
        written_by=User.objects.get(username="birch.manager"), written_at=world.now(),
    )  # fmt: skip
    assert pages_of(manager) == before
    # The control: the same change in their own ward does show.
    then(4, {"fft": "poor", "night": "-2", "good": ("the Ash",)})
    assert pages_of(manager) != before


def test_wards_stand_side_by_side_by_name_for_who_reads_them(manager, ash):
    from central.people.models import Membership, User

    user = User.objects.get(username="ash.manager")
    then(9, {"fft": "good"}, ward="BIRCH")
    page = manager.get(f"/sites/{site()}/{days()}").content.decode()
    assert "Birch" not in page
    assert "side by side" not in manager.get("/").content.decode()

    Membership.objects.create(user=user, ward_id="BIRCH")
    assert "side by side" in manager.get("/").content.decode()
    page = manager.get(f"/sites/{site()}/{days()}").content.decode()
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", page)
    assert headings == ["Ash ward", "Birch ward"]
    assert not re.search(r"\b(best|worst|rank|average|highest|lowest)\b", plain(page))


def test_two_wards_of_one_name_are_told_apart_by_their_codes(manager, ash):
    from central.people.models import Membership, User
    from central.places.models import Ward

    user = User.objects.get(username="ash.manager")
    Ward.objects.create(code="CEDAR", site_id=site(), name="Cedar ward")
    for code in ("BIRCH", "CEDAR"):
        Membership.objects.create(user=user, ward_id=code)
    Ward.objects.filter(code="BIRCH").update(name="Ash Ward")
    page = manager.get(f"/sites/{site()}/{days()}").content.decode()
    headings = sorted(re.findall(r"<h2[^>]*>([^<]*)</h2>", page))
    assert headings == ["Ash Ward (BIRCH)", "Ash ward (ASH)", "Cedar ward"]
    assert "All charts of Ash Ward (BIRCH)" in page


def test_a_site_without_a_ward_of_theirs_is_not_found(manager, trust):
    from central.places.models import Site, Trust, Ward

    other = Site.objects.create(trust=Trust.objects.get(), name="Other")
    Ward.objects.create(code="YEW", name="Yew ward", site=other)
    for number in (other.pk, 0, 10**6, 2**63, 10**40):
        assert manager.get(f"/sites/{number}/{days()}").status_code == 404
    assert manager.get(f"/sites/{site()}/{days(0, 5)}").status_code == 404
