"""How many pages a second do 500 managers get who open their wards' pages at 07:00?

Each has a browser and a ward, has logged in, and asks for the page of
yesterday; all of them in the same moment, which is the worst that can be. Who is told
to come again (503, Retry-After) does. Beside it the page that lists a manager's wards,
asked for in the same way: a person and a ward, and nothing of what was said.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.central_filled import Filled
from bench.central_reader import COOKIE, Times
from bench.figures import Figure, compared, short

LIST = "a list of wards"
TIMEOUT_S = 300.0


@dataclass
class Seen:
    """Of each manager, how long they waited; and how often one was told to come
    again."""

    took_ms: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    @property
    def per_s(self) -> float:
        return len(self.took_ms) / self.seconds


def measure(at: str, filled: Filled) -> list[Figure]:
    day = [filled.day_path(filled.last, code) for code in filled.size.codes]
    lists = _all(filled.port, ["/"] * len(day), filled.sessions)
    pages = _all(filled.port, day, filled.sessions)
    waits, name = Times(pages.took_ms), filled.name
    return [
        compared(
            f"central.pages_per_s.{name}", "pages/s", pages.per_s, LIST, lists.per_s, at
        ),
        Figure(f"central.pages_wait_ms.p50.{name}", short(waits.p50), "ms", at),
        Figure(f"central.pages_wait_ms.p99.{name}", short(waits.p99), "ms", at),
        Figure(f"central.pages_refused.{name}", pages.refused, "pages", at),
    ]


def _all(port: int, paths: Sequence[str], keys: Sequence[str]) -> Seen:
    return asyncio.run(_everybody(port, paths, keys))


async def _everybody(port: int, paths: Sequence[str], keys: Sequence[str]) -> Seen:
    seen, began = Seen(), time.perf_counter()
    async with asyncio.timeout(TIMEOUT_S):
        await asyncio.gather(
            *(
                _manager(port, path, key, seen)
                for path, key in zip(paths, keys, strict=True)
            )
        )
    seen.seconds = time.perf_counter() - began
    return seen


async def _manager(port: int, path: str, key: str, seen: Seen) -> None:
    began = time.perf_counter()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={key}\r\n"
        "Connection: close\r\n\r\n"
    )
    while (wait_s := await _again_after(port, request.encode())) is not None:
        seen.refused += 1
        await asyncio.sleep(wait_s)
    seen.took_ms.append((time.perf_counter() - began) * 1000)


async def _again_after(port: int, request: bytes) -> float | None:
    """Over a connection of its own; None when the page came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    reply = await reader.read()
    writer.close()
    head, _, body = reply.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status == b"503":
        lines = head.lower().split(b"\r\n")
        return next(float(x[12:]) for x in lines if x.startswith(b"retry-after:"))
    assert status == b"200", head
    assert body.rstrip().endswith(b"</html>"), "half a page"
    return None
