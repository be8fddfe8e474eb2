"""Central as it was once served: Django at the door, with no deadline for a body.

`python -m tests.journey.unguarded serve`: what test_slow_clients.py must catch.
"""

import os
import sys

import django
from granian.constants import HTTPModes, Interfaces
from granian.server import Server


def serve_without_a_front():
    Server(
        "central.serving:django",  # ends with its parent
        port=int(os.environ["WARDVOICE_PORT"]),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=2 * (os.cpu_count() or 1),
        log_enabled=False,
        workers_kill_timeout=1,
    ).serve()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central.settings")
    django.setup()
    from central.__main__ import main
    from central.management.commands import serve

    serve._serve = serve_without_a_front
    sys.exit(main())
