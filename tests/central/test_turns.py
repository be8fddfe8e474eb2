"""Two at once: what is erased on one connection is not written again on another.

SQLite lets one write at a time, so there these tests only hold; on PostgreSQL each of
them fails without its lock (central/intake/turns.py).
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from central import deriving
from central.comments.models import Comment
from central.devices.models import Device
from central.intake import append, held
from central.intake.erasure import erase_response
from central.intake.models import Answer, Behind
from central.places.models import Ward
from central.summaries.models import Standing
from feedback.answer import ERASED, new_response
from feedback.seal import seal
from tests.central.test_comments import public_key

MEANWHILE_S = 1.0  # in which the other one is done, unless it waits for its turn


@pytest.fixture
def tablet(live_trust, new_tablet):
    return new_tablet()


def say_words(tablet, response):
    sealed = seal("the canary", response, "better", "c1", public_key())
    return tablet.say(sealed, "better", response)


@contextmanager
def meanwhile(monkeypatch, room, name, other, after=False):
    """Once, before or `after` this function does its work, `other` is done on another
    connection."""
    real, threads = getattr(room, name), []

    def run():
        try:
            other()
        finally:
            connections.close_all()

    def start():
        if not threads:
            threads.append(Thread(target=run))
            threads[0].start()
            threads[0].join(MEANWHILE_S)

    def between(*args, **words):
        if not after:
            start()
        done = real(*args, **words)
        if after:
            start()
        return done

    with monkeypatch.context() as patched:
        patched.setattr(room, name, between)
        yield
    (thread,) = threads
    thread.join()


def assert_erased():
    assert not Comment.objects.exists()  # at once, and not when it is caught up
    deriving.follow_all()
    assert set(Answer.objects.values_list("value", flat=True)) == {ERASED}
    assert not Comment.objects.exists()
    assert set(Standing.objects.values_list("value", flat=True)) == {ERASED}


def test_an_erasure_while_the_words_are_being_opened(tablet, monkeypatch):
    response = new_response()
    say_words(tablet, response)
    erase = lambda: erase_response(response, timezone.now())  # noqa: E731

    with meanwhile(monkeypatch, deriving, "open_comments", erase):
        tablet.send()

    assert_erased()


def test_the_devices_own_erasure_while_the_words_are_being_opened(tablet, monkeypatch):
    row = say_words(tablet, new_response())
    erased = replace(tablet.twin(), rows=[replace(row, value=ERASED)], client=Client())

    with meanwhile(monkeypatch, deriving, "open_comments", erased.send):
        tablet.send()

    assert_erased()


def test_an_erasure_while_the_words_come_in(tablet, monkeypatch):
    response = new_response()
    say_words(tablet, response)
    erase = lambda: erase_response(response, timezone.now())  # noqa: E731

    with meanwhile(monkeypatch, append, "sort_out", erase, after=True):
        tablet.send()

    assert_erased()


def test_a_release_while_its_response_is_being_derived(tablet, monkeypatch):
    """The mark that it leaves is the one that the other takes away."""
    response = new_response()
    tablet.say("2", "arrival", response, ward="W-OAK")
    tablet.say(response=response)
    tablet.send()
    device = Device.objects.get()
    device.wards.add(Ward.objects.get(code="W-OAK"))
    Behind.objects.create(response=response, family=device.family)
    follow = lambda: deriving.follow(tablet.id)  # noqa: E731

    with meanwhile(monkeypatch, held.table, "mark_behind", follow, after=True):
        assert held.try_again() == 1

    deriving.follow_all()
    assert set(Standing.objects.values_list("question", "ward")) == {
        ("arrival", "W-OAK"), ("fft", "W-OAK")
    }  # fmt: skip


def test_a_comment_whose_row_is_sealed_no_more_is_forgotten(tablet):
    row = say_words(tablet, new_response())
    tablet.send()
    Answer.objects.update(value=ERASED)

    deriving.derive([row.response])

    assert not Comment.objects.exists()


def test_nobody_waits_for_ever(tablet, new_tablet):
    """Several tablets speak while words are erased, released and derived anew."""
    tablets = [tablet, new_tablet(), new_tablet()]
    for one in tablets:
        for number in range(40):
            say_words(one, new_response())
            one.say(ward="W-OAK" if number % 4 else "W-ELM")

    def speak(one):
        mine = replace(one, client=Client())
        return [mine.send(first, 8).status for first in range(1, 81, 8)]

    def erase(one):
        for row in one.rows[::2]:
            erase_response(row.response, timezone.now())

    def again(_):
        for _ in range(8):
            held.try_again()
            call_command("rebuild_standing")

    def alone(work, one):
        try:
            return work(one)
        finally:
            connections.close_all()

    Device.objects.get(id=tablets[0].id).wards.add(Ward.objects.get(code="W-OAK"))
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(alone, work, one)
            for work in (speak, erase, again)
            for one in tablets
        ]
        done = [job.result() for job in jobs]

    assert done[:3] == [[200] * 10] * 3
    deriving.follow_all()
    assert not Comment.objects.exists()
    assert not Answer.objects.filter(value__startswith="seal1.").exists()
