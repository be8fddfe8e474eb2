"""Who may log in to the team's page, and is it really them?

A file with one `name:hash` a line, the hash by argon2id. It is read when the gateway
starts: to take somebody out, take out their line and start the gateway again, which
ends every session too. Lines that are empty or begin with # say nothing.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from feedback.settings import SettingError

USERS = "WARDVOICE_SMS_USERS"
PASSWORD_CHARS = 12  # at least, of a new one
PASSWORD_BYTES = 1_024  # at most: what is hashed is somebody else's to choose
FILE_BYTES = 65_536
ACCOUNTS = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_PART = "[A-Za-z0-9+/]+"
_HASH = re.compile(rf"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\${_PART}\${_PART}")
# About 80 ms and 64 MiB a try.
_OPS, _MEMORY = argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE


def hash_line(name: str, password: str) -> str:
    """The line for the file; ValueError in words when the name or password is none."""
    if not _NAME.fullmatch(name):
        raise ValueError("a name is letters, digits and . _ @ - only, at most 64")
    if len(password) < PASSWORD_CHARS:
        raise ValueError(f"a password has at least {PASSWORD_CHARS} characters")
    if len(password.encode()) > PASSWORD_BYTES:
        raise ValueError(f"a password has at most {PASSWORD_BYTES} bytes")
    return f"{name}:{_hashed(password.encode())}"


class Accounts:
    """`hashes`: by name."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)
        # What a name that nobody has is checked against, so that it takes as long.
        self._nobody = _hashed(b"nobody has this password")

    @classmethod
    def read(cls, path: Path) -> Accounts:
        """SettingError, without what stands there, when the file is not as above."""
        try:
            mode = path.stat().st_mode
            with path.open("rb") as file:
                raw = file.read(FILE_BYTES + 1)
            lines = raw.decode().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise SettingError(f"{USERS} cannot be read: {why}") from None
        if mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise SettingError(f"{USERS} can be read by others: chmod 600 {path}")
        if len(raw) > FILE_BYTES:
            raise SettingError(f"{USERS} must have at most {FILE_BYTES} bytes")
        return cls(_read_lines(lines))

    def check(self, name: str, password: str) -> bool:
        """Whether they belong together. Takes 80 ms, whoever asks: call it in a
        thread. The password is compared as it was sent, blanks and all."""
        given = password.encode(errors="replace")
        is_short = len(given) <= PASSWORD_BYTES
        kept = self._hashes.get(name)
        matches = _verify(kept or self._nobody, given if is_short else b"")
        return matches and is_short and kept is not None


def _read_lines(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not (_NAME.fullmatch(name) and _HASH.fullmatch(hashed)):
            raise SettingError(f"{USERS}: line {number} must be a name, : and a hash")
        if name in found:
            raise SettingError(f"{USERS}: line {number} names somebody a second time")
        found[name] = hashed
    if not 0 < len(found) <= ACCOUNTS:
        raise SettingError(f"{USERS} must name from 1 to {ACCOUNTS} people")
    return found


def _hashed(password: bytes) -> str:
    return argon2id.str(password, _OPS, _MEMORY).decode()


def _verify(hashed: str, password: bytes) -> bool:
    try:
        return argon2id.verify(hashed.encode(), password)
    except (CryptoError, MemoryError):
        return False
