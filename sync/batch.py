"""Which rows go into the next batch, and as what bytes?"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from feedback.answer import Answer
from feedback.wire import MAX_BYTES, as_base64, pack
from sync.ration import Ration

GZIP_FROM_BYTES = (
    1_000  # below, the header of gzip and the time cost more than it saves
)
GZIP_LEVEL = 1


class Rows(Protocol):
    """One device's rows: a log's own, or those of a device that its file was before."""

    @property
    def device(self) -> str: ...

    @property
    def last(self) -> int: ...

    def after(self, have: int, limit: int) -> list[Answer]: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """One batch as it goes out. `last` is the log's last row when it was packed."""

    device: str
    first: int
    last: int
    count: int
    body: bytes
    encoding: str
    purged_to: int | None

    @property
    def shown_to(self) -> int:
        """The last row that central has seen once it has seen this batch."""
        return self.first + self.count - 1


def next_batch(
    source: Rows,
    start: int,
    ration: Ration,
    status: Mapping[str, object],
    may_declare: bool,
    most_bytes: int = MAX_BYTES,
) -> Sent:
    """The rows above `start`: the ration, MAX_BYTES of them, `most_bytes` as sent, or
    one row.

    `may_declare`: central has just said that it waits for rows from `start` + 1 on;
    those of them that are gone from this file are declared.
    """
    # `last` before the rows: one that a patient adds in between is then seen as a row,
    # and never taken for one that is gone.
    last = source.last
    rows = _unbroken(source.after(start, ration.size))
    if rows:
        last = max(last, rows[-1].seq)
    first = rows[0].seq if rows else last + 1
    gone = may_declare and first > start + 1
    purged_to = first - 1 if gone else None
    while True:
        body = _body(first, last, rows, ration, status, purged_to)
        small, encoding = _squeeze(body)
        times = max(len(body) / MAX_BYTES, len(small) / most_bytes)
        if times <= 1 or len(rows) <= 1:
            break
        # As many as would fit if all were of the same size, and a few less.
        rows = rows[: max(1, int(len(rows) * 0.9 / times))]
    return Sent(source.device, first, last, len(rows), small, encoding, purged_to)


def _unbroken(rows: list[Answer]) -> list[Answer]:
    """The rows up to the first missing number: a row's place in a batch is its seq."""
    for place, row in enumerate(rows):
        if row.seq != rows[0].seq + place:
            return rows[:place]
    return rows


def _body(
    first: int,
    last: int,
    rows: Sequence[Answer],
    ration: Ration,
    status: Mapping[str, object],
    purged_to: int | None,
) -> bytes:
    answers: Sequence[Answer | str] = (
        [as_base64(row) for row in rows] if ration.as_text else rows
    )
    return pack(first, last, answers, status, purged_to)


def _squeeze(body: bytes) -> tuple[bytes, str]:
    if len(body) < GZIP_FROM_BYTES:
        return body, ""
    small = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return (small, "gzip") if len(small) < len(body) else (body, "")
