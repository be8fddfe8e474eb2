"""Is it really this device that speaks? And what exactly did it send?"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.http import HttpRequest

from central.devices.models import Device
from feedback.wire import (
    MAX_BYTES,
    SIGNATURE_HEADER,
    BadSignature,
    check_signature,
)

HASHED_BYTES = 8_000_000  # of a body that is too large, for the reply's sha256
_CHUNK_BYTES = 65_536
_DEVICE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A body as it came over the wire; `body` is None when it is too large."""

    body: bytes | None
    sha256: str


def read_sent(request: HttpRequest) -> Sent:
    """The body. Of one that is too large only the hash is kept, and only of its first
    HASHED_BYTES: what goes on after that is not worth an exact answer."""
    body = request.read(MAX_BYTES + 1)
    digest = hashlib.sha256(body)
    if len(body) <= MAX_BYTES:
        return Sent(body, digest.hexdigest())
    for _ in range(HASHED_BYTES // _CHUNK_BYTES):
        chunk = request.read(_CHUNK_BYTES)
        if not chunk:
            break
        digest.update(chunk)
    return Sent(None, digest.hexdigest())


def signed_first(request: HttpRequest, device: str, body: bytes) -> int | None:
    """The `first` that this device signed; None for anyone else.

    Says nothing about removal: that is read again under the lock.
    """
    if not _DEVICE.fullmatch(device):
        return None
    key = Device.objects.filter(id=device).values_list("public_key", flat=True).first()
    return None if key is None else signed_by(bytes.fromhex(key), request, body)


def signed_by(public_key: bytes, request: HttpRequest, body: bytes) -> int | None:
    header = request.headers.get(SIGNATURE_HEADER)
    try:
        return check_signature(
            header, public_key, request.method or "", request.path, body
        )
    except BadSignature:
        return None
