"""Whose keys are these?

The organisation's root signs the keys document; the online key signs bundles; comments
are sealed for a comment key. All lie in one folder, readable by central alone. The
root's seed is needed only to sign a new keys document: keep it offline.

    root.pub  root.seed  online.seed  keys.json  comment-<id>.key
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import SigningKey

from central.settings import CENTRAL
from feedback.bundle import keys_document, sign_document
from feedback.seal import new_key_pair

FIRST_COMMENT_KEY = "c1"


class KeysError(Exception):
    """The keys are not as they must be; the text says what to do."""


@dataclass(frozen=True, slots=True)
class OnlineKeys:
    """What central needs to answer devices."""

    root_public: bytes
    online_seed: bytes
    signed_keys: str


def make_keys(folder: Path) -> None:
    """Make all keys of a new organisation. KeysError if any is there already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise KeysError(f"{folder} is not empty: keys are never overwritten")
    root, online = SigningKey.generate(), SigningKey.generate()
    public, private = new_key_pair()
    document = keys_document(
        1, bytes(online.verify_key), {FIRST_COMMENT_KEY: public}, FIRST_COMMENT_KEY
    )
    for name, content in {
        "root.pub": bytes(root.verify_key).hex(),
        "root.seed": bytes(root).hex(),
        "online.seed": bytes(online).hex(),
        f"comment-{FIRST_COMMENT_KEY}.key": private.hex(),
        "keys.json": sign_document(document, bytes(root)),
    }.items():
        _write(folder / name, content)


def _write(path: Path, content: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{content}\n")
        file.flush()
        os.fsync(file.fileno())


def online_keys(folder: Path | None = None) -> OnlineKeys:
    """KeysError when they are not there: run `wardvoice-central keys` first."""
    where = folder or CENTRAL.keys_dir
    return OnlineKeys(
        root_public=_read_hex(where / "root.pub"),
        online_seed=_read_hex(where / "online.seed"),
        signed_keys=_read(where / "keys.json").strip(),
    )


def comment_private_keys(folder: Path | None = None) -> dict[str, bytes]:
    """The private keys by their names; none where the folder has none."""
    where = folder or CENTRAL.keys_dir
    return {
        path.stem.removeprefix("comment-"): _read_hex(path)
        for path in sorted(where.glob("comment-*.key"))
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise KeysError(
            f"{path} cannot be read ({error.strerror}): wardvoice-central keys makes it"
        ) from error


def _read_hex(path: Path) -> bytes:
    try:
        raw = bytes.fromhex(_read(path).strip())
    except ValueError as error:
        raise KeysError(f"{path} is not a key") from error
    if len(raw) != 32:
        raise KeysError(f"{path} is not a key of 32 bytes")
    return raw
