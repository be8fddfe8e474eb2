"""`wardvoice-central serve` as it is, on a test's own database."""

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
from django.db import connection

from central.settings import CENTRAL


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Caller:
    """Speaks HTTP as Django's test client does."""

    def __init__(self, url):
        self.http = httpx.Client(base_url=url)

    def generic(self, method, path, body, content_type, headers):
        headers = {**headers, "Content-Type": content_type}
        came = self.http.request(method, path, content=body, headers=headers)
        return type(
            "Came",
            (),
            {
                "content": came.content,
                "status_code": came.status_code,
                "headers": came.headers,
            },
        )


def database_url():
    """The address of the test's database, for a program beside it."""
    name, database = connection.settings_dict["NAME"], CENTRAL.database
    if database.is_sqlite:
        return f"sqlite:///{name}"
    login = f"{database.user}:{database.password}@{database.host}:{database.port}"
    return f"postgresql://{login}/{name}"


@contextmanager
def served(module="central", lines=subprocess.DEVNULL, **environ):
    """Serve; yields the address and the program, which is killed at the end. What it
    writes goes to `lines`."""
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", module, "serve"],
        env={
            **os.environ,
            "WARDVOICE_DATABASE": database_url(),
            "WARDVOICE_PORT": str(port),
            "WARDVOICE_SECRET_KEY": secrets.token_urlsafe(50),
            **environ,
        },
        stdout=lines,
        stderr=lines,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, program)
        yield address, program
    finally:
        program.kill()
        program.wait()


def with_settings(folder, **changed):
    """The environment in which a program has these settings of Django's changed."""
    lines = ["from central.settings import *"]
    lines += [f"{name} = {value!r}" for name, value in changed.items()]
    (folder / "changed_settings.py").write_text("\n".join(lines))
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    return {"DJANGO_SETTINGS_MODULE": "changed_settings", "PYTHONPATH": path}


def wait_for(address, program):
    for _ in range(200):
        assert program.poll() is None, "it ended"
        try:
            if httpx.get(f"{address}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("it did not begin to serve")
