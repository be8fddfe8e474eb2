"""Can anyone but the organisation read this comment?

A comment is sealed where it is said, before the first write: a libsodium sealed box
for the organisation's public key. The device cannot open it again. A sealed box says
nothing of what it belongs to, so the response and the question are inside, in a first
line of JSON; the text follows, padded with NUL so that its length tells little.

    SealError
    ├── NotSealed    this is not a sealed comment
    ├── UnknownKey   sealed for a key that is not among these (`.key_id`)
    ├── Unopenable   damaged, or not for this key
    └── Swapped      it opens, and belongs to another response or question
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from feedback.text import clean_comment

BUCKETS = (256, 1_024, 4_096, 16_384)  # bytes of the padded text

SEALED = "seal1."  # how every sealed comment begins
_FORM = re.compile(rf"{re.escape(SEALED)}([a-z0-9-]{{1,32}})\.([A-Za-z0-9+/]+={{0,2}})")


class SealError(Exception):
    """This comment cannot be opened. It is held and shown as such, never lost."""


class NotSealed(SealError):
    pass


class Unopenable(SealError):
    pass


class Swapped(SealError):
    pass


class UnknownKey(SealError):
    def __init__(self, key_id: str) -> None:
        super().__init__(f"sealed for the key {key_id}, which is not here")
        self.key_id = key_id


def new_key_pair() -> tuple[bytes, bytes]:
    """A fresh X25519 pair: (public, private), 32 bytes each."""
    key = PrivateKey.generate()
    return bytes(key.public_key), bytes(key)


def is_sealed(value: str) -> bool:
    return _FORM.fullmatch(value) is not None


def seal(
    text: str, response: str, question: str, key_id: str, public_key: bytes
) -> str:
    """`seal1.<key id>.<base64>` of the cleaned text; empty for an empty comment."""
    words = clean_comment(text).encode()
    if not words:
        return ""
    size = next(bucket for bucket in BUCKETS if len(words) <= bucket)
    head = json.dumps({"response": response, "question": question}).encode()
    # Not as JSON: a text of quotes would become twice as long, and tell its length.
    raw = head + b"\n" + words.ljust(size, b"\0")
    box = SealedBox(PublicKey(public_key)).encrypt(raw)
    value = f"{SEALED}{key_id}.{base64.b64encode(box).decode()}"
    assert is_sealed(value), f"no name for a key: {key_id!r}"
    return value


def open_sealed(
    value: str, response: str, question: str, private_keys: Mapping[str, bytes]
) -> str:
    """The words of a sealed comment of this response and question."""
    found = _FORM.fullmatch(value)
    if found is None:
        raise NotSealed("not a sealed comment")
    key_id, box = found.groups()
    if key_id not in private_keys:
        raise UnknownKey(key_id)
    head, words = _open(box, private_keys[key_id])
    if head != {"response": response, "question": question}:
        raise Swapped("belongs to another response or question")
    # Cleaned again: anyone who holds the public key can seal a NUL.
    return clean_comment(words)


def _open(box: str, private_key: bytes) -> tuple[object, str]:
    try:
        raw = SealedBox(PrivateKey(private_key)).decrypt(base64.b64decode(box))
        head, _, words = raw.partition(b"\n")
        return json.loads(head), words.decode()
    except (CryptoError, ValueError, RecursionError) as error:
        raise Unopenable("damaged, or not for this key") from error
