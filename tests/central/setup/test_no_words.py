"""An administrator of set-up sees no patient's words, nor what they answered (P15)."""

import re

import pytest

from tests.central import matrix
from tests.central.setup.conftest import Administrator
from tests.web import world

WORDS = "The soup was cold and nobody came"


@pytest.fixture
def told(db):
    """A ward that was told something, which its manager reads."""
    from central.places.models import Site

    world.found_a_trust()
    world.new_user("ash.manager", "ASH")
    tablet = world.new_tablet("ASH")
    tablet.write(WORDS, fft="very_poor")
    Site.objects.create(trust=Site.objects.get().trust, name="Empty")
    return tablet


def paths(tablet):
    from central.people.models import User
    from central.places.models import Site

    words = {"code": "ASH", "device": tablet.id, "name": "inpatient@1"}
    words |= {"person": User.objects.get(username="ash.manager").pk, "kind": "wards"}
    site = Site.objects.get(name="Empty")
    words |= {"site": site.pk, "trust": site.trust_id}
    for route in matrix.SETUP:
        if not route.endswith("accept/"):  # of a removed device only
            yield "/" + re.sub(r"<\w+:(\w+)>", lambda m: str(words[m[1]]), route)


def test_no_page_of_set_up_shows_what_a_patient_said(told, client):
    admin = Administrator()
    several = list(paths(told))
    assert len(several) > 25
    before = {path: admin.read(path) for path in several}
    for path, text in before.items():
        assert WORDS not in text, path
        assert "soup" not in text, path
    # The control: the words are there to be read, by who may.
    client.login(username="ash.manager", password=world.PASSWORD)
    page = client.get(f"/wards/ASH/{world.today()}/").content.decode()
    assert WORDS in page
    assert admin.client.get(f"/wards/ASH/{world.today()}/").status_code == 404


def test_no_page_of_set_up_tells_one_answer_from_another(told):
    from central import deriving
    from central.intake.models import Answer

    admin = Administrator()
    before = {path: admin.read(path) for path in paths(told)}
    Answer.objects.filter(question="fft").update(value="very_good")
    deriving.rebuild_standing()
    for path, text in before.items():
        assert admin.read(path) == text, path
