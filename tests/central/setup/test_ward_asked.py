"""A ward asks something of its own, and the real kiosk and gateway hear of it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from central.audit.models import Entry
from central.devices.enrolment import make_code
from central.devices.models import Device
from central.intake.models import Answer, Held
from central.places.models import Ward
from central.surveys.models import Asking, Published, WardAsking
from central.surveys.published import ask as ask_everywhere
from central.surveys.published import languages_unchecked
from feedback.answer import new_response
from kiosk.ready import _with_ward
from tests.central.setup.test_wards import bundle
from tests.central.tablet import SURVEY, WARD, Tablet
from tests.central.test_bundle import publish_newer

OAK, MAP, CHILDREN = "W-OAK", "inpatient@2", "children@1"
PAGE = f"/setup/ward/{WARD}/asked/"


@pytest.fixture
def surveys(trust):
    """Every ward asks inpatient@2, with the children's beside it."""
    publish_newer()


@pytest.fixture
def both(trust, client):
    """A device of both wards."""
    one = Tablet(client)
    assert one.enrol(make_code([WARD, OAK], "kiosk", timezone.now())).status == 200
    return one


def ask(admin, path=PAGE, **said):
    return admin.send(path, **{"survey": "", "sms_survey": "", **said})


def offered(tablet, code=""):
    return _with_ward(bundle(tablet), code).offered


def test_a_ward_asks_its_own_and_the_other_what_every_ward_asks(admin, surveys, both):
    assert "asks this from its next patient on" in ask(
        admin, survey=CHILDREN, also=[SURVEY], sms_survey=SURVEY
    )
    assert offered(both, WARD) == (CHILDREN, SURVEY)
    assert offered(both, OAK) == (MAP, CHILDREN)
    now = bundle(both)
    assert (now.texted_on(WARD), now.texted_on(OAK)) == (SURVEY, MAP)
    assert set(now.surveys) == {MAP, CHILDREN, SURVEY}


def test_the_version_rises_with_each_change(admin, surveys, tablet):
    version = bundle(tablet).version
    ask(admin, survey=CHILDREN)
    assert bundle(tablet).version == version + 1


def test_a_device_of_one_ward_needs_not_know_of_wards_own_surveys(
    admin, surveys, tablet
):
    """What stands above the wards, which programs read before there were these."""
    ask(admin, survey=CHILDREN, sms_survey=SURVEY)
    now = bundle(tablet)
    assert (now.survey, now.also, now.sms_survey) == (CHILDREN, (), SURVEY)
    assert set(now.surveys) == {CHILDREN, SURVEY}


def test_for_several_wards_the_same_stands_above_what_differs_does_not(
    admin, surveys, both
):
    ask(admin, survey=CHILDREN)
    assert (bundle(both).survey, bundle(both).also) == (MAP, (CHILDREN,))
    ask(admin, f"/setup/ward/{OAK}/asked/", survey=CHILDREN)
    assert (bundle(both).survey, bundle(both).also) == (CHILDREN, ())


def test_only_texts_may_be_a_wards_own(admin, surveys, tablet):
    ask(admin, sms_survey=SURVEY)
    assert offered(tablet) == (MAP, CHILDREN)
    assert bundle(tablet).texted_on(WARD) == SURVEY


def test_it_is_undone_by_choosing_what_every_ward_asks(admin, surveys, tablet, entries):
    before = bundle(tablet)
    ask(admin, survey=CHILDREN, also=[MAP])
    ask(admin)
    assert not WardAsking.objects.exists()
    now = bundle(tablet)
    assert (now.wards, now.survey, now.also) == (
        before.wards, before.survey, before.also
    )  # fmt: skip
    assert entries() == [("admin", "changed", f"what ward {WARD} asks")] * 2
    details = Entry.objects.order_by("-id")[0].details
    assert (details["survey before"], details["also before"]) == (CHILDREN, MAP)
    assert (details["survey"], details["also"]) == ("", "")


def test_what_is_chosen_stays_when_what_every_ward_asks_is_changed(
    admin, surveys, both
):
    ask(admin, survey=MAP, also=[CHILDREN])
    admin.send("/setup/surveys/asked/", survey=SURVEY, sms_survey=SURVEY, receipts="")
    assert offered(both, WARD) == (MAP, CHILDREN)
    assert offered(both, OAK) == (SURVEY,)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"survey": "none@1"}, "choose again"),
        ({"sms_survey": CHILDREN}, "choose again"),  # no national question
        ({"also": [CHILDREN]}, "Choose what its tablets ask first"),
        ({"survey": MAP, "also": [MAP]}, "is what its tablets ask"),
        ({"survey": MAP, "also": ["none@1"]}, "choose again"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(admin, surveys, tablet, said, words):
    before = bundle(tablet)
    assert words in ask(admin, **said)
    assert bundle(tablet) == before


def test_without_a_survey_it_says_what_comes_first(admin):
    Asking.objects.all().delete()
    Published.objects.all().delete()
    assert "Publish a survey first" in admin.read(PAGE)
    ask(admin)
    assert not WardAsking.objects.exists()


def test_the_pages_say_who_asks_what(admin, surveys, tablet):
    assert f"Its tablets ask {MAP}, as every ward’s" in admin.read(
        f"/setup/ward/{WARD}/"
    )
    ask(admin, survey=CHILDREN, also=[SURVEY])
    text = admin.read(f"/setup/ward/{WARD}/")
    assert f"Its tablets ask {CHILDREN}; its texts ask {MAP}, as every" in text
    listed = admin.read("/setup/surveys/")
    assert f"Elm ward : tablets ask {CHILDREN} and offer {SURVEY}" in listed
    assert "of its own: Elm ward" in listed
    assert "On 0 wards with a tablet" in admin.read("/setup/surveys/asked/")


def test_languages_of_a_wards_own_survey_can_be_turned_on(admin, surveys):
    ask_everywhere(SURVEY)  # in English and Welsh
    Asking.objects.update(also="")
    assert "pl" not in languages_unchecked()
    ask(admin, survey=MAP)
    assert "pl" in languages_unchecked()


def test_an_answer_to_a_wards_own_survey_stands(admin, surveys, tablet):
    ask(admin, survey=CHILDREN)
    survey = bundle(tablet).surveys[CHILDREN]
    question = next(one for one in survey.questions if one.options)
    value = question.options[0].key
    tablet.say(value, question.key, new_response(), survey=CHILDREN)
    assert tablet.send().status == 200
    assert not Held.objects.exists()
    assert Answer.objects.get().survey == CHILDREN


def test_a_merge_brings_the_tablets_to_what_the_other_ward_asks(admin, surveys, tablet):
    ask(admin, survey=CHILDREN)
    ask(admin, f"/setup/ward/{OAK}/asked/", survey=SURVEY)
    admin.sure(f"/setup/ward/{WARD}/merge/", into=OAK)
    assert offered(tablet) == (SURVEY,)
    Device.objects.update(kind="sms")
    admin.sure(f"/setup/ward/{WARD}/open/")
    assert offered(tablet, WARD) == (CHILDREN,)


@pytest.mark.parametrize("words", [{}, {"also": MAP, "sms_survey": MAP}])
def test_the_database_keeps_no_row_that_says_nothing(trust, words):
    ward = Ward.objects.get(code=WARD)
    with pytest.raises(IntegrityError), transaction.atomic():
        WardAsking.objects.create(ward=ward, **words)


# ── the control ──────────────────────────────────────────────────────────────


def test_the_control_a_bundle_without_wards_own_is_caught(
    admin, surveys, both, monkeypatch
):
    from central.surveys import bundles

    real = bundles._wards
    monkeypatch.setattr(bundles, "_wards", lambda wards, own: real(wards, {}))
    ask(admin, survey=CHILDREN)
    assert offered(both, WARD) == (MAP, CHILDREN)
