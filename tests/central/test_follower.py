"""When what follows is derived: soon after the reply, and not in its way."""

import time
from itertools import pairwise
from threading import Event

import pytest
from django.db import DatabaseError
from structlog.testing import CapturingLogger

from central import deriving
from central import follower as room
from central.follower import Follower

PATIENCE_S = 30


@pytest.fixture
def followed(monkeypatch):
    """The devices whose logs were followed, in order, with the moment of each."""
    seen = []
    note = lambda device: seen.append((device, time.monotonic()))  # noqa: E731
    monkeypatch.setattr(deriving, "follow", note)
    monkeypatch.setattr(deriving, "follow_some", note)
    return seen


@pytest.fixture
def follower():
    """One that has a thread. It is left behind, asleep, as a server's is."""
    one = Follower()
    one.start()
    yield one
    with one._told:
        one._due.clear()  # nothing of it is tried again in another test


def wait_until(true):
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def test_without_a_server_it_is_done_when_the_call_returns(followed):
    Follower().heard("a", more=True)

    assert [device for device, _ in followed] == ["a"]


def test_a_device_that_has_said_all_is_followed_at_once(followed, follower):
    follower.heard("a", more=False)

    wait_until(lambda: followed)


def test_a_reply_does_not_wait_for_what_follows(monkeypatch, follower):
    begun, may_end, ended = Event(), Event(), []

    def slow(device):
        begun.set()
        may_end.wait(PATIENCE_S)
        ended.append(device)

    monkeypatch.setattr(deriving, "follow_some", slow)
    follower.heard("a", more=False)
    assert begun.wait(PATIENCE_S)

    follower.heard("b", more=False)  # returns, while the other is still being derived

    assert not ended
    may_end.set()
    wait_until(lambda: ended == ["a", "b"])


def test_a_backlog_is_followed_once_the_device_rests(monkeypatch, followed, follower):
    monkeypatch.setattr(room, "REST_S", 0.5)
    began = time.monotonic()
    for _ in range(5):
        follower.heard("a", more=True)

    wait_until(lambda: followed)
    assert followed[0][1] - began >= 0.5
    time.sleep(0.2)
    assert len(followed) == 1


def test_others_do_not_wait_for_who_has_a_backlog(monkeypatch, followed, follower):
    monkeypatch.setattr(room, "REST_S", 3_600.0)
    monkeypatch.setattr(room, "MOST_S", 3_600.0)
    follower.heard("a", more=True)
    follower.heard("b", more=False)

    wait_until(lambda: followed)
    assert [device for device, _ in followed] == ["b"]


def test_an_endless_backlog_is_followed_too(monkeypatch, followed, follower):
    monkeypatch.setattr(room, "REST_S", 3_600.0)
    monkeypatch.setattr(room, "MOST_S", 0.3)
    end = time.monotonic() + PATIENCE_S
    while not followed and time.monotonic() < end:
        follower.heard("a", more=True)
        time.sleep(0.01)

    assert followed


def test_a_failure_ends_neither_the_thread_nor_the_answer(monkeypatch, follower):
    seen = []

    def fails(device):
        seen.append(device)
        raise DatabaseError("planted")

    monkeypatch.setattr(deriving, "follow_some", fails)
    follower.heard("a", more=False)
    wait_until(lambda: seen == ["a"])
    follower.heard("b", more=False)

    wait_until(lambda: seen == ["a", "b"])
    wait_until(lambda: "b" in follower._failures)


def test_a_follow_that_failed_is_tried_again(monkeypatch, follower):
    monkeypatch.setattr(room, "RETRY_S", 0.3)
    moments = []

    def fails_once(device):
        moments.append(time.monotonic())
        if len(moments) == 1:
            raise DatabaseError("planted")

    monkeypatch.setattr(deriving, "follow_some", fails_once)
    follower.heard("a", more=False)

    wait_until(lambda: len(moments) == 2 and not follower._failures)
    assert moments[1] - moments[0] >= 0.3
    time.sleep(0.7)
    assert len(moments) == 2


def test_what_goes_on_failing_is_tried_ever_more_rarely_and_written_once(
    monkeypatch, follower
):
    monkeypatch.setattr(room, "RETRY_S", 0.1)
    monkeypatch.setattr(room, "RETRY_MOST_S", 0.4)
    lines = CapturingLogger()
    monkeypatch.setattr(room, "logger", lines)
    moments, well = [], Event()

    def fails(device):
        moments.append(time.monotonic())
        if not well.is_set():
            raise DatabaseError("planted")

    monkeypatch.setattr(deriving, "follow_some", fails)
    follower.heard("a", more=False)
    wait_until(lambda: len(moments) >= 6)
    well.set()
    wait_until(lambda: not follower._failures)

    waits = [later - early for early, later in pairwise(moments)]
    for wait, least in zip(waits, (0.1, 0.2, 0.4, 0.4, 0.4), strict=False):
        assert wait >= least
    wait_until(lambda: len(lines.calls) == 2)
    assert [call.method_name for call in lines.calls] == ["error", "info"]


def test_a_log_that_grows_as_fast_as_it_is_followed_holds_up_nobody(
    monkeypatch, follower
):
    seen = []

    def endless(device):
        seen.append(device)
        time.sleep(0.01)
        return device == "a" and "b" not in seen[:-1]

    monkeypatch.setattr(deriving, "follow_some", endless)
    follower.heard("a", more=False)
    wait_until(lambda: seen.count("a") > 1)
    follower.heard("b", more=False)

    wait_until(lambda: "b" in seen)


def test_the_rest_of_a_long_log_is_not_put_off_by_what_comes(monkeypatch, follower):
    monkeypatch.setattr(room, "REST_S", 3_600.0)
    monkeypatch.setattr(room, "MOST_S", 3.0)
    moments = []

    def parts(device):
        time.sleep(0.02)
        if device == "a":
            moments.append(time.monotonic())
        return len(moments) < 5

    monkeypatch.setattr(deriving, "follow_some", parts)
    follower.heard("a", more=True)
    follower.heard("b", more=False)  # while it has its turn, more comes of the other
    end = time.monotonic() + PATIENCE_S
    while len(moments) < 5 and time.monotonic() < end:
        follower.heard("a", more=True)
        time.sleep(0.001)

    assert moments[4] - moments[0] < 3.0


def test_a_connection_that_cannot_be_closed_does_not_end_the_thread(
    monkeypatch, followed, follower
):
    def fails():
        raise DatabaseError("planted")

    with monkeypatch.context() as planted:
        planted.setattr(room, "close_old_connections", fails)
        follower.heard("a", more=False)
        wait_until(lambda: "a" in follower._failures)
        time.sleep(0.2)
    follower.heard("b", more=False)

    wait_until(lambda: [device for device, _ in followed] == ["b"])
