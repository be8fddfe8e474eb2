"""Erasure is the one edit, and nothing brings the words back."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.utils import timezone

from central import following
from central.comments.models import Comment
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake.models import Answer, Erased, Followed, Held
from central.intake.remembered import ADMIT, FileBroken, remember, replay
from central.settings import CENTRAL
from central.summaries.models import Standing
from feedback.answer import ERASED, new_response
from feedback.bundle import read_bundle
from feedback.seal import seal
from tests.central.tablet import Tablet

WORDS = "the canary sang at night"


@pytest.fixture
def comment(tablet):
    """Makes sealed values, as the tablet's bundle says."""
    said = tablet.bundle().words
    from central.keys import online_keys

    bundle = read_bundle(said["bundle"], said["keys"], online_keys().root_public)

    def make(response, question="better", text=WORDS):
        key = bundle.comment_public_key
        return seal(text, response, question, bundle.comment_key_id, key)

    return make


@pytest.fixture
def spoken(tablet, comment):
    """A tablet with one response of three rows, its words opened at central."""
    response = new_response()
    tablet.say("poor", response=response)
    tablet.say(comment(response), "better", response)
    tablet.say("finished", "_end", response)
    tablet.send()
    assert Comment.objects.get().text == WORDS
    return tablet


def erased_copy(tablet):
    twin = tablet.twin()
    twin.rows = [
        replace(row, value=ERASED) if row.question == "better" else row
        for row in tablet.rows
    ]
    return twin


def assert_no_words():
    assert not Comment.objects.filter(text__contains="canary").exists()
    assert not Answer.objects.filter(value__startswith="seal1.").exists()
    assert not Held.objects.filter(body__contains="seal1.").exists()
    assert not Standing.objects.filter(value__startswith="seal1.").exists()


def test_an_erasure_on_the_device_erases_here(spoken):
    assert erased_copy(spoken).send().have == 3

    assert_no_words()
    assert Standing.objects.get(question="better").value == ERASED


def test_words_that_the_device_erased_do_not_come_back(spoken):
    erased_copy(spoken).send()

    assert spoken.send().have == 3
    assert_no_words()


def test_an_erasure_here_outlives_a_resend(spoken):
    call_command("erase_response", spoken.rows[0].response)

    assert_no_words()
    assert set(Standing.objects.values_list("question", "value")) == {
        ("fft", ERASED), ("better", ERASED), ("_end", "finished")
    }  # fmt: skip
    assert spoken.send().have == 3
    assert_no_words()
    assert erased_copy(spoken).send().have == 3


def test_an_erased_row_is_still_known_from_another_one(spoken):
    call_command("erase_response", spoken.rows[0].response)
    spoken.rows[1] = replace(spoken.rows[1], value="seal1.c1.AAAA")

    assert spoken.send().why == "fork"


def test_a_row_that_came_erased_is_the_same_as_its_words(tablet, comment):
    response = new_response()
    tablet.say(comment(response), "better", response)
    erased_copy(tablet).send()

    assert tablet.send().have == 1
    assert_no_words()


def test_later_rows_of_an_erased_response_are_erased_too(spoken, comment):
    response = spoken.rows[0].response
    call_command("erase_response", response)
    spoken.say(comment(response), "better.2", response)
    spoken.say(comment(response), "better.3", response, ward="W-OAK")  # held
    spoken.send(4)

    assert_no_words()
    assert spoken.send().have == 5


def test_a_held_comment_is_erased(tablet, comment):
    response = new_response()
    tablet.say(comment(response), "better", response, ward="W-OAK")
    tablet.send()
    assert "seal1." in Held.objects.get().body

    call_command("erase_response", response)

    assert_no_words()
    assert tablet.send().have == 1


def test_a_restored_database_forgets_no_erasure(spoken):
    """The backup is from before the erasure: the rows come again."""
    response = spoken.rows[0].response
    call_command("erase_response", response)
    for model in (Answer, Standing, Comment, Followed, Erased):
        model.objects.all().delete()
    Device.objects.update(have=0)

    assert replay() == 1
    assert spoken.send().have == 3
    assert_no_words()


def test_a_restored_database_forgets_no_removal(tablet, new_tablet):
    other = new_tablet()
    remove_device(tablet.id, timezone.now())
    remove_device(other.id, timezone.now())
    remember(ADMIT, other.id, timezone.now())
    Device.objects.update(removed_at=None)

    replay()

    assert tablet.send().status == 401
    assert other.send().status == 200


def test_a_line_that_is_not_ours_stops_central(tablet):
    CENTRAL.erasures.write_text("nonsense\n")

    with pytest.raises(FileBroken, match="line 1"):
        replay()


def test_a_last_line_that_was_cut_is_nothing(tablet):
    remember(ADMIT, tablet.id, timezone.now())
    with CENTRAL.erasures.open("a") as file:
        file.write('{"do": "remo')

    assert replay() == 1


def test_withdrawn_words_are_erased(spoken, comment):
    spoken.say("withdrawn", "_end", spoken.rows[0].response)
    spoken.send(4)

    assert_no_words()
    assert Answer.objects.get(question="fft").value == "poor"
    assert not Standing.objects.filter(counts=True).exists()
    assert spoken.send().have == 4
    following.follow_all()
    assert_no_words()


def test_the_real_log_erases_like_central(spoken, tmp_path):
    """What feedback.log calls erasing is the same row to central."""
    from feedback.log import Log

    assert isinstance(spoken, Tablet)
    with Log.open(tmp_path / "log") as log:
        from feedback.answer import Draft

        row = spoken.rows[1]
        words = {w: getattr(row, w) for w in Draft.__dataclass_fields__}
        (mine,) = log.add_all([Draft(**words)])
        log.erase(mine.response)
        (erased,) = log.answers_of(mine.response)
    spoken.rows[1] = replace(row, value=erased.value)

    assert spoken.send().have == 3
    assert_no_words()
