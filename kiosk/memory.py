"""What of a visitor may stay in this process when their visit is over?

Nothing that they wrote. Python frees a text without wiping it, and what is freed may
lie there for days. So after a visit with words the program begins again in its own
place: the kernel takes all its memory away (docs/adr/0008).
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import sys
from collections.abc import MutableMapping

PR_SET_DUMPABLE = 4
# How the program that begins again knows when the visit before it ended.
ENDED_AT = "_WARDVOICE_KIOSK_ENDED_AT"


class BeginAgain(Exception):
    """Close everything, then `begin_again`. `ended_at`: when the visit ended."""

    def __init__(self, ended_at: float) -> None:
        super().__init__()
        self.ended_at = ended_at


def never_dump() -> None:
    """No core file of this process, and its memory is nobody's to read but root's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the memory of this process stays readable")


def give_back() -> None:
    """Hand what was freed to the system, which the C library keeps otherwise: about
    10 MiB after a visit. Takes a millisecond."""
    ctypes.CDLL(None).malloc_trim(0)


def begin_again(ended_at: float) -> None:
    """Does not return: this program from its start, with the same words after it."""
    os.environ[ENDED_AT] = repr(ended_at)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606


def ended_before(environ: MutableMapping[str, str]) -> float:
    """When the visit ended behind which this program began again, by the clock that
    only grows; minus infinity if it did not."""
    try:
        return float(environ.pop(ENDED_AT, "-inf"))
    except ValueError:
        return -math.inf
