"""What does the team's page let in, and with which headers does it answer?"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from smsgateway.bodies import body_within

FORWARDED_FOR = "x-forwarded-for"
BODY_BYTES = 8_192
FIELDS = 10
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a form's Origin would be null
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
_HERE = ("127.0.0.1", "localhost", "::1")

Form = Mapping[str, str]


class Refused(Exception):
    """A request that is not let in: its status, and words for who sent it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Door:
    """`public_url`: where the gateway is reached from outside."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._is_secure = parts.scheme == "https" or parts.hostname not in _HERE
        # With __Host- no other host of the hospital's can set it.
        prefix = "__Host-" if self._is_secure else ""
        self._cookie = f"{prefix}wardvoice-team"

    def token_in(self, request: Request) -> str:
        return request.cookies.get(self._cookie, "")

    def give(self, response: Response, token: str) -> Response:
        """It goes when the browser does; how long it holds, the sessions know."""
        response.set_cookie(
            self._cookie,
            token,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def take_away(self, response: Response) -> Response:
        response.delete_cookie(
            self._cookie,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def check_origin(self, request: Request) -> None:
        """Only this page's own forms: a browser says of each from where it comes."""
        site = request.headers.get("sec-fetch-site", "")
        origin = request.headers.get("origin", "")
        host = request.headers.get("host", "")
        own = (self._origin, f"http://{host}", f"https://{host}")
        if site not in ("", "same-origin") or (origin and origin not in own):
            raise Refused(403, "Only the forms of this page may do that.")
        if not site and not origin:
            raise Refused(403, "Only the forms of this page may do that.")


def address_of(request: Request) -> str:
    """Whose try it is: where the request came from, or what the proxy on this machine
    says that it came from. Empty where that cannot be known. Of IPv6 the network, of
    which somebody has more addresses than can be counted."""
    peer = _address(request.client.host if request.client else "")
    said = request.headers.getlist(FORWARDED_FOR)
    if peer is None or (said and not peer.is_loopback):
        return ""  # a proxy elsewhere may be anybody, and say anything
    if peer.is_loopback:
        # The last one is what the proxy saw; what stands before it, anybody may send.
        peer = _address(said[-1].rsplit(",", 1)[-1].strip()) if said else None
    if peer is None:
        return ""
    if peer.version == 6:
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer)


def _address(said: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(said)
    except ValueError:
        return None


async def read_form(request: Request) -> Form:
    """The first value of each field, exactly as it was typed."""
    try:
        body = await body_within(request, BODY_BYTES)
    except ClientDisconnect:
        raise Refused(400, "The form did not arrive whole.") from None
    if body is None:
        raise Refused(413, "That is too long for a form of this page.")
    try:
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=FIELDS)
    except ValueError:
        raise Refused(400, "That is no form of this page.") from None
    return {name: values[0] for name, values in fields.items()}
