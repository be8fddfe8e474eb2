"""The table of design.md §2: what central says to a batch, and what it keeps."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from central import api
from central.devices.enrolment import make_code
from central.devices.models import Device
from central.intake.models import Answer, Contact, Hole
from central.logs import central_logger
from feedback.answer import WORDS, digest
from feedback.answer import Answer as Row
from feedback.wire import MAX_ANSWERS, MAX_BYTES, pack
from tests.central.tablet import WARD


def stored(device):
    rows = Answer.objects.filter(device=device).order_by("seq").values_list(*WORDS)
    return [Row(*row) for row in rows]


def test_a_batch_is_kept_word_for_word(tablet):
    tablet.say_many(3)

    said = tablet.send()

    assert (said.status, said.have) == (200, 3)
    assert stored(tablet.id) == tablet.rows
    kept = Answer.objects.order_by("seq").values_list("digest", flat=True)
    assert list(kept) == [digest(row) for row in tablet.rows]


def test_the_same_batch_twice_is_once(tablet):
    tablet.say_many(5)
    tablet.send()

    assert tablet.send().have == 5
    assert stored(tablet.id) == tablet.rows


def test_a_batch_that_overlaps_adds_only_what_is_new(tablet):
    tablet.say_many(6)
    tablet.send(1, 4)

    assert tablet.send(3, 4).have == 6
    assert stored(tablet.id) == tablet.rows


def test_a_zipped_batch_is_read_like_a_plain_one(tablet):
    tablet.say_many(3)

    assert tablet.send(zip=True).have == 3


def test_a_heartbeat_says_what_central_has_and_is_written(tablet):
    before = Device.objects.get(id=tablet.id).last_heard
    said = tablet.send(1, status={"unsent": 0})

    device = Device.objects.get(id=tablet.id)
    assert before is None
    assert (said.status, said.have, device.status) == (200, 0, {"unsent": 0})
    assert device.last_heard is not None
    assert Contact.objects.get(device=tablet.id).last == 0


def test_the_reply_names_the_bundle_and_centrals_time(tablet):
    said = tablet.send()

    assert said.words["bundle"] >= 1
    assert said.words["now"].endswith("Z")


def test_a_gap_is_told_and_nothing_is_stored(tablet):
    tablet.say_many(9)
    tablet.send(1, 2)

    said = tablet.send(5)

    assert (said.status, said.why, said.have) == (409, "gap", 2)
    assert len(stored(tablet.id)) == 2


def test_purged_rows_are_believed_only_after_a_gap_answer(tablet):
    tablet.say_many(9)
    tablet.send(1, 2)

    assert tablet.send(5, purged_to=4).why == "gap"
    said = tablet.send(5, purged_to=4)

    assert (said.status, said.have) == (200, 9)
    hole = Hole.objects.get()
    assert (hole.first, hole.last) == (3, 4)


def test_a_gap_answer_counts_for_where_the_log_was_then(tablet):
    tablet.say_many(9)
    tablet.send(5)  # a gap at 0
    tablet.send(1, 2)

    assert tablet.send(5, purged_to=4).why == "gap"


def test_purged_to_must_reach_the_batch(tablet):
    tablet.say_many(9)
    tablet.send(5)

    assert tablet.send(5, purged_to=3).why == "gap"
    assert tablet.send(5, purged_to=7).why == "gap"


def test_all_can_be_purged(tablet):
    tablet.say_many(4)
    tablet.send(5)

    assert tablet.send(5, purged_to=4).have == 4


def test_a_row_inside_a_hole_is_stored_when_it_comes(tablet):
    tablet.say_many(6)
    tablet.send(5)
    tablet.send(5, purged_to=4)

    assert tablet.send(3, 2).have == 6
    assert [row.seq for row in stored(tablet.id)] == [3, 4, 5, 6]
    assert tablet.send(1).have == 6
    assert stored(tablet.id) == tablet.rows


def a_copy(tablet):
    """Of its file, whose last row is another one."""
    twin = tablet.twin()
    twin.rows.pop()
    twin.say("poor")
    return twin


def test_another_row_at_the_same_place_is_a_fork(tablet):
    tablet.say_many(3)
    tablet.send()
    twin = a_copy(tablet)
    twin.say("good")

    said = twin.send(2)

    assert (said.status, said.why, said.words["at"]) == (409, "fork", 3)
    assert stored(tablet.id) == tablet.rows
    assert Device.objects.get(id=tablet.id).forked_at == 3


def test_a_log_that_is_shorter_than_centrals_is_a_fork(tablet):
    tablet.say_many(5)
    tablet.send()
    twin = tablet.twin()
    del twin.rows[3:]

    said = twin.send(4)

    assert (said.why, said.words["at"]) == ("fork", 4)


def test_a_fork_leaves_no_contact_that_could_move_times(tablet):
    tablet.say_many(5)
    tablet.send()
    twin = tablet.twin()
    del twin.rows[3:]
    twin.send(4)

    assert set(Contact.objects.values_list("last", flat=True)) == {5}


def test_the_log_that_agrees_goes_on_after_a_fork_was_seen(tablet):
    tablet.say_many(5)
    tablet.send()
    twin = a_copy(tablet)
    twin.send(5)
    tablet.say("good")

    assert Device.objects.get(id=tablet.id).forked_at == 5
    assert tablet.send(6).have == 6


def test_a_copy_is_told_of_while_the_device_itself_goes_on(tablet):
    """It knocks each hour, and the device speaks each minute: it was told of for one
    minute of sixty, and the ward's days were said to be whole."""
    tablet.say_many(5)
    tablet.send()
    twin = a_copy(tablet)
    twin.send(5, status={"unsent": 1})
    for _ in range(3):
        tablet.say("good")
        assert tablet.send().have == tablet.last

    device = Device.objects.get(id=tablet.id)
    assert (device.forked_at, device.waiting) == (5, 1)

    long_ago = timezone.now() - timedelta(hours=27)  # it has been off since
    Device.objects.update(differed_at=long_ago)
    tablet.send(tablet.last + 1)
    assert Device.objects.get(id=tablet.id).forked_at is None


def test_whoever_is_enrolled_again_is_not_told_of_any_more(tablet):
    """A copy that was put right by hand, and enrolled as the page asks."""
    tablet.say_many(5)
    tablet.send()
    twin = a_copy(tablet)
    twin.send(5)

    assert tablet.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    tablet.send(6)

    assert Device.objects.get(id=tablet.id).forked_at is None
    twin.send(5)
    assert Device.objects.get(id=tablet.id).forked_at == 5


def test_a_late_copy_of_an_old_request_leaves_no_mark(tablet):
    tablet.say_many(3)
    old = pack(1, 3, tablet.rows, {"unsent": 3})
    tablet.send_raw(old, 1)
    tablet.say_many(2)
    tablet.send(4, status={"unsent": 0})

    tablet.send_raw(old, 1)
    assert Device.objects.get(id=tablet.id).status == {"unsent": 0}
    tablet.send(6)  # the next heartbeat

    assert Device.objects.get(id=tablet.id).forked_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"version":1}',
        b'{"version": 1}',
        b'{"version": true, "first": 1, "last": 0, "answers": []}',
        b'{"version": 1, "first": 1, "first": 1, "last": 0, "answers": []}',
        b'{"version": 1, "first": 1, "last": NaN, "answers": []}',
        b'{"version": 1, "first": 1.0, "last": 0, "answers": []}',
        b'{"version": 1, "first": 1, "last": 99999999999999999999, "answers": []}',
        b'{"version": 1, "first": 1, "last": 0, "answers": {}}',
        b"[" * 100_000 + b"]" * 100_000,
    ],
)  # fmt: skip
def test_bytes_that_are_no_batch_are_unreadable(tablet, body):
    said = tablet.send_raw(body)

    assert (said.status, said.why) == (400, "unreadable")


def test_a_first_that_was_not_signed_is_unreadable(tablet):
    assert tablet.send_raw(pack(2, 1, [], {}), first=1).why == "unreadable"


@pytest.mark.parametrize("encoding", ["br", "gzip", "zstd"])
def test_an_encoding_that_it_is_not_is_unreadable(tablet, encoding):
    body = pack(1, 0, [], {})
    said = tablet.send_raw(body, headers={"Content-Encoding": encoding})

    assert (said.status, said.why) == (400, "unreadable")


def test_a_later_version_is_told_the_most_that_central_knows(tablet):
    said = tablet.send_raw(b'{"version": 2}')

    assert (said.status, said.why, said.words["most"]) == (400, "version", 1)


def test_too_many_answers_are_too_large(tablet):
    tablet.say_many(MAX_ANSWERS + 1)

    assert tablet.send(1, MAX_ANSWERS + 1).status == 413
    assert tablet.send(1, MAX_ANSWERS).have == MAX_ANSWERS


@pytest.mark.parametrize("zip", [True, False])
def test_a_batch_that_is_too_large_is_413_zipped_or_not(tablet, zip):
    body = json.dumps({"version": 1, "status": {"x": " " * MAX_BYTES}}).encode()

    assert tablet.send_raw(body, zip=zip).status == 413


def test_a_gzip_bomb_is_413(tablet):
    assert tablet.send_raw(b"\0" * 200_000_000, zip=True).status == 413


ODD_STATUS = rb"""{"unsent":0,"bundle":12345678901234567890,"a":"\u0000",
"Bl\u00fcmchen said":1e99,"versions":{"app":[NaN]}}"""


def test_a_word_of_the_status_that_no_database_keeps_stops_no_device(
    tablet, monkeypatch, capsys
):
    """It would be in each batch, and the agent cannot halve it away."""
    monkeypatch.setattr(api, "logger", central_logger())  # to the stderr of this test
    row = tablet.say()
    body = pack(1, 1, [row], {}).replace(b'"status":{}', b'"status":' + ODD_STATUS)

    assert tablet.send_raw(body).have == 1
    assert Answer.objects.count() == 1
    assert Device.objects.get(id=tablet.id).status == {"unsent": 0}
    # A name that no program gives may be somebody's words.
    assert " dropped=bundle,a,?,versions " in capsys.readouterr().err


def test_a_device_whose_status_was_dropped_is_heard_as_itself(tablet):
    """A batch without a status, of a log that has a successor, is the successor's."""
    tablet.say_many(2)
    tablet.send()
    tablet.successor(3).enrol(make_code([WARD], "kiosk", timezone.now()), tablet.id, 3)
    Device.objects.filter(id=tablet.id).update(last_heard=None)
    body = pack(3, 2, [], {}).replace(b"{}", b'{"unsent":1e99}')

    assert tablet.send_raw(body, 3).have == 2
    assert Device.objects.get(id=tablet.id).last_heard is not None


def test_a_huge_status_is_not_kept(tablet):
    tablet.send(1, status={"x": "y" * 30_000})

    assert set(Device.objects.get(id=tablet.id).status) == {"too_large"}
