"""A row that another copy of the same file has brought too is held as its twin."""

import pytest
from django.utils import timezone

from central.intake import sorting
from central.intake.erasure import erase_response
from central.intake.held import try_again
from central.intake.models import Answer, Held
from central.places.models import Ward
from central.surveys.models import Published
from central.web.devices import kept_aside
from feedback.answer import new_response
from tests.central.tablet import WARD
from tests.central.test_held import POISON
from tests.central.test_succession import forked

# Where only the value is at fault, nothing is at fault once it is erased.
ONLY_VALUE = ["an unknown value", "two values", "words in the clear"]


def copies(tablet):
    """A file after a fork at row 3, and a backup from before its enrolment."""
    tablet.say_many(3)
    tablet.send()
    file = tablet.twin()
    del file.rows[2:]
    file.say("poor", response=new_response())
    return file, file.twin()


def bring(tablet, make, erased=False, other=None):
    """Both copies bring what `make` makes of row 3; the reasons why each is held."""
    file, backup = copies(tablet)
    value = make(file.rows[2])
    forked(file, 3).send_values(3, [value])
    if erased:
        erase_response(file.rows[2].response, timezone.now())
    second = forked(backup, 3)
    second.send_values(3, [value if other is None else other(backup.rows[2])])
    found = Held.objects.order_by("id").values_list("device", "reason")
    first = [reason for device, reason in found if device != second.id]
    return first, [reason for device, reason in found if device == second.id]


@pytest.mark.parametrize("erased", [False, True])
@pytest.mark.parametrize("poison", POISON)
def test_a_held_row_that_a_copy_brings_again_is_held_as_its_twin(
    tablet, poison, erased
):
    make, reason = POISON[poison]
    stands = erased and poison in ONLY_VALUE
    assert bring(tablet, make, erased) == ([reason], [] if stands else ["twin"])
    assert kept_aside(Ward.objects.get(code=WARD)) == 1
    assert Answer.objects.filter(value="erased").exists() == stands


@pytest.mark.parametrize("poison", ["a number", "value with NUL", "another survey"])
def test_another_row_in_its_place_is_no_twin(tablet, poison):
    make, reason = POISON[poison]

    def other(row):
        made = make(row)
        return {**made, "value": "poor\0"} if isinstance(made, dict) else 8

    first, second = bring(tablet, make, other=other)
    assert first == [reason]
    assert second not in ([], ["twin"])


def test_a_twin_is_not_tried_again_so_only_the_first_comes_to_stand(tablet):
    make, _ = POISON["another survey"]
    assert bring(tablet, make) == (["survey"], ["twin"])
    one = Published.objects.get()
    Published.objects.create(
        name="inpatient@9", text=one.text, published_at=one.published_at
    )
    assert try_again() == 1
    assert Answer.objects.filter(seq=3, survey="inpatient@9").count() == 1
    assert [one.reason for one in Held.objects.all()] == ["twin"]


def test_without_the_look_at_held_rows_each_copy_alarms_staff(tablet, monkeypatch):
    monkeypatch.setattr(sorting, "with_twins", lambda _device, held: held)
    make, reason = POISON["value with NUL"]
    assert bring(tablet, make) == ([reason], [reason])
