"""What does a file of batches look like, that somebody carries where no network goes?

Lines of JSON: a head, one line for each batch with the very bytes and signature that
would have gone over the wire, and an end that counts them. Each batch speaks for
itself; the end only tells a whole file from a cut one.

    CarriedError
    ├── NotOurs   the file does not begin like one of these
    ├── TooNew    a later version of the file than this program knows
    ├── Damaged   one line is no batch; the others may be
    └── Cut       the file ends before its end
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from feedback.wire import MAX_BYTES, Unreadable, read_json

VERSION = 1
KIND = "batches"
LINE_BYTES = MAX_BYTES * 4 // 3 + 2_000  # base64, and the words around it
MOST_DAMAGED = 20  # lines: after that it is no file of ours any more

_DEVICE = re.compile("[0-9a-f]{32}")
_WORDS = ("device", "signature", "encoding", "body")


class CarriedError(Exception):
    pass


class NotOurs(CarriedError):
    pass


class TooNew(CarriedError):
    pass


class Damaged(CarriedError):
    pass


class Cut(CarriedError):
    pass


@dataclass(frozen=True, slots=True)
class Parcel:
    """One batch as it would have gone to `/api/v1/devices/{device}/log`."""

    device: str
    signature: str  # the whole header
    encoding: str
    body: bytes


def head_line() -> bytes:
    return _line({"wardvoice": KIND, "version": VERSION})


def parcel_line(parcel: Parcel) -> bytes:
    return _line(
        {
            "device": parcel.device,
            "signature": parcel.signature,
            "encoding": parcel.encoding,
            "body": base64.b64encode(parcel.body).decode(),
        }
    )


def end_line(count: int) -> bytes:
    return _line({"end": count})


def _line(words: dict[str, object]) -> bytes:
    return json.dumps(words).encode() + b"\n"


def read_parcels(file: IO[bytes]) -> Iterator[Parcel | Damaged]:
    """Each batch of the file, or what is wrong with its line, without ever holding
    more than one line. NotOurs, TooNew or Cut when there is no (more) reading it."""
    _check_head(_next_line(file))
    found = damaged = 0
    while line := _next_line(file):
        words = _read(line)
        if words is not None and set(words) == {"end"}:
            if words["end"] != found:
                raise Cut(f"the file has {found} batches, and says {words['end']!r}")
            return
        found += 1
        parcel = _parcel(words)
        if parcel is None:
            damaged += 1
            if damaged > MOST_DAMAGED:
                raise Cut("too many of its lines are damaged")
        yield parcel or Damaged(f"batch {found} of the file")
    raise Cut(f"the file ends after {found} batches, without its last line")


def _next_line(file: IO[bytes]) -> bytes:
    return file.readline(LINE_BYTES)


def _check_head(line: bytes) -> None:
    words = _read(line) or {}
    version = words.get("version")
    if words.get("wardvoice") != KIND or type(version) is not int:
        raise NotOurs("this is no file of batches that wardvoice-sync wrote")
    if version > VERSION:
        raise TooNew(f"version {version} of the file; this program knows {VERSION}")


def _read(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        words = read_json(line)
    except Unreadable:
        return None
    return words if isinstance(words, dict) else None


def _parcel(words: dict[str, Any] | None) -> Parcel | None:
    if words is None or set(words) != set(_WORDS):
        return None
    if not all(isinstance(words[word], str) for word in _WORDS):
        return None
    if not _DEVICE.fullmatch(words["device"]):
        return None
    try:
        body = base64.b64decode(words["body"], validate=True)
    except ValueError:
        return None
    return Parcel(words["device"], words["signature"], words["encoding"], body)
