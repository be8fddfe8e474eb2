"""A gateway killed at each system call from a text's arrival to its reply (P3).

What it calls is listed once, by strace. Then the kernel kills it as it enters the k-th
such call, on a new text each time: whoever was answered is on the disk, and a text that
Twilio posts again is answered and kept once, whole.
"""

import contextlib
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import contextmanager

import httpx
import pytest

from feedback.log import Log
from smsgateway.twilio import messages_in, signed_webhook
from tests.smsgateway.conftest import LINE
from tests.smsgateway.process import Gateway
from tests.smsgateway.test_kill import kept_ids

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")

ATTACH_TIMEOUT_S = 20.0
CALL = re.compile(r"^(\d+) +(\w+)\(", re.MULTILINE)
# The connection, each first and last step of the threads, the commit, and the reply
# itself. The soak takes every call there is.
QUICK = {
    **dict.fromkeys(("accept4", "fdatasync", "writev"), (1,)),
    **dict.fromkeys(("recvfrom", "sendto", "write", "fcntl", "pwrite64"), (1, -1)),
}


@contextmanager
def strace(gateway, *options):
    """strace on the running gateway: its calls are counted from here on."""
    trace, said = gateway.folder / "trace", gateway.folder / "strace.txt"
    command = ["strace", "-f", "-o", trace, *options, "-p", str(gateway.process.pid)]
    with said.open("w") as output:
        process = subprocess.Popen(command, stderr=output)
    end = time.monotonic() + ATTACH_TIMEOUT_S
    while "attached" not in said.read_text():
        assert time.monotonic() < end, said.read_text()
        time.sleep(0.01)
    yield trace
    if gateway.process.poll() is None:
        process.terminate()  # it lets go; of a process that has ended it never does
    else:
        process.kill()
    process.wait()


class Texts:
    """Texts of as many people, and which of them were answered."""

    def __init__(self, gateway) -> None:
        self.gateway = gateway
        self.sids: list[str] = []
        self.answered: set[str] = set()

    def new(self) -> bool:
        self.sids.append(f"SM{len(self.sids):032x}")
        return self.post(len(self.sids) - 1)

    def post(self, number) -> bool:
        """Whether it was answered. The same number is a repeated webhook."""
        account, sid = self.gateway.settings.account, self.sids[number]
        sender = f"+44770090{number:04d}"
        hook = signed_webhook(account, sender, LINE, "The tea was cold", sid)
        try:
            with self.gateway.client(15.0) as client:
                answer = client.post("/sms", content=hook.content, headers=hook.headers)
        except httpx.HTTPError:
            return False
        assert answer.status_code == 200
        assert "1 Very good" in messages_in(answer.content)[0]
        self.answered.add(sid)
        return True


def calls_of_a_text(gateway, texts) -> Counter[str]:
    """Each call by name, as often as the thread that makes most of them does."""
    gateway.start()
    assert texts.new()  # what a first text alone does, such as loading a module
    with strace(gateway) as trace:
        assert texts.new()
    gateway.kill()
    found = Counter()
    for (_, name), times in Counter(CALL.findall(trace.read_text())).items():
        found[name] = max(found[name], times)
    return found


def killed_at(gateway, texts, name, when) -> bool:
    """Start it, kill it as it enters this call, and say whether it was killed."""
    gateway.start()
    if texts.sids:
        assert texts.post(len(texts.sids) - 1), "Twilio's second try was not answered"
    with strace(gateway, "-e", f"trace={name}", "-e", fault(name, when)):
        answered = texts.new()
        # Who was answered may still see it killed, by what it does after the reply.
        ended = has_ended(gateway, 0.3 if answered else 10.0)
    gateway.kill()
    return ended


def has_ended(gateway, within_s) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        return gateway.process.wait(within_s) == -signal.SIGKILL
    return False


def fault(name, when) -> str:
    return f"inject={name}:signal=KILL:when={when}"


def points(calls, wanted):
    """(call, which of them): all, or the few of `wanted` (negative: from the last)."""
    for name, times in sorted(calls.items()):
        which = range(1, times + 1) if wanted is None else wanted.get(name, ())
        for when in which:
            yield name, when if when > 0 else times + 1 + when


@pytest.mark.parametrize(
    "wanted", [QUICK, pytest.param(None, marks=pytest.mark.soak)], ids=["quick", "all"]
)
def test_a_text_is_kept_once_and_whole_wherever_the_gateway_is_killed(tmp_path, wanted):
    with Gateway(tmp_path) as gateway:
        texts = Texts(gateway)
        calls = calls_of_a_text(gateway, texts)
        assert calls["fdatasync"] == 1, "one text, one commit"
        tried = list(points(calls, wanted))
        killed = []
        for name, when in tried:
            killed.append(killed_at(gateway, texts, name, when))
            assert texts.answered <= kept_ids(gateway), (name, when)
        gateway.start()
        assert texts.post(len(texts.sids) - 1)
        assert gateway.stop() == 0
        # Not all: how often threads wait for one another differs from text to text.
        assert sum(killed) >= len(tried) * 0.9
        each_is_there_once_and_whole(gateway, texts)


def each_is_there_once_and_whole(gateway, texts):
    assert kept_ids(gateway) == set(texts.sids) == texts.answered
    with Log.open(gateway.settings.log) as log:
        rows = log.after(0, 100_000)
    of = {}
    for row in rows:
        of.setdefault(row.response, []).append(row.question)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len(of) == len(texts.sids)
    assert len(set(map(tuple, of.values()))) == 1, "one of them lacks a row, or has two"


def test_a_reply_before_the_commit_is_caught_at_these_calls(tmp_path):
    with Gateway(tmp_path, "tests.smsgateway.planted") as gateway:
        texts = Texts(gateway)
        calls = calls_of_a_text(gateway, texts)
        for name, when in points(calls, {"pwrite64": (1, 2, 3, -1), "fdatasync": (1,)}):
            killed_at(gateway, texts, name, when)
            if not texts.answered <= kept_ids(gateway):
                return
    pytest.fail("what was answered and lost was not found")
