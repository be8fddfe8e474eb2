"""What reaches Django: requests that came whole, in time, one per thread."""

import asyncio
import gzip
from threading import Event

import pytest

from central.front import Front, Limits
from feedback.wire import MAX_ANSWERS, pack
from tests.central.tablet import Tablet

CAFE = b"/caf%C3%A9/%00"
SCOPE = {
    "type": "http",
    "method": "POST",
    "http_version": "1.1",
    "scheme": "http",
    "query_string": b"a=b%20c",
    "server": ("127.0.0.1", "8000"),
    "client": ("192.0.2.7", "1234"),
    "headers": [],
}


class Django:
    """Answers with what it was asked; keeps each environ. `until` holds its threads."""

    def __init__(self, until=None):
        self.asked, self.ended, self.until = [], 0, until

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        if self.until:
            self.until.wait(10)
        start_response("201 Created", [("X-Word", "é")])
        return self

    def __iter__(self):
        yield from (b"one ", b"two")

    def close(self):
        self.ended += 1


class Client:
    """Sends these chunks, with this pause before each, and then as `ends` says."""

    def __init__(self, *chunks, pause_s=0.0, ends="whole", headers=(), path=CAFE):
        self.chunks, self.pause_s, self.ends = list(chunks), pause_s, ends
        self.scope = SCOPE | {"headers": list(headers), "raw_path": path}
        self.said = []

    async def receive(self):
        await asyncio.sleep(self.pause_s)
        if self.chunks:
            body = self.chunks.pop(0)
            more = bool(self.chunks) or self.ends != "whole"
            return {"type": "http.request", "body": body, "more_body": more}
        if self.ends == "gone":
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        return None

    async def send(self, message):
        self.said.append(message)

    def asks(self, front):
        return front(self.scope, self.receive, self.send)

    @property
    def status(self):
        return self.said[0]["status"]


def ask(client, django, **limits):
    """The client, once it was answered."""
    asyncio.run(client.asks(Front(django, 2, 2, Limits(**limits))))
    return client


def test_django_gets_the_request_whole_and_its_reply_goes_out():
    django = Django()
    headers = [(b"content-length", b"6"), (b"x-a", b"1"), (b"x-a", b"2")]
    headers += [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"content-type", b"a/b")]
    client = ask(Client(b"abc", b"def", headers=headers), django)

    (environ,) = django.asked
    assert environ["wsgi.input"].read() == b"abcdef"
    assert environ["PATH_INFO"] == "/caf\xc3\xa9/\x00"
    assert environ["QUERY_STRING"] == "a=b%20c"
    assert environ["REMOTE_ADDR"] == "192.0.2.7"
    assert environ["CONTENT_LENGTH"] == "6"
    assert environ["CONTENT_TYPE"] == "a/b"
    assert (environ["HTTP_X_A"], environ["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")
    start, body = client.said
    assert (start["status"], body["body"]) == (201, b"one two")
    assert start["headers"] == [(b"x-word", "é".encode("latin-1"))]
    assert django.ended == 1


def test_a_body_in_chunks_has_a_length_and_no_header_passes_for_the_proxys():
    django = Django()
    forged = [(b"x_forwarded_for", b"10.0.0.1"), (b"x-forwarded-for", b"192.0.2.9")]
    ask(Client(b"abc", headers=forged), django)

    assert django.asked[0]["CONTENT_LENGTH"] == "3"
    assert django.asked[0]["HTTP_X_FORWARDED_FOR"] == "192.0.2.9"


@pytest.mark.parametrize("chunks", [(), (b"half",), (b"x",) * 1000])
def test_a_body_that_does_not_come_whole_in_time_never_reaches_django(chunks):
    django = Django()
    client = ask(Client(*chunks, pause_s=0.02, ends="never"), django, body_s=0.2)

    assert client.status == 408
    assert (b"connection", b"close") in client.said[0]["headers"]
    assert not django.asked


def test_whoever_stops_in_the_middle_is_told_and_never_reaches_django():
    django = Django()
    client = ask(Client(b"half", ends="gone"), django)

    assert client.status == 400
    assert (b"connection", b"close") in client.said[0]["headers"]
    assert not django.asked


def test_what_is_more_than_anything_of_ours_takes_is_not_read():
    django = Django()
    client = Client(*[b"x" * 10] * 100)
    ask(client, django, body_bytes=30)

    assert len(django.asked[0]["wsgi.input"].read()) == 30
    assert len(client.chunks) == 97


def test_when_memory_is_short_the_longest_unfinished_body_gives_way():
    django = Django()

    async def several():
        front = Front(django, 2, 2, Limits(held_bytes=100))
        huge = [Client(b"x" * 45, ends="never") for _ in range(5)]
        small = Client(*[b"y"] * 10, pause_s=0.01)
        tasks = [asyncio.create_task(one.asks(front)) for one in huge]
        await small.asks(front)
        done = [task for task in tasks if task.done()]
        assert front._held <= 100
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return small, len(done), front._held

    small, turned_away, held = asyncio.run(several())
    assert small.status == 201
    assert turned_away == 3
    assert held == 0


@pytest.mark.parametrize(
    ("path", "limits"),
    [(CAFE, Limits(pages_waiting=3)), (b"/api/v1/health", Limits(waiting=3))],
)
def test_when_too_many_wait_for_a_thread_the_next_is_told_to_come_back(path, limits):
    until = Event()

    async def several():
        front = Front(Django(until), 1, 1, limits)
        several = [Client(b"x", path=path) for _ in range(4)]
        tasks = [asyncio.create_task(one.asks(front)) for one in several]
        await tasks[3]
        until.set()
        await asyncio.gather(*tasks)
        return [one.status for one in several]

    assert asyncio.run(several()) == [201, 201, 201, 503]


@pytest.mark.parametrize("waiting", [256, None])
def test_five_hundred_managers_who_come_in_one_moment_all_get_their_pages(waiting):
    """On SQLite one worker has them all. With the devices' 256 it turned half away."""
    until = Event()
    limits = Limits(pages_waiting=waiting) if waiting else Limits()

    async def all_of_them():
        front = Front(Django(until), 1, 1, limits)
        managers = [Client(b"") for _ in range(500)]
        tasks = [asyncio.create_task(one.asks(front)) for one in managers]
        await asyncio.sleep(0.1)
        until.set()
        await asyncio.gather(*tasks)
        return [one.status for one in managers].count(503)

    assert asyncio.run(all_of_them()) == (500 - waiting if waiting else 0)


LOG = b"/%61pi/v1/devices/0/log"  # as Django reads it, so is it sorted


def test_a_device_does_not_wait_for_pages_however_many_are_asked_for():
    until = Event()
    django = Django()

    def slow_pages(environ, start_response):
        if not environ["PATH_INFO"].startswith("/api/"):
            until.wait(10)
        return django(environ, start_response)

    async def several():
        front = Front(slow_pages, 1, 1, Limits(pages_waiting=50))
        pages = [Client(b"x", path=b"/login/") for _ in range(51)]
        tasks = [asyncio.create_task(one.asks(front)) for one in pages]
        await tasks[-1]
        device = Client(b"x", path=LOG)
        await asyncio.wait_for(device.asks(front), 5)
        assert not any(task.done() for task in tasks[:-1])
        until.set()
        await asyncio.gather(*tasks)
        return device.status, [one.status for one in pages]

    try:
        device, pages = asyncio.run(several())
    finally:
        until.set()
    assert device == 201
    assert pages == [201] * 50 + [503]


def test_pages_do_not_wait_for_devices():
    until = Event()
    django = Django()

    def slow_devices(environ, start_response):
        if environ["PATH_INFO"].startswith("/api/"):
            until.wait(10)
        return django(environ, start_response)

    async def several():
        front = Front(slow_devices, 1, 1)
        tablets = [Client(b"x", path=LOG) for _ in range(20)]
        tasks = [asyncio.create_task(one.asks(front)) for one in tablets]
        page = Client(path=b"/wards/")
        page.chunks = [b""]
        await asyncio.wait_for(page.asks(front), 5)
        until.set()
        await asyncio.gather(*tasks)
        return page.status

    try:
        assert asyncio.run(several()) == 201
    finally:
        until.set()


def test_long_bodies_never_hold_the_threads_that_a_tap_needs():
    """Fifty tablets that come back from a week without a network, and one heartbeat."""
    until = Event()

    async def several():
        front = Front(Django(until), 4, 1, Limits(long_body_bytes=10, waiting=60))
        tablets = [Client(b"x" * 11, path=LOG) for _ in range(50)]
        tasks = [asyncio.create_task(one.asks(front)) for one in tablets]
        await asyncio.sleep(0)
        heart = Client(b"x" * 10, path=LOG)
        beat = asyncio.create_task(heart.asks(front))
        while len(front._django.asked) < 2:
            await asyncio.sleep(0.001)
        asked = [one["wsgi.input"].getbuffer().nbytes for one in front._django.asked]
        until.set()
        await asyncio.gather(beat, *tasks)
        return asked, {one.status for one in (heart, *tablets)}

    assert asyncio.run(several()) == ([11, 10], {201})


def test_a_backlog_is_long_however_well_it_zips():
    """A thousand answers that were tapped, without a comment among them."""
    tablet, until = Tablet(None), Event()
    backlog = gzip.compress(pack(1, MAX_ANSWERS, tablet.say_many(MAX_ANSWERS), {}))
    tap = gzip.compress(pack(1, 1, tablet.rows[:1], {}))
    assert len(backlog) < Limits().long_body_bytes

    async def several():
        front = Front(Django(until), 4, 1)
        tablets = [Client(backlog, path=LOG) for _ in range(8)]
        tasks = [asyncio.create_task(one.asks(front)) for one in tablets]
        await asyncio.sleep(0)
        beat = asyncio.create_task(Client(tap, path=LOG).asks(front))
        while len(front._django.asked) < 2:
            await asyncio.sleep(0.001)
        asked = [one["wsgi.input"].getbuffer().nbytes for one in front._django.asked]
        until.set()
        await asyncio.gather(beat, *tasks)
        return asked

    assert asyncio.run(several()) == [len(backlog), len(tap)]
