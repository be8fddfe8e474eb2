"""An old page: what another administrator did since is not undone by it."""

import re
from html import unescape

import pytest

from central.audit.models import Entry
from central.devices.models import Device
from central.morning.models import WardMail
from central.people.models import User
from central.places.models import Site, Trust, Ward
from central.setup import devices, people, places, stale, surveys, ward_asked, wards
from central.setup.stale import CHANGED, SO_ALREADY
from central.surveys.models import Asking, WardAsking
from tests.central.setup.conftest import SEEN, Administrator
from tests.central.setup.test_wards import values
from tests.central.tablet import SURVEY, WARD
from tests.central.test_bundle import publish_newer
from tests.web.test_the_days_page import plain
from tests.web.world import new_user

INSET = re.compile('<div class="nhsuk-inset-text">.*?</div>', re.DOTALL)
OAK, CHILDREN = "W-OAK", "children@1"
ASKED = "/setup/surveys/asked/"
OWN = f"/setup/ward/{WARD}/asked/"


@pytest.fixture
def other(admin):
    return Administrator("other")


@pytest.fixture(params=["before the form is read", "under the lock alone"])
def each(request, monkeypatch):
    """Each of the two times at which it is asked holds without the other."""
    if request.param == "under the lock alone":
        for module in (people, wards, devices, ward_asked, surveys, places):
            monkeypatch.setattr(module, "is_good", lambda form, seen: form.is_valid())


@pytest.fixture
def reader(admin):
    return new_user("elm.manager", WARD, OAK)


@pytest.fixture
def taken(other, admin, reader):
    """Sends a page that was opened before the other took one ward away."""
    page = f"/setup/people/{reader.pk}/"
    old = admin.open(page)
    other.send(page, name="Elm", wards=[OAK])

    def send(**said):
        return admin.send(page, **{**old, "name": "Sam", "wards": [WARD, OAK], **said})

    return send


def wards_of(user):
    return set(user.wards.values_list("code", flat=True))


def test_a_ward_that_was_taken_away_is_not_given_back_by_an_old_page(
    each, taken, reader
):
    before = Entry.objects.count()
    assert CHANGED in taken()
    assert wards_of(reader) == {OAK}
    assert User.objects.get(pk=reader.pk).first_name == "Elm"
    assert Entry.objects.count() == before


def test_the_page_shows_how_it_is_now_and_says_what_was_sent(taken):
    said = taken(email="sam@example.org")
    for words in (
        "This is how it is now. What you sent was not kept",
        "Their name: Sam",
        "E-mail address: sam@example.org",
        "Wards that they read: Elm ward (W-ELM), Oak",
    ):
        assert words in said, said


def test_who_has_looked_again_can_change_it(taken, admin, reader):
    taken()
    said = admin.send(f"/setup/people/{reader.pk}/", name="Sam", wards=[WARD, OAK])
    assert "Sam is changed" in said
    assert wards_of(reader) == {WARD, OAK}


def test_a_double_click_is_not_somebody_else(admin, reader):
    page = f"/setup/people/{reader.pk}/"
    said = {**admin.open(page), "name": "Sam", "wards": [WARD]}
    assert "Sam is changed" in admin.send(page, **said)
    again = admin.send(page, **said)
    assert SO_ALREADY in again
    assert CHANGED not in again
    assert "was not kept" not in again
    assert Entry.objects.filter(act="changed").count() == 1


def test_an_error_mended_in_an_old_page_does_not_make_it_a_new_one(admin, reader):
    """The page that says what is wrong carries what was shown at first."""
    page = f"/setup/people/{reader.pk}/"
    old = admin.open(page)
    came = admin.client.post(page, {**old, "name": "", "wards": [OAK]})
    kept = SEEN.search(came.content.decode())[1]
    assert kept == old["seen"]
    User.objects.filter(pk=reader.pk).update(first_name="Elm, again")
    assert CHANGED in admin.send(page, seen=kept, name="Sam", wards=[OAK])


def test_who_chose_a_ward_that_has_closed_since_is_told_that_it_has_changed(
    taken, admin
):
    """And not that something was wrong with what they chose."""
    Ward.objects.filter(code=WARD).update(closed_on="2026-11-30")
    said = taken()
    assert CHANGED in said
    assert "choose again" not in said


def test_a_form_without_what_it_showed_is_refused(admin, reader):
    said = admin.send(f"/setup/people/{reader.pk}/", seen="", name="Sam", wards=[])
    assert CHANGED in said
    assert wards_of(reader) == {WARD, OAK}


def test_a_wards_old_page_does_not_turn_its_words_on_again(each, admin, other):
    page = f"/setup/ward/{WARD}/"
    admin.send(page, **values(name="Elm", words_in_mail="on"))
    old = admin.open(page)
    other.send(page, **values(name="Elm"))
    said = admin.send(page, **old, **values(name="Elm, new", words_in_mail="on"))
    assert CHANGED in said
    assert "The morning mail carries what patients wrote: ticked" in said
    assert not WardMail.objects.get(ward=WARD).words
    assert Ward.objects.get(code=WARD).name == "Elm"


def test_a_devices_old_page_does_not_give_it_a_ward_back(each, admin, other, tablet):
    page = f"/setup/devices/{tablet.id}/"
    admin.send(page, name="Bay 3", wards=[WARD, OAK])
    old = admin.open(page)
    other.send(page, name="Bay 3", wards=[WARD])
    assert CHANGED in admin.send(page, **old, name="Bay 4", wards=[WARD, OAK])
    now = Device.objects.get()
    assert (now.name, wards_of(now)) == ("Bay 3", {WARD})


def test_an_old_page_does_not_undo_what_a_ward_asks(each, admin, other):
    publish_newer()
    old = admin.open(OWN)
    other.send(OWN, survey=CHILDREN, sms_survey="")
    assert CHANGED in admin.send(OWN, **old, survey="", sms_survey=SURVEY)
    row = WardAsking.objects.get()
    assert (row.survey, row.sms_survey) == (CHILDREN, "")


def test_an_old_page_does_not_undo_what_every_ward_asks(each, admin, other):
    publish_newer()
    now = {"sms_survey": "inpatient@2", "receipts": ""}
    old = admin.open(ASKED)
    other.send(ASKED, survey=SURVEY, **now)
    said = admin.send(ASKED, **old, survey="inpatient@2", also=[CHILDREN], **now)
    assert CHANGED in said
    assert "Tablets ask: inpatient@2" in said
    row = Asking.objects.get()
    assert (row.survey, row.also) == (SURVEY, "")


@pytest.mark.parametrize(
    "page",
    [
        lambda: f"/setup/trusts/{Trust.objects.get().pk}/",
        lambda: f"/setup/sites/{Site.objects.get().pk}/",
        lambda: f"/setup/ward/{WARD}/",
        lambda: f"/setup/people/{User.objects.get(username='elm.manager').pk}/",
        lambda: f"/setup/devices/{Device.objects.get().id}/",
        lambda: OWN,
        lambda: ASKED,
    ],
    ids=["trust", "site", "ward", "person", "device", "what it asks", "what all ask"],
)
def test_what_was_sent_is_called_as_the_page_calls_it(admin, tablet, reader, page):
    said = {"seen": "an old page", "sms_survey": SURVEY}
    came = unescape(admin.client.post(page(), said).content.decode())
    names = re.findall(r"<li>([^:<]+): [^<]+</li>", INSET.search(came)[0])
    rest = plain(INSET.sub("", came))
    assert names
    assert [one for one in names if one not in rest] == []


@pytest.mark.parametrize(("kind", "model"), [("trust", Trust), ("site", Site)])
def test_an_old_page_does_not_undo_a_newer_name(each, admin, other, kind, model):
    page = f"/setup/{kind}s/{model.objects.get().pk}/"
    old = admin.open(page)
    assert "is now called Ash" in other.send(page, name="Ash")
    said = admin.send(page, **old, name="Elm, as it was")
    assert CHANGED in said
    assert f"The {kind}'s name: Elm, as it was" in said
    assert model.objects.get().name == "Ash"
    assert Entry.objects.filter(act="renamed").count() == 1
    assert "is now called Elm" in admin.send(page, name="Elm")


@pytest.mark.parametrize("kind", ["trust", "site"])
def test_of_two_renames_to_one_name_at_once_the_second_is_told(
    admin, other, monkeypatch, kind
):
    one = Trust.objects.create(name="Ash")
    if kind == "site":
        one = Site.objects.create(name="Ash", trust=Trust.objects.first())
    page, real = f"/setup/{kind}s/{one.pk}/", places.added

    def somebody_was_quicker(form, act):
        type(one).objects.exclude(pk=one.pk).update(name="Oak")
        return real(form, act)

    monkeypatch.setattr(places, "added", somebody_was_quicker)
    said = admin.send(page, name="Oak")
    assert f"a {kind} of this name already" in said
    one.refresh_from_db()
    assert one.name == "Ash"


def test_the_control_without_the_digest_the_ward_comes_back(taken, reader, monkeypatch):
    from central.setup import accounts

    for module in (accounts, stale):
        monkeypatch.setattr(module, "must_be_as_seen", lambda seen, now: None)
    taken()
    assert wards_of(reader) == {WARD, OAK}


def test_the_digest_is_of_all_that_a_form_shows():
    shown = {"name": "Elm", "wards": ["A", "B"], "administrator": False}
    one = stale.digest_of(shown)
    assert stale.digest_of(dict(reversed(shown.items()))) == one
    for other in ({"name": "Oak"}, {"wards": ["A"]}, {"administrator": True}):
        assert stale.digest_of({**shown, **other}) != one
