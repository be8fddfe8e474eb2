"""One-time codes: guessed, reused, expired, mistyped, used on two tablets at once."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from central.devices import enrolment
from central.devices.codes import ALPHABET, new_code, plain_code
from central.devices.enrolment import (
    CODES_AT_ONCE,
    SELECTOR_CHARS,
    EnrolmentError,
    make_code,
)
from central.devices.models import Device, EnrolmentCode
from central.devices.removal import remove_device
from central.intake.remembered import replay
from central.keys import online_keys
from feedback.short_words import short_words
from feedback.wire import elder_text
from tests.central.tablet import WARD, Tablet


@pytest.fixture
def code(trust):
    return make_code([WARD], "kiosk", timezone.now())


@pytest.fixture
def fresh(client):
    return Tablet(client)


def test_a_code_makes_a_device_of_its_wards(fresh, code):
    said = fresh.enrol(code)

    assert said.status == 200
    assert said.words["device"] == fresh.id
    assert said.words["wards"] == [WARD]
    assert said.words["words"] == short_words(fresh.public_key)
    assert base64.b64decode(said.words["root"]) == online_keys().root_public
    assert fresh.send().have == 0


def test_only_a_slow_hash_of_the_code_is_kept(fresh, trust, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    code = make_code([WARD], "kiosk", timezone.now())

    row = EnrolmentCode.objects.get()
    assert row.hash.startswith("scrypt$")
    assert plain_code(code) not in row.hash
    assert fresh.enrol(code).status == 200


def test_a_code_has_40_secret_bits_in_crockfords_base32():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(plain_code(code)) == SELECTOR_CHARS + 8 for code in codes)
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_lower_case_and_lookalikes_are_read(fresh, code):
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")

    assert fresh.enrol(typed).status == 200


def test_the_same_code_and_key_again_get_the_same_answer(fresh, code):
    first, again = fresh.enrol(code), fresh.enrol(code)

    assert again.status == 200
    assert {**first.words, "now": ""} == {**again.words, "now": ""}
    assert Device.objects.count() == 1


def test_a_lost_answer_can_be_asked_for_again_after_the_ten_minutes(fresh, code):
    fresh.enrol(code)
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(days=1))

    assert fresh.enrol(code).status == 200


def test_a_used_code_makes_no_second_device(fresh, code, client):
    fresh.enrol(code)

    said = Tablet(client).enrol(code)

    assert (said.status, said.why) == (403, "code")


def test_an_expired_code_is_refused(fresh, code):
    EnrolmentCode.objects.update(expires_at=timezone.now())

    assert fresh.enrol(code).status == 403


def guess(code):
    """Another code that begins like this one."""
    return code[:SELECTOR_CHARS] + new_code()[SELECTOR_CHARS:]


def test_after_five_guesses_the_right_code_is_refused_too(fresh, code):
    for _ in range(5):
        assert fresh.enrol(guess(code)).status == 403

    assert fresh.enrol(code).status == 403


def test_after_four_guesses_the_right_code_is_good(fresh, code):
    for _ in range(4):
        fresh.enrol(guess(code))

    assert fresh.enrol(code).status == 200


def test_a_guess_counts_against_the_code_that_it_names_alone(fresh, code):
    others = [make_code([WARD], "kiosk", timezone.now()) for _ in range(5)]
    for other in others:
        for _ in range(5):
            fresh.enrol(guess(other))

    assert fresh.enrol(others[0]).status == 403
    assert fresh.enrol(code).status == 200


def test_codes_that_wait_begin_differently(trust):
    """So a guess costs one slow hash at most."""
    codes = {make_code([WARD], "kiosk", timezone.now()) for _ in range(CODES_AT_ONCE)}

    assert len({code[:SELECTOR_CHARS] for code in codes}) == CODES_AT_ONCE
    kept = EnrolmentCode.objects.values_list("selector", flat=True)
    assert set(kept) == {code[:SELECTOR_CHARS] for code in codes}


def test_guesses_that_come_at_once_are_counted_one_by_one(live_trust):
    code = make_code([WARD], "kiosk", timezone.now())

    def enrol(_):
        try:
            return Tablet(Client()).enrol(guess(code)).status
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(enrol, range(16))) == {403}

    assert EnrolmentCode.objects.get().tries == 5


def test_an_enrolment_that_fails_takes_no_removed_device_back(
    live_trust, new_tablet, monkeypatch
):
    def full():
        raise OperationalError("disk full, planted")

    tablet = new_tablet()
    remove_device(tablet.id, timezone.now())
    code = make_code([WARD], "kiosk", timezone.now())
    with monkeypatch.context() as planted:
        planted.setattr(enrolment, "something_changed", full)
        assert tablet.enrol(code).status == 503
    replay()
    assert Device.objects.get().removed_at is not None

    assert tablet.enrol(code).status == 200
    replay()
    assert Device.objects.get().removed_at is None


@pytest.mark.parametrize(
    "typed", ["", "A", "UUUUU-UUUUU", "Ａ" * 10, "A" * 10_000, "\0"]
)
def test_what_is_no_code_is_refused(fresh, code, typed):
    assert fresh.enrol(typed).status == 403


def test_a_key_that_did_not_sign_is_refused(fresh, code, client):
    body = json.dumps(
        {
            "version": 1,
            "code": code,
            "public_key": base64.b64encode(Tablet(client).public_key).decode(),
        }
    ).encode()

    said = fresh.ask("POST", "/api/v1/enrolments", body, 0)

    assert (said.status, said.why) == (401, "device")
    assert Device.objects.count() == 0


NO_PREDECESSORS = [
    "x", 5, [], {}, {"public_key": "AAAA"}, {"public_key": "AAAA", "signature": 5},
    {"public_key": 5, "signature": "AAAA"}, {"public_key": "AAAA", "signature": "ä"},
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        {"version": 0}, {"version": True}, {"code": 7}, {"code": None},
        {"public_key": "AAAA"}, {"public_key": "ä"}, {"public_key": None},
        {"begins": 0}, {"begins": 2**53}, {"begins": True}, {"begins": 5},
        {"succeeds": "x"}, {"succeeds": 5},
        *({"succeeds": "0" * 32, "predecessor": odd} for odd in NO_PREDECESSORS),
    ],
)  # fmt: skip
def test_what_is_no_enrolment_is_unreadable(fresh, code, words):
    sound = {
        "version": 1,
        "code": code,
        "public_key": base64.b64encode(fresh.public_key).decode(),
    }
    body = json.dumps(sound | words).encode()

    said = fresh.ask("POST", "/api/v1/enrolments", body, 0)

    assert (said.status, said.why) == (400, "unreadable")


def test_a_later_enrolment_is_told_the_most_that_central_knows(fresh, trust):
    said = fresh.ask("POST", "/api/v1/enrolments", b'{"version": 9}', 0)

    assert (said.status, said.why, said.words["most"]) == (400, "version", 1)


def test_a_known_key_with_another_code_goes_on_with_its_log(tablet):
    tablet.say_many(3)
    tablet.send()

    assert tablet.enrol(make_code(["W-OAK"], "kiosk", timezone.now())).status == 200
    assert tablet.send(4).have == 3
    assert [w.code for w in Device.objects.get().wards.all()] == ["W-OAK"]


def test_a_code_needs_an_open_ward(trust):
    with pytest.raises(EnrolmentError, match="W-NONE"):
        make_code([WARD, "W-NONE"], "kiosk", timezone.now())
    with pytest.raises(EnrolmentError):
        make_code([], "kiosk", timezone.now())


def test_only_so_many_codes_wait_at_once(trust):
    for _ in range(CODES_AT_ONCE):
        make_code([WARD], "kiosk", timezone.now())

    with pytest.raises(EnrolmentError):
        make_code([WARD], "kiosk", timezone.now())


def test_of_two_tablets_with_one_code_one_wins(live_trust):
    code = make_code([WARD], "kiosk", timezone.now())

    def enrol(_):
        try:
            return Tablet(Client()).enrol(code).status
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(enrol, range(6)))

    assert statuses == [200] + [403] * 5
    assert Device.objects.count() == 1


# ── the devices that a file was ──────────────────────────────────────────────


def elder_words(elder, new, succeeds="", begins=1):
    """What `elder` says for the device `new`, as an agent sends it."""
    predecessor = elder.predecessor(succeeds, begins) if succeeds else None
    signature = elder.key.sign(elder_text(new.id, succeeds, begins)).signature
    return {
        "public_key": base64.b64encode(elder.public_key).decode(),
        "succeeds": succeeds or None,
        "begins": begins,
        "predecessor": predecessor,
        "signature": base64.b64encode(signature).decode(),
    }


def enrol_with(new, code, elders, succeeds=None, begins=None):
    body = {
        "version": 1,
        "code": code,
        "public_key": base64.b64encode(new.public_key).decode(),
        "succeeds": succeeds,
        "begins": begins,
        "predecessor": new.predecessor(succeeds, begins),
        "elders": elders,
    }
    return new.ask("POST", "/api/v1/enrolments", json.dumps(body).encode(), 0)


@pytest.fixture
def line(client):
    """A, which began; B, which succeeded it at 4; C, at 7."""
    a = Tablet(client)
    b = a.successor(4)
    return a, b, b.successor(7)


def told_line(a, b, c):
    return [elder_words(a, c), elder_words(b, c, a.id, 4)]


def test_unknown_elders_are_enrolled_with_the_device_as_one_line(line, code):
    a, b, c = line

    assert enrol_with(c, code, told_line(*line), b.id, 7).status == 200

    rows = [Device.objects.get(id=one.id) for one in line]
    assert [(row.generation, row.family, row.have) for row in rows] == [
        (0, a.id, 0), (1, a.id, 3), (2, a.id, 6),
    ]  # fmt: skip
    assert [[ward.code for ward in row.wards.all()] for row in rows] == [[WARD]] * 3
    assert EnrolmentCode.objects.get().device_id == c.id
    b.say()
    assert b.send(4).have == 4


def test_a_known_elder_is_left_as_it_is(line, code, client):
    a, b, c = line
    a.enrol(code)
    a.say_many(3)
    a.send()
    before = Device.objects.values().get(id=a.id)
    other = make_code(["W-OAK"], "kiosk", timezone.now())

    assert enrol_with(c, other, told_line(*line), b.id, 7).status == 200

    assert Device.objects.values().get(id=a.id) == before
    assert [w.code for w in Device.objects.get(id=a.id).wards.all()] == [WARD]


def test_a_removed_elder_stays_removed_also_where_it_is_not_known(line, code):
    a, b, c = line
    a.enrol(code)
    remove_device(a.id, timezone.now())
    other = make_code([WARD], "kiosk", timezone.now())
    assert enrol_with(c, other, told_line(*line), b.id, 7).status == 200
    assert a.send(1, 0).status == 401

    EnrolmentCode.objects.all().delete()
    Device.objects.all().delete()  # a backup of before
    other = make_code([WARD], "kiosk", timezone.now())
    assert enrol_with(c, other, told_line(*line), b.id, 7).status == 200
    assert a.send(1, 0).status == 401
    assert b.send(4, 0).status == 200


def test_a_removed_device_that_a_restored_central_forgot_is_taken_back_for_good(
    live_trust, new_tablet
):
    """Enrolled again by staff: the next start must not remove it once more."""
    tablet = new_tablet()
    remove_device(tablet.id, timezone.now())
    EnrolmentCode.objects.all().delete()
    Device.objects.all().delete()

    code = make_code([WARD], "kiosk", timezone.now())
    assert tablet.enrol(code).status == 200
    replay()
    assert tablet.send().status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"signature": base64.b64encode(b"x" * 64).decode()},
        {"signature": "ä"}, {"signature": ""}, {"signature": None},
        {"begins": 2}, {"begins": 0}, {"begins": True}, {"begins": 5, "succeeds": None},
        {"succeeds": 7}, {"public_key": "AAAA"}, {"public_key": 7},
    ],
)  # fmt: skip
def test_an_elder_that_did_not_sign_is_not_enrolled_and_neither_is_the_device(
    line, code, change
):
    a, _, _ = line
    c = a.successor(4)

    said = enrol_with(c, code, [elder_words(a, c) | change], a.id, 4)

    assert (said.status, said.why) == (400, "unreadable")
    assert Device.objects.count() == 0
    assert enrol_with(c, code, [elder_words(a, c)], a.id, 4).status == 200


def test_what_an_elder_signed_for_one_device_is_of_no_use_to_another(line, code):
    a, b, c = line
    assert enrol_with(b, code, [elder_words(a, c)], a.id, 4).status == 400


@pytest.mark.parametrize("elders", [{}, "x", 5, [[]], [None], ["x"], [{}] * 51])
def test_what_are_no_elders_is_unreadable(line, code, elders):
    assert enrol_with(line[2], code, elders, line[1].id, 7).status == 400


def test_elders_of_a_wrong_code_are_not_enrolled(line, code):
    assert (
        enrol_with(line[2], guess(code), told_line(*line), line[1].id, 7).status == 403
    )
    assert Device.objects.count() == 0


def test_a_device_that_names_itself_as_its_elder_is_one_device(line, code):
    c = line[2]
    c.begins = 1
    assert enrol_with(c, code, [elder_words(c, c)]).status == 200
    assert Device.objects.count() == 1
