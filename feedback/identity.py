"""Whose log is this?

The device's key lies in the log's own file and is minted with it, so a log exists
before anyone enrols it, and a new file is a new device.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from nacl.signing import SigningKey

from feedback.answer import device_id


@dataclass(frozen=True, slots=True)
class Identity:
    """The key in use. `succeeds`: after a fork, the device before it and the first
    row that is this one's; `key_before`: that device's key."""

    device: str
    key: SigningKey
    succeeds: tuple[str, int] | None
    key_before: SigningKey | None


@dataclass(frozen=True, slots=True)
class Elder:
    """A device that this file was before a fork: its key still lies here, and the rows
    `first` to `last` are its own for ever. Its log began at `begins`, where it
    succeeded another device, if `succeeds` names one, whose key is `key_before`."""

    device: str
    key: SigningKey
    first: int
    last: int
    succeeds: str
    begins: int
    key_before: SigningKey | None

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self.key.sign(message).signature


def mint(connection: sqlite3.Connection, begins: int) -> str:
    """Give the file a new key from row `begins` on; returns the new device."""
    key = SigningKey.generate()
    device = device_id(bytes(key.verify_key))
    connection.execute(
        "INSERT INTO device (id, seed, begins) VALUES (?, ?, ?)",
        (device, bytes(key), begins),
    )
    return device


def identity_now(connection: sqlite3.Connection, known: Identity | None) -> Identity:
    """The identity that the file has now. Asked each time: another program may have
    forked the file (the agent does, when it enrols again) while this one writes."""
    newest = connection.execute(
        "SELECT id, seed, begins FROM device ORDER BY ordinal DESC LIMIT 2"
    ).fetchall()
    device, seed, begins = newest[0]
    if known is not None and device == known.device:
        return known
    if len(newest) == 1:
        return Identity(device, SigningKey(seed), None, None)
    before, seed_before, _ = newest[1]
    key_before = SigningKey(seed_before)
    return Identity(device, SigningKey(seed), (before, begins), key_before)


def elders_among(
    devices: Sequence[tuple[str, bytes, int]], purged_to: int
) -> list[Elder]:
    """The elders among all (id, seed, begins) of a file, in order: all but the last
    one, which is in use. One of which no row is left has nothing to say."""
    found = []
    for place, (device, seed, begins) in enumerate(devices[:-1], 1):
        first = max(begins, purged_to + 1)
        last = min(later[2] for later in devices[place:]) - 1
        if first <= last:
            key, before, key_before = SigningKey(seed), "", None
            if place > 1:
                before, seed_before, _ = devices[place - 2]
                key_before = SigningKey(seed_before)
            found.append(Elder(device, key, first, last, before, begins, key_before))
    return found
