"""What went wrong on the way, in one word of errors.TROUBLES?"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from sync.errors import NoAnswer

# What OpenSSL calls it (x509_vfy.h), and what we do. Anything else is "tls".
_CERTIFICATES = {
    9: "tls_early",
    10: "tls_expired",
    18: "tls_self_signed",
    19: "tls_untrusted",
    20: "tls_untrusted",
    21: "tls_untrusted",
    62: "tls_name",
    64: "tls_name",
}


def no_answer(error: httpx.HTTPError, by_proxy: bool) -> NoAnswer:
    """`by_proxy`: all connections of this program are made to the hospital's proxy."""
    if isinstance(error, httpx.ProxyError):
        return _turned_away(error)
    return NoAnswer(_trouble(error, by_proxy))


def _turned_away(error: httpx.ProxyError) -> NoAnswer:
    """A proxy that refuses to connect: the error says `407 Proxy Authentication…`."""
    code = str(error)[:3]
    status = int(code) if code.isascii() and code.isdecimal() else 0
    return NoAnswer(in_its_place(status), status)


def in_its_place(status: int) -> str:
    """What it most likely was that answered in central's place."""
    if status == 407:
        return "proxy_login"
    return "page" if 200 <= status < 400 else "proxy"


def _trouble(error: httpx.HTTPError, by_proxy: bool) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "proxy_away" if by_proxy else "network"
    if isinstance(error, httpx.TimeoutException):
        return "slow"
    if isinstance(error, httpx.ConnectError):
        return _unconnected(error, by_proxy)
    return "address" if isinstance(error, httpx.UnsupportedProtocol) else "cut"


def _unconnected(error: httpx.ConnectError, by_proxy: bool) -> str:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATES.get(cause.verify_code, "tls")
        if isinstance(cause, ssl.SSLError):
            return "tls"
    if by_proxy:
        return "proxy_away"
    unknown = any(isinstance(cause, socket.gaierror) for cause in causes)
    return "name" if unknown else "network"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
