"""Whatever a device's request looks like, central gives the right answer, keeps what it
should and nothing else, repeats nothing of it, and takes the next good batch.

Each row of bad_requests.py goes through a socket to central as it is served.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from central.devices.enrolment import make_code
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake.models import Answer, Followed, Held
from tests.central.bad_requests import TABLE
from tests.central.planted import FAULTS
from tests.central.raw import CANARY, Sender, answer, talk
from tests.central.served import Caller, served
from tests.central.tablet import WARD, Tablet
from tests.central.test_follower import wait_until

BY_NAME = {str(row): row for row in TABLE}
MEMORY_KB = 40_000  # that a bomb of 900 MB may cost


@dataclass
class Central:
    """One that is served, what it writes, and a device that it knows."""

    address: str
    program: object
    lines: Path
    sender: Sender


@contextmanager
def started(folder, **environ):
    with (
        open(folder / "lines", "wb") as lines,
        served(lines=lines, **environ) as (address, program),
    ):
        sender = Sender(enrolled(address))
        say_something_good(sender, address)
        yield Central(address, program, folder / "lines", sender)


def enrolled(address):
    tablet = Tablet(Caller(address))
    assert tablet.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    tablet.client.http.close()
    return tablet


@pytest.fixture
def real_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]


@pytest.fixture
def central(live_trust, real_hashes, tmp_path):
    with started(tmp_path) as one:
        yield one


def test_each_row_has_a_name_of_its_own():
    assert len(BY_NAME) == len(TABLE)


def test_a_request_of_any_kind_gets_the_right_answer(central, subtests):
    """One server for all rows: what the rows before left is nothing to the next."""
    for row in TABLE:
        with subtests.test(str(row)):
            check(central, row)

    with subtests.test("D15 an unknown and a removed device are told the same"):
        unknown, removed = Sender(Tablet(None)), Sender(enrolled(central.address))
        remove_device(removed.device.id, timezone.now())
        body = removed.good()
        told = [talk(central.address, one.request(body)) for one in (unknown, removed)]
        assert [came.status for came in told] == [401, 401]
        assert told[0].body == told[1].body
        assert not Answer.objects.filter(device=removed.device.id).exists()


# ── one row ──────────────────────────────────────────────────────────────────


def check(central, row):
    sender = central.sender
    sender.have = Device.objects.get(id=sender.device.id).have
    before = kept_and_held(sender)
    memory, lines_before = Memory(central.program), central.lines.stat().st_size

    came = talk(central.address, row.make(sender), row.half_close, row.closed)

    assert (came.status, came.words.get("why", "")) == (row.status, row.why)
    assert ("sha256" in came.words) == (row.status == 200 or row.why != "")
    assert not came.after or came.after.startswith(b"HTTP/1.1 400 ")
    assert CANARY not in f"{came.body}{came.headers}{came.after}"
    if "bomb" in row.name:
        assert memory.grown_kb() < MEMORY_KB
    kept, held = kept_and_held(sender)
    rows = row.kept + (1 if row.held else 0)
    assert (kept, len(held)) == (before[0] + row.kept, len(before[1]) + rows - row.kept)
    assert held[len(before[1]) :] == ([row.held] if row.held else [])
    sender.took(rows, sender.last_answer)
    say_something_good(sender, central.address)
    check_lines(central.lines.read_bytes()[lines_before:].decode())


def say_something_good(sender, address):
    """What the device sends next is taken, and what is derived follows it."""
    said = answer()
    came = talk(address, sender.request(sender.batch([said])))
    assert (came.status, came.words.get("have")) == (200, sender.first)
    assert came.words["bundle"] > 0
    sender.took(1, said)
    device = Device.objects.get(id=sender.device.id)
    assert device.have == sender.have
    wait_until(lambda: Followed.objects.get(device=device.id).seq == sender.have)


def kept_and_held(sender):
    mine = {"device": sender.device.id}
    reasons = Held.objects.filter(**mine).order_by("seq").values_list("reason")
    return Answer.objects.filter(**mine).count(), [reason for (reason,) in reasons]


def check_lines(lines):
    """Nothing of a request, and no fault of ours."""
    assert CANARY not in lines
    for trouble in ("Traceback", "not followed", "event=trouble"):
        assert trouble not in lines


class Memory:
    """The most that the server's workers have held at once, from now on."""

    def __init__(self, program):
        children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
        self._workers = [Path("/proc") / pid for pid in children.read_text().split()]
        for worker in self._workers:
            (worker / "clear_refs").write_text("5")  # the high-water mark begins anew
        self._before = self._most()

    def _most(self):
        return sum(_kb(worker / "status") for worker in self._workers)

    def grown_kb(self):
        return self._most() - self._before


def _kb(status):
    (line,) = (line for line in status.read_text().splitlines() if "VmHWM" in line)
    return int(line.split()[1])


# ── the controls ─────────────────────────────────────────────────────────────


@pytest.fixture
def faulty(live_trust, real_hashes, tmp_path):
    fault = tmp_path / "fault"
    fault.write_text("none")
    environ = {
        "DJANGO_SETTINGS_MODULE": "tests.central.planted",
        "WARDVOICE_PLANTED": str(fault),
    }
    with started(tmp_path, **environ) as one:
        one.fault = fault
        yield one


def test_a_central_that_reads_wrongly_is_noticed(faulty, subtests):
    for fault, name in FAULTS.items():
        with subtests.test(fault):
            faulty.fault.write_text("none")
            check(faulty, BY_NAME[name])
            faulty.fault.write_text(fault)
            with pytest.raises(AssertionError):
                check(faulty, BY_NAME[name])
