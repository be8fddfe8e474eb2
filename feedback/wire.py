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

from feedback.answer import WIRE_WORDS, Answer

VERSION = 1
MAX_ANSWERS = 1_000
MAX_BYTES = 1_000_000
MAX_SEQ = 2**53 - 1  # what every JSON reader can count to, and how far numbers go
MAX_DEPTH = 50  # of lists and objects within one another; ours go to 6
MAX_ELDERS = 50  # devices that a file was before its forks, in an enrolment
VALUE_CHARS = 24_000  # a sealed comment of 16,000 bytes, with room
WORD_CHARS = 200

_WIRE_WORDS = frozenset(WIRE_WORDS)
_SURROGATE = re.compile("[\ud800-\udfff]")

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
    data = read_json(_plain(body, encoding))
    if not isinstance(data, dict):
        raise Unreadable("not a batch")
    version = data.get("version")
    if type(version) is int and version > VERSION:
        raise WrongVersion(version)
    if version != VERSION or type(version) is not int:
        raise Unreadable("no version")
    return _batch(data)


def _batch(data: dict[str, Any]) -> Batch:
    answers, status = data.get("answers"), data.get("status", {})
    if not isinstance(answers, list) or not isinstance(status, dict):
        raise Unreadable("no list of answers, or no status")
    if not _is_storable(status):
        raise Unreadable("status holds characters that no database keeps")
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
    return len(text) <= WORD_CHARS and _is_text(text)


def _check_each(raw: dict[str, Any]) -> None:
    for word, value in raw.items():
        if not isinstance(value, str):
            raise Malformed(f"{word} is not text")
        if len(value) > (VALUE_CHARS if word == "value" else WORD_CHARS):
            raise Malformed(f"{word} is too long")
        if not _is_storable(value):
            raise Malformed(f"{word} holds characters that no database keeps")


def _is_text(text: str) -> bool:
    """SQLite takes NUL, PostgreSQL refuses it; a lone surrogate is no text at all."""
    # Most words are ASCII, of which Python need not look at each letter.
    return "\0" not in text and (text.isascii() or not _SURROGATE.search(text))


def _is_storable(value: object) -> bool:
    """Whether every text in this JSON value can be kept by every database."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str) and not _is_text(one):
            return False
        if isinstance(one, dict):
            rest += [*one, *one.values()]
        if isinstance(one, list):
            rest += one
    return True


def read_json(raw: bytes) -> Any:
    """Strict JSON: UTF-8 without a mark, no key twice, no NaN, no number that another
    reader would round, and nothing so deep that it could not be written elsewhere."""
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_no_key_twice,
            parse_constant=_no_constant,
            parse_int=_int,
            parse_float=_float,
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON that can be trusted") from error
    if _is_deep(value):
        raise Unreadable(f"lists or objects more than {MAX_DEPTH} deep")
    return value


def _is_deep(value: object) -> bool:
    """How deep Python itself goes depends on who calls: what was read where the stack
    is low could not be written where it is high."""
    level: list[Any] = [value] if type(value) is dict or type(value) is list else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) is dict or type(inner) is list  # isinstance is slower
        ]
        if not level:
            return False
    return True


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(text: str) -> object:
    raise ValueError(text)


def _int(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_SEQ:
        raise ValueError("a number too long")
    return number


def _float(text: str) -> float:
    if not abs(number := float(text)) <= MAX_SEQ:
        raise ValueError("a number too large")
    return number


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
    try:
        VerifyKey(public_key).verify(elder_text(device, succeeds, begins), signature)
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
