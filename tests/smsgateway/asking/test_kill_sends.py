"""A gateway killed at each system call of a text that goes out: nobody is texted twice.

The kernel kills the real gateway as it enters the k-th such call, on a new person each
time, before the stand-in for Twilio, which is a program of its own and lives on. The
gateway starts again and the clock moves on until it knows what became of the text. Then
the stand-in's books tell how often that person was texted.

The soak takes each call by which anything outside the process changes, or by which it
hears of what did: the disk, the network, the file of the clock. To be killed at any
other, such as a look at a page, is to be killed at the next of these.
"""

import contextlib
import json
import shutil
import time
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from feedback.log import Log
from smsgateway.asking.request import Request
from smsgateway.clock import TrainingClock
from smsgateway.opening import open_desk
from smsgateway.settings import read_settings
from tests.smsgateway.phones import AUTH, MESSAGES
from tests.smsgateway.process import Gateway, PhonesProgram
from tests.smsgateway.test_kill_calls import CALL, fault, has_ended, points, strace

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")

POLICY = """
soon_after_hours = 1
remind_after_days = 0
right_time_days = []
segments_per_s = 50.0
[hours]
opens = "00:00"
closes = "23:59"
on_holidays = true
"""
SETTLED_S = 40.0
# The commit before the call and the one after it, the call itself, and its answer.
QUICK = {"fdatasync": (1, 2), "sendto": (1, -1), "recvfrom": (1, -1), "connect": (1,)}
EFFECTS = (
    "accept4", "close", "connect", "fdatasync", "fsync", "ftruncate", "openat",
    "pwrite64", "recvfrom", "sendmsg", "sendto", "shutdown", "unlink", "write",
    "writev",
)  # fmt: skip


class Sends:
    """A gateway that asks, the stand-in, and one new person after another."""

    def __init__(self, gateway, phones) -> None:
        self.gateway, self.phones = gateway, phones
        (gateway.folder / "policy.toml").write_text(POLICY)
        self.file = gateway.folder / "clock"
        gateway.environ |= {
            "WARDVOICE_SMS_ASKING": str(gateway.folder / "policy.toml"),
            "WARDVOICE_SMS_PRACTICE": "yes",
            "WARDVOICE_SMS_TRAINING_CLOCK": str(self.file),
            "WARDVOICE_SMS_REST_URL": phones.url,
        }
        phones.environ["WARDVOICE_SMS_TRAINING_CLOCK"] = str(self.file)
        self.settings = read_settings(gateway.environ)
        self.clock = TrainingClock(self.file)
        self.many = 0

    @property
    def number(self) -> str:
        return f"+447700900{300 + self.many}"

    def ask(self) -> None:
        """One more person; the gateway finds the row by itself."""
        self.many += 1
        desk = open_desk(self.settings, self.clock)
        with desk.log, desk.log.transaction():
            asker = desk.asking.asker
            ago = self.clock() - timedelta(hours=7)
            batch = asker.book.begin(self.clock())
            asker.take(batch, [Request(self.number, "ROWAN", ago)], self.clock())
            asker.release(batch)

    def states(self) -> Counter:
        with Log.open(self.settings.log) as log:
            rows = log.db.conn.execute("SELECT state FROM sms_invitations").fetchall()
        return Counter(state for (state,) in rows)

    def go_on(self) -> None:
        """The gateway starts again, an hour later: long enough to know the truth."""
        self.clock.move(timedelta(hours=1))
        self.gateway.start()
        self.settle()

    def settle(self) -> None:
        """Until every text is known to have gone."""
        end = time.monotonic() + SETTLED_S
        while set(self.states()) != {"sent"}:
            assert time.monotonic() < end, (self.states(), self.gateway.output)
            time.sleep(0.1)

    def texted(self) -> Counter:
        """How often the stand-in was told to text each."""
        with httpx.Client(base_url=self.phones.url, auth=AUTH, timeout=10) as twilio:
            answer = twilio.get(f"{MESSAGES}.json", params={"PageSize": "1000"})
        messages = json.loads(answer.text)["messages"]
        return Counter(
            one["to"] for one in messages if one["direction"] == "outbound-api"
        )


@contextlib.contextmanager
def sends(folder, module="smsgateway"):
    with Gateway(folder, module) as gateway, PhonesProgram(gateway) as phones:
        started = Sends(gateway, phones)
        phones.start()
        yield started


def calls_of_a_send(one) -> Counter:
    """Each call by name, as often as the thread that makes most of them does."""
    one.gateway.start()
    one.ask()
    one.settle()  # what a first one alone does, such as opening a connection
    with strace(one.gateway) as trace:
        one.ask()
        one.settle()
    found = Counter()
    for (_, name), times in Counter(CALL.findall(trace.read_text())).items():
        found[name] = max(found[name], times)
    return found


def killed_at(one, name, when) -> bool:
    """On a new person's text; the gateway runs before, and is dead after."""
    with strace(one.gateway, "-e", f"trace={name}", "-e", fault(name, when)):
        one.ask()
        ended = has_ended(one.gateway, 8.0)
    one.gateway.kill()
    return ended


def effects(calls) -> dict[str, range]:
    return {name: range(1, calls[name] + 1) for name in EFFECTS}


@pytest.mark.parametrize(
    "is_all", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["quick", "all"]
)
def test_nobody_is_texted_twice_wherever_the_gateway_is_killed(tmp_path, is_all):
    with sends(tmp_path) as one:
        calls = calls_of_a_send(one)
        killed = []
        for name, when in points(calls, effects(calls) if is_all else QUICK):
            killed.append(killed_at(one, name, when))
            one.go_on()
            assert one.texted()[one.number] == 1, (name, when)
        assert set(one.texted().values()) == {1}
        assert len(one.texted()) == one.many
        # Not all: how often it looks whether there is something to do differs.
        print(f"killed {sum(killed)} times, at {len(killed)} points")
        assert sum(killed) >= len(killed) * 0.5


def test_a_gateway_that_retries_blindly_is_caught(tmp_path):
    with sends(tmp_path, "tests.smsgateway.asking.planted") as one:
        one.gateway.start()
        # Some of these write down what Twilio said: then it has the text.
        for when in (24, 28, 32, 20, 36, 40, 16):
            killed_at(one, "pwrite64", when)
            one.go_on()
            if max(one.texted().values()) > 1:
                return
    pytest.fail("a text that went out twice was not found")
