"""How does a key follow another, so that nothing sealed before is lost?

Each change is a new keys document, signed by the root's seed where that lies: on an
offline copy, never on the server. A new comment key is written to that copy first, so
no device seals for a key of which there is no copy. Old comment keys stay. Then the
server's files change, the document last but for names that follow it: a crash leaves
the old state or the new one. Devices are told at the end, or by the next start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path

from nacl.signing import SigningKey

from central.keys import (
    DOCUMENT,
    NEXT,
    ONLINE,
    ROOT,
    ROOT_SEED,
    KeysError,
    NotThere,
    comment_file,
    online_keys,
    read_key,
    trusted_document,
    write_new,
)
from feedback.bundle import Keys, keys_document, sign_document
from feedback.folder import sync_folder
from feedback.seal import new_key_pair


@dataclass(frozen=True, slots=True)
class Signer:
    """The root's seed, read from an offline copy, and that copy's folder."""

    seed: bytes = field(repr=False)
    copy: Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One change of keys at a time, after one that was cut short has been ended."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX)
        settle(folder)
        yield
    finally:
        os.close(handle)


def signer(folder: Path, seed_file: Path) -> Signer:
    """The root's seed in this file of an offline copy. KeysError when it is not this
    organisation's, or lies in the server's own folder."""
    copy = seed_file.parent
    if copy.exists() and copy.samefile(folder):
        raise KeysError(
            f"{seed_file} is in the server's own folder: nothing is offline yet. First "
            "`wardvoice-central keys copy FOLDER` to a stick, then take root.seed away "
            "from here, and name the one on the stick"
        )
    try:
        seed = read_key(seed_file)
    except NotThere as error:
        raise KeysError(f"{seed_file} is not there. Is the stick mounted?") from error
    root, *_ = trusted_document(folder)
    if bytes(SigningKey(seed).verify_key) != root:
        raise KeysError(f"{seed_file} is not the seed of {folder / ROOT}")
    return Signer(seed, copy)


def rotate_comment(folder: Path, by: Signer, version: int) -> str:
    """A new comment key, which devices seal for from now on; its name."""
    keys = online_keys(folder).keys
    public, private = new_key_pair()
    name = _free_name(keys, folder, by.copy)
    for place in (by.copy, folder):
        write_new(place / comment_file(name), private.hex())
    comment_keys = {**keys.comment_keys, name: public}
    _publish(folder, by.seed, keys_document(version, keys.online, comment_keys, name))
    return name


def rotate_online(folder: Path, by: Signer, version: int) -> None:
    """A new online key. What the old one signs is refused by every device that has the
    new document."""
    keys, new = online_keys(folder).keys, SigningKey.generate()
    replace(folder / f"{ONLINE}{NEXT}", bytes(new).hex())
    document = keys_document(
        version, bytes(new.verify_key), keys.comment_keys, keys.comment_key
    )
    _publish(folder, by.seed, document)


def rotate_root(folder: Path, copy: Path, version: int) -> None:
    """A new root, whose seed is written to `copy` alone. Every device must be enrolled
    again: none believes a document of a root that it has not learnt (ADR 13)."""
    if copy.exists() and copy.samefile(folder):
        raise KeysError("the root's seed must not lie on the server: name a stick")
    if not (copy / DOCUMENT).exists():
        # A stick that is not mounted is a folder of the server's own disk.
        raise KeysError(
            f"{copy} is no copy of the keys: nothing was changed. Is the stick "
            f"mounted? A new one first gets all: wardvoice-central keys copy {copy}"
        )
    keys, new = online_keys(folder).keys, SigningKey.generate()
    replace(folder / f"{ROOT}{NEXT}", bytes(new.verify_key).hex())
    put_aside(copy / ROOT_SEED)
    write_new(copy / ROOT_SEED, bytes(new).hex())
    document = keys_document(version, keys.online, keys.comment_keys, keys.comment_key)
    _publish(folder, bytes(new), document)


def put_aside(seed_file: Path) -> None:
    """A root's seed that another one follows is kept, under a name of its own."""
    if not seed_file.exists():
        return
    number = 1
    while (aside := seed_file.with_name(f"{seed_file.name}.old{number}")).exists():
        number += 1
    os.replace(seed_file, aside)


def settle(folder: Path) -> None:
    """Give what fits the document its name: a change may have been cut short."""
    found = online_keys(folder)
    for name, content in ((ROOT, found.root_public), (ONLINE, found.online_seed)):
        if read_key(folder / name) != content:
            replace(folder / name, content.hex())
        (folder / f"{name}{NEXT}").unlink(missing_ok=True)
    sync_folder(folder)


def _publish(folder: Path, seed: bytes, document: Mapping[str, object]) -> None:
    replace(folder / DOCUMENT, sign_document(document, seed))
    settle(folder)


def _free_name(keys: Keys, *folders: Path) -> str:
    """c2, c3 …: never a name that a key has had, also one that came to nothing."""
    number = 1
    while f"c{number}" in keys.comment_keys or any(
        (folder / comment_file(f"c{number}")).exists() for folder in folders
    ):
        number += 1
    return f"c{number}"


def replace(path: Path, content: str) -> None:
    """The file's new content, whole or not at all, whatever breaks off."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    write_new(beside, content)
    os.replace(beside, path)
    sync_folder(path.parent)
