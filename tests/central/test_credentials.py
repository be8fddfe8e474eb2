"""Who may ask what? Every address with every credential, and removal at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from central.devices.enrolment import make_code
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake.models import Answer
from feedback.wire import SIGNATURE_HEADER, pack
from tests.central.tablet import WARD, Tablet

DEVICE_ROUTES = {"log", "bundle"}


def bad_credentials(tablet, end, method, body):
    """Header sets that must all be refused in the same words."""
    path = tablet.path(end)
    stranger = Tablet(tablet.client)

    def signed(who, method=method, path=path, body=body, first=0):
        from feedback.wire import signature_header

        sign = lambda text: who.key.sign(text).signature  # noqa: E731
        return {SIGNATURE_HEADER: signature_header(sign, method, path, first, body)}

    return {
        "none": {},
        "empty": {SIGNATURE_HEADER: ""},
        "nonsense": {SIGNATURE_HEADER: "first=0, ed25519=AAAA"},
        "not ascii digits": {SIGNATURE_HEADER: "first=٣, ed25519=" + "A" * 86 + "=="},
        "another key": signed(stranger),
        "another method": signed(tablet, method="PUT"),
        "another path": signed(tablet, path=tablet.path("else")),
        "another body": signed(tablet, body=b"x"),
        "another first": {
            SIGNATURE_HEADER: signed(tablet)[SIGNATURE_HEADER].replace("=0,", "=7,")
        },
    }


@pytest.mark.parametrize(("end", "method"), [("log", "POST"), ("bundle", "GET")])
def test_bad_credentials_are_refused_in_the_same_words(tablet, end, method):
    body = pack(1, 0, [], {}) if method == "POST" else b""
    refusals = []
    for headers in bad_credentials(tablet, end, method, body).values():
        refusals.append(tablet.plain(method, tablet.path(end), body, headers))
    refusals.append(Tablet(tablet.client).ask(method, tablet.path(end), body, 0))
    unknown = Tablet(tablet.client)
    refusals.append(unknown.ask(method, unknown.path(end), body, 0))
    remove_device(tablet.id, timezone.now())
    refusals.append(tablet.ask(method, tablet.path(end), body, 1 if body else 0))

    assert {said.status for said in refusals} == {401}
    assert len({str(said.words) for said in refusals}) == 1


@pytest.mark.parametrize("device", ["x", "0" * 32, "%00" * 32, "..%2f..", "A" * 3000])
def test_a_name_that_is_no_device_is_refused(tablet, device):
    path = f"/api/v1/devices/{device}/log"
    said = tablet.client.generic("POST", path, b"{}", content_type="application/json")

    assert said.status_code in (401, 404)


def test_a_signed_request_cannot_be_used_for_another_device(tablet, new_tablet):
    other = new_tablet()
    body = pack(1, 0, [], {})

    assert other.ask("POST", tablet.path(), body, 1).status == 401


def test_a_replayed_request_changes_nothing(tablet):
    """The very bytes, as a proxy keeps them: while they agree, and when the log has
    gone on since."""
    tablet.say_many(3)
    old = pack(1, 3, tablet.rows, {"unsent": 3})
    assert tablet.send_raw(old, 1).have == 3
    assert tablet.send_raw(old, 1).have == 3
    tablet.say_many(2)
    tablet.send(4, status={"unsent": 2})
    before = list(Answer.objects.order_by("seq").values())

    assert tablet.send_raw(old, 1).why == "fork"  # a log that is shorter than central's

    assert list(Answer.objects.order_by("seq").values()) == before
    device = Device.objects.get()
    assert (device.have, device.last, device.status) == (5, 5, {"unsent": 2})


def routes(patterns, prefix=""):
    for one in patterns:
        path = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, path)
        else:
            yield path


def test_a_device_opens_only_its_own_doors(tablet):
    """Every address there is, with a device's good signature on it."""
    get_user_model().objects.create_user("somebody")  # the first account is made
    opened = set()
    for route in set(routes(get_resolver().url_patterns)):
        path = "/" + route.replace("<device>", tablet.id).replace("<ward:code>", WARD)
        path = path.replace("<day:day>", "2026-11-20")
        if "<" in path or "(" in path:
            path = path.split("<")[0].split("(")[0]  # as deep as it can be named
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            signed = tablet_signature(tablet, method, path)
            came = tablet.client.generic(method, path, b"", headers=signed)
            if came.status_code < 300 or came.status_code in (400, 409):
                opened.add((method, path))

    allowed = {
        ("POST", tablet.path()),
        ("GET", tablet.path("bundle")),
        ("POST", "/api/v1/enrolments"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/health"),
        ("GET", "/receipt/"),  # for anyone: the form for a patient's code
    }
    opened = {(m, path) for m, path in opened if not path.endswith("/login/")}
    assert opened <= allowed, opened - allowed
    assert ("GET", tablet.path("bundle")) in opened


def tablet_signature(tablet, method, path):
    from feedback.wire import signature_header

    sign = lambda text: tablet.key.sign(text).signature  # noqa: E731
    return {SIGNATURE_HEADER: signature_header(sign, method, path, 0, b"")}


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "GET", "TRACE"])
def test_other_methods_are_not_taken(tablet, method):
    tablet.say()
    body = pack(1, 1, tablet.rows, {})
    signed = tablet_signature(tablet, method, tablet.path())
    override = {"X-HTTP-Method-Override": "POST"}
    came = tablet.client.generic(
        method, tablet.path(), body, headers={**signed, **override}
    )

    assert came.status_code == 405
    assert Answer.objects.count() == 0


def test_a_removal_holds_from_the_next_request_on(live_trust):
    """Eight workers send while the device is removed: whatever begins after the
    removal is refused, and what was stored before stays."""
    tablet = Tablet(Client())
    tablet.enrol(make_code([WARD], "kiosk", timezone.now()))
    tablet.say_many(200)
    removed, done = Event(), Event()

    def storm(worker):
        mine = tablet.twin()
        mine.client = Client()
        late = []
        try:
            while not done.is_set():
                begun_after = removed.is_set()
                said = mine.send(1, 200)
                if begun_after:
                    late.append(said.status)
        finally:
            connection.close()
        return late

    with ThreadPoolExecutor(8) as pool:
        workers = [pool.submit(storm, number) for number in range(8)]
        while Answer.objects.count() < 200:
            pass
        remove_device(tablet.id, timezone.now())
        removed.set()
        Event().wait(1.0)
        done.set()
        late = [status for worker in workers for status in worker.result()]

    assert len(late) >= 8
    assert set(late) == {401}
    assert Answer.objects.count() == 200


def test_a_removed_device_that_enrols_again_is_taken_back(tablet):
    remove_device(tablet.id, timezone.now())
    assert tablet.send().status == 401

    assert tablet.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    assert tablet.send().status == 200
    assert Device.objects.get().removed_at is None
