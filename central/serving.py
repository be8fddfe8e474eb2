"""What does each of the server's workers run? The application, and not a second more
than the program that started it: a killed server must not leave workers that answer.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from threading import Thread

from django.conf import settings
from django.db import connection
from django.utils import timezone

from central.front import Front
from central.logs import central_logger
from central.web.overlong import limit_queries_of_pages
from central.wsgi import application as django

__all__ = ["application"]

# Threads. Appends wait for the disk, and are many to a commit; pages are made.
DEVICES_PER_CORE = 2
PAGES_PER_CORE = 1

_PR_SET_PDEATHSIG = 1
logger = central_logger()


def _end_with_the_parent() -> None:
    """Linux ends this process when its parent ends, however that ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it had ended before that
        os.kill(os.getpid(), signal.SIGKILL)


_end_with_the_parent()
_cores = os.cpu_count() or 1
application = Front(
    django, devices=DEVICES_PER_CORE * _cores, pages=max(2, PAGES_PER_CORE * _cores)
)


def _watch() -> None:
    """Whether comments still open: seen each day here, where they are opened."""
    from central.custody.proof import prove_if_due  # models: Django is ready now

    while True:
        time.sleep(settings.PROOF_LOOK_S)
        try:
            prove_if_due(timezone.now())
        except Exception as error:  # noqa: BLE001, and it is written down
            logger.error("no test comment", trouble=type(error).__name__)
        finally:
            connection.close()


def _begin() -> None:
    from central.follower import follower

    limit_queries_of_pages()
    follower.start()
    Thread(target=_watch, daemon=True).start()
    if settings.CENTRAL.mail.is_on:
        from central.morning import round as morning

        morning.start()


_begin()
