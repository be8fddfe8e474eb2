"""What an administrator sees of devices and of what is held: never anyone's words."""

import pytest

from central.intake.models import Held
from feedback.answer import new_response
from tests.central.tablet import wire

DEVICES, HELD = "/admin/devices/device/", "/admin/intake/held/"


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


@pytest.mark.parametrize("door", ["add/", "1/delete/"])
def test_what_is_held_is_only_looked_at(tablet, admin_client, door):
    tablet.send_values(1, [7])
    Held.objects.update(id=1)

    assert admin_client.get(HELD + door).status_code == 403
    admin_client.post(f"{HELD}1/change/", {"reason": "mine"})
    assert Held.objects.get().reason == "malformed"


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
