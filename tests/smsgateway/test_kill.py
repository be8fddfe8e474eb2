"""A text that was answered is on the disk, wherever the gateway is killed.

`planted.py` is the same gateway with the reply sent before the commit: the test must
catch it, or it proves nothing.
"""

import contextlib
import itertools
import json
import random
import shutil
import socket
import sqlite3
import threading
import time

import httpx
import pytest

from feedback.log import Log
from smsgateway.twilio import messages_in, signed_webhook
from tests.smsgateway.conftest import LINE
from tests.smsgateway.process import Gateway

PEOPLE = 4
MANY = 40
TEXTS = itertools.cycle(["Hello", "4", "The food was cold", "and the bed was hard"])
ids = itertools.count(1)


class Answered:
    """The ids of the texts that got a 200 with TwiML, as each person saw them."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def text_until_it_breaks(self, gateway, person: int, seconds: float) -> None:
        number = f"+44770090010{person}"
        end = time.monotonic() + seconds
        with contextlib.suppress(httpx.HTTPError), gateway.client(3.0) as client:
            while time.monotonic() < end:
                sid = f"SM{next(ids):032x}"
                webhook = signed_webhook(
                    gateway.settings.account, number, LINE, next(TEXTS), sid
                )
                answer = client.post(
                    "/sms", content=webhook.content, headers=webhook.headers
                )
                if answer.status_code == 200:
                    messages_in(answer.content)
                    self.ids.append(sid)


def storm(gateway, answered, seconds, kill_at=None):
    """Several people text at once; the gateway may be killed at so many answers."""
    threads = [
        threading.Thread(
            target=answered.text_until_it_breaks, args=(gateway, person, seconds)
        )
        for person in range(PEOPLE)
    ]
    for thread in threads:
        thread.start()
    if kill_at is not None:
        while len(answered.ids) < kill_at and any(t.is_alive() for t in threads):
            time.sleep(0.001)
        gateway.kill()
    for thread in threads:
        thread.join()


def kept_ids(gateway) -> set[str]:
    with Log.open(gateway.settings.log) as log:
        check = log.db.conn.execute("PRAGMA integrity_check").fetchone()[0]
        assert check == "ok"
        return {row["id"] for row in log.db.query("SELECT id FROM sms_texts")}


def lost(gateway, answered) -> set[str]:
    return set(answered.ids) - kept_ids(gateway)


def test_a_text_that_was_answered_outlives_any_kill(tmp_path):
    chance = random.Random(20261122)
    answered = Answered()
    with Gateway(tmp_path) as gateway:
        for _ in range(5):
            gateway.start()
            more = chance.randint(1, 40)
            storm(gateway, answered, 10.0, kill_at=len(answered.ids) + more)
            assert lost(gateway, answered) == set()
    assert len(answered.ids) > 20


def kill_at_write(folder, module, when):
    """Kill the gateway by the kernel's hand at its `when`-th write to the log."""
    answered = Answered()
    folder.mkdir()
    with Gateway(folder, module) as gateway:
        gateway.start()  # the file is made and migrated before the writes are counted
        gateway.stop()
        gateway.start(
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64",
            "-e", f"inject=pwrite64:signal=KILL:when={when}",
        )  # fmt: skip
        storm(gateway, answered, 5.0, kill_at=MANY)
        gateway.kill()
        return lost(gateway, answered), len(answered.ids)


needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")


@needs_strace
def test_a_text_that_was_answered_outlives_a_kill_at_any_write(tmp_path):
    answered_at_all = 0
    for n, when in enumerate((12, 54, 150)):
        missing, answered = kill_at_write(tmp_path / str(n), "smsgateway", when)
        assert missing == set()
        answered_at_all += answered
    assert answered_at_all > 0


@needs_strace
def test_a_reply_before_the_commit_is_caught(tmp_path):
    missing = set()
    for n, when in enumerate(range(20, 120, 5)):
        found, _ = kill_at_write(tmp_path / str(n), "tests.smsgateway.planted", when)
        missing |= found
        if missing:
            break
    assert missing


def test_no_text_is_half_kept_after_kills(tmp_path):
    """A known id has its rows, its state and its reply, or it is not known."""
    with Gateway(tmp_path) as gateway:
        for n in range(3):
            gateway.start()
            storm(gateway, Answered(), 10.0, kill_at=7 * n + 3)
        with Log.open(gateway.settings.log) as log:
            states = list(log.db.query("SELECT state FROM sms_conversations"))
            rows = log.after(0, 100_000)
        for held in map(json.loads, (row["state"] for row in states)):
            stands = {r.question for r in rows if r.response == held["response"]}
            assert {k for k, v in held["answers"].items() if v} <= stands


def test_sigterm_lets_go_of_the_log_and_exits_0(tmp_path):
    with Gateway(tmp_path) as gateway:
        gateway.start()
        with gateway.client() as client:
            assert client.get("/health").json()["log"] is True
        assert gateway.stop() == 0
        assert not (tmp_path / "sms.db-wal").exists()  # the last one to close it


def test_two_gateways_on_one_log_do_not_cross(tmp_path):
    """Twilio's fallback address may be a second process on the same file."""
    with Gateway(tmp_path) as one, Gateway(tmp_path) as two:
        two.trust = one.trust
        one.start()
        two.start()
        answered = Answered()
        threads = [
            threading.Thread(
                target=answered.text_until_it_breaks, args=(g, person, 1.0)
            )
            for g in (one, two)
            for person in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert lost(one, answered) == set()
        assert len(answered.ids) > 10
        with contextlib.closing(sqlite3.connect(one.settings.log)) as database:
            seqs = [
                row[0]
                for row in database.execute("SELECT seq FROM answers ORDER BY seq")
            ]
        assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.parametrize(("many", "status"), [(20_000, 403), (50_000, 431)])
def test_headers_have_a_limit(tmp_path, many, status):
    long = {"X-Twilio-Signature": "A" * 27 + "=", "X-Long": "x" * many}
    with Gateway(tmp_path) as gateway:
        gateway.start()
        with gateway.client() as client:
            body = {"Body": "y" * 60_000}  # which may be longer
            answer = client.post("/sms", data=body, headers=long)
            assert client.get("/health").status_code == 200

    assert answer.status_code == status


def test_a_dribbled_body_is_answered_503_and_dribbled_headers_are_cut(tmp_path):
    head = (
        b"POST /sms HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"X-Twilio-Signature: " + b"A" * 27 + b"=\r\n"
    )
    with Gateway(tmp_path) as gateway:
        gateway.start()
        slow = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in "12"]
        slow[0].sendall(head + b"\r\nBody=")
        slow[1].sendall(head)
        with gateway.client() as client:
            assert client.get("/health").status_code == 200  # others go on
        for connection in slow:
            connection.settimeout(15)
        answered, cut = slow[0].recv(100), slow[1].recv(100)
        for connection in slow:
            connection.close()

    assert answered.startswith(b"HTTP/1.1 503")
    assert cut == b""
