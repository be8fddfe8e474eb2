"""A mail server on a socket: it takes mails, refuses them, hangs, or lets go."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from tests.central.served import database_url, free_port

SENDER = "Wardvoice <wardvoice@example.org>"
PUBLIC_URL = "https://wardvoice.example.org"


@dataclass
class Came:
    """One mail that the server has taken in, whether or not anybody was told so."""

    sender: str
    to: list[str]
    raw: bytes
    tls: bool
    login: bytes | None

    @property
    def mail(self):
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def id(self):
        return self.mail["Message-ID"]


@dataclass
class Office:
    """`replies`: by address, what is said of it instead of 250; of a list one a try.
    `at`: what is done at a stage (EHLO, MAIL, RCPT, DATA, QUIT), before a reply."""

    replies: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    at: dict = field(default_factory=dict)
    came: list[Came] = field(default_factory=list)
    greeted: int = 0
    port: int = 0

    def ids(self):
        return Counter(one.id for one in self.came)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greeted += 1
        await self._at("EHLO")
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        await self._at("MAIL")
        if reply := self.replies.get("sender"):
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        await self._at("RCPT")
        reply = self.replies.get(address)
        if isinstance(reply, list):
            reply = reply.pop(0) if reply else None
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        login = getattr(session.auth_data, "login", None)
        tls = session.ssl is not None
        self.came.append(
            Came(envelope.mail_from, envelope.rcpt_tos, envelope.content, tls, login)
        )
        await self._at("DATA")
        return self.data.get(envelope.rcpt_tos[0], "250 taken")

    async def handle_QUIT(self, server, session, envelope):
        await self._at("QUIT")
        return "221 bye"

    async def _at(self, stage):
        if stage in self.at:
            done = self.at[stage]()
            if hasattr(done, "__await__"):
                await done


@contextmanager
def open_office(**words):
    office = Office()
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), **words)
    controller.start()
    office.port, office.greeted = controller.port, 0
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def listening(talk):
    """A server of a few lines: `talk` gets each connection, in a thread."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        calls, over = [], threading.Event()

        def answer():
            while not over.is_set():
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                calls.append(one)
                threading.Thread(target=_talk, args=(talk, one), daemon=True).start()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], calls
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for one in calls:
            one.close()


def _talk(talk, one):
    with suppress(OSError):
        talk(one)


# ── the program itself ───────────────────────────────────────────────────────


def environ(port, **more):
    return {
        **os.environ,
        "WARDVOICE_DATABASE": database_url(),
        "WARDVOICE_MAIL_HOST": "127.0.0.1",
        "WARDVOICE_MAIL_PORT": str(port),
        "WARDVOICE_MAIL_TLS": "none",
        "WARDVOICE_MAIL_FROM": SENDER,
        "WARDVOICE_PUBLIC_URL": PUBLIC_URL,
        **more,
    }


def program(port, *words, **more):
    """`wardvoice-central morning`, begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "central", "morning", *words],
        env=environ(port, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(port, *words, **more):
    one = program(port, *words, **more)
    out, err = one.communicate(timeout=90)
    return one.returncode, out, err


def kill(one):
    """As a power cut does, and it is over when this returns."""
    one.send_signal(signal.SIGKILL)
    while True:
        state = _state(one.pid)
        if state in ("Z", ""):
            return
        time.sleep(0.01)


def _state(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return re.sub(r"^.*\) ", "", file.read())[0]
    except FileNotFoundError:
        return ""


def figures(out):
    """(sent, again, refused) of what the command has written."""
    found = re.search(r"(\d+) sent, (\d+) to be tried again, (\d+) refused", out)
    assert found, out
    return tuple(map(int, found.groups()))
