"""What do the bytes mean?

One batch of answers on its way from a log to central, version 1, its signature, and
what central says to it. Golden files in tests/feedback/golden are read for ever.

    WireError
    ├── Unreadable     these bytes are no batch
    ├── TooLarge       more than MAX_BYTES after decompression, or too many answers
    ├── WrongVersion   a later version than this program knows (`.version`)
    ├── BadSignature   not signed, or not by this key, or other bytes
    └── Malformed      one answer is not the seven words
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from feedback import strict_json
from feedback.answer import WIRE_WORDS, Answer, device_id
from feedback.strict_json import (
    MAX_DEPTH,
    NotStrict,
    has_odd,
    is_deep,
    is_storable,
    is_text,
    read_strict,
    read_with_odd,
)

VERSION = 1
MAX_ANSWERS = 1_000
MAX_BYTES = 1_000_000
MAX_SEQ = strict_json.MOST
MAX_ELDERS = 50  # devices that a file was before its forks, in an enrolment
VALUE_CHARS = 24_000  # a sealed comment of 16,000 bytes, with room
WORD_CHARS = 200

_WIRE_WORDS = frozenset(WIRE_WORDS)

SIGNATURE_HEADER = "Wardvoice-Signature"
_SIGNATURE = re.compile(r"first=([0-9]{1,16}), ed25519=([A-Za-z0-9+/]{86}==)")


class WireError(Exception):
    """Bytes that cannot be taken as they are."""


class Unreadable(WireError):
    pass


class TooLarge(WireError):
    pass


class BadSignature(WireError):
    pass


class Malformed(WireError):
    pass


class WrongVersion(WireError):
    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} of the wire; this program knows {VERSION}")
        self.version = version


# ── the batch ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it came. `answers` are JSON values that nobody has judged yet."""

    version: int
    first: int
    last: int
    answers: list[object]
    status: dict[str, Any]
    purged_to: int | None = None
    dropped: tuple[str, ...] = ()  # words of the status that no database keeps


def wire_answer(answer: Answer) -> dict[str, str]:
    """The seven words that travel: `device` is in the path, `seq` in the position."""
    return {word: getattr(answer, word) for word in WIRE_WORDS}


def pack(
    first: int,
    last: int,
    answers: Sequence[Answer | str],
    status: Mapping[str, object],
    purged_to: int | None = None,
) -> bytes:
    """The body of a batch. A text among `answers` is `as_base64` of a refused one."""
    batch: dict[str, object] = {"version": VERSION, "first": first, "last": last}
    if purged_to is not None:
        batch["purged_to"] = purged_to
    batch["answers"] = [
        answer if isinstance(answer, str) else wire_answer(answer) for answer in answers
    ]
    batch["status"] = dict(status)
    return _json(batch)


def as_base64(answer: Answer) -> str:
    """An answer that central refused to read, wrapped so that it passes as text."""
    return base64.b64encode(_json(wire_answer(answer))).decode()


def unpack(body: bytes, encoding: str = "") -> Batch:
    """The batch of a body, plain or gzip. Every number in it is checked here."""
    data, dropped = _loosely(_plain(body, encoding))
    version = data.get("version")
    if type(version) is int and version > VERSION:
        raise WrongVersion(version)
    if version != VERSION or type(version) is not int:
        raise Unreadable("no version")
    return _batch(data, dropped)


def _loosely(raw: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The strict JSON of a batch, but for words of its status that nobody can keep:
    each batch brings the same status, so one odd word would stop the device for good.
    They are dropped, and named."""
    try:
        data, is_odd = read_with_odd(raw)
    except NotStrict as error:
        raise Unreadable(str(error)) from error
    if not isinstance(data, dict):
        raise Unreadable("not a batch")
    dropped: tuple[str, ...] = ()
    if isinstance(said := data.get("status"), dict):
        data["status"] = {
            word: said[word] for word in said if _is_kept(word, said[word])
        }
        dropped = tuple(word for word in said if word not in data["status"])
    if is_deep(data) or (is_odd and has_odd(data)):
        raise Unreadable("too deep, or a number too long")
    return data, dropped


def _is_kept(word: str, value: object) -> bool:
    deepest = MAX_DEPTH - 2  # the batch and its status are around it
    return is_text(word) and is_storable(value) and not is_deep(value, deepest)


def _batch(data: dict[str, Any], dropped: tuple[str, ...]) -> Batch:
    answers, status = data.get("answers"), data.get("status", {})
    if not isinstance(answers, list) or not isinstance(status, dict):
        raise Unreadable("no list of answers, or no status")
    if len(answers) > MAX_ANSWERS:
        raise TooLarge(f"more than {MAX_ANSWERS} answers")
    purged_to, first = data.get("purged_to"), _seq(data.get("first"), low=1)
    if not _is_seq(first + len(answers) - 1):
        raise Unreadable("more answers than there are numbers for")
    return Batch(
        version=VERSION,
        first=first,
        last=_seq(data.get("last"), low=0),
        answers=answers,
        status=status,
        purged_to=None if purged_to is None else _seq(purged_to, low=0),
        dropped=dropped,
    )


def _seq(value: object, low: int) -> int:
    if not _is_seq(value) or value < low:
        raise Unreadable("first, last and purged_to are whole numbers")
    return value


def _is_seq(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= MAX_SEQ


def read_answer(raw: object, device: str, seq: int) -> Answer:
    """The answer in one element of a batch; Malformed, with the reason, if none."""
    if not isinstance(raw, dict) or raw.keys() != _WIRE_WORDS:
        raise Malformed("not the seven words")
    words = [raw[word] for word in WIRE_WORDS]
    if not _are_plain(words):
        _check_each(raw)
    return Answer(device, seq, *words)


def _are_plain(words: list[Any]) -> bool:
    """Whether all of them are texts, short and storable: looked at as one text, which
    is three times as fast, and nearly every answer passes."""
    try:
        text = "".join(words)
    except TypeError:
        return False
    return len(text) <= WORD_CHARS and is_text(text)


def _check_each(raw: dict[str, Any]) -> None:
    for word, value in raw.items():
        if not isinstance(value, str):
            raise Malformed(f"{word} is not text")
        if len(value) > (VALUE_CHARS if word == "value" else WORD_CHARS):
            raise Malformed(f"{word} is too long")
        if not is_storable(value):
            raise Malformed(f"{word} holds characters that no database keeps")


def read_json(raw: bytes) -> Any:
    """Strict JSON, as feedback/strict_json.py says; else Unreadable."""
    try:
        return read_strict(raw)
    except NotStrict as error:
        raise Unreadable(str(error)) from error


def _plain(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        raw = body
    elif encoding == "gzip":
        raw = _gunzip(body)
    else:
        raise Unreadable("this encoding is not known")
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"more than {MAX_BYTES} bytes")
    return raw


def _gunzip(body: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        # One byte more than we take: a bomb is known without being unpacked.
        raw = unzip.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise Unreadable("not gzip") from error
    if len(raw) <= MAX_BYTES and (not unzip.eof or unzip.unused_data):
        raise Unreadable("gzip that is cut or goes on")
    return raw


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# ── the signature ────────────────────────────────────────────────────────────


def log_path(device: str) -> str:
    """Where a device appends to its log. It is signed: nothing may rewrite it."""
    return f"/api/v1/devices/{device}/log"


def signed_text(method: str, path: str, first: int, body: bytes) -> bytes:
    """What is signed. There is no clock in it: a tablet's clock lies."""
    lines = ("wardvoice1", method, path, str(first), sha256(body))
    return "\n".join(lines).encode()


def elder_text(device: str, succeeds: str, begins: int) -> bytes:
    """What an elder signs for the device that enrols: that it was this file before, and
    where its own log began. So nobody can have another one's device enrolled."""
    return "\n".join(("wardvoice1 elder", device, succeeds, str(begins))).encode()


def is_elder(
    public_key: bytes, signature: bytes, device: str, succeeds: str, begins: int
) -> bool:
    """Whether this key signed `elder_text`."""
    return _is_signed(public_key, signature, elder_text(device, succeeds, begins))


def successor_text(device: str, succeeds: str, begins: int) -> bytes:
    """What the device `succeeds` signs: that its log goes on as `device`, from row
    `begins` on. So nobody can go on with another one's responses."""
    return "\n".join(("wardvoice1 successor", device, succeeds, str(begins))).encode()


def is_predecessor(
    public_key: bytes, signature: bytes, device: str, succeeds: str, begins: int
) -> bool:
    """Whether this key is that of the device `succeeds`, and signed
    `successor_text`."""
    text = successor_text(device, succeeds, begins)
    is_its_key = device_id(public_key) == succeeds
    return is_its_key and _is_signed(public_key, signature, text)


def _is_signed(public_key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        VerifyKey(public_key).verify(text, signature)
    except (CryptoError, ValueError):
        return False
    return True


def signature_header(
    sign: Callable[[bytes], bytes], method: str, path: str, first: int, body: bytes
) -> str:
    """The value of SIGNATURE_HEADER. `first` stands in it too, so that the signature
    of a body that nobody can read can still be checked."""
    signature = sign(signed_text(method, path, first, body))
    return f"first={first}, ed25519={base64.b64encode(signature).decode()}"


def check_signature(
    header: str | None, public_key: bytes, method: str, path: str, body: bytes
) -> int:
    """The signed `first`, if this key signed this request; else BadSignature."""
    found = _SIGNATURE.fullmatch(header or "")
    if found is None:
        raise BadSignature("no signature")
    first = int(found.group(1))
    try:
        VerifyKey(public_key).verify(
            signed_text(method, path, first, body), base64.b64decode(found.group(2))
        )
    except (CryptoError, ValueError, binascii.Error) as error:
        raise BadSignature("not signed by this device") from error
    return first


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


# ── what central says ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reply:
    """What central said to a body: certainly central, and certainly to that body."""

    status: int
    have: int | None = None
    why: str = ""
    at: int | None = None
    most: int | None = None
    bundle: int | None = None
    now: str = ""


def reply_body(sent: bytes, **words: object) -> bytes:
    """Central's answer to the body `sent`, as it came over the wire."""
    return _json({**words, "sha256": sha256(sent)})


def read_reply(status: int, content: bytes, sent: bytes) -> Reply | None:
    """None when this is not central's answer to `sent`: a captive portal, a proxy, an
    answer to another batch, half an answer."""
    if len(content) > MAX_BYTES:
        return None
    try:
        data = read_json(content)
    except Unreadable:
        return None
    if not isinstance(data, dict) or data.get("sha256") != sha256(sent):
        return None
    why, now = data.get("why", ""), data.get("now", "")
    if not isinstance(why, str) or not isinstance(now, str):
        return None
    numbers = {word: data.get(word) for word in ("have", "at", "most", "bundle")}
    if not all(number is None or _is_seq(number) for number in numbers.values()):
        return None
    return Reply(status=status, why=why, now=now, **numbers)
