"""A slow network gets small batches: each comes through, and none takes minutes."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.log import CENTRAL
from feedback.wire import MAX_BYTES
from sync import connection
from sync.agent import Agent
from sync.speed import AIM_S, FIRST_BYTES, LEAST_BYTES, Speed
from sync.status import read_report
from sync.way import Way, trust_also
from tests.sync.authority import Authority
from tests.sync.conftest import draft
from tests.sync.hospital_proxy import HospitalProxy
from tests.sync.programs import Programs, wait_for
from tests.sync.scripted_central import serving


@given(st.floats(300, 10_000_000), st.floats(0, 1.0))
def test_on_any_line_batches_soon_take_some_seconds_and_no_more(bytes_per_s, latency_s):
    speed = Speed()
    for _ in range(12):
        sent = speed.batch_bytes
        speed.carried(sent, latency_s + sent / bytes_per_s)
    seconds = latency_s + speed.batch_bytes / bytes_per_s
    assert seconds <= AIM_S * 1.01 or speed.batch_bytes == LEAST_BYTES
    assert seconds >= AIM_S / 4 or speed.batch_bytes == MAX_BYTES


@given(st.integers(0, MAX_BYTES))
def test_what_was_lost_is_tried_again_smaller_until_it_is_next_to_nothing(sent):
    speed = Speed()
    for _ in range(12):
        speed.lost(min(sent, speed.batch_bytes))
    assert speed.batch_bytes == (LEAST_BYTES if sent > LEAST_BYTES else FIRST_BYTES)


def test_a_heartbeat_that_took_long_says_nothing_of_the_network():
    speed = Speed()
    speed.carried(300, 20.0)
    speed.lost(300)
    assert speed.batch_bytes == FIRST_BYTES


# ── the real network ─────────────────────────────────────────────────────────


@pytest.fixture
def slow(log, central, tmp_path):
    """A real central, at the end of a network as slow as the test wants."""
    authority = Authority(tmp_path / "ca", "Central")
    log.set_note(CENTRAL, "https://central.test")
    central.know(log.public_key)
    with serving(central, tls=authority.serves("central.test")) as url:
        port = int(url.rpartition(":")[2])
        with HospitalProxy({"central.test:443": ("127.0.0.1", port)}) as proxy:
            proxy.authority = authority
            yield proxy


def comments(how_many: int):
    """Answers that do not get smaller: 200 characters, as a sealed comment has."""
    chance = random.Random(1)
    for _ in range(how_many):
        yield draft("seal1.c1." + chance.randbytes(75).hex(), "better")


@pytest.fixture
def impatient(site, slow, monkeypatch):
    """An agent that waits a second for a reply, on a network of 8 kB/s: the first batch
    takes two. As one of half a minute, on one of 500 bytes."""
    monkeypatch.setattr(connection, "TIMEOUT", httpx.Timeout(10.0, read=1.0))
    monkeypatch.setattr(connection, "LONGEST_READ_S", 1.0)
    slow.bytes_per_s = 8_000
    trust = trust_also(slow.authority.file.read_text())
    site.log.set_note(CENTRAL, "https://central.test")
    site.world = replace(
        site.world,
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
        chance=lambda: 0.0,
        way=Way(slow.url, None, trust),
    )
    site.agent.close()
    site.agent = Agent(site.log, site.world)
    site.log.add_all(comments(150))
    return site


def turns_until_well(site, most: int) -> str:
    for _ in range(most):
        if site.turn().state == "well":
            break
    return site.agent.report.state


def test_a_batch_that_a_slow_network_cannot_carry_in_time_is_sent_in_pieces(impatient):
    assert turns_until_well(impatient, most=12) == "well"
    assert (impatient.log.unsent, impatient.central.have) == (0, 150)


def test_the_same_batch_again_and_again_would_never_arrive(impatient, monkeypatch):
    monkeypatch.setattr(Speed, "lost", lambda *_: None)
    assert turns_until_well(impatient, most=3) == "trying"
    assert impatient.agent.report.trouble == "slow"


@pytest.mark.soak
def test_at_2_kilobytes_a_second_a_backlog_and_new_answers_arrive_steadily(
    slow, log, central
):
    """The real program. 1,000 answers wait; then somebody taps every five seconds."""
    slow.bytes_per_s = 2_000
    log.add_all(comments(500))
    log.add_all(draft() for _ in range(500))
    programs = Programs(log)
    arrived = [(time.monotonic(), 0)]
    tapped: dict[int, float] = {}
    try:
        programs.start(
            "run",
            WARDVOICE_SYNC_PROXY=slow.url,
            WARDVOICE_SYNC_CA=str(slow.authority.file),
        )
        until = time.monotonic() + 240
        while time.monotonic() < until and len(tapped) < 12:
            if central.have > arrived[-1][1]:
                arrived.append((time.monotonic(), central.have))
            new = not tapped or time.monotonic() - max(tapped.values()) > 5
            if central.have >= 1_000 and new:
                [answer] = log.add_all([draft()])
                tapped[answer.seq] = time.monotonic()
            time.sleep(0.1)
        wait_for(lambda: log.unsent == 0, 60)
        wait_for(lambda: read_report(log).state == "well", 60)
    finally:
        programs.end()
    arrived.append((time.monotonic(), central.have))
    pauses = [after[0] - before[0] for before, after in pairwise(arrived)]
    batches = central.ranges()
    print(
        f"{len(batches)} batches, longest pause {max(pauses):.1f} s, ranges {batches}"
    )
    assert max(pauses) < 30
    assert len(central.rows) == log.last
    assert len(tapped) == 12
