"""By which way to central, and whose certificates count?

What a hospital's network asks for, as its IT has set it for this program. Nothing of
the environment but our own settings counts: not HTTPS_PROXY, not SSL_CERT_FILE.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache

import httpx


@cache
def public_trust() -> ssl.SSLContext:
    """The public authorities, as certifi lists them."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class Way:
    """`proxy` is an address without its log-in, or "" for none."""

    proxy: str = ""
    login: tuple[str, str] | None = field(default=None, repr=False)
    trust: ssl.SSLContext = field(default_factory=public_trust, repr=False)

    def proxy_for_httpx(self) -> httpx.Proxy | None:
        if not self.proxy:
            return None
        tls = self.trust if self.proxy.startswith("https:") else None
        return httpx.Proxy(self.proxy, auth=self.login, ssl_context=tls)


def trust_also(pem: str) -> ssl.SSLContext:
    """The public authorities and these; ssl.SSLError when they cannot be read."""
    trust = httpx.create_ssl_context(trust_env=False)
    trust.load_verify_locations(cadata=pem)
    return trust
