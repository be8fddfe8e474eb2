"""What a device is told: signed, for its wards, in versions that only rise."""

from datetime import date

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from central.actions.models import Card
from central.devices.models import Device
from central.intake.models import Answer
from central.keys import KeysError, make_keys, online_keys
from central.places.models import Ward
from central.settings import CENTRAL
from central.surveys.asking import something_changed
from central.surveys.models import Asking, Published
from central.surveys.published import PublishError, publish, surveys_named
from feedback.assets import assets_folder
from feedback.bundle import newer, read_bundle
from tests.central.tablet import SURVEY, WARD


def opened(said):
    return read_bundle(
        said.words["bundle"], said.words["keys"], online_keys().root_public
    )


def text():
    return (assets_folder() / "surveys" / "inpatient.toml").read_text()


def test_the_bundle_is_signed_down_from_the_root(tablet):
    bundle = opened(tablet.bundle())

    assert (bundle.survey, bundle.sms_survey) == (SURVEY, SURVEY)
    assert [ward.code for ward in bundle.wards] == [WARD]
    assert bundle.organisation == CENTRAL.organisation
    assert bundle.comment_key_id == "c1"


def test_a_device_sees_the_cards_of_its_own_wards_only(tablet):
    for code, did in ((WARD, "Earplugs"), ("W-OAK", "Later lights")):
        ward = Ward.objects.get(code=code)
        Card.objects.create(ward=ward, said="Noise", did=did, on=date(2026, 11, 1))

    cards = opened(tablet.bundle()).cards

    assert [card.did for card in cards[WARD]] == ["Earplugs"]
    assert "W-OAK" not in cards


def test_an_unchanged_bundle_is_304(tablet):
    tag = tablet.bundle().headers["ETag"]

    assert tablet.bundle({"If-None-Match": tag}).status == 304
    something_changed()
    assert tablet.bundle({"If-None-Match": tag}).status == 200


def test_the_log_tells_of_a_newer_bundle(tablet):
    before = opened(tablet.bundle()).version
    assert tablet.send(status={"bundle": before}).words["bundle"] == before

    something_changed()

    assert tablet.send(status={"bundle": before}).words["bundle"] == before + 1


def test_versions_start_above_any_that_a_device_reports(tablet):
    """This central is a restored one: it has forgotten what it gave out."""
    given = opened(tablet.bundle()).version
    Asking.objects.update(version=given)

    assert tablet.send(status={"bundle": 40}).words["bundle"] == 41
    said = tablet.bundle()
    keys, root = said.words["keys"], online_keys().root_public
    assert newer(keys, said.words["bundle"], root, 40).version == 41


def test_a_version_that_this_central_never_gave_is_passed(tablet):
    something_changed()
    version = opened(tablet.bundle()).version
    Device.objects.update(bundle_given=0)

    assert tablet.send(status={"bundle": version}).words["bundle"] == version + 1


@pytest.mark.parametrize("nonsense", ["7", -1, 2**53, True, None, 1.5, [1]])
def test_nonsense_does_not_raise_the_version(tablet, nonsense):
    version = opened(tablet.bundle()).version

    assert tablet.send(status={"bundle": nonsense}).words["bundle"] == version


def test_without_a_survey_there_is_no_bundle_yet(tablet):
    Asking.objects.all().delete()

    said = tablet.bundle()

    assert (said.status, said.why) == (503, "trouble")
    assert said.headers["Retry-After"] == "5"


def test_a_published_version_never_changes(tablet):
    assert publish(text(), "again.toml", timezone.now()).name == SURVEY
    with pytest.raises(PublishError):
        publish(text() + "\n# changed", "again.toml", timezone.now())
    assert Published.objects.get().text == text()


def test_surveys_are_found_by_name(tablet):
    assert set(surveys_named([SURVEY, "none@1"])) == {SURVEY}


def test_keys_are_never_overwritten(tmp_path):
    make_keys(tmp_path / "keys")
    before = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}

    with pytest.raises(KeysError):
        make_keys(tmp_path / "keys")
    after = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    assert before == after
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in (tmp_path / "keys").iterdir())


def test_a_missing_key_is_named(tmp_path):
    with pytest.raises(KeysError, match=r"root\.pub"):
        online_keys(tmp_path)


def test_the_admin_changes_what_devices_are_told(
    tablet, admin_client, django_capture_on_commit_callbacks
):
    """A ward's new name is told; a ward that is added releases what waited."""
    tablet.say(ward="W-OAK")
    version = tablet.send().words["bundle"]

    ward = {"site": Ward.objects.get(code=WARD).site_id, "name": "Elm, new name"}
    assert (
        admin_client.post(f"/admin/places/ward/{WARD}/change/", ward).status_code == 302
    )
    device = {"name": "by the door", "wards": [WARD, "W-OAK"]}
    path = f"/admin/devices/device/{tablet.id}/change/"
    with django_capture_on_commit_callbacks(execute=True):
        assert admin_client.post(path, device).status_code == 302

    said = tablet.send(2)
    assert said.words["bundle"] == version + 2
    assert {ward.name for ward in opened(tablet.bundle()).wards} >= {"Elm, new name"}
    assert Answer.objects.get().ward == "W-OAK"


def test_a_wards_code_is_never_deleted(trust, admin_client):
    came = admin_client.post(f"/admin/places/ward/{WARD}/delete/", {"post": "yes"})

    assert came.status_code == 403
    with pytest.raises(ProtectedError):
        Ward.objects.all().delete()
    with pytest.raises(ProtectedError):
        Ward.objects.get(code=WARD).delete()


def test_the_admin_removes_a_device_for_good(tablet, admin_client):
    action = {"action": "remove", "_selected_action": [tablet.id]}
    admin_client.post("/admin/devices/device/", action)

    assert tablet.send().status == 401
    assert tablet.id in CENTRAL.erasures.read_text()
