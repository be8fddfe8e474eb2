"""Devices: a code, its picture, a label, other wards, and the end."""

import re

import segno
from django.utils import timezone

from central.audit.models import Entry
from central.devices.enrolment import make_code
from central.devices.models import Device, EnrolmentCode
from central.intake.models import Answer, Held
from central.setup.devices import qr
from tests.central.tablet import WARD, Tablet

OAK = "W-OAK"


def code(admin, **said):
    return admin.send(
        "/setup/devices/code/", **{"kind": "kiosk", "wards": [WARD], **said}
    )


def test_a_code_enrols_a_device_once_and_is_kept_nowhere(admin, client, entries):
    said = code(admin)
    typed = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", said)[0]
    assert "within 10 minutes" in said
    tablet, other = Tablet(client), Tablet(client)
    assert tablet.enrol(typed).status == 200
    assert other.enrol(typed).status == 403
    assert [act for _, act, _ in entries()] == ["made an enrolment code"]
    kept = str(list(EnrolmentCode.objects.values())) + str(entries())
    assert typed not in kept
    assert typed.replace("-", "") not in kept
    said = admin.read("/setup/devices/")
    assert re.search(r"Words to compare( \w+){5} ", said)


def test_the_picture_is_of_the_command_without_a_style(admin):
    came = admin.client.post("/setup/devices/code/", {"kind": "kiosk", "wards": [WARD]})
    page = came.content.decode()
    command = re.search(r"wardvoice-sync enrol \S+ --central http://testserver", page)[
        0
    ]
    assert qr(command) in page
    assert "style" not in qr(command)
    drawn = segno.make(command, error="m", micro=False)
    size = drawn.symbol_size(border=4)[0]
    assert f"M0 0h{size}v{size}" in qr(command)


def test_what_cannot_be_enrolled_is_said_in_words(admin):
    assert "Choose the ward" in code(admin, wards=[])
    assert "choose again" in code(admin, wards=["GONE"])
    assert "Choose what is enrolled" in code(admin, kind="toaster")
    for _ in range(20):
        make_code([WARD], "kiosk", timezone.now())
    assert "No code was made: 20 codes wait" in code(admin)


def test_a_label_and_other_wards_and_what_was_held_stands(
    admin, tablet, django_capture_on_commit_callbacks
):
    tablet.say(ward=OAK)
    tablet.send()
    assert Held.objects.get().reason == "ward"
    with django_capture_on_commit_callbacks(execute=True):
        admin.send(f"/setup/devices/{tablet.id}/", name="Bay 3", wards=[WARD, OAK])
    assert Answer.objects.get().ward == OAK
    assert Entry.objects.get(act="changed").details == {
        "name before": "", "name": "Bay 3", "wards before": [WARD],
        "wards": [WARD, OAK],
    }  # fmt: skip
    assert "Tablet Bay 3" in admin.read("/setup/devices/")
    assert "It is not a call bell" in admin.read(f"/setup/devices/{tablet.id}/label/")
    said = admin.send(f"/setup/devices/{tablet.id}/", name="Bay 3", wards=[])
    assert "Choose the ward" in said


def test_a_removal_says_what_is_lost_and_can_be_undone(admin, tablet, entries):
    tablet.say_many(5)
    tablet.send(1, 3)
    said = admin.read(f"/setup/devices/{tablet.id}/remove/")
    assert "3 rows that it sent stay" in said
    assert "2 answers that it holds do not come in" in said
    assert tablet.send(4).status == 200  # nothing was done yet: it only asked
    tablet.say_many(2)
    tablet.send(6, 0)
    admin.sure(f"/setup/devices/{tablet.id}/remove/", still_holds="perhaps")
    again = admin.sure(f"/setup/devices/{tablet.id}/remove/", still_holds="perhaps")
    assert "Removed on" in again
    assert tablet.send(6).status == 401
    assert "with 2 answers on it" in admin.read("/setup/devices/")
    assert "Take in once" in admin.read(f"/setup/devices/{tablet.id}/accept/")
    admin.sure(f"/setup/devices/{tablet.id}/accept/")
    assert tablet.send(6).have == 7
    assert tablet.send(8).status == 401
    assert tablet.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    assert [act for _, act, _ in entries()] == ["removed", "accepted what it holds"]
    assert Device.objects.get().removed_at is None
