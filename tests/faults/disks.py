"""A disk that fills up, dies and loses its power under a log.

A real ext4 on a loop device, which only root can have. Without root a log lies in a
plain folder, and the storm is one without the disk's faults: it says so.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from tests.feedback.test_powerloss import Plug, why_not


class Disk:
    """`is_real`: it can fail. `folder` is where files lie."""

    def __init__(self, place: Path, real: bool) -> None:
        place.mkdir()
        self._plug = Plug(place) if real and not why_not() else None
        self.folder = place
        if self._plug:
            self._plug.__enter__()
            self.folder = self._plug.mount

    @property
    def is_real(self) -> bool:
        return self._plug is not None

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Not a byte more goes in."""
        size = os.statvfs(self.folder)
        free = size.f_bfree * size.f_frsize
        with self._ballast.open("wb", buffering=0) as file:
            while free > 512:
                try:
                    os.posix_fallocate(
                        file.fileno(), os.fstat(file.fileno()).st_size, free
                    )
                except OSError:
                    free //= 2

    def free(self) -> None:
        """For good: without the sync a power cut would bring the ballast back."""
        self._ballast.unlink(missing_ok=True)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def die(self) -> None:
        """The kernel turns it read-only in the middle of what is written, as it does
        with one that fails."""
        assert self._plug is not None
        abort = ("mount", "-o", "remount,abort", self._plug.loop, self._plug.mount)
        subprocess.run(abort, check=True, capture_output=True)

    def cut(self) -> None:
        assert self._plug is not None
        self._plug.cut()

    def back_on(self) -> None:
        """Mounted again, when nothing has a file of it open."""
        assert self._plug is not None
        self._plug.back_on()

    def close(self) -> None:
        if self._plug is None:
            return
        loop, mount = self._plug.loop, str(self._plug.mount)
        # Also when a test broke off with a program still on it.
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(("umount", "-l", mount), check=True, capture_output=True)
        subprocess.run(("losetup", "-d", loop), check=False, capture_output=True)
        self._plug = None
