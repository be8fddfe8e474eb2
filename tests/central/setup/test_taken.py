"""A double click on Add: one is added, and the other is told in words."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from central.audit.models import Entry
from central.people.models import User
from central.places.models import Site, Trust, Ward
from central.setup import people, places, taken, wards
from central.setup.place_forms import TrustForm
from tests.central.setup.conftest import Administrator
from tests.central.setup.test_wards import values
from tests.web.test_the_days_page import plain

NEW_WARD = {"code": "NEW", "name": "New ward"}
NEW_PERSON = {"username": "sam", "name": "Sam"}


def site():
    return {"name": "Ash Hospital", "trust": str(Trust.objects.get().pk)}


@pytest.mark.parametrize(
    ("module", "path", "said", "made", "words"),
    [
        (wards, "wards/add", lambda: values(**NEW_WARD), Ward, "NEW is taken"),
        (people, "people/add", lambda: NEW_PERSON, User, "of this user name already"),
        (places, "trusts", lambda: {"name": "Ash"}, Trust, "a trust of this name"),
        (places, "sites", site, Site, "a site of this name already"),
    ],
    ids=["ward", "person", "trust", "site"],
)
def test_of_two_at_once_one_is_added_and_the_other_told(
    live_trust, monkeypatch, module, path, said, made, words
):
    admin, sent, before = Administrator(), said(), made.objects.count()
    together = Barrier(2)

    def both_found_it_free(form, act):
        together.wait(10)
        return taken.added(form, act)

    def click(_):
        try:
            return admin.client.post(f"/setup/{path}/", sent)
        finally:
            connection.close()

    monkeypatch.setattr(module, "added", both_found_it_free)
    admin.client.raise_request_exception = False
    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(click, range(2)), key=lambda one: one.status_code)
    assert [one.status_code for one in came] == [200, 302]
    assert words in plain(came[0].content.decode())
    assert made.objects.count() == before + 1
    assert Entry.objects.filter(act="added").count() == 1


def test_what_the_form_does_not_find_taken_is_no_word_of_the_form(trust):
    form = TrustForm({"name": "Ash"})

    def broken():
        raise IntegrityError("another")

    with pytest.raises(IntegrityError, match="another"):
        taken.added(form, broken)
