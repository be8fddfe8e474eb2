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


def test_a_code_is_eight_characters_of_crockfords_base32():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(plain_code(code)) == 8 for code in codes)
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


@pytest.mark.parametrize("typed", ["", "A", "UUUU-UUUU", "Ａ" * 8, "A" * 10_000, "\0"])
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


@pytest.mark.parametrize(
    "words",
    [
        {"version": 0}, {"version": True}, {"code": 7}, {"code": None},
        {"public_key": "AAAA"}, {"public_key": "ä"}, {"public_key": None},
        {"begins": 0}, {"begins": 2**53}, {"begins": True}, {"begins": 5},
        {"succeeds": "x"}, {"succeeds": 5},
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
