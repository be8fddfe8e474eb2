"""What was done is written down with the act, and stays as it is written."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from central.audit.models import Entry
from central.audit.writing import note
from central.places.models import Ward
from feedback.assets import assets_folder
from tests.central.tablet import WARD


@pytest.fixture
def entry(db):
    note("sam", "closed", "ward ELM", timezone.now(), why="test")
    return Entry.objects.get()


def test_the_model_changes_and_deletes_nothing(entry):
    for act in (entry.delete, Entry.objects.all().delete, entry.save,
                lambda: Entry.objects.update(who="else")):  # fmt: skip
        with pytest.raises(models.ProtectedError):
            act()
    assert Entry.objects.get().who == "sam"


def test_the_database_itself_refuses_a_change(entry):
    with (
        pytest.raises(DatabaseError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE audit_entry SET who = 'somebody else'")
    assert Entry.objects.get().who == "sam"


def test_postgresql_refuses_to_delete_as_well(entry):
    if connection.vendor == "sqlite":
        return  # Django's tests empty a SQLite database by DELETE
    with (
        pytest.raises(DatabaseError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_entry")


def test_an_act_that_cannot_be_written_down_is_not_done(admin):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO gone")
    admin.client.raise_request_exception = False
    came = admin.client.post(f"/setup/ward/{WARD}/close/", {"sure": "yes"})
    assert came.status_code == 500
    assert Ward.objects.get(code=WARD).closed_on is None


def test_an_entry_outside_of_a_transaction_is_our_own_mistake(transactional_db):
    with pytest.raises(AssertionError, match="with the act"):
        note("sam", "closed", "ward ELM", timezone.now())


def test_everything_that_is_done_is_on_its_page(admin, entries):
    values = {"name": "Elm, new", "site": _site(), "quiet_minutes": "45"}
    values |= {"least_compared": "5", "least_shared": "5"}
    admin.send(f"/setup/ward/{WARD}/", **values, when_left="left")
    assert entries() == [("admin", "changed", f"ward {WARD}")]
    text = admin.read("/setup/done/")
    for words in ("admin", f"changed: ward {WARD}", "Elm ward", "Elm, new", "45"):
        assert words in text
    assert "Page 1 of 1" in admin.read("/setup/done/?page=99999999999999999999")
    assert "Page 1 of 1" in admin.read("/setup/done/?page=-1")


def test_what_is_done_by_a_command_is_written_down_as_well(tablet, entries):
    survey = assets_folder() / "surveys" / "children-1.toml"
    call_command("publish", survey, "--also")
    call_command("enrol_code", WARD)
    call_command("remove_device", tablet.id)
    call_command("accept_backlog", tablet.id)
    with pytest.raises(CommandError):
        call_command("remove_device", "0" * 32)
    assert entries() == [
        ("(on the server)", "published", "survey children@1"),
        ("(on the server)", "changed", "what is asked"),
        ("(on the server)", "made an enrolment code", f"kiosk of {WARD}"),
        ("(on the server)", "removed", f"device {tablet.id}"),
        ("(on the server)", "accepted what it holds", f"device {tablet.id}"),
    ]


def test_a_device_is_told_by_its_name_and_enough_of_its_id(admin, tablet):
    from central.devices.models import Device

    Device.objects.filter(id=tablet.id).update(name="Bay 3, window")
    tell_of(tablet.id, "0" * 32)
    text = admin.read("/setup/done/")
    assert f"removed: device Bay 3, window ({tablet.id[:8]})" in text
    assert f"devices: Bay 3, window ({tablet.id[:8]}), {'0' * 32}" in text
    assert "into: ELM" in text
    assert tablet.id not in text
    assert Entry.objects.filter(about=f"device {tablet.id}").exists()
    Device.objects.update(name="")
    assert f"removed: device {tablet.id[:8]} " in admin.read("/setup/done/")


def tell_of(device, nobody):
    """What is written of a device: that it was removed, and moved with its ward."""
    now = timezone.now()
    with transaction.atomic():
        note("sam", "removed", f"device {device}", now)
        moved = [device, nobody]
        note("sam", "merged", "ward ASH", now, devices=moved, into="ELM", people=[])


def _site():
    return str(Ward.objects.get(code=WARD).site_id)


def test_a_change_names_what_was_and_what_is_in_one_way_everywhere(admin, tablet):
    """Each thing under its own name, with what it was under "<name> before"."""
    ward = Ward.objects.get(code=WARD)
    site, trust = ward.site_id, ward.site.trust_id
    values = {"site": site, "quiet_minutes": "45", "when_left": "left"}
    values |= {"least_compared": "5", "least_shared": "5"}
    survey = "inpatient@1"
    admin.send(f"/setup/trusts/{trust}/", name="New trust")
    admin.send(f"/setup/sites/{site}/", name="New site")
    admin.send(f"/setup/ward/{WARD}/", name="New", **values)
    admin.send(f"/setup/ward/{WARD}/asked/", survey=survey, sms_survey="")
    admin.send(f"/setup/people/{admin.user.pk}/", name="New", administrator="on")
    admin.send(f"/setup/devices/{tablet.id}/", name="New", wards=[WARD])
    admin.send("/setup/surveys/asked/", survey=survey, sms_survey=survey,
               receipts="https://new.example.org/")  # fmt: skip
    several = list(Entry.objects.values_list("details", flat=True))
    assert len(several) == 7
    for details in several:
        names = set(details) - {"given", "taken"}
        now = {one for one in names if not one.endswith(" before")}
        assert now
        assert names == now | {f"{one} before" for one in now}, details
