"""What came back from there, and was it central's?

One kept-open HTTP connection, by the hospital's proxy if there is one. A redirect is
never followed, a certificate is always checked, and everything has a limit: a ward's
Wi-Fi answers with anything at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from feedback.settings import SettingError
from feedback.wire import Unreadable, read_json, sha256
from sync.errors import NoAnswer
from sync.network import opens
from sync.pace import retry_after_s
from sync.speed import Speed
from sync.trouble import in_its_place, no_answer
from sync.way import Way

TIMEOUT = httpx.Timeout(connect=10.0, read=30.0, write=30.0, pool=10.0)
# What was written may still wait in this machine for a slow network.
SLOWEST_BYTES_PER_S = 250
LONGEST_READ_S = 120.0
REPLY_S = 90.0  # for a reply's whole body, however slowly it drips
REPLY_BYTES = 256_000
LIMITS = httpx.Limits(
    max_connections=1, max_keepalive_connections=1, keepalive_expiry=60.0
)


@dataclass(frozen=True, slots=True)
class Came:
    """A whole HTTP reply, from whomever."""

    status: int
    content: bytes
    etag: str
    retry_after_s: float


class Connection:
    """The connection to one central. NoAnswer for all that goes wrong on it."""

    def __init__(self, url: str, clock: Callable[[], float], way: Way) -> None:
        self._clock = clock
        self.speed = Speed()
        # No proxy stands before this machine itself.
        self._proxy = "" if is_loopback(url) else way.proxy
        self._door = self._proxy or url
        self._client = httpx.Client(
            base_url=url,
            timeout=TIMEOUT,
            limits=LIMITS,
            follow_redirects=False,
            trust_env=False,
            verify=way.trust,
            proxy=way.proxy_for_httpx() if self._proxy else None,
            # Identity: what a reply unpacks to is then what was read of it.
            headers={"User-Agent": "wardvoice-sync", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        most_bytes: int = REPLY_BYTES,
    ) -> Came:
        began_s = self._clock()
        try:
            came = self._ask(method, path, headers, body, most_bytes)
        except httpx.HTTPError as error:
            met = no_answer(error, by_proxy=bool(self._proxy))
            if met.trouble in ("slow", "cut"):
                self.speed.lost(len(body))
            raise met from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise NoAnswer("address") from error
        self.speed.carried(len(body), self._clock() - began_s)
        return came

    def answers(self) -> bool:
        """Whether a connection can be made to central, or to the proxy before it."""
        parts = urlsplit(self._door)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return opens(parts.hostname or "", port)

    def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        most_bytes: int,
    ) -> Came:
        with self._client.stream(
            method,
            path,
            headers=dict(headers),
            content=body,
            timeout=_timeout(len(body)),
        ) as reply:
            return self._read(reply, most_bytes)

    def _read(self, reply: httpx.Response, most_bytes: int) -> Came:
        until = self._clock() + REPLY_S
        content = bytearray()
        for chunk in reply.iter_bytes():
            content += chunk
            if len(content) > most_bytes:
                raise NoAnswer(in_its_place(reply.status_code), reply.status_code)
            if self._clock() > until:
                raise NoAnswer("slow", reply.status_code)
        header = reply.headers
        return Came(
            status=reply.status_code,
            content=bytes(content),
            etag=header.get("ETag", ""),
            retry_after_s=retry_after_s(header.get("Retry-After"), header.get("Date")),
        )


def _timeout(sent_bytes: int) -> httpx.Timeout:
    read_s = (TIMEOUT.read or 0.0) + sent_bytes / SLOWEST_BYTES_PER_S
    limits = {**TIMEOUT.as_dict(), "read": min(read_s, LONGEST_READ_S)}
    return httpx.Timeout(**limits)


def not_central(came: Came, sent: bytes) -> NoAnswer:
    """The words for a whole reply that is no answer to the body `sent`."""
    return NoAnswer(_whose(came, sent), came.status, came.retry_after_s)


def _whose(came: Came, sent: bytes) -> str:
    if not came.content.lstrip().startswith(b"{"):
        return in_its_place(came.status)
    try:
        found = read_json(came.content)
    except Unreadable:
        return "cut"
    if "sha256" not in found:
        return in_its_place(came.status)
    return "nonsense" if found["sha256"] == sha256(sent) else "stranger"


# ── addresses ────────────────────────────────────────────────────────────────


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def proper_address(url: str, allow_http: bool) -> str:
    """The address to keep; SettingError when answers must not travel there.

    Paths are refused: the path is signed, so nothing on the way may rewrite it.
    """
    try:
        parts = urlsplit(url.strip())
        origin = f"{parts.scheme}://{parts.netloc}"
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole, origin = False, ""
    if not whole or url.strip().rstrip("/") != origin or "@" in origin:
        raise SettingError(
            "central's address must be like https://wardvoice.example.org, "
            f"with nothing after the name, not {url!r}"
        )
    if parts.scheme == "https":
        return origin
    if parts.scheme == "http" and (allow_http or is_loopback(origin)):
        return origin
    raise SettingError(
        f"central's address must begin with https://, not {url!r} "
        "(WARDVOICE_ALLOW_HTTP=1 lifts this for tests)"
    )
