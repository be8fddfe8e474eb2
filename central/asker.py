"""From where does somebody ask who has not said who they are?

Central listens on this machine alone, behind a proxy: the last address in the proxy's
header is the one that it saw itself. Only a keyed hash of it is kept.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The address, or the network that one household has all the addresses of."""
    address = request.META.get("REMOTE_ADDR", "")
    if _is_loopback(address):
        forwarded = request.headers.get("X-Forwarded-For", "")
        address = forwarded.rpartition(",")[2].strip() or address
    return _network(address)


def keyed(text: str, use: str) -> str:
    """A hash to count by, which tells of two uses nothing in common."""
    return salted_hmac(use, text, algorithm="sha256").hexdigest()


def _is_loopback(address: str) -> bool:
    found = _read(address)
    return found is not None and found.is_loopback


def _network(address: str) -> str:
    found = _read(address)
    if found is None:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    """A socket for both writes ::ffff:10.1.2.3 for 10.1.2.3: all of them are one /64,
    and one who tries would hold everybody up."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
