"""Erasure is the one edit, and nothing brings the words back."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from central import deriving
from central.comments.models import Comment
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake import remembered
from central.intake.held import try_again
from central.intake.models import Answer, Erased, Followed, Held
from central.intake.remembered import (
    ADMIT,
    ERASE,
    REMOVE,
    FileBroken,
    remember,
    replay,
)
from central.places.models import Ward
from central.settings import CENTRAL
from central.summaries.models import Standing
from central.surveys.published import publish
from feedback.answer import ERASED, new_response
from feedback.assets import assets_folder
from feedback.bundle import read_bundle
from feedback.seal import seal
from tests.central.tablet import Tablet

WORDS = "the canary sang at night"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


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


def test_what_was_cut_spoils_no_later_line(tablet):
    """A crash, or a full disk, in the middle of a line; then the next removal."""
    remember(ADMIT, tablet.id, timezone.now())
    for cut in (b'{"do": "era', b"\0" * 100, b'{"do": "erase", "name": "\xc5', b"7"):
        with CENTRAL.erasures.open("ab") as file:
            file.write(cut)
        remember(REMOVE, tablet.id, timezone.now())

    assert replay() == 5
    assert tablet.send().status == 401


def test_a_whole_line_without_its_end_counts(tablet):
    remember(REMOVE, tablet.id, timezone.now())
    whole = CENTRAL.erasures.read_bytes()
    CENTRAL.erasures.write_bytes(whole.rstrip(b"\n"))

    assert replay() == 1
    remember(REMOVE, tablet.id, timezone.now())
    assert replay() == 2


def test_a_disk_that_takes_half_a_line_is_an_error(tmp_path):
    """The kernel writes what fits, and says so only in the count of bytes."""
    file = tmp_path / "erasures"
    remember(ERASE, new_response(), timezone.now(), file)
    before = file.read_bytes()
    limits = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            remember(ERASE, new_response(), timezone.now(), file)
    finally:
        setrlimit(RLIMIT_FSIZE, limits)

    assert file.read_bytes() == before


def test_two_that_remember_at_once_write_two_lines(tmp_path):
    file = tmp_path / "erasures"
    names = [new_response() for _ in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: remember(ERASE, name, NOW, file), names))

    said = [json.loads(line)["name"] for line in file.read_text().splitlines()]
    assert sorted(said) == sorted(names)


def test_all_words_of_who_takes_everything_back_are_erased(tablet, comment):
    """A word of their own, why, and where they can be found: opened before that."""
    for file in ("inpatient-2.toml", "children-1.toml"):
        text = (assets_folder() / "surveys" / file).read_text(encoding="utf-8")
        publish(text, file, timezone.now())
    response, child = new_response(), new_response()
    for key in ("arrival_own", "why", "good", "better.2", "talk_where"):
        tablet.say(comment(response, key), key, response, survey="inpatient@2")
    tablet.say(comment(child, "good"), "good", child, survey="children@1")
    tablet.send()
    assert Comment.objects.filter(text=WORDS).count() == 6

    for one, survey in ((response, "inpatient@2"), (child, "children@1")):
        tablet.say("withdrawn", "_end", one, survey=survey)
    assert tablet.send(7).have == 8

    assert not Comment.objects.exists()
    assert_no_words()
    assert not Standing.objects.filter(counts=True).exists()


def test_withdrawn_words_are_erased(spoken, comment):
    spoken.say("withdrawn", "_end", spoken.rows[0].response)
    spoken.send(4)

    assert_no_words()
    assert Answer.objects.get(question="fft").value == "poor"
    assert not Standing.objects.filter(counts=True).exists()
    assert spoken.send().have == 4
    deriving.follow_all()
    assert_no_words()


def test_words_that_are_held_are_erased_with_the_withdrawal(tablet, comment):
    response = new_response()
    tablet.say("poor", response=response)
    tablet.say(comment(response), "better", response, ward="W-GONE")
    tablet.say("the canary", "good", response)  # in the clear
    tablet.send()
    tablet.say("withdrawn", "_end", response)
    tablet.send(4)

    assert_no_words()
    assert not Held.objects.filter(body__contains="canary").exists()
    assert tablet.send().have == 4


def test_words_that_are_held_after_the_withdrawal_are_erased(tablet, comment):
    response = new_response()
    tablet.say("withdrawn", "_end", response)
    tablet.send()
    tablet.say(comment(response), "better", response, ward="W-GONE")
    tablet.send(2)

    assert_no_words()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_withdrawal_that_is_held_erases_the_words_held_with_it(
    tablet, comment, at_once
):
    response, other = new_response(), new_response()
    tablet.say(comment(response), "better", response, ward="W-OAK")
    tablet.say(comment(other), "better", other, ward="W-OAK")
    if not at_once:
        tablet.send()
    tablet.say("withdrawn", "_end", response, ward="W-OAK")
    tablet.send(1 if at_once else 3)

    sealed = Held.objects.filter(body__contains="seal1.")
    assert [held.response for held in sealed] == [other]
    assert tablet.send().have == 3
    call_command("erase_response", other)
    assert Held.objects.get(seq=3).body.count("withdrawn") == 1
    Device.objects.get().wards.add(Ward.objects.get(code="W-OAK"))
    assert try_again() == 3
    assert_no_words()


def test_the_words_of_another_device_are_not_erased_by_a_held_withdrawal(
    tablet, comment, new_tablet
):
    response = new_response()
    tablet.say(comment(response), "better", response, ward="W-OAK")
    tablet.send()
    stranger = new_tablet()
    stranger.say("withdrawn", "_end", response, ward="W-OAK")
    stranger.send()

    assert Held.objects.filter(body__contains="seal1.").count() == 1


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


@pytest.mark.parametrize("typo", ["nonsense", " ", "01a22859-ebd3-7b70-8102-48378"])
def test_what_is_no_response_is_not_said_to_be_erased(trust, typo):
    with pytest.raises(CommandError, match="nothing was erased"):
        call_command("erase_response", typo)

    assert not CENTRAL.erasures.exists()


def test_a_response_that_is_not_here_is_not_said_to_be_erased(trust, capsys):
    call_command("erase_response", new_response())

    assert "nothing of it is here" in capsys.readouterr().out


def test_an_erasure_that_cannot_be_remembered_is_told_in_words(
    trust, monkeypatch, tmp_path
):
    monkeypatch.setattr(remembered, "CENTRAL", replace(CENTRAL, erasures=tmp_path))

    with pytest.raises(CommandError, match="nothing was erased"):
        call_command("erase_response", new_response())


def test_a_restored_database_forgets_no_withdrawal(spoken):
    """The backup is from before the withdrawal, and the tablet is broken: nobody sends
    it again, and words that a person took back are read again."""
    response = spoken.rows[0].response
    before = [list(Answer.objects.values()), list(Comment.objects.values())]
    spoken.say("withdrawn", "_end", response)
    spoken.send(spoken.last)
    assert_no_words()

    Answer.objects.all().delete()
    Answer.objects.bulk_create([Answer(**row) for row in before[0]])
    Comment.objects.bulk_create([Comment(**row) for row in before[1]])
    Erased.objects.all().delete()
    replay()

    assert_no_words()


def test_a_withdrawal_that_cannot_be_remembered_erases_all_the_same(
    spoken, monkeypatch, tmp_path
):
    """And it is tried again when something of the response comes."""
    response = spoken.rows[0].response
    with monkeypatch.context() as broken:
        broken.setattr(remembered, "CENTRAL", replace(CENTRAL, erasures=tmp_path))
        spoken.say("withdrawn", "_end", response)
        spoken.send(spoken.last)
        assert_no_words()
        assert not Erased.objects.exists()
    spoken.say("withdrawn", "_end", response)
    spoken.send(spoken.last)

    assert response in CENTRAL.erasures.read_text()
