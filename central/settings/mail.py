"""How does a mail leave central?

By the hospital's own SMTP server, into a folder (for a demonstration), or not at all:
without these settings no mail is sent. A setting that is half done stops the start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from feedback.settings import (
    Environ,
    SettingError,
    choice,
    path,
    secret,
    text,
    url,
    whole,
)

HOST = "WARDVOICE_MAIL_HOST"
PORT = "WARDVOICE_MAIL_PORT"
TLS = "WARDVOICE_MAIL_TLS"
USER = "WARDVOICE_MAIL_USER"
PASSWORD = "WARDVOICE_MAIL_PASSWORD"  # noqa: S105, a name
SENDER = "WARDVOICE_MAIL_FROM"
FOLDER = "WARDVOICE_MAIL_FOLDER"
HOUR = "WARDVOICE_MAIL_HOUR"
PUBLIC_URL = "WARDVOICE_PUBLIC_URL"

STARTTLS, TLS_ALONE, NO_TLS = "starttls", "tls", "none"
_PORTS = {STARTTLS: 587, TLS_ALONE: 465, NO_TLS: 25}

MEANING: Mapping[str, str] = {
    HOST: "the SMTP server that takes the morning mails; without it none is sent",
    PORT: "its port; 587, 465 or 25 by what is set next",
    TLS: "starttls, tls (from the first byte) or none; starttls if it is not set",
    USER: "who logs in there, if anybody must",
    PASSWORD: f"their password; {PASSWORD}_FILE names a file that holds it",
    SENDER: "whom the mails are from: wardvoice@example.org",
    HOUR: "1 to 23: by when they are there, on London's clock; 7 if it is not set",
    PUBLIC_URL: "the address of the pages, for the mails' links",
    FOLDER: f"instead of {HOST}: mails become files there, as in the demonstration",
}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`folder`: files instead of mails. `host` is "" then, and where none are sent."""

    host: str = ""
    port: int = 0
    tls: str = STARTTLS
    user: str = ""
    password: str = ""
    sender: str = ""
    folder: Path | None = None
    hour: int = 7
    public_url: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.host or self.folder)


def read_mail(environ: Environ) -> MailSettings:
    """The settings; SettingError for one that is wrong, or is missing beside others."""
    hour = whole(environ, HOUR, 7, 1, 23)
    host = environ.get(HOST, "").strip()
    given = [name for name in (PORT, TLS, USER, SENDER) if environ.get(name)]
    if environ.get(FOLDER):
        if host:
            raise SettingError(f"{HOST} must be left out where {FOLDER} is set")
        return MailSettings(
            sender=_sender(environ, "wardvoice@localhost"),
            folder=path(environ, FOLDER),
            hour=hour,
            public_url=url(environ, PUBLIC_URL),
        )
    if not host:
        if given:
            raise SettingError(f"{HOST} must be set too where {given[0]} is")
        return MailSettings(hour=hour)
    if re.search(r"[\s/@]", host):
        raise SettingError(f"{HOST} must be a server's name, not {host!r}")
    return _by_smtp(environ, host, hour)


def _by_smtp(environ: Environ, host: str, hour: int) -> MailSettings:
    tls = choice(environ, TLS, STARTTLS, list(_PORTS))
    user = environ.get(USER, "").strip()
    if user and tls == NO_TLS:
        raise SettingError(f"{TLS} must be starttls or tls: a password goes over it")
    return MailSettings(
        host=host,
        port=whole(environ, PORT, _PORTS[tls], 1, 65535),
        tls=tls,
        user=user,
        password=secret(environ, PASSWORD) if user else "",
        sender=_sender(environ),
        hour=hour,
        public_url=url(environ, PUBLIC_URL),
    )


def _sender(environ: Environ, default: str | None = None) -> str:
    sender = text(environ, SENDER, default)
    _, address = parseaddr(sender)
    if not _ADDRESS.fullmatch(address) or re.search(r"[\r\n]", sender):
        raise SettingError(
            f"{SENDER} must be an address such as wardvoice@example.org, not {sender!r}"
        )
    return sender


def domain_of(mail: MailSettings) -> str:
    """The right side of our Message-IDs: the host of the pages."""
    return urlsplit(mail.public_url).hostname or "wardvoice.invalid"


def mail_line(mail: MailSettings) -> str:
    """What a technician reads when central starts."""
    if mail.folder:
        return f"morning mails become files in {mail.folder}, by {mail.hour:02}:00"
    if mail.host:
        return f"morning mails go out by {mail.host}:{mail.port}, by {mail.hour:02}:00"
    return f"no morning mails are sent: {HOST} is not set"
