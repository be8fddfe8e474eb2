"""Who are the 550 devices that speak to central at once, and what do they say?

Each has a key of its own and signs for itself. They are written into central's table
(an enrolment takes a slow hash on purpose); what they send is prepared before.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from nacl.signing import SigningKey

from bench.sync_answers import VISIT, visits
from bench.sync_central import Central
from deploy.demo.programs import KIOSK_WARD
from feedback.answer import WIRE_WORDS, Answer, device_id
from feedback.bundle import Keys
from feedback.wire import MAX_ANSWERS, SIGNATURE_HEADER, log_path, pack
from feedback.wire import signature_header as signed

STATUS = {
    "version": "0.5.0", "disk_free_mb": 21_000, "unsent": 0, "bundle": 1,
    "clock": "2026-11-29T08:00:00.000Z", "battery": 87, "charging": True,
}  # fmt: skip
GZIP_LEVEL = 1

_ENROL = """
import json
from django.utils import timezone
from central.devices.models import Device
from central.places.models import Ward
ward = Ward.objects.get(code={ward!r})
for id, key in json.loads({devices!r}):
    Device.objects.create(id=id, public_key=key, family=id, enrolled_at=timezone.now())
    Device.objects.get(id=id).wards.add(ward)
"""


@dataclass(frozen=True)
class Batch:
    """One POST as it goes over the wire, and the `have` that answers it."""

    request: bytes
    have: int


def new_devices(central: Central, many: int) -> list[SigningKey]:
    keys = [SigningKey.generate() for _ in range(many)]
    halves = [bytes(key.verify_key) for key in keys]
    devices = json.dumps([(device_id(half), half.hex()) for half in halves])
    code = _ENROL.format(ward=KIOSK_WARD, devices=devices)
    central.running.run(central.house.central("shell", "--command", code))
    return keys


def heartbeat(key: SigningKey) -> Batch:
    return Batch(_request(key, 1, pack(1, 0, [], STATUS)), have=0)


def backlog(key: SigningKey, batches: int, keys: Keys) -> list[Batch]:
    """Full batches, one after the other."""
    device, last = device_id(bytes(key.verify_key)), batches * MAX_ANSWERS
    rows = _rows(device, last, keys)
    found = []
    for start in range(0, last, MAX_ANSWERS):
        part = list(islice(rows, MAX_ANSWERS))
        body = pack(start + 1, last, part, STATUS)
        squeezed = gzip.compress(body, GZIP_LEVEL, mtime=0)
        request = _request(key, start + 1, squeezed, "Content-Encoding: gzip\r\n")
        found.append(Batch(request, start + MAX_ANSWERS))
    return found


def _rows(device: str, many: int, keys: Keys) -> Iterator[Answer]:
    drafts = chain.from_iterable(visits(many // len(VISIT) + 1, keys))
    for seq, draft in enumerate(drafts, 1):
        yield Answer(device, seq, *(getattr(draft, word) for word in WIRE_WORDS))


def _request(key: SigningKey, first: int, body: bytes, more: str = "") -> bytes:
    path = log_path(device_id(bytes(key.verify_key)))
    header = signed(lambda text: key.sign(text).signature, "POST", path, first, body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{SIGNATURE_HEADER}: {header}\r\n"
        f"Content-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def prepared(seeds: Sequence[bytes], batches: int, keys: Keys) -> list[list[Batch]]:
    """Of several devices, in a process of its own."""
    return [backlog(SigningKey(seed), batches, keys) for seed in seeds]
