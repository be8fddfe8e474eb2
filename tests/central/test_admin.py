"""What an administrator sees in the admin: never anyone's words, and nothing to change.

What is done to wards, people, devices and surveys is done in set-up, which writes it
down (ADR 17).
"""

import re

import pytest
from django.contrib import admin

from central.audit.models import Entry
from central.intake.models import Held
from central.looked_at import NarrowAdmin
from central.morning.models import Away
from central.people.models import Membership, User
from feedback.answer import new_response
from tests.central import matrix
from tests.central.setup.conftest import Administrator
from tests.central.tablet import WARD, wire
from tests.web.world import new_user

DEVICES, HELD = "/admin/devices/device/", "/admin/intake/held/"
ABSENCES = "/admin/morning/away/"
CHANGED = "morning.away"  # the one thing that is changed here


@pytest.fixture
def page(admin_client):
    def read(path):
        came = admin_client.get(path)
        assert came.status_code == 200
        return came.content.decode()

    return read


def test_what_is_held_is_seen_with_its_reason_and_how_many(tablet, page):
    row = tablet.say("the canary", "better", new_response())
    tablet.send_values(1, [wire(row), wire(row, ward="W-OAK", value="canary"), 7])
    assert sorted(Held.objects.values_list("reason", flat=True)) == [
        "malformed", "plain", "ward"
    ]  # fmt: skip

    listed = page(HELD)

    assert all(f"{reason} (1)" in listed for reason in ("malformed", "plain", "ward"))
    assert tablet.id in listed
    for held in Held.objects.all():
        one = page(f"{HELD}{held.id}/change/")
        assert held.reason in one
        assert "canary" not in listed + one


def test_a_device_that_waits_or_forked_is_seen_in_the_list(tablet, page):
    assert 'field-unsent">-<' in page(DEVICES)  # nothing said is not 0
    tablet.say_many(5)
    tablet.send(status={"unsent": 4321})
    twin = tablet.twin()
    del twin.rows[3:]
    twin.send(4)

    listed = page(DEVICES)

    assert 'field-unsent">4321<' in listed
    assert 'field-forked_at">4<' in listed


# ── nothing is changed here ──────────────────────────────────────────────────


def forms_that_change():
    """The models of which an administrator may add, change or delete a row here."""
    everything = Administrator("everything").user
    request = type("Request", (), {"user": everything})()
    found = set()
    for model, page in admin.site._registry.items():
        acts = page.get_model_perms(request)
        if acts["add"] or acts["change"] or acts["delete"] or page.actions:
            found.add(model._meta.label_lower)
    return found


def test_no_form_of_the_admin_changes_anything_but_an_absence(db):
    assert forms_that_change() == {CHANGED}
    assert all(isinstance(one, NarrowAdmin) for one in admin.site._registry.values())


def test_the_control_a_form_for_people_is_missed(db):
    from django.contrib.auth.admin import UserAdmin

    admin.site.register(User, UserAdmin)
    try:
        assert "people.user" in forms_that_change()
    finally:
        admin.site.unregister(User)


@pytest.mark.parametrize("model", sorted(matrix.ADMIN_MODELS - {"morning/away"}))
def test_who_asks_for_a_change_all_the_same_is_refused(tablet, admin_client, model):
    tablet.send_values(1, [7])
    app, name = model.split("/")
    rows = next(one for one in admin.site._registry
                if one._meta.label_lower == f"{app}.{name}")  # fmt: skip
    key = rows.objects.values_list("pk", flat=True).first() or 1
    before = matrix.rows()
    for door in ("add/", f"{key}/change/", f"{key}/delete/"):
        came = admin_client.post(f"/admin/{model}/{door}", {"post": "yes"})
        assert came.status_code in (302, 403), door
    action = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
    admin_client.post(f"/admin/{model}/", action)
    assert matrix.rows() == before


@pytest.mark.parametrize(
    "path",
    ["people/user/", "people/user/add/", "people/user/1/change/", "places/ward/",
     "people/user/1/password/", "auth/group/add/", "surveys/asking/1/change/",
     "places/site/add/", "audit/entry/", "morning/wardmail/add/",
     "people/membership/add/", "comments/comment/", "intake/answer/",
     "sessions/session/"],
)  # fmt: skip
def test_there_is_no_such_form(trust, admin_client, path):
    assert admin_client.get(f"/admin/{path}").status_code == 404


def test_an_administrator_finds_no_way_to_a_ward(trust):
    """Each page of the admin, with what would give them one if it were taken."""
    one = Administrator()
    said = {"wards": [WARD], "membership_set-TOTAL_FORMS": "1",
            "membership_set-INITIAL_FORMS": "0", "membership_set-0-ward": WARD,
            "user": one.user.pk, "ward": WARD}  # fmt: skip
    for route in matrix.routes():
        if route.startswith("admin/"):
            path = re.sub(r"<(?:\w+:)?(\w+)>|\(.*\)", str(one.user.pk), route)
            one.client.post("/" + path.replace("^", "").replace("$", ""), said)
    assert not Membership.objects.exists()


# ── a list tells what it shows, and no more ──────────────────────────────────


@pytest.mark.parametrize(
    "asked",
    ["body__startswith=x", "body__contains=canary", "body__regex=.", "body=x"],
)
def test_words_that_are_held_cannot_be_asked_for_letter_by_letter(
    tablet, admin_client, asked
):
    row = tablet.say("the canary", "better", new_response())
    tablet.send_values(1, [wire(row)])
    assert admin_client.get(f"{HELD}?{asked}").status_code == 400
    assert "1 held" in admin_client.get(f"{HELD}?reason=plain").content.decode()


def test_the_control_django_alone_would_tell_them(tablet, admin_client, monkeypatch):
    row = tablet.say("the canary", "better", new_response())
    tablet.send_values(1, [wire(row)])
    monkeypatch.delattr(NarrowAdmin, "lookup_allowed")
    listed = [admin_client.get(f"{HELD}?body__contains={words}").content.decode()
              for words in ("canary", "budgie")]  # fmt: skip
    assert ["1 held" in one for one in listed] == [True, False]


def test_no_list_can_be_asked_for_what_it_does_not_offer(db, admin_client):
    for model, page in admin.site._registry.items():
        for field in model._meta.get_fields():
            wanted = f"{field.name}__isnull"
            offered = field.name in {str(one) for one in page.list_filter}
            assert page.lookup_allowed(wanted, "x", None) == offered, (model, field)


# ── absences ─────────────────────────────────────────────────────────────────


def test_an_absence_that_an_administrator_adds_is_written_down(trust):
    one = Administrator()
    elm, other = new_user("elm", WARD), new_user("other", WARD)
    said = {"user": elm.pk, "first": "2026-12-01", "last": "2026-12-02"}
    one.client.post(f"{ABSENCES}add/", {**said, "deputy": other.pk})
    away = Away.objects.get()
    one.client.post(f"{ABSENCES}{away.pk}/change/", {**said, "deputy": ""})
    one.client.post(f"{ABSENCES}{away.pk}/delete/", {"post": "yes"})
    assert not Away.objects.exists()
    rows = Entry.objects.order_by("id").values_list("who", "act", "about")
    assert list(rows) == [
        ("admin", "added an absence of", "person elm"),
        ("admin", "changed the absence of", "person elm"),
        ("admin", "took back an absence of", "person elm"),
    ]
    assert Entry.objects.order_by("id")[0].details["deputy"] == "other"


def test_nobody_becomes_a_deputy_by_it_who_does_not_read_the_ward(trust):
    one = Administrator()
    elm = new_user("elm", WARD)
    said = {"user": elm.pk, "first": "2026-12-01", "last": "2026-12-02"}
    came = one.client.post(f"{ABSENCES}add/", {**said, "deputy": one.user.pk})
    assert "is no member of" in came.content.decode()
    assert not Away.objects.exists()
