"""A real log, a real agent and the real central, which is restored to before a fork."""

from django.utils import timezone

from tests.journey.tablets import at_central, enrolled, restore, turn


def test_after_a_fork_a_restored_central_gets_every_row_of_the_file_back(
    successor, hospital, world
):
    old, new = successor.elders()[0].device, successor.device
    restore(old, 4)
    assert len(at_central()) == 4

    assert turn(successor, world).state == "unknown"
    enrolled(successor, hospital, world)
    assert turn(successor, world).state == "well"

    mine = [(row.device, row.seq) for row in successor.after(0, 99)]
    assert mine == [*((old, n) for n in range(1, 9)), (new, 9), (new, 10)]
    assert at_central() == sorted(mine)
    assert successor.have == 10


def test_the_rows_of_the_log_that_was_lost_stay_at_central(successor, world):
    """What the copy never had is only at central, and its elder does not disturb it."""
    before = at_central()
    assert len(before) == 12
    assert turn(successor, world).state == "well"
    assert at_central() == before


def test_a_restored_central_gets_the_rows_of_a_device_that_it_never_knew(
    twice_forked, hospital, world
):
    """A's rows, and those of B, whose enrolment was lost with central's disk: nobody
    enrols B again, because the file is C's by now."""
    a, b = (elder.device for elder in twice_forked.elders())
    restore(a, 4)

    assert turn(twice_forked, world).state == "unknown"
    enrolled(twice_forked, hospital, world)
    assert turn(twice_forked, world).state == "well"

    mine = [(row.device, row.seq) for row in twice_forked.after(0, 99)]
    assert {device for device, _ in mine} == {a, b, twice_forked.device}
    assert at_central() == sorted(mine)
    assert_one_line(a, b, twice_forked.device)


def test_a_new_central_gets_every_row_of_the_file(twice_forked, hospital, world):
    a, b = (elder.device for elder in twice_forked.elders())
    restore("nobody", 0)

    enrolled(twice_forked, hospital, world)
    assert turn(twice_forked, world).state == "well"

    mine = [(row.device, row.seq) for row in twice_forked.after(0, 99)]
    assert at_central() == sorted(mine)
    assert_one_line(a, b, twice_forked.device)


def assert_one_line(*devices):
    from central.devices.models import Device

    rows = {row.id: row for row in Device.objects.filter(id__in=devices)}
    assert [rows[name].generation for name in devices] == list(range(len(devices)))
    assert {row.family for row in rows.values()} == {devices[0]}


def test_an_elder_that_was_removed_stays_removed(twice_forked, hospital, world):
    from central.devices.models import Device
    from central.devices.removal import remove_device

    a, b = (elder.device for elder in twice_forked.elders())
    remove_device(b, timezone.now())
    restore(a, 4)

    enrolled(twice_forked, hospital, world)
    assert turn(twice_forked, world).state == "well"

    assert b not in {device for device, _ in at_central()}
    assert not Device.objects.filter(id=b, removed_at=None).exists()


def test_what_an_elder_says_is_no_sign_of_life_and_no_alarm(successor, world):
    """The old name is not heard by it, and is not said to have forked."""
    from central.devices.models import Device
    from central.web.devices import devices_of
    from central.web.page import ZONE

    old = Device.objects.get(id=successor.elders()[0].device)
    assert turn(successor, world).state == "well"

    after = Device.objects.get(id=old.id)
    assert (after.forked_at, after.last_heard) == (None, old.last_heard)
    listed = devices_of(after.wards.get(), timezone.now(), ZONE)
    assert [one.name for one in listed] == [f"Tablet {successor.device[:4]}…"]
