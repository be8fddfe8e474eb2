"""Whose keys are these?

The organisation's root signs the keys document; the online key signs bundles; comments
are sealed for a comment key. All lie in one folder, readable by central alone. The
root's seed is needed only to sign a new keys document: keep it offline.

    root.pub  root.seed  online.seed  keys.json  comment-<id>.key

The document decides. While a key is being changed, its new half lies beside the old
one as `.next`; whichever fits the document is used, so no crash leaves central without.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from central.settings import CENTRAL
from feedback.bundle import BundleError, Keys, keys_document, read_keys, sign_document
from feedback.folder import sync_folder
from feedback.seal import new_key_pair

ROOT, ROOT_SEED, ONLINE, DOCUMENT = "root.pub", "root.seed", "online.seed", "keys.json"
NEXT = ".next"
FIRST_COMMENT_KEY = "c1"
UNREADABLE, WRONG = "unreadable", "wrong"


class KeysError(Exception):
    """The keys are not as they must be; the text says what to do."""


class NotThere(KeysError):
    """A file of keys is not there; the text is about the server's folder."""


@dataclass(frozen=True, slots=True)
class OnlineKeys:
    """What central needs to answer devices. `keys` is what the document says."""

    root_public: bytes
    online_seed: bytes = field(repr=False)
    signed_keys: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Ring:
    """The comment keys of a folder: those that open, by name, and why others do not
    (`unreadable`, or `wrong`: not the half of what the document says)."""

    opens: Mapping[str, bytes] = field(repr=False)
    broken: Mapping[str, str]


# ── making ───────────────────────────────────────────────────────────────────


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
        ROOT: bytes(root.verify_key).hex(),
        ROOT_SEED: bytes(root).hex(),
        ONLINE: bytes(online).hex(),
        comment_file(FIRST_COMMENT_KEY): private.hex(),
        DOCUMENT: sign_document(document, bytes(root)),
    }.items():
        write_new(folder / name, content)


def comment_file(name: str) -> str:
    return f"comment-{name}.key"


def write_new(path: Path, content: str) -> None:
    """A file for its owner alone, on disk when this returns. An old one is an error."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{content}\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


# ── reading ──────────────────────────────────────────────────────────────────


def online_keys(folder: Path | None = None) -> OnlineKeys:
    """KeysError when they are not there (run `wardvoice-central keys` first), or when
    root, document and online key do not belong together: no device would take them."""
    where = folder or CENTRAL.keys_dir
    root, signed, keys = trusted_document(where)
    for seed in (read_key(where / ONLINE), *_next(where / ONLINE)):
        if bytes(SigningKey(seed).verify_key) == keys.online:
            return OnlineKeys(root, seed, signed, keys)
    raise KeysError(
        f"{where / ONLINE} is not the online key of {DOCUMENT}: no device would take a "
        "bundle. Put both back from one copy"
    )


def trusted_document(where: Path) -> tuple[bytes, str, Keys]:
    """The root's public key, the document that it signed, and what that says."""
    roots = [read_key(where / ROOT), *_next(where / ROOT)]
    signed = read_text(where / DOCUMENT).strip()
    trouble: BundleError | None = None
    for root in roots:
        try:
            return root, signed, _what_is_signed(signed, root)
        except BundleError as error:
            trouble = error
    raise KeysError(
        f"{where / DOCUMENT} cannot be trusted: {trouble}. Put it and {ROOT} back from "
        "one copy"
    )


# By what the files hold, so a changed file is never taken for the one before it. Each
# batch with a comment needs both: 0.08 ms of CPU so, 0.2 ms without.
_what_is_signed = lru_cache(maxsize=8)(read_keys)


@lru_cache(maxsize=64)
def _public_half(private: bytes) -> bytes:
    return bytes(PrivateKey(private).public_key)


def _next(path: Path) -> list[bytes]:
    beside = path.with_name(path.name + NEXT)
    return [read_key(beside)] if beside.exists() else []


def comment_ring(folder: Path | None = None) -> Ring:
    """Every comment key of the folder. One that is broken spoils no other, and without
    a document that can be trusted each is taken as it is: opening must go on."""
    where = folder or CENTRAL.keys_dir
    public = _public_halves(where)
    opens, broken = {}, {}
    for path in sorted(where.glob(comment_file("*"))):
        name = path.stem.removeprefix("comment-")
        try:
            private = read_key(path)
        except KeysError:
            broken[name] = UNREADABLE
            continue
        if public.get(name) in (None, _public_half(private)):
            opens[name] = private
        else:
            broken[name] = WRONG
    return Ring(opens, broken)


def _public_halves(where: Path) -> Mapping[str, bytes]:
    try:
        return trusted_document(where)[2].comment_keys
    except KeysError:
        return {}


def comment_private_keys(folder: Path | None = None) -> Mapping[str, bytes]:
    """The private keys that open, by their names; none where the folder has none."""
    return comment_ring(folder).opens


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise KeysError(f"{path} is damaged") from error
    except FileNotFoundError as error:
        raise NotThere(
            f"{path} is not there: `wardvoice-central keys` makes it, once. If it was "
            "there before, put it back from an offline copy"
        ) from error
    except OSError as error:
        raise KeysError(f"{path} cannot be read ({error.strerror})") from error


def read_key(path: Path) -> bytes:
    try:
        raw = bytes.fromhex(read_text(path).strip())
    except ValueError as error:
        raise KeysError(f"{path} is not a key") from error
    if len(raw) != 32:
        raise KeysError(f"{path} is not a key of 32 bytes")
    return raw
