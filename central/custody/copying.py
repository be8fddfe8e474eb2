"""How does an offline copy come to be whole, and stay so?"""

from __future__ import annotations

from pathlib import Path

from nacl.signing import SigningKey

from central.custody.rotating import put_aside, replace
from central.keys import (
    DOCUMENT,
    ONLINE,
    ROOT,
    ROOT_SEED,
    KeysError,
    comment_file,
    online_keys,
    read_key,
    read_text,
    trusted_document,
    write_new,
)

NAME = "copy.name"
NAME_CHARS = 80


def copy_keys(
    folder: Path,
    copy: Path,
    name: str,
    seed_file: Path | None,
    *,
    same_disk: bool = False,
) -> list[str]:
    """Bring an offline copy up to date; the files that were written. Never over another
    comment key, and never over what is newer than the server's. `seed_file`: the root's
    seed, where the server has none: on the other copy. `same_disk`: the copy may lie on
    the disk that it is there to outlive."""
    version = online_keys(folder).keys.version
    _look_where(copy, folder, same_disk)
    copy.mkdir(mode=0o700, exist_ok=True)
    if (copy / DOCUMENT).exists() and (held := _version(copy)) > version:
        raise KeysError(
            f"{copy} has version {held} of {DOCUMENT}, the server only {version}: the "
            "server was put back from an older copy. Copy the other way, by hand"
        )
    fixed = {path.name: path for path in folder.glob(comment_file("*"))}
    wrote = [one for one, path in fixed.items() if _add(path, copy / one)]
    seeds = [one for one in (folder / ROOT_SEED, seed_file) if one and one.exists()]
    wrote += [ROOT_SEED for one in seeds if _add_seed(one, copy, folder)]
    wrote += update_copy(folder, copy)
    if name:
        replace(copy / NAME, name[:NAME_CHARS])
    return sorted(wrote)


def update_copy(folder: Path, copy: Path) -> list[str]:
    """Write to the copy what a change of keys has changed on the server."""
    changing = {one: folder / one for one in (ROOT, ONLINE, DOCUMENT)}
    return [one for one, path in changing.items() if _update(path, copy / one)]


def name_of(copy: Path) -> str:
    """What people call this copy: "the safe", say."""
    if not (copy / NAME).exists():
        return "a copy without a name"
    return read_text(copy / NAME).strip()[:NAME_CHARS]


def is_copy(folder: Path) -> bool:
    """Whether anything of a copy lies in it."""
    some = (ROOT_SEED, ONLINE, DOCUMENT, NAME, comment_file("*"))
    return any(True for one in some for _ in folder.glob(one))


def _look_where(copy: Path, folder: Path, same_disk: bool) -> None:
    """A stick that is not mounted is a folder of the server's disk, or none at all. A
    copy there would look whole until the day that the disk is lost."""
    if copy.exists() and copy.samefile(folder):
        raise KeysError(f"{copy} is the server's own folder, and no offline copy")
    there = copy if copy.exists() else copy.parent
    if not there.is_dir():
        raise KeysError(
            f"there is no folder {there}: nothing was written. Is the stick mounted?"
        )
    if not same_disk and there.stat().st_dev == folder.stat().st_dev:
        raise KeysError(
            f"{copy} is on the same disk as {folder}: nothing was written. Is the "
            "stick mounted? To try it out on one machine, add --same-disk"
        )


def _version(copy: Path) -> int:
    """0 when the copy's document is not one of its own root's: it is written anew."""
    try:
        return trusted_document(copy)[2].version
    except KeysError:
        return 0


def _add(source: Path, target: Path) -> bool:
    content = read_key(source)
    if not target.exists():
        write_new(target, content.hex())
        return True
    if read_key(target) != content:
        raise KeysError(f"{target} is another key than {source}: nothing was written "
                        "over it. Find out which is right")  # fmt: skip
    return False


def _add_seed(source: Path, copy: Path, folder: Path) -> bool:
    """The seed of the server's root. That of the root before it is put aside."""
    seed, target = read_key(source), copy / ROOT_SEED
    if not fits(seed, read_key(folder / ROOT)):
        raise KeysError(f"{source} is not the seed of {folder / ROOT}")
    if target.exists() and read_key(target) == seed:
        return False
    put_aside(target)
    write_new(target, seed.hex())
    return True


def fits(seed: bytes, public: bytes) -> bool:
    return bytes(SigningKey(seed).verify_key) == public


def _update(source: Path, target: Path) -> bool:
    content = read_text(source).strip()
    if target.exists() and read_text(target).strip() == content:
        return False
    replace(target, content)
    return True
