"""When the network returns, nobody waits for the end of a long wait."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import pytest

from feedback.log import CENTRAL
from sync.agent import HEARTBEAT_JITTER_S, HEARTBEAT_S, Agent
from sync.network import opens, ways_out
from sync.pace import BACK_JITTER_S
from sync.status import read_report
from tests.sync.authority import Authority
from tests.sync.conftest import draft
from tests.sync.hospital_proxy import HospitalProxy
from tests.sync.programs import wait_for
from tests.sync.scripted_central import html, serving, words

# The program as it is, but each wait is a quarter of an hour from the first failure.
AT_ITS_CAP = """
import sys
import sync.__main__ as program, sync.agent as agent, sync.pace as pace
pace.BASE_S = agent.ON_THE_WAY_CAP_S = 900.0
program.random.random = lambda: 0.99
sys.exit(program.main(["run"]))
"""


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return found.getsockname()[1]


def test_the_first_batch_goes_seconds_after_the_network_is_back_at_any_wait(
    processes, log, central, tmp_path
):
    """Booted without a network, as after a power cut, and nobody touches it."""
    authority, port = Authority(tmp_path / "ca", "Central"), free_port()
    log.set_note(CENTRAL, "https://central.test")
    central.know(log.public_key)
    log.add_all(draft() for _ in range(3))
    processes.start_python(
        AT_ITS_CAP,
        WARDVOICE_SYNC_PROXY=f"http://127.0.0.1:{port}",
        WARDVOICE_SYNC_CA=str(authority.file),
    )
    wait_for(lambda: read_report(log).state == "trying", seconds=60)
    code, said = processes.run("status")
    assert code == 0
    assert "NOT all is well:\n3 answers are waiting.\nWaiting for the network" in said
    with serving(central, tls=authority.serves("central.test")) as url:
        there = {"central.test:443": ("127.0.0.1", int(url.rpartition(":")[2]))}
        with HospitalProxy(there, port=port):
            # Two seconds to the knock, three of spread, two to the turn; else 891.
            wait_for(lambda: central.have == 3, seconds=60)
            wait_for(lambda: read_report(log).state == "well", seconds=60)


# ── in simulated time ────────────────────────────────────────────────────────


class Ways:
    now = "one"

    def __call__(self) -> str:
        return self.now


@pytest.fixture
def ways(site):
    ways = Ways()
    site.world = replace(site.world, ways_out=ways, chance=lambda: 0.99)
    site.restart()
    return ways


def away(site) -> int:
    """The network is away until the wait is a long one; the port that is shut."""
    port = free_port()
    site.log.set_note(CENTRAL, f"http://127.0.0.1:{port}")
    site.tap()
    for _ in range(12):
        assert site.later().trouble == "network"
    assert site.agent.waiting
    return port


def asked_within(site, seconds: int) -> bool:
    before = site.agent.report.failures, len(site.central.posts)
    for _ in range(seconds):
        site.clock.s += 1
        site.turn()
        if (site.agent.report.failures, len(site.central.posts)) != before:
            return True
    return False


def test_a_shut_door_is_no_reason_to_ask(site, ways):
    away(site)
    assert not asked_within(site, 60)


def test_a_door_that_opens_is(site, ways, monkeypatch):
    away(site)
    monkeypatch.setattr("sync.connection.opens", lambda _host, _port: True)
    assert asked_within(site, int(BACK_JITTER_S) + 1)


def test_a_door_that_is_open_and_silent_hurries_nobody_twice(site, ways, monkeypatch):
    """An overloaded central takes connections: its tablets must not all come."""
    away(site)
    monkeypatch.setattr("sync.connection.opens", lambda _host, _port: True)
    assert asked_within(site, 5)
    assert not asked_within(site, 60)
    monkeypatch.setattr("sync.connection.opens", lambda _host, _port: False)
    assert not asked_within(site, 5)
    monkeypatch.setattr("sync.connection.opens", lambda _host, _port: True)
    assert asked_within(site, 5), "it was shut meanwhile"


def test_another_way_out_ends_the_wait_after_any_failure(site, ways):
    site.tap()
    site.central.script.extend([words(503)] * 10)
    for _ in range(10):
        site.later()
    assert not asked_within(site, 60)
    ways.now = "another"
    assert asked_within(site, int(BACK_JITTER_S) + 1)


def test_what_people_must_change_does_not_hurry(site, ways):
    site.tap()
    site.central.script.append(words(401))
    site.turn()
    ways.now = "another"
    assert not asked_within(site, 600)


def test_the_wifis_login_page_is_asked_again_within_two_minutes(site, ways):
    site.tap()
    site.central.script.extend([html(200)] * 12)
    for _ in range(12):
        assert site.later().trouble == "page"
    assert asked_within(site, 121)


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_a_quiet_tablet_is_heard_each_minute_and_not_in_step_with_others(site, chance):
    site.world = replace(site.world, chance=lambda: chance)
    site.agent.close()
    site.agent = Agent(site.log, site.world)
    site.turn()
    heard = []
    for second in range(600):
        site.clock.s += 1
        before = len(site.central.posts)
        if second % 5 == 0:
            site.turn()
        if len(site.central.posts) > before:
            heard.append(second)
    pauses = {later - sooner for sooner, later in pairwise(heard)}
    wanted = HEARTBEAT_S - chance * HEARTBEAT_JITTER_S
    assert all(wanted - 5 <= pause <= HEARTBEAT_S for pause in pauses), pauses


# ── the two signs ────────────────────────────────────────────────────────────


def test_a_knock_says_whether_anybody_opens():
    port = free_port()
    assert not opens("127.0.0.1", port)
    with closing(socket.create_server(("127.0.0.1", port))):
        assert opens("127.0.0.1", port)
    assert not opens("no.such.name.invalid", 1)
    assert not opens("x" * 300, 1)


IPV4 = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse
wlan0\t00000000\t010200C0\t0003\t0\t{use}
wlan0\t000200C0\t00000000\t0001\t0\t0
"""
ZERO = "0" * 32
IPV6 = f"{ZERO} 00 {ZERO} 00 fe80{'0' * 27}1 00000400 {{use}} 00000000 00000003 wlan0\n"
IPV6 += f"{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200 lo\n"


def test_the_ways_out_are_the_default_routes_and_no_counters(tmp_path):
    ipv4, ipv6 = tmp_path / "route", tmp_path / "ipv6_route"
    assert ways_out(ipv4, ipv6) == ""
    ipv4.write_text(IPV4.format(use=0))
    one = ways_out(ipv4, ipv6)
    ipv4.write_text(IPV4.format(use=7))
    assert ways_out(ipv4, ipv6) == one != ""
    ipv6.write_text(IPV6.format(use="00000001"))
    both = ways_out(ipv4, ipv6)
    ipv6.write_text(IPV6.format(use="00000002"))
    assert ways_out(ipv4, ipv6) == both != one
    ipv4.write_text(IPV4.splitlines()[0])
    ipv6.write_text(IPV6.splitlines()[1])
    assert ways_out(ipv4, ipv6) == ""
