"""How many batches does central take while 50 devices drain and 500 are awake?

Central on PostgreSQL as it is served. 50 tablets come back at once from a week without
a network and send full batches of 1,000 answers, each the next one when the last is
committed; 500 others send their heartbeat each minute, over a new connection. All of
it is signed by 550 keys and was prepared before; one process sends it. An answer that
is not 200 with the right `have`, and one that takes over 30 s (the agent's limit), is
an error, and there must be none.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain

from nacl.signing import SigningKey

from bench.central_devices import Batch, heartbeat, new_devices, prepared
from bench.figures import Figure, short
from bench.sync_central import Central
from feedback.bundle import Keys
from feedback.wire import MAX_ANSWERS

DRAINING, AWAKE = 50, 500
BATCHES = 8  # of each that drains: more than central takes in the time
MINUTE_S = 60.0
SECONDS = 30.0
TIMEOUT_S = 30.0
PREPARING = 2
SEED = 6


@dataclass
class Seen:
    """What the devices saw, in milliseconds for each answer. `ends`: the first of those
    that drain had nothing left."""

    began: float
    ends: float
    batch_ms: list[float] = field(default_factory=list)
    heartbeat_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return self.ends - self.began


def measure(at: str, central: Central) -> list[Figure]:
    devices = new_devices(central, DRAINING + AWAKE)
    backlogs = _prepared(devices[:DRAINING], central.keys)
    hearts = [heartbeat(key) for key in devices[DRAINING:]]
    seen = asyncio.run(_all(central.house.ports.central, backlogs, hearts))
    return _figures(at, seen)


def _prepared(devices: Sequence[SigningKey], keys: Keys) -> list[list[Batch]]:
    shares = [[bytes(key) for key in devices[at::PREPARING]] for at in range(PREPARING)]
    with ProcessPoolExecutor(PREPARING) as pool:
        several = [pool.submit(prepared, share, BATCHES, keys) for share in shares]
        return list(chain.from_iterable(one.result() for one in several))


def _figures(at: str, seen: Seen) -> list[Figure]:
    assert not seen.errors, f"{len(seen.errors)} errors, such as {seen.errors[0]}"
    batches, hearts = len(seen.batch_ms), len(seen.heartbeat_ms)
    per_s = (batches + hearts) / seen.seconds
    answers_per_s = batches * MAX_ANSWERS / seen.seconds
    return [
        Figure("central.appends_per_s", short(per_s), "requests/s", at),
        Figure("central.answers_per_s", short(answers_per_s), "answers/s", at),
        *_times("central.batch_ms", seen.batch_ms, at),
        *_times("central.heartbeat_ms", seen.heartbeat_ms, at),
    ]


def _times(name: str, took_ms: list[float], at: str) -> list[Figure]:
    p99 = statistics.quantiles(took_ms, n=100, method="inclusive")[98]
    return [
        Figure(f"{name}.p50", short(statistics.median(took_ms)), "ms", at),
        Figure(f"{name}.p99", short(p99), "ms", at),
    ]


# ── the devices ──────────────────────────────────────────────────────────────


async def _all(port: int, backlogs: list[list[Batch]], hearts: list[Batch]) -> Seen:
    now = time.perf_counter()
    seen = Seen(now, now + SECONDS)
    chance = random.Random(SEED)
    await asyncio.gather(
        *(_drain(port, batches, seen) for batches in backlogs),
        *(_beat(port, heart, MINUTE_S * chance.random(), seen) for heart in hearts),
    )
    return seen


async def _drain(port: int, batches: list[Batch], seen: Seen) -> None:
    stream = await _open(port)
    for batch in batches:
        if time.perf_counter() >= seen.ends:
            break
        await _append(stream, batch, seen.batch_ms, seen)
    else:
        seen.ends = min(seen.ends, time.perf_counter())
    stream[1].close()


async def _beat(port: int, heart: Batch, wait_s: float, seen: Seen) -> None:
    """The heartbeat of a minute, at any second of it."""
    await asyncio.sleep(min(wait_s, SECONDS))
    if time.perf_counter() < seen.ends:
        stream = await _open(port)
        await _append(stream, heart, seen.heartbeat_ms, seen)
        stream[1].close()


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _open(port: int) -> Stream:
    return await asyncio.open_connection("127.0.0.1", port)


async def _append(
    stream: Stream, batch: Batch, took_ms: list[float], seen: Seen
) -> None:
    began = time.perf_counter()
    try:
        status, have = await asyncio.wait_for(_answer(stream, batch), TIMEOUT_S)
    except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        seen.errors.append(repr(error))
        return
    if (status, have) != (b"200", batch.have):
        seen.errors.append(f"{status!r}, have {have}")
    now = time.perf_counter()
    if now <= seen.ends:
        took_ms.append((now - began) * 1000)


async def _answer(stream: Stream, batch: Batch) -> tuple[bytes, object]:
    reader, writer = stream
    writer.write(batch.request)
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    body = await reader.readexactly(int(lines[b"content-length"]))
    return head.split(b" ", 2)[1], json.loads(body).get("have")
