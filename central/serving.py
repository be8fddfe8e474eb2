"""What does each of the server's workers run? The application, and not a second more
than the program that started it: a killed server must not leave workers that answer.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from central.wsgi import application

__all__ = ["application"]

_PR_SET_PDEATHSIG = 1


def _end_with_the_parent() -> None:
    """Linux ends this process when its parent ends, however that ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it had ended before that
        os.kill(os.getpid(), signal.SIGKILL)


_end_with_the_parent()
