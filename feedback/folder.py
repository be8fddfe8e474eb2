"""What is the folder of a file to us: is its name on the disk, and whose is it?"""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in this folder is on the disk when this
    returns. A power cut may take a file's name where its bytes stay."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_for_owner(file: Path) -> int:
    """The file, open; made, for its owner alone, if it is not there.

    What root makes is given to whom the folder belongs. A technician starts by hand, as
    root, what a service then does as a user of its own: a lock or a log of root's would
    keep that service out for good.
    """
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    if os.geteuid() == 0:
        owner = file.parent.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle
