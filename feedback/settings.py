"""How does a program read its settings?

Once, at the start, from the environment. A bad one stops the program with the name of
the variable and what it should be. Secrets may come from a file: `X_FILE` beats `X`.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

Environ = Mapping[str, str]
SECRET_BYTES = 4_096
WHOLE_DIGITS = 18


class SettingError(Exception):
    """`WARDVOICE_X must be …`: a text for the technician who starts the program."""


def text(environ: Environ, name: str, default: str | None = None) -> str:
    value = environ.get(name, "").strip() or default
    if value is None:
        raise SettingError(f"{name} must be set")
    return value


def whole(environ: Environ, name: str, default: int, low: int, high: int) -> int:
    value = text(environ, name, str(default))
    digits = value.isascii() and value.isdecimal() and len(value) <= WHOLE_DIGITS
    if not (digits and low <= int(value) <= high):
        raise SettingError(
            f"{name} must be a whole number from {low} to {high}, not {value!r}"
        )
    return int(value)


def choice(environ: Environ, name: str, default: str, allowed: Sequence[str]) -> str:
    value = text(environ, name, default)
    if value not in allowed:
        raise SettingError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def path(environ: Environ, name: str, default: str | None = None) -> Path:
    value = text(environ, name, default)
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise SettingError(f"{name} must be a path, not {value!r}") from error


def url(environ: Environ, name: str, default: str | None = None) -> str:
    """An http or https address without a user, a query or a trailing slash."""
    value = text(environ, name, default)
    if not _is_plain_address(value):
        # It may hold a password, so it is not repeated here.
        raise SettingError(f"{name} must be an address such as https://example.org")
    return value.rstrip("/")


def _is_plain_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and parts.hostname and port != 0
    more = parts.username or parts.password or parts.query or parts.fragment
    return bool(known and not more) and not any(c.isspace() for c in value)


def secret(environ: Environ, name: str) -> str:
    """The secret in the file that `NAME_FILE` names, else in `NAME` itself.

    A file that others on the machine can read is refused.
    """
    file = environ.get(f"{name}_FILE", "").strip()
    if not file:
        return text(environ, name)
    try:
        mode = Path(file).stat().st_mode
        value = Path(file).read_bytes()[:SECRET_BYTES].decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{name}_FILE cannot be read: {error}") from error
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise SettingError(f"{name}_FILE can be read by others: chmod 600 {file}")
    if not value:
        raise SettingError(f"{name}_FILE is empty")
    return value
