"""What a device is told: signed, for its wards, in versions that only rise."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
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
from central.surveys.published import (
    PublishError,
    ask,
    offer_also,
    publish,
    surveys_apart,
    surveys_named,
)
from feedback.assets import assets_folder
from feedback.bundle import newer, read_bundle
from tests.central.setup.conftest import Administrator
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


def test_one_device_cannot_use_up_the_versions_of_all(tablet):
    """It would be no number for the wire after the next change, and no agent would
    take central's answers for answers."""
    version = opened(tablet.bundle()).version

    for said in (2**53 - 2, 2**53 - 1, 2**40):
        assert tablet.send(status={"bundle": said}).words["bundle"] == version
    something_changed()

    assert tablet.send(status={"bundle": version}).words["bundle"] == version + 1


@pytest.mark.parametrize("nonsense", ["7", -1, 1 - 2**53, True, None, 1.5, [1]])
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


@pytest.fixture
def admin(trust):
    return Administrator()


def test_an_administrator_changes_what_devices_are_told(
    tablet, admin, django_capture_on_commit_callbacks
):
    """A ward's new name is told; a ward that is added releases what waited."""
    tablet.say(ward="W-OAK")
    version = tablet.send().words["bundle"]

    ward_page(admin, name="Elm, new name")
    device = {"name": "by the door", "wards": [WARD, "W-OAK"]}
    with django_capture_on_commit_callbacks(execute=True):
        admin.send(f"/setup/devices/{tablet.id}/", **device)

    said = tablet.send(2)
    assert said.words["bundle"] == version + 2
    assert {ward.name for ward in opened(tablet.bundle()).wards} >= {"Elm, new name"}
    assert Answer.objects.get().ward == "W-OAK"


def ward_page(admin, **changes):
    """The ward's page in set-up, sent with these changes."""
    ward = Ward.objects.get(code=WARD)
    sent = {"site": ward.site_id, "name": ward.name, "when_left": ward.when_left}
    sent |= {"languages": ward.languages.split(), "quiet_minutes": "30"}
    sent |= {"least_compared": "5", "least_shared": "5"}
    return admin.send(f"/setup/ward/{WARD}/", **{**sent, **changes})


def test_a_ward_turns_languages_on_and_says_what_becomes_of_who_leaves(tablet, admin):
    assert opened(tablet.bundle()).wards[0].languages == ()
    assert opened(tablet.bundle()).wards[0].when_left == "left"
    version = tablet.send().words["bundle"]

    publish_newer()
    version = tablet.send().words["bundle"]
    ward_page(admin, languages=["cy", "cy"], when_left="withdrawn")

    assert tablet.send().words["bundle"] == version + 1
    (ward,) = opened(tablet.bundle()).wards
    assert (ward.languages, ward.when_left) == (("cy",), "withdrawn")


def test_the_database_knows_of_no_third_way_to_leave(trust):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ward.objects.filter(code=WARD).update(when_left="forgotten")


# ── what is asked, and what is offered beside it ─────────────────────────────


def published(file):
    text = (assets_folder() / "surveys" / file).read_text(encoding="utf-8")
    return publish(text, file, timezone.now())


def publish_newer():
    ask(published("inpatient-2.toml").name)
    offer_also(published("children-1.toml").name)


def test_tablets_are_told_what_else_to_offer_and_where_codes_are_used(tablet):
    publish_newer()
    Asking.objects.update(receipts="https://elm.example/receipt/")

    bundle = opened(tablet.bundle())

    assert (bundle.survey, bundle.sms_survey) == ("inpatient@2", "inpatient@2")
    assert bundle.also == ("children@1",)
    assert bundle.receipts == "https://elm.example/receipt/"
    assert set(bundle.surveys) == {"inpatient@2", "children@1"}


def test_another_version_takes_the_place_of_the_one_that_was_offered(tablet):
    publish_newer()
    text = Published.objects.get(name="children@1").text
    newer = text.replace("version = 1", "version = 2", 1)
    publish(newer, "children-2.toml", timezone.now())

    offer_also("children@2")

    assert Asking.objects.get().also == "children@2"


def test_what_is_asked_is_not_offered_beside_itself(tablet):
    publish_newer()
    with pytest.raises(PublishError, match="offered already"):
        offer_also("inpatient@2")

    ask("children@1")

    assert opened(tablet.bundle()).also == ()


def test_the_command_publishes_asks_and_offers(trust):
    folder = assets_folder() / "surveys"
    version = Asking.objects.get().version

    call_command("publish", folder / "inpatient-2.toml", "--ask", stdout=StringIO())
    call_command("publish", folder / "children-1.toml", "--also", stdout=StringIO())

    asking = Asking.objects.get()
    assert (asking.survey, asking.also) == ("inpatient@2", "children@1")
    assert asking.version == version + 4
    with pytest.raises(CommandError, match="offered already"):
        call_command("publish", folder / "inpatient-2.toml", "--also")


def test_the_children_s_survey_is_known_not_to_be_the_national_one(trust):
    publish_newer()

    assert surveys_apart() == {"children@1"}


ASKING = "/setup/surveys/asked/"
CHOSEN = {
    "survey": "inpatient@2",
    "sms_survey": SURVEY,
    "also": ["children@1"],
    "receipts": "https://elm.example/receipt/",
}


def test_an_administrator_chooses_what_is_asked(tablet, admin):
    publish_newer()
    version = tablet.send().words["bundle"]

    assert "Devices ask this from their next visitor on" in admin.send(ASKING, **CHOSEN)

    bundle = opened(tablet.bundle())
    assert bundle.version == version + 1
    assert (bundle.survey, bundle.sms_survey) == ("inpatient@2", SURVEY)
    assert bundle.also == ("children@1",)
    assert bundle.receipts == CHOSEN["receipts"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"survey": "none@1"}, "Choose what tablets ask"),
        ({"sms_survey": ""}, "Choose what texts ask"),
        ({"also": ["inpatient@2"]}, "Tablets ask one of these already"),
        ({"also": ["none@1"]}, "Choose again what tablets offer"),
        ({"receipts": "javascript:alert(1)"}, "Write a whole address such as"),
        ({"receipts": "ask the ward"}, "Write a whole address such as"),
    ],
)
def test_what_cannot_be_asked_is_refused(tablet, admin, changes, told):
    publish_newer()
    before = Asking.objects.values().get()

    assert told in admin.send(ASKING, **{**CHOSEN, **changes})
    assert Asking.objects.values().get() == before


def test_a_wards_code_is_never_deleted(trust):
    with pytest.raises(ProtectedError):
        Ward.objects.all().delete()
    with pytest.raises(ProtectedError):
        Ward.objects.get(code=WARD).delete()


def test_an_administrator_removes_a_device_for_good(tablet, admin):
    admin.sure(f"/setup/devices/{tablet.id}/remove/", still_holds="lost")

    assert tablet.send().status == 401
    assert tablet.id in CENTRAL.erasures.read_text()
