"""How does an ASGI app of ours come to answer on a port?

In this very process, with granian's own loop-embedded server: one process to watch,
one to kill, and no worker left behind that still holds the port and the log.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from typing import NoReturn

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.applications import Starlette

from feedback.open_files import room_for_connections

HEADER_TIMEOUT_MS = 5_000
HEADER_BYTES = 32_768
CONNECTIONS = 4_096  # many idle ones must leave room for Twilio's


def run(app: Starlette, host: str, port: int) -> NoReturn:
    """Answer until SIGINT or SIGTERM, and exit 0; OSError when there is no port."""
    asyncio.run(_serve(app, host, port))
    # By now the app has closed its log. granian's own threads may still call into
    # Python while an ordinary exit takes the interpreter down; that aborts (seen once
    # with a browser's idle connection open).
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _serve(app: Starlette, host: str, port: int) -> None:
    address = _address_of(host, port)
    # The app is started here, not by granian, so that why it cannot start is heard.
    async with app.router.lifespan_context(app):
        server = Server(
            app,
            address=address,
            port=port,
            interface=Interfaces.ASGINL,
            websockets=False,
            backpressure=room_for_connections(CONNECTIONS),
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=HEADER_BYTES
            ),
            log_enabled=False,  # the app logs for itself, and only what may be logged
        )
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, server.stop)
        await server.serve()


def _address_of(host: str, port: int) -> str:
    """The address behind the name, if the port there is free; OSError if it is not."""
    try:
        with socket.create_server((host, port)) as probe:
            return str(probe.getsockname()[0])
    except OSError as error:
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}") from error
