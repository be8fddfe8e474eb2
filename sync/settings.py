"""What is this agent told by the environment?"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from feedback import settings as read
from sync.connection import proper_address
from sync.way import Way, public_trust, trust_also

PROXY, LOGIN = "WARDVOICE_SYNC_PROXY", "WARDVOICE_SYNC_PROXY_LOGIN"
AUTHORITIES = "WARDVOICE_SYNC_CA"
AUTHORITIES_BYTES = 5_000_000
# What other programs take from the environment, and this one does not.
_UNREAD = {
    PROXY: ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
    AUTHORITIES: ("SSL_CERT_FILE", "SSL_CERT_DIR"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    log: Path
    seconds: int  # between two turns; a new answer brings the next one forward
    central_url: str  # "" unless given; only `enrol` needs it
    allow_http: bool
    way: Way
    unread: str = ""  # other programs' variables that are set, where ours is not


def read_settings(environ: Mapping[str, str]) -> Settings:
    """SettingError, with the variable's name, when one is missing or wrong."""
    allow_http = read.choice(environ, "WARDVOICE_ALLOW_HTTP", "0", ("0", "1")) == "1"
    url = environ.get("WARDVOICE_CENTRAL_URL", "").strip()
    return Settings(
        log=read.path(environ, "WARDVOICE_LOG"),
        seconds=read.whole(environ, "WARDVOICE_SYNC_SECONDS", 5, 1, 60),
        central_url=_central(url, allow_http) if url else "",
        allow_http=allow_http,
        way=_way(environ),
        unread=", ".join(_unread(environ)),
    )


def _central(url: str, allow_http: bool) -> str:
    try:
        return proper_address(url, allow_http)
    except read.SettingError as error:
        raise read.SettingError(f"WARDVOICE_CENTRAL_URL: {error}") from error


def _unread(environ: Mapping[str, str]) -> Iterator[str]:
    for ours, others in _UNREAD.items():
        if not environ.get(ours):
            yield from (name for name in others if environ.get(name))


def _way(environ: Mapping[str, str]) -> Way:
    proxy = environ.get(PROXY, "").strip()
    login = _login(environ)
    if login and not proxy:
        raise read.SettingError(f"{LOGIN} is set, and {PROXY} is not")
    return Way(_proxy(environ) if proxy else "", login, _trust(environ))


def _proxy(environ: Mapping[str, str]) -> str:
    """An address of a host alone. What was set may hold a password: it is not said."""
    wrong = read.SettingError(
        f"{PROXY} must be like http://proxy.example.org:3128, with nothing after it; "
        f"a user and a password belong in the file that {LOGIN}_FILE names"
    )
    try:
        proxy = read.url(environ, PROXY)
    except read.SettingError:
        raise wrong from None
    if urlsplit(proxy).path:
        raise wrong
    return proxy


def _login(environ: Mapping[str, str]) -> tuple[str, str] | None:
    if not environ.get(LOGIN, "") and not environ.get(f"{LOGIN}_FILE", ""):
        return None
    user, colon, password = read.secret(environ, LOGIN).partition(":")
    if not (user and colon):
        raise read.SettingError(f"{LOGIN} must be like user:password")
    return user, password


def _trust(environ: Mapping[str, str]) -> ssl.SSLContext:
    if not environ.get(AUTHORITIES, "").strip():
        return public_trust()
    file = read.path(environ, AUTHORITIES)
    try:
        with file.open("rb") as opened:
            pem = opened.read(AUTHORITIES_BYTES).decode("ascii", "ignore")
    except OSError as error:
        raise read.SettingError(f"{AUTHORITIES} cannot be read: {error}") from error
    try:
        return trust_also(pem)
    except (ssl.SSLError, ValueError) as error:
        raise read.SettingError(
            f"{AUTHORITIES} must name a file of certificates in PEM, which begin with "
            f"-----BEGIN CERTIFICATE-----, and {file} is none, or damaged"
        ) from error
