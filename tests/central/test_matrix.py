"""Who gets in where: every route with every credential and every method (P14)."""

import pytest
from django.urls import include, path

from tests.central import matrix
from tests.central.matrix import ADMIN_MODELS, ADMIN_PAGES, DOORS, offences

OPEN_IN_THE_ADMIN = {"admin/login/", "admin/logout/", "admin/jsi18n/"}


@pytest.fixture
def house(trust, new_tablet):
    return matrix.house(new_tablet)


def test_of_each_route_it_is_declared_who_gets_in():
    assert matrix.undeclared() == []
    gone = set(DOORS) - set(matrix.routes())
    assert not gone, "declared, and not there"


def test_nobody_gets_in_elsewhere_and_nothing_is_left_behind(house):
    assert offences(house) == []


def test_each_door_opens_to_those_whom_it_is_for(house):
    assert matrix.shut(house) == []


def test_the_admin_is_shut_to_all_but_staff(house):
    pages = {one for one in matrix.routes() if one.startswith("admin/")}
    several = sorted(pages - OPEN_IN_THE_ADMIN)
    assert len(several) > len(ADMIN_MODELS) * 5 + len(ADMIN_PAGES) - 4
    outside = {"nobody", "this device", "a removed device", "own manager"}
    assert offences(house, several, ("GET", "POST"), outside) == []


# ── the controls ─────────────────────────────────────────────────────────────


def everybodys_answers(request, device):
    from django.http import JsonResponse

    from central.intake.models import Answer

    return JsonResponse({"answers": list(Answer.objects.values("value"))})


urlpatterns = [
    path("api/v1/devices/<device>/answers", everybodys_answers),
    path("", include("central.urls")),
]


def test_the_control_a_new_route_is_missed(settings):
    settings.ROOT_URLCONF = "tests.central.test_matrix"
    assert matrix.undeclared() == ["api/v1/devices/<device>/answers"]


def test_the_control_a_read_route_that_is_open_to_devices_is_caught(
    house, settings, monkeypatch
):
    route = "api/v1/devices/<device>/answers"
    settings.ROOT_URLCONF = "tests.central.test_matrix"
    monkeypatch.setitem(DOORS, route, {})
    found = offences(house, [route], ["GET"])
    assert f"let in: GET /{route} by this device: 200" in found


def no_signature(monkeypatch):
    monkeypatch.setattr("central.api.signed_first", lambda *_: 1)


def all_wards(monkeypatch):
    from central.people.models import User
    from central.places.models import Ward

    monkeypatch.setattr(User, "open_wards", lambda self: Ward.objects.all())


def no_login(monkeypatch):
    monkeypatch.setattr("central.web.door._needs_no_login", lambda path: True)


def removed_is_told(monkeypatch):
    from central import api
    from central.devices.models import Device

    def told(sent):
        gone = Device.objects.filter(removed_at=None).count() < Device.objects.count()
        why = "removed" if gone and told.times else "device"
        told.times += 1
        return api._say(401, sent, why=why)

    told.times = 0
    monkeypatch.setattr(api, "_unknown", told)


@pytest.mark.parametrize(
    ("fault", "route", "method", "words"),
    [
        (no_signature, "api/v1/devices/<device>/log", "POST", "by another device: 200"),
        (no_signature, "api/v1/devices/<device>/log", "POST", "left a trace"),
        (all_wards, "wards/<ward:code>/cards/", "POST", "by other manager"),
        (no_login, "", "GET", "by nobody"),
        (removed_is_told, "api/v1/devices/<device>/log", "POST", "says more to some"),
    ],
)
def test_the_control_a_check_that_is_dropped_is_caught(
    house, monkeypatch, fault, route, method, words
):
    fault(monkeypatch)
    assert words in str(offences(house, [route], [method]))
