"""What must be known before central starts?

Read once, from the environment. A bad setting raises SettingError, which names the
variable and says what it should be.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from central.settings import mail
from central.settings.mail import MailSettings, read_mail
from feedback.settings import Environ, SettingError, path, secret, text, whole

DATABASE = "WARDVOICE_DATABASE"
SECRET_KEY = "WARDVOICE_SECRET_KEY"  # noqa: S105, a name
HOSTS = "WARDVOICE_HOSTS"
KEYS_DIR = "WARDVOICE_KEYS_DIR"
ERASURES = "WARDVOICE_ERASURES"
ORGANISATION = "WARDVOICE_ORGANISATION"
PORT = "WARDVOICE_PORT"

# What each variable is for, as `wardvoice-central --help` prints it.
MEANING: Mapping[str, str] = {
    DATABASE: "sqlite:///path or postgresql://user:password@host:port/name",
    SECRET_KEY: f"50 random characters; {SECRET_KEY}_FILE names a file that holds them",
    HOSTS: "the names that browsers use for this server, with commas between",
    KEYS_DIR: "the folder of the keys that `wardvoice-central keys` makes",
    ERASURES: "a file outside the database's backups that remembers what was erased",
    ORGANISATION: "the name that patients see, such as a trust's",
    PORT: "where to listen, on 127.0.0.1; a proxy with TLS stands in front",
    **mail.MEANING,
}
SECRET_CHARS = 32


@dataclass(frozen=True, slots=True)
class Database:
    """`engine` is Django's name of it; `name` is a path for SQLite."""

    engine: str
    name: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""

    @property
    def is_sqlite(self) -> bool:
        return self.engine.endswith("sqlite3")


@dataclass(frozen=True, slots=True)
class Settings:
    database: Database
    secret_key: str
    secret_key_given: bool
    hosts: tuple[str, ...]
    keys_dir: Path
    erasures: Path
    organisation: str
    port: int
    mail: MailSettings

    @property
    def behind_tls(self) -> bool:
        """A server for this machine alone (a demo, tests) speaks plain HTTP."""
        return not all(_is_loopback(host) for host in self.hosts)


def read_settings(environ: Environ) -> Settings:
    """The settings; SettingError for one that is wrong."""
    key = _secret_key(environ)
    return Settings(
        database=_database(text(environ, DATABASE, "sqlite:///wardvoice.sqlite3")),
        # Without a key each start has its own: good for a command, not for a server.
        secret_key=key or secrets.token_urlsafe(50),
        secret_key_given=bool(key),
        hosts=_hosts(text(environ, HOSTS, "localhost,127.0.0.1")),
        keys_dir=path(environ, KEYS_DIR, "keys"),
        erasures=path(environ, ERASURES, "wardvoice-erasures.jsonl"),
        organisation=text(environ, ORGANISATION, "Wardvoice"),
        port=whole(environ, PORT, 8000, 1, 65535),
        mail=read_mail(environ),
    )


def _secret_key(environ: Environ) -> str:
    if not (environ.get(SECRET_KEY) or environ.get(f"{SECRET_KEY}_FILE")):
        return ""
    key = secret(environ, SECRET_KEY)
    if len(key) < SECRET_CHARS:
        raise SettingError(f"{SECRET_KEY} must be {SECRET_CHARS} characters or more")
    return key


def _hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in value.split(",") if host.strip())
    if not hosts or any("/" in host or "*" in host for host in hosts):
        raise SettingError(
            f"{HOSTS} must be names such as wardvoice.example.org, not {value!r}"
        )
    return hosts


def _database(value: str) -> Database:
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        return Database("django.db.backends.sqlite3", value.removeprefix("sqlite:///"))
    try:
        parts = urlsplit(value)
        port = str(parts.port or "")
    except ValueError:
        raise _bad_database() from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or parts.query:
        raise _bad_database()
    return Database(
        engine="django.db.backends.postgresql",
        name=name,
        host=unquote(parts.hostname or ""),
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _bad_database() -> SettingError:
    # Not with its value: it may hold the password.
    return SettingError(f"{DATABASE} must be {MEANING[DATABASE]}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
