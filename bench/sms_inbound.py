"""How many inbound texts a second does the gateway answer, each on the disk first?

The real gateway as a process of its own. Webhooks are signed beforehand; sixteen
connections of two client processes post them, each phone's texts in their order.
A text counts when it was answered with TwiML; the median of three runs is kept.
"""

from __future__ import annotations

import http.client
import secrets
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from bench.figures import Figure
from deploy.demo.processes import Processes
from deploy.demo.programs import ACCOUNT, NUMBER, House, Ports
from deploy.demo.trust import build_hospital, start_central, start_collectors
from smsgateway.twilio import Account, SignedWebhook, signed_webhook

RUNS = 3
CLIENTS = 2
CONNECTIONS = 8  # of each client
PHONES = 40  # of each connection
TEXTS = ("hello", "2", "The tea was cold but the staff were kind")


def measure(at: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-") as folder:
        house = House(Path(folder), Ports())
        running = Processes(Path(folder) / "output")
        try:
            hospital = build_hospital(house, running)
            start_central(house, running)
            start_collectors(house, running, hospital)
            # Only the gateway is measured.
            for other in ("kiosk-agent", "sms-agent", "central"):
                running.stop(other)
            rates = [_run(house, run) for run in range(RUNS)]
        finally:
            running.stop_all()
    value = round(statistics.median(rates))
    return [Figure("sms.inbound_per_s", value, "texts/s", at)]


def _run(house: House, run: int) -> float:
    lanes = [_webhooks(house, run, lane) for lane in range(CLIENTS * CONNECTIONS)]
    share = [lanes[client::CLIENTS] for client in range(CLIENTS)]
    with ProcessPoolExecutor(CLIENTS) as clients:
        list(clients.map(_warm, range(CLIENTS)))
        began = time.perf_counter()
        ports = [house.ports.sms] * CLIENTS
        answered = sum(clients.map(_post_all, ports, share))
        took = time.perf_counter() - began
    assert answered == len(lanes) * PHONES * len(TEXTS), f"only {answered} answered"
    return answered / took


def _warm(_: int) -> None:
    """Let the client process start before the clock does."""
    time.sleep(0.2)


def _webhooks(house: House, run: int, lane: int) -> list[SignedWebhook]:
    account = Account(
        sid=ACCOUNT,
        token=house.secret("twilio").read_text(),
        url=f"{house.sms_url}/sms",
        lines=frozenset({NUMBER}),
    )
    hooks = []
    for phone in range(PHONES):
        # Numbers of no length that a network has, so many that Ofcom's do not do.
        number = f"+4470{run:01d}{lane:03d}{phone:05d}"
        for words in TEXTS:
            sid = "SM" + secrets.token_hex(16)
            hooks.append(signed_webhook(account, number, NUMBER, words, sid))
    return hooks


def _post_all(port: int, lanes: list[list[SignedWebhook]]) -> int:
    with ThreadPoolExecutor(len(lanes)) as connections:
        return sum(connections.map(lambda lane: _post(port, lane), lanes))


def _post(port: int, hooks: list[SignedWebhook]) -> int:
    gateway = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answered = 0
    for hook in hooks:
        gateway.request("POST", "/sms", hook.content, dict(hook.headers))
        reply = gateway.getresponse()
        answered += reply.status == 200 and b"<Response" in reply.read()
    gateway.close()
    return answered
